// Reads what the province answers: a shape without its identifier is malformed, whatever the status line says.
// Foreign codes are translated here and nowhere else; foreign texts are never passed on.
import { z } from 'zod'
import type { Failure } from '../../preload/contract/result.ts'
import { DossierCode } from './packet.ts'

const Id = z.union([z.string().min(1).max(100), z.number().int().positive().transform(String)])
/** An answer that carries an error code other than zero is an error, even beside an identifier. */
const noError = z.union([z.literal('0'), z.literal(0)]).optional()

export const TokenAnswer = z.object({
  data: z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() }),
})
export const NextValueAnswer = z.object({ error_code: noError, value: DossierCode })
export const SubmitAnswer = z.object({ error_code: noError, idHoSo: Id, maHoSo: DossierCode })
/** Progress and status: one line a row sent, each with the dossier it was written to. */
export const RowsAnswer = z.object({
  error_code: noError,
  ketQua: z.array(z.object({ idHoSo: Id, maHoSo: DossierCode })).min(1),
})
/** What the province knows of a dossier, with the keys of the writes it has already taken. */
export const DossierAnswer = z.object({
  idHoSo: Id,
  maHoSo: DossierCode,
  khoaDaNhan: z.array(z.string()),
})
export const HealthAnswer = z.object({ status: z.literal('ok') })

const ErrorAnswer = z.object({ error_code: z.union([z.string(), z.number()]).transform(String) })

/** Codes by which a province says that the thing is already there ("đã tồn tại"). Sandbox code; a real one is added here. */
export const ALREADY_THERE: ReadonlySet<string> = new Set(['DA_TON_TAI'])

/** The error code of an answer, only when it looks like a code; texts are not read. */
export function codeOf(body: unknown): string | undefined {
  const parsed = ErrorAnswer.safeParse(body)
  if (!parsed.success) return undefined
  return /^[A-Za-z0-9_.-]{1,64}$/.test(parsed.data.error_code) ? parsed.data.error_code : undefined
}

/** The identifier of a file, from the headers that end an upload; undefined unless the hash is the one we sent. */
export function fileIdOf(header: (name: string) => string | null | undefined, sha256: string): string | undefined {
  const id = Id.safeParse(header('Id-Tep-Tin'))
  return id.success && header('Hash-Tep-Tin') === sha256 ? id.data : undefined
}

/**
 * What a status line means for the person at the counter. Pure; undefined for 2xx.
 * 408, 429, 3xx (a log-in page of the building's network) and 5xx pass by waiting; every other 4xx needs a person.
 */
export function failureOf(status: number, body: unknown): Failure | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status >= 500 || status < 400 || status === 408 || status === 429) return UNREACHABLE
  const detail = codeOf(body) ?? `HTTP-${status}`
  return { kind: 'refused', rule: status === 409 ? 'province-conflict' : 'province-refused', detail }
}

export const UNREACHABLE: Failure = { kind: 'unreachable', system: 'province' }
export const MALFORMED: Failure = { kind: 'malformed', what: 'answer' }
