// The office's server of certification numbers, over real HTTP on loopback, as resources/interfaces/numbers.md describes it:
// one run of numbers a year and symbol, the same key the same numbers. It can be slow, down, rude or a liar, as a story says.
import { z } from 'zod'
import { legalDay } from '../../../main/dossier/index.ts'
import { type Answering, openService, type Said, type Service } from '../trust/manners.ts'

/** What a wrong server says to a question it understood. */
export type WrongNumbers =
  /** Numbers that somebody has already. */
  | 'overlap'
  /** Two runs that meet each other. */
  | 'meeting-runs'
  | 'other-year'
  | 'other-symbol'
  | 'no-volume'
  | 'backwards'
  | 'too-many'
  /** Half of what was asked for, one at least; lawful. */
  | 'too-few'
  /** None is left; lawful. */
  | 'none'
  /** The answer to another question. */
  | 'other-key'
  /** The same JSON a second time behind the first. */
  | 'twice'
  /** JSON under the media type of a web page. */
  | 'as-html'
  /** A field is missing, of the wrong kind, or far too large. */
  | 'no-runs'
  | 'text-numbers'
  | 'thousand-runs'
  /** To another machine, which must never be asked. */
  | 'elsewhere'
  | 'forbidden'
  | 'conflict'

interface Granted {
  readonly book: string
  readonly first: number
  readonly last: number
}

export interface NumberServer extends Service<WrongNumbers> {
  readonly token: string
  /** The first number nobody was given. */
  next: number
  /** What its calendar shows. */
  day: string
  /** Every question that was understood, as it came. */
  readonly heard: readonly Readonly<Record<string, unknown>>[]
  /** Questions that came where only a redirect leads. */
  strangers(): number
  /** As on the first day. */
  forget(): Promise<void>
  close(): Promise<void>
}

const Question = z
  .object({
    key: z.uuid(),
    unit: z.string().min(1),
    year: z.number().int(),
    symbol: z.string().min(1),
    count: z.number().int().min(1).max(5_000),
  })
  .strict()

export async function startNumberServer(tls?: { readonly key: string; readonly cert: string }): Promise<NumberServer> {
  const token = 'ma-truy-cap-mau-0123456789'
  const state = { next: 1, strangers: 0, day: legalDay(new Date()) }
  const granted = new Map<string, { readonly day: string; readonly runs: readonly Granted[] }>()
  const heard: Record<string, unknown>[] = []

  const answering: Answering<WrongNumbers> = {
    kindOf: ({ method }) => (method === 'POST' ? 'grant' : 'other'),
    answer: (asked, wrong) => {
      if (asked.path === '/elsewhere') state.strangers += 1
      if (asked.method !== 'POST' || asked.path !== '/so') return { status: 404 }
      if (asked.header('authorization') !== `Bearer ${token}`) return { status: 401 }
      if (asked.header('content-type') !== 'application/json') return { status: 415 }
      const read = Question.safeParse(JSON.parse(asked.body.toString('utf8')))
      if (!read.success || asked.header('idempotency-key') !== read.data.key) return { status: 400 }
      const { key, year, symbol, count } = read.data
      heard.push(read.data)
      if (wrong === 'elsewhere') return { status: 307, headers: { location: '/elsewhere' } }
      if (wrong === 'forbidden') return { status: 403 }
      if (wrong === 'conflict') return { status: 409 }
      const few = wrong === 'too-few' ? Math.ceil(count / 2) : wrong === 'none' ? 0 : count
      const first = state.next
      const given = few === 0 ? [] : [{ book: `01/${year}-${symbol}`, first, last: first + few - 1 }]
      const known = granted.get(key) ?? { day: state.day, runs: given }
      if (!granted.has(key)) state.next += few
      granted.set(key, known)
      return sayOf(wrong, key, known.day, known.runs)
    },
  }
  const service = await openService(answering, tls)
  return {
    ...service,
    url: `${service.url}/so`,
    token,
    get next() {
      return state.next
    },
    set next(number) {
      state.next = number
    },
    get day() {
      return state.day
    },
    set day(day) {
      state.day = day
    },
    heard,
    strangers: () => state.strangers,
    forget: async () => {
      Object.assign(state, { next: 1, strangers: 0, day: legalDay(new Date()) })
      granted.clear()
      heard.length = 0
      service.forgetCounts()
      await service.behave()
    },
  }
}

function sayOf(wrong: WrongNumbers | undefined, key: string, day: string, right: readonly Granted[]): Said {
  const json = (value: unknown, type = 'application/json; charset=utf-8'): Said => ({
    type,
    body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  })
  const runs = (change: (run: Granted) => Granted): Said => json({ key, day, runs: right.map(change) })
  switch (wrong) {
    case 'overlap':
      return runs((run) => ({ ...run, first: 1, last: run.last - run.first + 1 }))
    case 'meeting-runs':
      return json({ key, day, runs: right.flatMap((run) => [run, { ...run, first: run.last }]) })
    case 'other-year':
      return runs((run) => ({ ...run, book: run.book.replace(/\/\d{4}/, '/2025') }))
    case 'other-symbol':
      return runs((run) => ({ ...run, book: run.book.replace(/-.*$/, '-SCT/CK') }))
    case 'no-volume':
      return runs((run) => ({ ...run, book: run.book.replace(/^[^/]+/, '') }))
    case 'backwards':
      return runs((run) => ({ ...run, first: run.last + 1, last: run.first }))
    case 'too-many':
      return runs((run) => ({ ...run, last: run.last + 1 }))
    case 'other-key':
      return json({ key: '6f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d', day, runs: right })
    case 'twice':
      return json(JSON.stringify({ key, day, runs: right }).repeat(2))
    case 'as-html':
      return json({ key, day, runs: right }, 'text/html')
    case 'no-runs':
      return json({ key, day, so: right })
    case 'text-numbers':
      return json({ key, day, runs: right.map((run) => ({ ...run, first: String(run.first) })) })
    case 'thousand-runs':
      return json({
        key,
        day,
        runs: Array.from({ length: 1_000 }, (_, at) => ({ book: '1/2026-X', first: at + 1, last: at + 1 })),
      })
    default:
      return json({ key, day, runs: right })
  }
}
