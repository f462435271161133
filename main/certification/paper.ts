// Copies on paper: the number is taken, the attestation printed, then it is signed by hand. No token takes part.
// The number stands in the register from the moment it is printed; what was not signed is given back.
import type { Caller } from '../../preload/contract/border.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { DocumentRow } from '../document/index.ts'
import type { Writer } from '../storage/index.ts'
import { type AttestationLine, AttestationTemplate, attest } from './attestation.ts'
import { type BookRow, endRow, freeRow, rowInWork } from './book.ts'
import type { Numbers } from './numbers.ts'
import { type CertificationParts, versionOf } from './parts.ts'
import { numberText } from './register.ts'
import type { Signers } from './signers.ts'
import { type Place, peekNumbers, takeNumber } from './stretches.ts'
import { whose } from './whose.ts'

export const PAPER_FORM = 'certification.attestation-paper'

interface Wanted {
  readonly documentId: string
  readonly seen: string
  readonly authorityId: string
}
export interface Started {
  readonly document: DocumentRow
  readonly lines: readonly AttestationLine[]
}

export interface OnPaper {
  start(ask: Wanted, caller: Caller): Promise<Result<Started>>
  /** What stands on the sheet of a copy that waits for its signature. */
  lines(documentId: string): Result<Started>
  signed(documentId: string, caller: Caller): Result<void>
  undone(documentId: string, caller: Caller): Result<void>
}

/** What stands on the sheet: the number, the day and the person of the row, in the words of the form. */
export function sheetLines(
  { law, unit }: Pick<CertificationParts, 'law' | 'unit'>,
  row: BookRow,
): Result<readonly AttestationLine[]> {
  const at = new Date(row.takenAt)
  const template = law.get(PAPER_FORM, AttestationTemplate, at)
  if (!template.ok) return template
  const facts = { number: numberText(row.number), book: row.book, at, title: row.signerTitle, signer: row.signer }
  return ok(attest(template.value, facts, unit.specimen))
}

export function openOnPaper(parts: CertificationParts, numbers: Numbers, signers: Signers): OnPaper {
  const { storage, documents, audit, law, chainKey, now } = parts

  /** Number, row, document and audit in one transaction. */
  function takeIn(
    w: Writer,
    ask: Wanted,
    place: Place,
    authority: Authority,
    template: string,
    caller: Caller,
    at: Date,
  ): Result<BookRow> {
    const document = documents.find(w, ask.documentId)
    if (document === undefined || document.file !== ask.seen || !document.certifiedCopy) return fail({ kind: 'stale' })
    const [next] = peekNumbers(w, place, at, 1)
    if (next === undefined) return refuse('no-number-left', place.series)
    const number = `${numberText(next.number)} · ${next.book}`
    if (!documents.turn(w, document.id, ['compared', 'reviewed'], { state: 'signing', number }))
      return fail({ kind: 'stale' })
    if (!takeNumber(w, chainKey, place, next, at, whose(w, document, authority, { form: 'paper', template })))
      throw new Error('the number that was just looked at is not the next one')
    audit.append(w, {
      actor: caller.operatorId,
      event: 'certification.paper-numbered',
      subject: document.id,
      detail: { book: next.book, number: next.number, authority: authority.id, shown: document.file },
    })
    const row = rowInWork(w, document.id)
    return row === undefined ? fail({ kind: 'stale' }) : ok(row)
  }

  async function start(ask: Wanted, caller: Caller): Promise<Result<Started>> {
    const place = numbers.place('paper', now())
    if (!place.ok) return place
    const version = versionOf(law, PAPER_FORM)
    if (!version.ok) return version
    const room = await numbers.fetch([ask.documentId], place.value, now())
    if (!room.ok) return room
    // The moment that counts is the one in which the number is taken, not the one in which the server was asked.
    const at = now()
    const taken = storage.write((w): Result<BookRow> => {
      const authority = signers.holding(w, ask.authorityId, at)
      if (!authority.ok) return authority
      return takeIn(w, ask, place.value, authority.value, version.value, caller, at)
    })
    return taken.ok ? lines(ask.documentId) : taken
  }

  function lines(documentId: string): Result<Started> {
    const { row, document } = storage.read((r) => ({
      row: rowInWork(r, documentId),
      document: documents.find(r, documentId),
    }))
    if (row === undefined || row.form !== 'paper' || document === undefined) return fail({ kind: 'stale' })
    const made = sheetLines(parts, row)
    return made.ok ? ok({ document, lines: made.value }) : made
  }

  function end(
    documentId: string,
    caller: Caller,
    event: 'paper-signed' | 'paper-undone',
    finish: (w: Writer, row: BookRow) => boolean,
  ): Result<void> {
    return storage.write((w) => {
      const row = rowInWork(w, documentId)
      if (row === undefined || row.form !== 'paper' || !finish(w, row)) return fail({ kind: 'stale' })
      audit.append(w, {
        actor: caller.operatorId,
        event: `certification.${event}`,
        subject: documentId,
        detail: { book: row.book, number: row.number },
      })
      return ok(undefined)
    })
  }

  return {
    start,
    lines,
    signed: (documentId, caller) =>
      end(documentId, caller, 'paper-signed', (w, row) => {
        if (!documents.turn(w, documentId, ['signing'], { state: 'certified' })) return false
        endRow(w, chainKey, documentId, { state: 'certified', certifiedAt: row.takenAt, note: '' })
        const document = documents.find(w, documentId)
        if (document !== undefined) parts.certifiedOnPaper(w, document)
        return true
      }),
    undone: (documentId, caller) =>
      end(documentId, caller, 'paper-undone', (w) => {
        const back = { state: 'compared', number: null, reviewedBy: null, reviewedAt: null, reviewMode: null } as const
        if (!documents.turn(w, documentId, ['signing'], back)) return false
        freeRow(w, documentId)
        return true
      }),
  }
}
