// A row of the register as it is shown and printed.
import type { RegisterRow } from '../../preload/contract/certification.ts'
import { type AnnulmentRow, annulledNote } from './annul.ts'
import { type BookRow, WRITTEN_OFF } from './book.ts'

/** A number given back stands in the book too: today it waits for the next paper, afterwards it is written off. */
function shownState(
  row: BookRow,
  today: string,
  annulled: AnnulmentRow | undefined,
): Pick<RegisterRow, 'state' | 'note'> {
  if (annulled !== undefined)
    return { state: 'annulled', note: [row.note, annulledNote(annulled)].filter((part) => part !== '').join('. ') }
  if (row.state !== 'freed') return { state: row.state, note: row.note }
  return row.takenDay < today ? { state: 'cancelled', note: WRITTEN_OFF } : { state: 'in-work', note: row.note }
}

/** `today` is a legal day. */
export const toRegisterRow = (row: BookRow, today: string, annulled: AnnulmentRow | undefined): RegisterRow => ({
  book: row.book,
  number: row.number,
  at: row.certifiedAt ?? row.takenAt,
  requester: row.requester,
  originalTitle: row.originalTitle,
  signer: row.signer,
  signerTitle: row.signerTitle,
  copies: row.copies,
  fee: row.fee,
  form: row.form,
  template: row.template,
  ...shownState(row, today, annulled),
})
