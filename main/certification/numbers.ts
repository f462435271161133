// Where the next number comes from, in each of the three ways a unit may choose; whether there is one is known before a PIN is typed.
// It never makes up a number: a block that is used up, or a server that does not answer, refuses before anything is taken.
import { randomUUID } from 'node:crypto'
import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { NumberSource } from '../../preload/contract/certification.ts'
import { legalParts } from '../../preload/contract/legal-time.ts'
import { type Failure, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { numberThisYear } from './book.ts'
import type { AskNumbers, CertificationParts, GrantedNumbers, GrantedRun } from './parts.ts'
import { type Form, partsOfBook, ruleOn, seriesOf } from './register.ts'
import { addStretch, overlaps, type Place, peekNumbers, retireServerNumbers } from './stretches.ts'
import { certificationAsk } from './table.ts'

export interface Numbers {
  /** Where copies of this form are written at this moment, or the entry that is missing for it. */
  place(form: Form, at: Date): Result<Place>
  /** Without asking anybody: are there enough numbers for these documents? A server is asked later. */
  room(r: Reader, documentIds: readonly string[], place: Place, at: Date): Result<void>
  /** As `room`; a server is asked for what is missing, and its answer is durable before this one. */
  fetch(documentIds: readonly string[], place: Place, at: Date): Promise<Result<void>>
  /** The server that numbers of today's register come from; null where none is asked. */
  source(r: Reader, at: Date): NumberSource | null
  /** Before a year is closed: a question whose answer was lost is asked again, so that no number stays without a row. */
  settle(series: string, at: Date): Promise<Result<void>>
}

const BookSymbol = z.object({ symbol: z.string().min(1) })
/** Times the server is asked in one go: for a lost answer, and for what is still missing. */
const ROUNDS = 3
/** Numbers in one stretch, and in one question: what is left of it is written off one by one. */
export const MOST = 5_000
/** A book's volume, as it stands on its cover. */
const VOLUME = /^[0-9A-Z]{1,6}(\.[0-9]{1,3})?$/

/**
 * Pure: one word for what an answer says that cannot be, or null. Fewer numbers than asked for are lawful (a book ends, or
 * none is left); more than asked for, or numbers that are somewhere already, would be rows that nobody wanted.
 */
export function whatIsWrong(
  runs: readonly GrantedRun[],
  asked: { readonly year: number; readonly symbol: string; readonly count: number },
  known: (first: number, last: number) => boolean,
): 'year' | 'symbol' | 'book' | 'range' | 'count' | 'overlap' | null {
  for (const [index, { book, first, last }] of runs.entries()) {
    const { volume, year, symbol } = partsOfBook(book)
    if (!VOLUME.test(volume)) return 'book'
    if (year !== asked.year) return 'year'
    if (symbol !== asked.symbol) return 'symbol'
    if (first < 1 || last < first || last - first >= MOST) return 'range'
    const meets = runs.slice(0, index).some((other) => first <= other.last && other.first <= last)
    if (meets || known(first, last)) return 'overlap'
  }
  return runs.reduce((sum, { first, last }) => sum + last - first + 1, 0) > asked.count ? 'count' : null
}

export function openNumbers(parts: CertificationParts): Numbers {
  const { storage, law, unit, audit } = parts
  let asking: Promise<unknown> = Promise.resolve()
  /** Of the last question since the program began. */
  let trouble: Failure | null = null

  const missing = (r: Reader | Writer, ids: readonly string[], place: Place, at: Date): number => {
    const fresh = ids.filter((id) => numberThisYear(r, id, at) === undefined).length
    return fresh - peekNumbers(r, place, at, fresh).length
  }
  const lostAnswer = (r: Reader, series: string) =>
    r
      .select()
      .from(certificationAsk)
      .where(and(eq(certificationAsk.series, series), isNull(certificationAsk.answeredAt)))
      .get()

  /** The question is durable before it is asked: an answer that is lost on the way is the same when asked again. */
  async function ask(
    place: Pick<Place, 'series' | 'year' | 'symbol'>,
    count: number,
    at: Date,
    server: AskNumbers,
  ): Promise<Result<void>> {
    const known = storage.read((r) => lostAnswer(r, place.series))
    const question = known ?? {
      key: randomUUID(),
      series: place.series,
      year: place.year,
      symbol: place.symbol,
      count: Math.min(count, MOST),
      askedAt: at.toISOString(),
      answeredAt: null,
    }
    if (known === undefined) storage.write((w) => void w.insert(certificationAsk).values(question).run())
    const { key, year, symbol } = question
    const answer = await server({ key, year, symbol, count: question.count })
    const kept = answer.ok ? storage.write((w) => keep(w, key, answer.value, at)) : answer
    trouble = kept.ok ? null : kept.failure
    return kept
  }
  function keep(w: Writer, key: string, { day, runs }: GrantedNumbers, at: Date): Result<void> {
    const open = w.select().from(certificationAsk).where(eq(certificationAsk.key, key)).get()
    if (open === undefined || open.answeredAt !== null) return ok(undefined)
    const wrong = whatIsWrong(runs, open, (first, last) => overlaps(w, open.series, first, last))
    if (wrong !== null) return refuse('numbers-wrong', wrong)
    // What was given on an earlier day, and its answer lost, is that day's: written off, as what is left of a day always is.
    // A server's clock moves it nowhere else than between question and answer.
    const [earliest, today] = [legalDay(new Date(open.askedAt)), legalDay(at)]
    const then = day < earliest ? earliest : day > today ? today : day
    const granted = { place: open, kind: 'server', grant: key, by: 'program', day: then } as const
    for (const { book, first, last } of runs) addStretch(w, { ...granted, book, first, last }, at)
    w.update(certificationAsk).set({ answeredAt: at.toISOString() }).where(eq(certificationAsk.key, key)).run()
    audit.append(w, {
      actor: 'program',
      event: 'certification.numbers-granted',
      subject: key,
      detail: { series: open.series, runs: runs.map(({ first, last }) => `${first}-${last}`).join(' ') },
    })
    return ok(undefined)
  }

  async function fetchNow(ids: readonly string[], place: Place, at: Date): Promise<Result<void>> {
    const { askNumbers: server } = parts
    if (place.rule.mode !== 'server') return storage.read((r) => enough(r, ids, place, at))
    if (server === undefined) return refuse('numbers-not-set', place.series)
    storage.write((w) => retireServerNumbers(w, parts.chainKey, at))
    for (let round = 0; round < ROUNDS; round += 1) {
      const { count, lost } = storage.read((r) => ({
        count: missing(r, ids, place, at),
        lost: lostAnswer(r, place.series) !== undefined,
      }))
      if (count <= 0 && !lost) return ok(undefined)
      const asked = await ask(place, count, at, server)
      if (!asked.ok) return asked
    }
    return storage.read((r) => enough(r, ids, place, at))
  }
  const enough = (r: Reader, ids: readonly string[], place: Place, at: Date): Result<void> =>
    missing(r, ids, place, at) <= 0 ? ok(undefined) : refuse('no-number-left', place.series)

  async function settleNow(series: string, at: Date): Promise<Result<void>> {
    const { askNumbers: server } = parts
    const known = storage.read((r) => lostAnswer(r, series))
    if (known === undefined) return ok(undefined)
    return server === undefined ? refuse('numbers-not-set', series) : ask(known, known.count, at, server)
  }
  /** One question after the other. */
  function inTurn(work: () => Promise<Result<void>>): Promise<Result<void>> {
    const next = asking.then(work)
    asking = next.catch(() => undefined)
    return next
  }

  return {
    place: (form, at) => {
      const rule = ruleOn(parts.books ?? [], legalDay(at))
      const own = form === 'electronic' && rule.apart
      const found = law.get(own ? 'certification.electronic-book-symbol' : 'certification.book-symbol', BookSymbol, at)
      if (!found.ok) return found
      const { year } = legalParts(at)
      const { symbol } = found.value
      const { station } = unit
      return ok({ form, rule, year, symbol, station, series: seriesOf(rule, station, year, symbol) })
    },
    room: (r, ids, place, at) => {
      if (place.rule.mode !== 'server') return enough(r, ids, place, at)
      return parts.askNumbers === undefined ? refuse('numbers-not-set', place.series) : ok(undefined)
    },
    source: (r, at) => {
      if (ruleOn(parts.books ?? [], legalDay(at)).mode !== 'server') return null
      const open = r.select().from(certificationAsk).where(isNull(certificationAsk.answeredAt)).get()
      const answered = r
        .select()
        .from(certificationAsk)
        .where(isNotNull(certificationAsk.answeredAt))
        .orderBy(desc(certificationAsk.answeredAt))
        .get()
      return {
        host: parts.numberHost ?? null,
        answeredAt: answered?.answeredAt ?? null,
        openSince: open?.askedAt ?? null,
        trouble,
      }
    },
    fetch: (ids, place, at) => inTurn(() => fetchNow(ids, place, at)),
    settle: (series, at) => inTurn(() => settleNow(series, at)),
  }
}
