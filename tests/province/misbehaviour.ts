// The ways the sandbox can be made to fail, as one settings object; every counter runs down by itself.
// It only says what to do; the server does it.
import { z } from 'zod'

export const Misbehaviour = z.strictObject({
  /** `refused` closes the door (connection refused), `unavailable` answers 503, `false` is open again. */
  down: z.union([z.literal(false), z.enum(['refused', 'unavailable'])]).optional(),
  /** With `refused` over HTTP: seconds until the door opens by itself. */
  downSeconds: z.number().positive().max(3600).optional(),
  /** Waits before the work. */
  slowMs: z.number().int().nonnegative().max(600_000).optional(),
  /** The next n calls answer 500, nothing done. */
  failNext: z.number().int().nonnegative().optional(),
  /** The next n writes are done, then the connection is cut: the answer is lost. */
  dropNext: z.number().int().nonnegative().optional(),
  /** A repeated key is answered "đã tồn tại" (409) instead of the stored answer. */
  duplicateAnswer: z.boolean().optional(),
  /** Once: the stored answers are forgotten; only the constraints of the tables still catch doubles. */
  forgetKeys: z.boolean().optional(),
  /** Once: every token given so far is void. */
  forgetTokens: z.boolean().optional(),
  tokenSeconds: z.number().int().positive().optional(),
  /** Refuses dossiers of one procedure with 400 and this code. */
  reject: z.union([z.null(), z.strictObject({ procedure: z.string(), code: z.string().max(64) })]).optional(),
  /** Added to the Date header. */
  clockSkewSeconds: z.number().int().optional(),
  /** 200 with an error body and nothing done, or done and 200 without any identifier. */
  lie: z.union([z.null(), z.enum(['error-body', 'no-id'])]).optional(),
  /** Once: the next upload is cut after this many bytes of content. */
  breakUploadAfterBytes: z.union([z.null(), z.number().int().nonnegative()]).optional(),
})
export type Misbehaviour = z.infer<typeof Misbehaviour>

/** What lasts until it is changed or used up. */
export type Mood = Required<Omit<Misbehaviour, 'downSeconds' | 'forgetKeys' | 'forgetTokens'>>

export const WELL_BEHAVED: Readonly<Mood> = {
  down: false,
  slowMs: 0,
  failNext: 0,
  dropNext: 0,
  duplicateAnswer: false,
  tokenSeconds: 3600,
  reject: null,
  clockSkewSeconds: 0,
  lie: null,
  breakUploadAfterBytes: null,
}

const IDENTIFIERS = ['idHoSo', 'maHoSo', 'value', 'IdTepTin', 'idTienTrinh', 'access_token']

/** The same answer without any identifier. */
export function withoutIdentifiers(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutIdentifiers)
  if (body === null || typeof body !== 'object') return body
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !IDENTIFIERS.includes(name))
      .map(([name, value]) => [name, withoutIdentifiers(value)]),
  )
}
