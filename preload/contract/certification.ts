// Station 5, certification (chứng thực): the legal act. Review, hold, register, the dated legal entries and their adoption.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Document } from './document.ts'
import { Failure } from './result.ts'
import { Day, Dong, Id, Instant, line, Mark, Sha256 } from './terms.ts'

/**
 * Where numbers come from, from a day on (unit.json): `station` one book a station, `blocks` reserved stretches of a shared
 * book, `server` asked for at each batch. `apart`: electronic copies have their own book, with their own symbol.
 */
export const BookRule = z.object({ from: Day, mode: z.enum(['station', 'blocks', 'server']), apart: z.boolean() })
export type BookRule = z.infer<typeof BookRule>

/** One of the six reasons of NĐ 23/2015 Đ.22, verbatim. `hint` says when it does not apply. */
export const RefusalReason = z.object({
  id: z.string(),
  text: z.string(),
  source: z.string(),
  hint: z.string(),
  /** Secret papers: whoever refuses for this reason has every image of the paper removed. */
  removesImages: z.boolean(),
})
export type RefusalReason = z.infer<typeof RefusalReason>

/** Why a held document was refused for good, or kept because it may be forged; the letter or the record can be printed. */
export const Refusal = z.object({
  kind: z.enum(['refusal', 'forgery']),
  reason: z.string(),
  note: z.string(),
  by: z.string(),
  at: Instant,
})
export type Refusal = z.infer<typeof Refusal>

export const QueueItem = z.object({
  document: Document,
  /** What will be printed, line by line, as the unit's template says today; numbers are taken when signing. */
  attestation: z.array(z.string()),
  /** Being certified on paper: its number is taken and the attestation printed; it waits for the handwritten signature. */
  onPaper: z.boolean(),
  refusal: Refusal.nullable(),
})
export type QueueItem = z.infer<typeof QueueItem>

export const Blocked = z.object({
  key: z.string(),
  why: z.enum(['missing', 'expired', 'not-adopted', 'used-up', 'no-server']),
})
export type Blocked = z.infer<typeof Blocked>

/** How a paper was reviewed: by itself, in or behind a drawn sample, or with the whole list. */
export const ReviewMode = z.enum(['each', 'sample', 'all'])
export type ReviewMode = z.infer<typeof ReviewMode>

/** What was drawn, in the list's order: each of them is to be seen before the rest may follow. */
export const Sample = z.object({ ids: z.array(Id) })
export type Sample = z.infer<typeof Sample>

export const Queue = z.object({
  items: z.array(QueueItem),
  reviewed: z.number().int(),
  held: z.number().int(),
  /** Why nothing can be certified now, if so: the missing, expired or not adopted entries, or a block without a number left. */
  blocked: z.array(Blocked),
  /** Why nothing can be certified on paper now. */
  paperBlocked: z.array(Blocked),
  specimen: z.boolean(),
  /** Ways of reviewing that this unit allows. */
  modes: z.array(ReviewMode),
})
export type Queue = z.infer<typeof Queue>

/** A legal entry with its source: form, text, fee, deadline, reason … */
export const Rule = z.object({
  key: z.string(),
  title: z.string(),
  value: z.string(),
  validFrom: Day,
  validTo: Day.nullable(),
  source: z.string(),
  mark: Mark,
  checkedOn: Day,
  note: z.string(),
  adopted: z.object({ by: z.string(), on: Day, source: z.string() }).nullable(),
  state: z.enum(['usable', 'expired', 'not-adopted', 'future']),
})
export type Rule = z.infer<typeof Rule>

export const RegisterRow = z.object({
  book: z.string(),
  number: z.number().int(),
  at: Instant,
  requester: z.string(),
  originalTitle: z.string(),
  signer: z.string(),
  signerTitle: z.string(),
  copies: z.number().int(),
  fee: Dong,
  form: z.enum(['electronic', 'paper']),
  /** `cancelled`: the number certified nothing; `annulled`: it did, and the certification has no value any more. */
  state: z.enum(['in-work', 'certified', 'cancelled', 'annulled']),
  /** Column 8. */
  note: z.string(),
  /** Which attestation was printed: key, first day, SHA-256. */
  template: z.string(),
})
export type RegisterRow = z.infer<typeof RegisterRow>

const Form = z.enum(['electronic', 'paper'])
/** A book or a reserved block of the year, as far as this station uses it. */
export const BookPart = z.object({
  id: z.string(),
  book: z.string(),
  kind: z.enum(['own', 'reserved', 'server']),
  first: z.number().int(),
  last: z.number().int().nullable(),
  next: z.number().int(),
  grant: z.string(),
  open: z.boolean(),
})
export type BookPart = z.infer<typeof BookPart>

/** One run of numbers of a year: its books and blocks, months and closing. */
export const YearBook = z.object({
  series: z.string(),
  year: z.number().int(),
  mode: z.enum(['station', 'blocks', 'server']),
  /** Kinds of copies whose numbers are taken here today; empty for a book nobody writes in any more. */
  forms: z.array(Form),
  parts: z.array(BookPart),
  /** Names of its books (quyển), first to last. */
  books: z.array(z.string()),
  rows: z.number().int(),
  inWork: z.number().int(),
  copies: z.number().int(),
  fee: Dong,
  months: z.array(
    z.object({
      book: z.string(),
      month: z.number().int(),
      rows: z.number().int(),
      printed: z.object({ at: Instant, firstPage: z.number().int(), pages: z.number().int() }).nullable(),
    }),
  ),
  closed: z.object({ at: Instant, by: z.string(), rows: z.number().int() }).nullable(),
})
export type YearBook = z.infer<typeof YearBook>

/** The server that numbers are asked of, where a unit has chosen one. */
export const NumberSource = z.object({
  /** Its machine; null: unit.json names none. */
  host: z.string().nullable(),
  /** When it last gave numbers. */
  answeredAt: Instant.nullable(),
  /** When a question was put that has no answer yet: it is asked again with the same key. */
  openSince: Instant.nullable(),
  /** Why the last question got none; null also before the first one since the program began. */
  trouble: Failure.nullable(),
})
export type NumberSource = z.infer<typeof NumberSource>

/** Who may sign what, from when to when, and how (KT., TUQ., TL.). */
export const Authority = z.object({
  id: Id,
  personName: z.string(),
  /** The personal number as it stands in the certificate's subject (serialNumber); binds person and certificate. */
  personNumber: z.string(),
  operatorId: Id.nullable(),
  titleLine: z.string(),
  actingForm: z.enum(['', 'KT.', 'TUQ.', 'TL.']),
  /** Number of the decision, and its day. */
  decision: z.string(),
  decidedOn: Day.optional(),
  validFrom: Day,
  validTo: Day,
  kinds: z.array(z.enum(['SCT/BS'])),
  /** Withdrawn before its last day: from this moment on it does not count. */
  ended: z.object({ at: Instant, why: z.string() }).optional(),
})
export type Authority = z.infer<typeof Authority>

const year = z.number().int().min(2000).max(2200)
const number = z.number().int().min(1).max(9_999_999)
const name = z.string().max(80)
const file = z.object({ file: Sha256 })
const asked = z.object({ documentId: Id }).strict()

export const certification = {
  queue: call('signed-in', nothing, Queue),
  reasons: call('signed-in', nothing, z.array(RefusalReason)),
  /** The officer has seen exactly this file; a file that changed since is refused as stale. */
  review: call(['officer'], z.object({ documentId: Id, seen: Sha256 }).strict(), Queue),
  /** Draws a sample of the list, a tenth and five at least; a new one replaces the old. */
  drawSample: call(['officer'], nothing, Sample),
  /** The rest of the list follows: exactly these files, after a sample that was good, or at once. */
  reviewRest: call(
    ['officer'],
    z
      .object({
        mode: z.enum(['sample', 'all']),
        list: z
          .array(z.object({ documentId: Id, seen: Sha256 }).strict())
          .min(1)
          .max(10_000),
      })
      .strict(),
    Queue,
  ),
  /** With one of the six reasons it is a refusal in writing, else it waits with a note. No number is taken. */
  hold: call(['officer'], z.object({ documentId: Id, reason: z.string().max(40), note: line(300) }).strict(), Queue),
  release: call(['officer'], asked, Queue),
  /** Secret paper (giấy tờ mật), seen before the officer has it: refused for that reason, and no image of it is kept. */
  secret: call(['clerk', 'officer', 'supervisor'], z.object({ documentId: Id, seen: Sha256 }).strict(), Queue),
  /** The original may be forged: the paper is held until a supervisor ends it; nothing is deleted (TT 01/2020 Đ.11.2). */
  forgery: call(['clerk', 'officer'], z.object({ documentId: Id, signs: line(500).min(4) }).strict(), Queue),
  endForgery: call(['supervisor'], z.object({ documentId: Id, why: line(300).min(4) }).strict(), Queue),
  /** The refusal letter (văn bản từ chối), or the record of a suspected forgery (biên bản). */
  printRefusal: call(['clerk', 'officer', 'supervisor'], asked, file),
  /** Certified on paper: takes the number under this authority and prints the attestation to put on the copies. */
  onPaper: call(
    ['clerk', 'officer'],
    z.object({ documentId: Id, seen: Sha256, authorityId: Id }).strict(),
    z.object({ queue: Queue, file: Sha256 }),
  ),
  /** The same attestation again, for another sheet. */
  printOnPaper: call(['clerk', 'officer'], asked, file),
  /** Signed by hand and sealed: the row is finished. */
  paperSigned: call(['clerk', 'officer'], asked, Queue),
  /** Nothing was signed: the number is given back. */
  paperUndone: call(['clerk', 'officer'], asked, Queue),
  rules: call('signed-in', nothing, z.array(Rule)),
  adopt: call(['supervisor'], z.object({ key: z.string().max(80), source: line(300).min(4) }).strict(), z.array(Rule)),
  authorities: call('signed-in', nothing, z.array(Authority)),
  grant: call(['supervisor'], Authority.omit({ id: true, ended: true }).strict(), z.array(Authority)),
  endAuthority: call(['supervisor'], z.object({ id: Id, why: line(300).min(4) }).strict(), z.array(Authority)),
  register: call('signed-in', z.object({ year }).strict(), z.array(RegisterRow)),
  /** The chairman cancelled it (TT 01/2020 Đ.7): the row stays, with the decision in column 8; the province is told. */
  annul: call(
    ['supervisor', 'officer'],
    z.object({ book: name, number, decision: line(100).min(3), decidedOn: Day, reason: line(300).min(4) }).strict(),
    z.array(RegisterRow),
  ),
  books: call('signed-in', z.object({ year }).strict(), z.array(YearBook)),
  /** Null: numbers come from books or blocks of this station. */
  numberSource: call('signed-in', nothing, NumberSource.nullable()),
  /** The book is full: the numbers go on in the next one (NĐ 23/2015 Đ.13.2). */
  changeBook: call(['supervisor'], z.object({ year, series: name }).strict(), z.array(YearBook)),
  /** A block of the shared book was handed to this station: `volume` is the number on the book's cover. */
  grantBlock: call(
    ['supervisor'],
    z
      .object({
        year,
        form: Form,
        volume: line(10).regex(/^[0-9A-Z]{1,6}(\.[0-9]{1,3})?$/),
        first: number,
        last: number,
        grant: line(200).min(4),
      })
      .strict(),
    z.array(YearBook),
  ),
  /** What is left of a block is written off, number by number, with this note in column 8. */
  closeBlock: call(['supervisor'], z.object({ year, id: Id, why: line(100).min(4) }).strict(), z.array(YearBook)),
  /** The year is over: what is left is written off and the register is closed with its total. */
  closeYear: call(['supervisor'], z.object({ year, series: name }).strict(), z.array(YearBook)),
  /** A month of one book (the newest when none is named), or without month all books of its run of numbers, merged and closed. */
  printRegister: call(
    ['officer', 'seal-keeper', 'supervisor'],
    z.object({ year, month: z.number().int().min(1).max(12).nullable(), book: name.optional() }).strict(),
    file,
  ),
  changed: news(Queue),
}
