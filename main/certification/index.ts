// Station 5, certification (chứng thực): the officer's review, the dated rules it rests on, the register.
// It never certifies on a rule that is missing, expired or not adopted, and says which one.
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type {
  Authority,
  certification as declared,
  RegisterRow,
  YearBook,
} from '../../preload/contract/certification.ts'
import { legalParts } from '../../preload/contract/legal-time.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import { BROUGHT_RULE, type DocumentRow } from '../document/index.ts'
import { legalDay } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { annul, annulments } from './annul.ts'
import type { AttestationLine } from './attestation.ts'
import { authorityAt, signerTitle } from './authority.ts'
import { endRow, freeRow, nameSigner, numberThisYear, rowsOfYear, YEAR_ENDED } from './book.ts'
import { checkRegister } from './check.ts'
import { closeYear } from './closing.ts'
import { openNumbers } from './numbers.ts'
import { openOnPaper } from './paper.ts'
import { type CertificationParts, versionOf } from './parts.ts'
import { openPrints } from './prints.ts'
import { openWaiting } from './queue.ts'
import { openRefusals } from './refusals.ts'
import { type Form, numberText, type Taken } from './register.ts'
import { openReviews } from './review.ts'
import { openSigners } from './signers.ts'
import { peekNumbers, takeNumber } from './stretches.ts'
import { toRegisterRow } from './view.ts'
import { whose } from './whose.ts'
import { openShelf, yearBooks } from './year-book.ts'

export { type AttestationLine, SPECIMEN } from './attestation.ts'
export { signerTitle } from './authority.ts'
export type { Annulled, AskNumbers } from './parts.ts'
export { gapsIn, numberText } from './register.ts'

const KIND = 'SCT/BS'

/** The number of a document and what is printed for it. */
export interface Planned {
  readonly taken: Taken
  readonly lines: readonly AttestationLine[]
}

export interface Certifications {
  readonly handlers: HandlersOf<typeof declared>
  /** Who may sign at this moment, or why not. */
  authority(caller: Caller, at: Date): Result<Authority>
  /** The rules an electronic copy of today needs, or the first that is missing; brought files among the documents need theirs. */
  mayCertify(documents?: readonly Pick<DocumentRow, 'origin'>[]): Result<void>
  /** Before a PIN is typed: are there numbers for these documents? Asks nobody; a server is asked by `fetchNumbers`. */
  hasNumbers(documents: readonly DocumentRow[], at: Date): Result<void>
  /** As `hasNumbers`; from a server the numbers are here, durable, when it answers. Refuses before any is taken. */
  fetchNumbers(documents: readonly DocumentRow[], at: Date): Promise<Result<void>>
  /** For each document, in this order: the number it has already or would get, and what is printed for it. The authority must hold at that moment. */
  plan(documents: readonly DocumentRow[], authority: Authority, at: Date): Result<readonly Planned[]>
  /** Takes exactly the planned number; false when another one came between (then plan again). A document that has its number keeps it, under the name of who signs now. */
  take(w: Writer, document: DocumentRow, authority: Authority, taken: Taken, at: Date): boolean
  certified(w: Writer, documentId: string, at: Date): void
  /** Nothing was signed: the number goes to the next document of the day. */
  freed(w: Writer, documentId: string): void
  cancelled(w: Writer, documentId: string, reason: string): void
  check(r: Reader): number | null
  tell(): void
}

export function openCertifications(parts: CertificationParts): Certifications {
  const { storage, documents, law, chainKey, now } = parts
  const numbers = openNumbers(parts)
  const signers = openSigners(parts)
  const waiting = openWaiting(parts, numbers, signers)
  const reviews = openReviews(parts, waiting)
  const refusals = openRefusals(parts, signers)
  const onPaper = openOnPaper(parts, numbers, signers)
  const prints = openPrints(parts)
  const shelf = openShelf(parts, numbers)

  /** Where copies of each form are written at this moment, as far as the rules are there. */
  const current = (r: Reader, at: Date) =>
    (['electronic', 'paper'] as const).flatMap((form: Form) => {
      const place = numbers.place(form, at)
      if (!place.ok) return []
      return [{ form, series: place.value.series, book: peekNumbers(r, place.value, at, 1)[0]?.book ?? '' }]
    })
  const books = (year: number): YearBook[] =>
    storage.read((r) => {
      const at = now()
      return [...yearBooks(r, year, legalParts(at).year === year ? current(r, at) : [])]
    })
  const register = (year: number): RegisterRow[] =>
    storage.read((r) => {
      const known = annulments(r)
      return rowsOfYear(r, year).map((row) => toRegisterRow(row, legalDay(now()), known.get(row.seq)))
    })
  /** The newest book of the year that copies are written in; a year nobody writes in any more: its last one. */
  function bookToPrint(year: number, month: number | null, named: string | undefined): string | undefined {
    const all = books(year)
    const chosen =
      all.find((one) => one.series === named || one.books.includes(named ?? '')) ??
      (named === undefined ? (all.find((one) => one.forms.length > 0) ?? all.at(-1)) : undefined)
    if (chosen === undefined || month === null) return chosen?.series
    return named !== undefined && chosen.books.includes(named) ? named : chosen.books.at(-1)
  }
  const told = <T>(done: Result<unknown>, then: () => T): Result<T> => {
    if (!done.ok) return done
    waiting.tell()
    return ok(then())
  }

  /** The refusal is durable: what shows a secret paper goes now, or at the next start. */
  const erased = <T>(done: Result<T>): Result<T> => {
    if (done.ok) parts.erase()
    return done
  }

  const handlers: HandlersOf<typeof declared> = {
    queue: () => ok(waiting.queue()),
    reasons: refusals.reasons,
    review: reviews.review,
    drawSample: (_, caller) => reviews.drawSample(caller),
    reviewRest: reviews.reviewRest,
    hold: ({ documentId, reason, note }, caller) =>
      erased(waiting.turn(documentId, 'held', caller, (w, row) => refusals.hold(w, row, { reason, note }, caller))),
    secret: ({ documentId, seen }, caller) =>
      erased(waiting.turn(documentId, 'held', caller, (w, row) => refusals.secret(w, row, seen, caller))),
    release: ({ documentId }, caller) =>
      waiting.turn(documentId, 'released', caller, (w, row) => refusals.release(w, row, caller)),
    forgery: ({ documentId, signs }, caller) =>
      waiting.turn(documentId, 'paper-locked', caller, (w, row) => refusals.forgery(w, row, signs, caller)),
    endForgery: ({ documentId, why }, caller) =>
      waiting.turn(documentId, 'paper-unlocked', caller, (w, row) => refusals.endForgery(w, row, why, caller)),
    printRefusal: ({ documentId }, caller) => prints.letter(documentId, caller),
    onPaper: async (ask, caller) => {
      const may = waiting.may('paper')
      if (!may.ok) return may
      const started = await onPaper.start(ask, caller)
      if (!started.ok) return started
      documents.tell(ask.documentId)
      const queue = waiting.tell()
      const printed = await prints.attestation(started.value.document, started.value.lines)
      return printed.ok ? ok({ queue, file: printed.value.file }) : printed
    },
    printOnPaper: async ({ documentId }) => {
      const again = onPaper.lines(documentId)
      return again.ok ? prints.attestation(again.value.document, again.value.lines) : again
    },
    paperSigned: ({ documentId }, caller) => {
      const done = onPaper.signed(documentId, caller)
      if (done.ok) documents.tell(documentId)
      return done.ok ? ok(waiting.tell()) : done
    },
    paperUndone: ({ documentId }, caller) => {
      const done = onPaper.undone(documentId, caller)
      if (done.ok) documents.tell(documentId)
      return done.ok ? ok(waiting.tell()) : done
    },
    rules: () => ok([...law.list()]),
    adopt: ({ key, source }, caller) =>
      told(law.adopt(key, source, { id: caller.operatorId, name: caller.name }), () => [...law.list()]),
    authorities: () => ok([...storage.read(signers.list)]),
    grant: (given, caller) => {
      signers.grant(given, caller)
      return told(ok(undefined), () => [...storage.read(signers.list)])
    },
    endAuthority: ({ id, why }, caller) => told(signers.end(id, why, caller), () => [...storage.read(signers.list)]),
    register: ({ year }) => ok(register(year)),
    annul: ({ book, number, ...decision }, caller) => {
      // An officer cancels only while the officer may sign; a supervisor records the chairman's decision.
      if (!caller.roles.includes('supervisor')) {
        const may = authorityAt(storage.read(signers.list), caller.operatorId, KIND, now())
        if (!may.ok) return may
      }
      const done = annul(parts, { book, number }, decision, caller)
      if (done.ok) documents.tell(done.value.documentId)
      return done.ok ? ok(register(Number(/\/(\d{4})-/.exec(book)?.[1] ?? legalParts(now()).year))) : done
    },
    books: ({ year }) => ok(books(year)),
    numberSource: () => ok(storage.read((r) => numbers.source(r, now()))),
    changeBook: ({ year, series }, caller) => told(shelf.changeBook({ series }, caller), () => books(year)),
    grantBlock: (ask, caller) => told(shelf.grantBlock(ask, caller), () => books(ask.year)),
    closeBlock: ({ year, id, why }, caller) => told(shelf.closeBlock({ id, why }, caller), () => books(year)),
    closeYear: async ({ year, series }, caller) => {
      const settled = await numbers.settle(series, now())
      return settled.ok ? told(closeYear(parts, { year, series }, caller), () => books(year)) : settled
    },
    printRegister: async ({ year, month, book }, caller) => {
      const named = bookToPrint(year, month, book)
      return named === undefined ? fail({ kind: 'stale' }) : prints.register({ year, month, book: named }, caller)
    },
  }

  return {
    handlers,
    authority: (caller, at) => authorityAt(storage.read(signers.list), caller.operatorId, KIND, at),
    mayCertify: (documents = []) => {
      const allowed = waiting.may('electronic')
      if (!allowed.ok || documents.every(({ origin }) => origin === 'scan')) return allowed
      const rule = parts.law.entry(BROUGHT_RULE)
      return rule.ok ? allowed : rule
    },
    hasNumbers: (rows, at) => {
      const place = numbers.place('electronic', at)
      if (!place.ok) return place
      const ids = rows.map((row) => row.id)
      return storage.read((r) => numbers.room(r, ids, place.value, at))
    },
    fetchNumbers: async (rows, at) => {
      const place = numbers.place('electronic', at)
      if (!place.ok) return place
      const ids = rows.map((row) => row.id)
      return numbers.fetch(ids, place.value, at)
    },
    plan: (rows, authority, at) => {
      const place = numbers.place('electronic', at)
      if (!place.ok) return place
      const { holding, known, next } = storage.read((r) => {
        const taken = rows.map((row) => numberThisYear(r, row.id, at))
        const fresh = taken.filter((one) => one === undefined).length
        const held = signers.holding(r, authority.id, at)
        return { holding: held, known: taken, next: peekNumbers(r, place.value, at, fresh) }
      })
      if (!holding.ok) return holding
      const all: Planned[] = []
      let fresh = 0
      for (const row of known) {
        const taken = row === undefined ? next[fresh++] : row
        if (taken === undefined) return refuse('no-number-left', place.value.series)
        const { book, number } = taken
        const [title, signer] = [signerTitle(authority), authority.personName]
        const made = waiting.lines({ number: numberText(number), book, at, title, signer })
        if (!made.ok) return made
        all.push({ taken: { book, number }, lines: made.value })
      }
      return ok(all)
    },
    take: (w, document, authority, taken, at) => {
      const place = numbers.place('electronic', at)
      const version = versionOf(law, 'certification.attestation')
      if (!place.ok || !version.ok || !signers.holding(w, authority.id, at).ok) return false
      const [template, signerTitleNow] = [version.value, signerTitle(authority)]
      const known = numberThisYear(w, document.id, at)
      if (known !== undefined) {
        if (known.book !== taken.book || known.number !== taken.number) return false
        nameSigner(w, document.id, { signer: authority.personName, signerTitle: signerTitleNow, template })
        return true
      }
      endRow(w, chainKey, document.id, { state: 'cancelled', certifiedAt: null, note: YEAR_ENDED })
      const row = whose(w, document, authority, { form: 'electronic', template })
      return takeNumber(w, chainKey, place.value, taken, at, row)
    },
    certified: (w, documentId, at) =>
      endRow(w, chainKey, documentId, { state: 'certified', certifiedAt: at.toISOString(), note: '' }),
    freed: freeRow,
    cancelled: (w, documentId, reason) =>
      endRow(w, chainKey, documentId, { state: 'cancelled', certifiedAt: null, note: reason }),
    check: (r) => checkRegister(r, chainKey),
    tell: () => void waiting.tell(),
  }
}
