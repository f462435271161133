// The sandbox province as one thing to start, stop, empty, count and make misbehave; real HTTP over a real database.
// It listens on this machine only and holds synthetic data only.
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Answer, errorBody, Refused } from './answer.ts'
import { openDatabase } from './database.ts'
import { anonymous, cached, faultBefore, parseJson, refusal, unitOf, webRequest } from './exchange.ts'
import { Misbehaviour, type Mood, WELL_BEHAVED } from './misbehaviour.ts'
import { limitedBody } from './request-body.ts'
import { type Call, match, type Province, ROUTES, type Route } from './routes.ts'
import { EMPTY, prepare } from './schema.ts'
import { TUS_ROUTES } from './tus-route.ts'
import { openUploads } from './uploads.ts'

export interface ProvinceOptions {
  /** 0 (any free port) when absent. */
  readonly port?: number
  /** A real PostgreSQL; the embedded one when absent. */
  readonly databaseUrl?: string
  /** Folder that outlives the process; memory and a temporary folder when absent. */
  readonly dataDir?: string
  readonly now?: () => Date
}

export interface Counts {
  readonly dossiers: number
  readonly files: number
  readonly results: number
  readonly steps: number
  readonly changes: number
  readonly numbers: number
  /** Components whose content has not come yet. */
  readonly waiting: number
  /** Writes that came again with a key already answered. */
  readonly repeatedKeys: number
  /** Calls to the interface, and bytes of file content taken, since the start or the last reset. */
  readonly requests: number
  readonly uploadedBytes: number
}

export interface RunningProvince {
  readonly url: string
  stop(): Promise<void>
  reset(): Promise<void>
  misbehave(options: Misbehaviour): Promise<void>
  counts(): Promise<Counts>
}

const COUNT = `select
  (select count(*)::int from dossiers) as dossiers, (select count(*)::int from files) as files,
  (select count(*)::int from results) as results, (select count(*)::int from steps) as steps,
  (select count(*)::int from changes) as changes, (select count(*)::int from numbers) as numbers,
  (select count(*)::int from components where file_id is null) as waiting,
  (select count(*)::int from answers where repeats > 0) as "repeatedKeys"`

export async function startProvince(options: ProvinceOptions = {}): Promise<RunningProvince> {
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), 'province-'))
  const database = await openDatabase({
    databaseUrl: options.databaseUrl,
    folder: options.dataDir === undefined ? undefined : join(options.dataDir, 'database'),
  })
  await prepare(database)
  const now = options.now ?? (() => new Date())
  const uploads = openUploads(database, join(folder, 'uploads'), now)
  const mood: Mood = { ...WELL_BEHAVED }
  const province: Province = { database, uploads, mood, tokens: new Map(), now }
  const seen = { requests: 0, uploadedBytes: 0 }

  async function counts(): Promise<Counts> {
    const rows = await database.query<Omit<Counts, 'requests' | 'uploadedBytes'>>(COUNT)
    if (rows[0] === undefined) throw new Error('no counts')
    return { ...rows[0], ...seen }
  }

  async function reset(): Promise<void> {
    await misbehave({ ...WELL_BEHAVED, forgetTokens: true })
    await database.script(EMPTY)
    await uploads.empty()
    Object.assign(seen, { requests: 0, uploadedBytes: 0 })
  }

  async function misbehave(change: Misbehaviour): Promise<void> {
    const { downSeconds, forgetKeys, forgetTokens, ...lasting } = Misbehaviour.parse(change)
    if (forgetKeys) await database.query('delete from answers')
    if (forgetTokens) province.tokens.clear()
    const before = mood.down
    Object.assign(mood, lasting)
    if (mood.down === 'refused' && before !== 'refused') await closeDoor()
    if (mood.down !== 'refused' && before === 'refused') await openDoor(address.port)
    if (mood.down === 'refused' && downSeconds !== undefined) {
      setTimeout(() => void misbehave({ down: false }), downSeconds * 1000).unref()
    }
  }

  const pages: readonly Route[] = [
    {
      method: 'POST',
      path: '/sandbox/misbehave',
      access: 'page',
      run: async (call) => {
        const change = Misbehaviour.safeParse(await call.json())
        const forever = change.data?.down === 'refused' && change.data.downSeconds === undefined
        if (!change.success || forever) throw new Refused(400, 'GOI_TIN_SAI')
        // A closed door cannot answer: it closes after the answer is out.
        setTimeout(() => void misbehave(change.data), change.data.down === 'refused' ? 50 : 0)
        return { status: 200, body: { ...mood, ...change.data } }
      },
    },
    {
      method: 'POST',
      path: '/sandbox/reset',
      access: 'page',
      run: async () => {
        await reset()
        return { status: 200, body: await counts() }
      },
    },
    {
      method: 'GET',
      path: '/sandbox/counts',
      access: 'page',
      run: async () => ({ status: 200, body: await counts() }),
    },
  ]
  const routes = [...ROUTES, ...TUS_ROUTES, ...pages]

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://province')
    const found = routes
      .map((route) => ({ route, parts: match(route.path, url.pathname) }))
      .find(({ route, parts }) => parts !== undefined && route.method === request.method)
    if (found === undefined) return reply(request, response, { status: 404, body: errorBody('KHONG_CO_DIA_CHI') })
    const { route, parts = [] } = found
    if (route.access !== 'page') {
      seen.requests += 1
      if (mood.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, mood.slowMs))
      const fault = faultBefore(mood)
      if (fault !== undefined) return reply(request, response, fault)
    }
    const cut = { now: false }
    let answer: Answer
    try {
      const header = (name: string) => {
        const value = request.headers[name]
        return Array.isArray(value) ? value.join(', ') : value
      }
      const bytes = async () => new Uint8Array(await new Response(bodyOf(request, cut)).arrayBuffer())
      const call: Call = {
        province,
        parts: parts.map(decodeURIComponent),
        unit: route.access === 'token' ? unitOf(province, header('authorization')) : '',
        key: header('idempotency-key'),
        header,
        bytes,
        json: cached(async () => parseJson(await bytes())),
        web: () => webRequest(request, url, bodyOf(request, cut)),
      }
      answer = await route.run(call)
    } catch (error) {
      answer = refusal(error)
    }
    const isWrite = request.method !== 'GET' && request.method !== 'HEAD' && route.access === 'token'
    if (isWrite && answer.status < 400 && mood.dropNext > 0) {
      mood.dropNext -= 1
      cut.now = true
    }
    if (cut.now) {
      request.socket.destroy()
      return
    }
    if (route.access !== 'page' && mood.lie === 'no-id') answer = anonymous(answer)
    reply(request, response, answer)
  }

  const bodyOf = (request: IncomingMessage, cut: { now: boolean }): ReadableStream<Uint8Array> =>
    limitedBody(request, {
      isContent: request.method === 'PATCH',
      count: (length) => {
        seen.uploadedBytes += length
      },
      room: () => mood.breakUploadAfterBytes,
      used: (left) => {
        mood.breakUploadAfterBytes = left
      },
      cut: () => {
        mood.breakUploadAfterBytes = null
        cut.now = true
      },
    })

  function reply(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    const { body } = answer
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const payload = isRaw ? body : JSON.stringify(body)
    const date = new Date(now().getTime() + mood.clockSkewSeconds * 1000).toUTCString()
    const kind: Record<string, string> = isRaw ? {} : { 'Content-Type': 'application/json; charset=utf-8' }
    response.writeHead(answer.status, { Date: date, 'Cache-Control': 'no-store', ...kind, ...answer.headers })
    response.end(request.method === 'HEAD' ? undefined : payload)
  }

  const http = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  const openDoor = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      http.once('error', reject)
      http.listen(port, '127.0.0.1', () => {
        http.off('error', reject)
        resolve()
      })
    })
  const closeDoor = (): Promise<void> =>
    new Promise((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })

  await openDoor(options.port ?? 0)
  const address = http.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${address.port}`,
    reset,
    misbehave,
    counts,
    async stop() {
      await closeDoor()
      await database.close()
      if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Every method and path that is served; openapi.json must name the same. */
export const SERVED: readonly (readonly [method: string, path: string])[] = [
  ...[...ROUTES, ...TUS_ROUTES].map((route) => [route.method, route.path] as const),
  ['POST', '/sandbox/misbehave'],
  ['POST', '/sandbox/reset'],
  ['GET', '/sandbox/counts'],
]
