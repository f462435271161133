// A PDF opened for signing and for judging signatures, by its own cross-reference (workshop/pdf).
// Never a repair, and nothing that other readers might read otherwise: doubled keys, rare filters of the structure.
import { openPdf as open, type Pdf } from '../../workshop/pdf/file.ts'
import type { Note } from '../../workshop/pdf/tokens.ts'
import { broken } from './broken.ts'

export type { Pdf } from '../../workshop/pdf/file.ts'

const REFUSED: { readonly [note in Note]?: string } = {
  'doubled-key': 'doubled-key',
  'foreign-hexadecimal': 'broken-object',
  'unusual-filter': 'unknown-filter',
}

const notes = {
  add: (note: Note): void => {
    const reason = REFUSED[note]
    if (reason !== undefined) broken(reason)
  },
}

/** Throws `broken` for anything unreadable (see broken.ts). */
export const openPdf = (bytes: Uint8Array): Pdf => open(bytes, { notes })
