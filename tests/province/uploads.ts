// Files: resumable upload by tus, and the plain multipart UploadFile. A file exists only when its hash was checked.
// The bytes lie in a folder, the rows in the database; a file that came for a waiting dossier is joined to it by hash.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { Refused } from './answer.ts'
import { type Database, sqlState } from './database.ts'

export interface StoredFile {
  readonly IdTepTin: string
  readonly HashTepTin: string
}

export interface Uploads {
  /** One request of the tus protocol. */
  tus(request: Request): Promise<Response>
  /** UploadFile in one piece. */
  whole(key: string, name: string, content: Uint8Array): Promise<StoredFile>
  /** The finished file of an upload, null while bytes are missing; also repairs a finish that was interrupted. */
  finished(upload: string): Promise<StoredFile | null>
  /** Address of the upload a key has begun; 409 when the key was used for other content. */
  begunBy(key: string, sha256: string | undefined): Promise<string | null>
  pathOf(upload: string): string
  empty(): Promise<void>
}

const uploadOf = (key: string): string => createHash('sha256').update(`upload ${key}`).digest('hex').slice(0, 32)

export function openUploads(database: Database, folder: string, now: () => Date): Uploads {
  const store = new FileStore({ directory: folder })
  const pathOf = (upload: string): string => join(folder, upload)

  const server = new Server({
    path: '/tus',
    datastore: store,
    relativeLocation: true,
    namingFunction: (_request, metadata) => uploadOf(metadata?.key ?? ''),
    onUploadCreate: async (_request, upload) => {
      const { key, sha256, filename, parent } = upload.metadata ?? {}
      const complete = key && filename && /^[0-9a-f]{64}$/.test(sha256 ?? '') && upload.size !== undefined
      if (!complete) throw { status_code: 400, body: '{"error_code":"GOI_TIN_SAI"}' }
      // What a file continues must have arrived before it.
      const before = parent ? await database.query('select 1 from files where sha256 = $1', [parent]) : [1]
      if (before.length === 0) throw { status_code: 400, body: '{"error_code":"TEP_GOC_KHONG_CO"}' }
      return {}
    },
    onUploadFinish: async (_request, upload) => {
      try {
        const file = await finished(upload.id)
        return file === null ? {} : { headers: { 'Id-Tep-Tin': file.IdTepTin, 'Hash-Tep-Tin': file.HashTepTin } }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        throw { status_code: error.status, body: JSON.stringify({ error_code: error.code }) }
      }
    },
  })

  async function find(upload: string): Promise<StoredFile | null> {
    const rows = await database.query<{ id: string; sha256: string }>(
      'select id, sha256 from files where upload = $1',
      [upload],
    )
    return rows[0] === undefined ? null : { IdTepTin: rows[0].id, HashTepTin: rows[0].sha256 }
  }

  async function register(
    upload: string,
    key: string,
    name: string,
    sha256: string,
    size: number,
    parent: string | null,
  ): Promise<StoredFile> {
    const id = `TEP-${upload.slice(0, 24)}`
    try {
      await database.transaction(async (query) => {
        const values = [id, upload, key, name, sha256, size, now().toISOString(), parent]
        await query('insert into files values ($1, $2, $3, $4, $5, $6, $7, $8)', values)
        await query('update components set file_id = $1 where sha256 = $2 and file_id is null', [id, sha256])
      })
    } catch (error) {
      const there = sqlState(error) === '23505' ? await find(upload) : null
      if (there === null) throw error
      return there
    }
    return { IdTepTin: id, HashTepTin: sha256 }
  }

  async function finished(upload: string): Promise<StoredFile | null> {
    const there = await find(upload)
    if (there !== null) return there
    const begun = await store.getUpload(upload).catch(() => null)
    if (begun === null || begun.offset !== begun.size) return null
    const { key = null, filename = null, sha256 = null, parent = null } = begun.metadata ?? {}
    if (key === null || filename === null || sha256 === null) return null
    const hash = createHash('sha256')
    for await (const piece of createReadStream(pathOf(upload))) hash.update(piece)
    if (hash.digest('hex') !== sha256) {
      await store.remove(upload)
      throw new Refused(400, 'HASH_KHONG_KHOP')
    }
    return register(upload, key, filename, sha256, begun.size, parent)
  }

  return {
    tus: (request) => server.handleWeb(request),
    finished,
    async begunBy(key, sha256) {
      const upload = uploadOf(key)
      const begun = await store.getUpload(upload).catch(() => null)
      const claimed = begun?.metadata?.sha256 ?? (await find(upload))?.HashTepTin
      if (claimed === undefined) return null
      if (claimed !== sha256) throw new Refused(409, 'KHOA_DUNG_LAI')
      return `/tus/${upload}`
    },
    async whole(key, name, content) {
      const upload = uploadOf(key)
      const sha256 = createHash('sha256').update(content).digest('hex')
      const there = await find(upload)
      if (there !== null && there.HashTepTin !== sha256) throw new Refused(409, 'KHOA_DUNG_LAI')
      if (there !== null) return there
      await mkdir(folder, { recursive: true })
      await writeFile(pathOf(upload), content)
      return register(upload, key, name, sha256, content.length, null)
    },
    pathOf,
    async empty() {
      await mkdir(folder, { recursive: true })
      for (const name of await readdir(folder)) await rm(join(folder, name), { force: true, recursive: true })
    },
  }
}
