// How a border between two processes is declared: calls that answer a Result, and news that carries a snapshot.
// Channel names, the preload object, the handler types, the argument check and the renderer's types all derive from here.
import { z } from 'zod'
import { ok, type Result, refuse } from './result.ts'

/** What a person may be at the counter. Vietnamese: cán bộ tiếp nhận, người thực hiện chứng thực, văn thư, lãnh đạo, CNTT. */
export const ROLES = ['clerk', 'officer', 'seal-keeper', 'supervisor', 'it'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

/** Who may make a call: anybody at the window, anybody signed in (also on a locked screen: nobody), or some roles. */
export type May = 'anyone' | 'signed-in' | readonly Role[]

export interface Call<Ask extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  readonly is: 'call'
  readonly may: May
  readonly ask: Ask
  readonly answer: Answer
}
export interface News<Value extends z.ZodType = z.ZodType> {
  readonly is: 'news'
  readonly value: Value
}
export type Station = Readonly<Record<string, Call | News>>

export const call = <Ask extends z.ZodType, Answer extends z.ZodType>(
  may: May,
  ask: Ask,
  answer: Answer,
): Call<Ask, Answer> => ({ is: 'call', may, ask, answer })

export const news = <Value extends z.ZodType>(value: Value): News<Value> => ({ is: 'news', value })

/** Nothing to say: `{}`. */
export const nothing = z.object({}).strict()

/** The one place that makes a channel name. */
export const channel = (station: string, name: string): string => `${station}.${name}`

/** The person whose call it is, as main knows them (never as the window says). */
export interface Caller {
  readonly operatorId: string
  readonly name: string
  readonly roles: readonly Role[]
}

const NOBODY: Caller = { operatorId: 'nobody', name: '', roles: [] }

/** May this person make this call? `caller` is null when nobody is signed in or the screen is locked. */
export function allowed(may: May, caller: Caller | null): Result<Caller> {
  if (may === 'anyone') return ok(caller ?? NOBODY)
  if (caller === null) return refuse('not-signed-in')
  return may === 'signed-in' || may.some((role) => caller.roles.includes(role)) ? ok(caller) : refuse('wrong-role')
}

type CallsOf<S extends Station> = { [K in keyof S as S[K] extends Call ? K : never]: S[K] extends Call ? S[K] : never }
type NewsIn<S extends Station> = { [K in keyof S as S[K] extends News ? K : never]: S[K] extends News ? S[K] : never }

/** What main must supply: one function per call. A missing or wrong one does not compile. */
export type HandlersOf<S extends Station> = {
  readonly [K in keyof CallsOf<S>]: (
    ask: z.output<CallsOf<S>[K]['ask']>,
    caller: Caller,
  ) => Result<z.input<CallsOf<S>[K]['answer']>> | Promise<Result<z.input<CallsOf<S>[K]['answer']>>>
}

/** What the window gets: one function per call, one subscription per news. */
export type ApiOf<S extends Station> = {
  readonly [K in keyof CallsOf<S>]: (
    ask: z.input<CallsOf<S>[K]['ask']>,
  ) => Promise<Result<z.output<CallsOf<S>[K]['answer']>>>
} & {
  readonly [K in keyof NewsIn<S>]: (listener: (value: z.output<NewsIn<S>[K]['value']>) => void) => () => void
}

/** What main uses to tell the window: one function per news. */
export type NewsOf<S extends Station> = {
  readonly [K in keyof NewsIn<S>]: (value: z.input<NewsIn<S>[K]['value']>) => void
}
