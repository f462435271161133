// Every address the sandbox answers, one row each; openapi.json describes exactly these (a test compares the two).
// A route does its work and gives an answer; faults, keys and connections are the server's business.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { type Answer, Refused } from './answer.ts'
import { arrivalsPage, arrivalsRows } from './arrivals-page.ts'
import type { Database, Query } from './database.ts'
import { giveCode, lookUp, takeChanges, takeDossier, takeSteps, type Write } from './intake.ts'
import { once } from './keys.ts'
import type { Mood } from './misbehaviour.ts'
import * as packets from './packets.ts'
import type { Uploads } from './uploads.ts'

/** What the routes share. */
export interface Province {
  readonly database: Database
  readonly uploads: Uploads
  readonly mood: Mood
  readonly tokens: Map<string, { readonly unit: string; readonly until: number }>
  readonly now: () => Date
}

export interface Call {
  readonly province: Province
  /** Parts of the address in braces, in order. */
  readonly parts: readonly string[]
  /** Unit of the operator whose token came; empty on open routes. */
  readonly unit: string
  readonly key: string | undefined
  header(name: string): string | undefined
  bytes(): Promise<Uint8Array<ArrayBuffer>>
  json(): Promise<unknown>
  /** The whole request in the form of the web, its content still unread. */
  web(): Request
}

export interface Route {
  readonly method: string
  readonly path: string
  /** `open` and `page` ask no token; faults never touch a `page`. */
  readonly access: 'token' | 'open' | 'page'
  readonly run: (call: Call) => Promise<Answer>
}

const fits = <T extends z.ZodType>(shape: T, body: unknown): z.infer<T> => {
  const parsed = shape.safeParse(body)
  if (!parsed.success) throw new Refused(400, 'GOI_TIN_SAI')
  return parsed.data
}

/** A write of generation 2: shape, key, transaction. */
const write =
  <T extends z.ZodType>(route: string, shape: T, work: (write: Write, packet: z.infer<T>) => Promise<object>) =>
  async (call: Call): Promise<Answer> => {
    const { province, unit, key } = call
    const packet = fits(shape, await call.json())
    if (key === undefined || key.length > 200) throw new Refused(400, 'THIEU_KHOA')
    // A number already given is simply given again: there is nothing that could "already exist".
    const duplicateAnswer = province.mood.duplicateAnswer && route !== 'GetNextValue'
    const body = await once(province.database, { route, key, body: packet, duplicateAnswer }, (query) =>
      work({ query, unit, key, now: province.now() }, packet),
    )
    return { status: 200, body }
  }

async function giveToken(call: Call): Promise<Answer> {
  const { province } = call
  const asked = fits(packets.Token, await call.json())
  const sql = 'select unit_code from operators where client_id = $1 and client_secret = $2'
  const rows = await province.database.query<{ unit_code: string }>(sql, [asked.client_id, asked.client_secret])
  if (rows[0] === undefined) throw new Refused(401, 'CLIENT_KHONG_HOP_LE')
  const token = randomBytes(24).toString('base64url')
  const seconds = province.mood.tokenSeconds
  province.tokens.set(token, { unit: rows[0].unit_code, until: province.now().getTime() + seconds * 1000 })
  return {
    status: 200,
    body: { data: { access_token: token, expires_in: seconds, token_type: 'Bearer', scope: 'default' } },
  }
}

async function takeWholeFile(call: Call): Promise<Answer> {
  if (call.key === undefined) throw new Refused(400, 'THIEU_KHOA')
  const headers = { 'Content-Type': call.header('content-type') ?? '' }
  const form = await new Response(await call.bytes(), { headers }).formData().catch(() => null)
  const file = form?.get('file')
  if (!(file instanceof File)) throw new Refused(400, 'GOI_TIN_SAI')
  return {
    status: 200,
    body: await call.province.uploads.whole(call.key, file.name, new Uint8Array(await file.arrayBuffer())),
  }
}

async function giveFile(call: Call): Promise<Answer> {
  const { database, uploads } = call.province
  const sql = 'select upload, name from files where id = $1'
  const rows = await database.query<{ upload: string; name: string }>(sql, [call.parts[0]])
  if (rows[0] === undefined) throw new Refused(404, 'TEP_KHONG_CO')
  const { name } = rows[0]
  const kind = name.endsWith('.pdf') ? 'application/pdf' : 'application/octet-stream'
  const headers = {
    'Content-Type': kind,
    'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(name)}`,
    'X-Content-Type-Options': 'nosniff',
  }
  return { status: 200, headers, body: await readFile(uploads.pathOf(rows[0].upload)) }
}

const list =
  (sql: string, name: string) =>
  async ({ province, unit }: Call): Promise<Answer> => ({
    status: 200,
    body: { [name]: await province.database.query(sql, sql.includes('$1') ? [unit] : []) },
  })

const html = (body: string): Answer => ({
  status: 200,
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  },
  body,
})

const dossierOf = async (query: Query, call: Call): Promise<Answer> => ({
  status: 200,
  body: await lookUp(query, call.unit, call.parts[0] ?? ''),
})

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/api/Token', access: 'open', run: giveToken },
  {
    method: 'POST',
    path: '/api/GetNextValue',
    access: 'token',
    run: write('GetNextValue', packets.GetNextValue, (at, packet) => giveCode(at, packet.MaDonVi)),
  },
  { method: 'POST', path: '/api/UploadFile', access: 'token', run: takeWholeFile },
  {
    method: 'POST',
    path: '/api/NopHoSo',
    access: 'token',
    run: async (call) => {
      const { reject } = call.province.mood
      const packet = fits(packets.NopHoSo, await call.json())
      if (reject !== null && packet.MaTTHC === reject.procedure) throw new Refused(400, reject.code)
      return write('NopHoSo', packets.NopHoSo, takeDossier)(call)
    },
  },
  {
    method: 'POST',
    path: '/api/CapNhatTienTrinh',
    access: 'token',
    run: write('CapNhatTienTrinh', packets.CapNhatTienTrinh, takeSteps),
  },
  {
    method: 'POST',
    path: '/api/CapNhatTrangThai',
    access: 'token',
    run: write('CapNhatTrangThai', packets.CapNhatTrangThai, takeChanges),
  },
  {
    method: 'GET',
    path: '/procedures',
    access: 'token',
    run: async ({ province }) => {
      const sql = 'select content from procedures order by code'
      const rows = await province.database.query<{ content: unknown }>(sql)
      return { status: 200, body: { mark: 'dữ liệu mẫu', procedures: rows.map((row) => row.content) } }
    },
  },
  {
    method: 'GET',
    path: '/units',
    access: 'token',
    run: list('select code, name from units order by code', 'units'),
  },
  {
    method: 'GET',
    path: '/operators',
    access: 'token',
    run: list('select client_id, name, unit_code from operators order by client_id', 'operators'),
  },
  {
    method: 'GET',
    path: '/dossiers',
    access: 'token',
    run: list(
      `select id as "idHoSo", code as "maHoSo", procedure_code as "maTTHC", status as "trangThai"
       from dossiers where unit_code = $1 order by arrived_at, code`,
      'dossiers',
    ),
  },
  {
    method: 'GET',
    path: '/dossiers/{maHoSo}',
    access: 'token',
    run: (call) => dossierOf(call.province.database.query, call),
  },
  {
    method: 'GET',
    path: '/health',
    access: 'open',
    run: async ({ province }) => ({ status: 200, body: { status: 'ok', time: province.now().toISOString() } }),
  },
  { method: 'GET', path: '/files/{idTepTin}', access: 'page', run: giveFile },
  {
    method: 'GET',
    path: '/openapi.json',
    access: 'page',
    run: async () => ({
      status: 200,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: await readFile(new URL('openapi.json', import.meta.url)),
    }),
  },
  {
    method: 'GET',
    path: '/',
    access: 'page',
    run: async ({ province }) => html(arrivalsPage(await arrivalsRows(province.database.query))),
  },
  {
    method: 'GET',
    path: '/arrivals',
    access: 'page',
    run: async ({ province }) => html(await arrivalsRows(province.database.query)),
  },
]

/** Whether an address fits a path of the table, and the parts in its braces. */
export function match(path: string, address: string): readonly string[] | undefined {
  const wanted = path.split('/')
  const given = address.split('/')
  if (wanted.length !== given.length) return undefined
  const parts: string[] = []
  for (const [index, piece] of wanted.entries()) {
    const found = given[index] ?? ''
    if (piece.startsWith('{') && found !== '') parts.push(found)
    else if (piece !== found) return undefined
  }
  return parts
}
