// Sends one file by resumable upload (tus 1.0.0) over the connection's own fetch, so that proxy, token and limits are shared.
// What the province already has is not sent again; a file counts as delivered only with its identifier and our hash.
import { type HttpRequest, type HttpResponse, type HttpStack, Upload, type UploadOptions } from 'tus-js-client'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import type { UploadFile } from './adapter.ts'
import { parse, type Reply } from './exchange.ts'
import { ALREADY_THERE, codeOf, failureOf, fileIdOf, MALFORMED, UNREACHABLE } from './generation-2-answers.ts'
import type { Connection } from './generation-2-connection.ts'

const DAMAGED: Failure = { kind: 'storage', what: 'damaged' }
/** Waits before asking again while the province still holds the lock of a broken connection, in milliseconds. */
const LOCK_WAITS = [100, 500, 2000]

export interface UploadLimits {
  /** Milliseconds for one piece. */
  readonly piece: number
  /** Bytes. */
  readonly pieceSize: number
}

type Attempt =
  | { readonly end: 'done'; readonly response: HttpResponse }
  | { readonly end: 'failed'; readonly failure: Failure }
  | { readonly end: 'already-there'; readonly url: string }

/** Uploads, resuming where the province says it stopped. The same key with the same file gives the same `fileId`. */
export async function uploadFile(
  connection: Connection,
  key: string,
  file: UploadFile,
  limits: UploadLimits,
): Promise<Result<{ readonly fileId: string }>> {
  const remembered = (await file.resume?.get()) ?? null
  let attempt = await attemptUpload(connection, key, file, limits, onOrigin(connection, remembered))
  if (attempt.end === 'already-there') {
    attempt = await attemptUpload(connection, key, file, limits, attempt.url)
  }
  if (attempt.end === 'failed') return fail(attempt.failure)
  if (attempt.end === 'already-there') return fail({ kind: 'refused', rule: 'province-conflict' })
  const { response } = attempt
  const fileId = fileIdOf((name) => response.getHeader(name), file.sha256)
  return fileId === undefined ? fail(MALFORMED) : ok({ fileId })
}

/** A remembered address of another province (the unit was moved) is worth nothing. */
function onOrigin(connection: Connection, url: string | null): string | null {
  try {
    return url !== null && new URL(url).origin === new URL(connection.urlOf('upload')).origin ? url : null
  } catch {
    return null
  }
}

async function attemptUpload(
  connection: Connection,
  key: string,
  file: UploadFile,
  limits: UploadLimits,
  uploadUrl: string | null,
): Promise<Attempt> {
  const source = readPieces(file)
  const remembering: Promise<void>[] = []
  /** The true cause when our own reading or the connection stopped the upload; tus sees only an error. */
  let stopped: Failure | undefined
  const stop = (failure: Failure): never => {
    stopped = failure
    throw new Error('upload stopped')
  }
  const stack = stackOver(async (method, url, headers, body) => {
    const reply = await connection.send({ name: `tus ${method}`, method, url, headers, body, limit: limits.piece })
    return reply.ok ? reply.value : stop(reply.failure)
  })
  try {
    return await new Promise<Attempt>((resolve) => {
      const options: UploadOptions = {
        endpoint: connection.urlOf('upload'),
        uploadUrl,
        uploadSize: file.size,
        chunkSize: limits.pieceSize,
        headers: { 'Idempotency-Key': key },
        metadata: {
          filename: file.name,
          sha256: file.sha256,
          key,
          ...(file.parent === undefined ? {} : { parent: file.parent }),
        },
        httpStack: stack,
        fingerprint: () => Promise.resolve(''),
        storeFingerprintForResuming: false,
        fileReader: {
          openFile: () =>
            Promise.resolve({
              size: file.size,
              slice: (start, end) => source.slice(start, end).catch(() => stop(DAMAGED)),
              close: () => undefined,
            }),
        },
        retryDelays: LOCK_WAITS,
        onShouldRetry: (error) =>
          stopped === undefined && isLocked(error.originalRequest.getMethod(), error.originalResponse),
        onUploadUrlAvailable: () => {
          if (upload.url !== null) remembering.push(file.resume?.set(upload.url) ?? Promise.resolve())
        },
        onSuccess: ({ lastResponse }) => resolve({ end: 'done', response: lastResponse }),
        onError: (error) => {
          const failed = 'originalResponse' in error ? error : undefined
          const method = failed?.originalRequest.getMethod() ?? ''
          const judged = judge(method, failed?.originalResponse ?? null, connection)
          resolve(stopped === undefined ? judged : { end: 'failed', failure: stopped })
        },
      }
      // The file itself is read by `fileReader`; tus only asks that there be one.
      const upload = new Upload(Buffer.alloc(0), options)
      upload.start()
    })
  } finally {
    await source.close()
    // Not remembering costs bytes, not the file.
    await Promise.allSettled(remembering)
  }
}

/** Offset or lock of a broken connection not yet let go: tus answers 409 or 423 without a code of the province. */
const isLocked = (method: string, response: HttpResponse | null): boolean =>
  response !== null &&
  method !== 'POST' &&
  [409, 423].includes(response.getStatus()) &&
  codeOf(parse(response.getBody())) === undefined

/** Pure: what a refused upload means. */
function judge(method: string, response: HttpResponse | null, connection: Connection): Attempt {
  if (response === null) return { end: 'failed', failure: MALFORMED }
  if (isLocked(method, response)) return { end: 'failed', failure: UNREACHABLE }
  const body = parse(response.getBody())
  const location = response.getHeader('Location')
  if (ALREADY_THERE.has(codeOf(body) ?? '') && location !== undefined) {
    const url = absolute(location, connection.urlOf('upload'))
    return url === undefined ? { end: 'failed', failure: MALFORMED } : { end: 'already-there', url }
  }
  return { end: 'failed', failure: failureOf(response.getStatus(), body) ?? MALFORMED }
}

function absolute(location: string, base: string): string | undefined {
  try {
    return new URL(location, base).href
  } catch {
    return undefined
  }
}

/** The way tus talks: its requests become exchanges of our connection. */
function stackOver(
  send: (
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ) => Promise<Reply>,
): HttpStack {
  return {
    getName: () => 'connection',
    createRequest(method, url): HttpRequest {
      const headers: Record<string, string> = {}
      return {
        getMethod: () => method,
        getURL: () => url,
        setHeader: (name, value) => {
          headers[name] = value
        },
        getHeader: (name) => headers[name],
        setProgressHandler: () => undefined,
        abort: () => Promise.resolve(),
        getUnderlyingObject: () => undefined,
        async send(body: Uint8Array<ArrayBuffer> | null): Promise<HttpResponse> {
          const reply = await send(method, url, headers, body ?? undefined)
          return {
            getStatus: () => reply.status,
            getHeader: (name) => reply.header(name) ?? undefined,
            getBody: () => reply.text,
            getUnderlyingObject: () => undefined,
          }
        },
      }
    },
  }
}

/** Reads any range of a file from its stream or bytes; going back opens it anew, going forward skips. */
function readPieces(file: UploadFile) {
  let pieces: AsyncIterator<unknown> | undefined
  let position = 0
  let rest: Buffer = Buffer.alloc(0)

  async function close(): Promise<void> {
    const open = pieces
    pieces = undefined
    await open?.return?.()
  }

  async function more(): Promise<boolean> {
    const next = await pieces?.next()
    if (next === undefined || next.done) return false
    rest = Buffer.concat([rest, asBytes(next.value)])
    return true
  }

  /** Rejects when the file cannot be read or is shorter than it said. */
  async function slice(start: number, end: number): Promise<{ value: Buffer & { size?: number }; done: boolean }> {
    if (pieces === undefined || start < position) {
      await close()
      position = 0
      rest = Buffer.alloc(0)
      pieces = iterate(await file.open())
    }
    for (;;) {
      const skip = Math.min(start - position, rest.length)
      rest = rest.subarray(skip)
      position += skip
      if (position === start && rest.length >= end - start) break
      if (!(await more())) throw new Error('file is shorter than its size')
    }
    const value: Buffer & { size?: number } = Buffer.from(rest.subarray(0, end - start))
    value.size = value.length
    return { value, done: end >= file.size }
  }

  return { slice, close }
}

async function* iterate(opened: NodeJS.ReadableStream | Uint8Array): AsyncGenerator<unknown> {
  if (opened instanceof Uint8Array) yield opened
  else yield* opened
}

function asBytes(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece
  throw new Error('stream of something else than bytes')
}
