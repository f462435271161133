// What a PDF is, as far as whoever signs or checks it must know: plain facts, gathered once, no judgement.
import { findMisplaced, type Revision } from './cross-reference.ts'
import type { Pdf } from './file.ts'
import { isWhite } from './tokens.ts'
import { asCount, asDictionary, asName, at, latin1 } from './values.ts'

export interface PdfFacts {
  /** It had to be searched for its objects, or entries lead astray. */
  readonly brokenXref: boolean
  readonly encrypted: Pdf['encrypted']
  /** Its first object says so (Annex F); updates do not take that away. */
  readonly linearised: boolean
  /** Some table has a stream beside it (§7.5.8.4). */
  readonly hybrid: boolean
  /** Kind of the newest cross-reference section, which an update continues; null when searched. */
  readonly newest: 'table' | 'stream' | null
  /** What the header says, what the catalogue says (§7.7.2; not asked behind a password), and the later of the two; '' for none. */
  readonly version: { readonly header: string; readonly catalogue: string; readonly counts: string }
  /** Oldest first; the `start` of each is what its `startxref` says. */
  readonly revisions: readonly Revision[]
  readonly startxref: number
  /** Something other than white space follows the last `%%EOF`, or there is none. */
  readonly bytesAfterEnd: boolean
  /** A number that no section of the file uses. */
  readonly nextNumber: number
}

export function factsOf(pdf: Pdf): PdfFacts {
  const { bytes, sections, entries } = pdf
  const header = /%PDF-(\d\.\d)/.exec(latin1(bytes, 0, 1024))?.[1] ?? ''
  const sealed = pdf.encrypted === 'password'
  const root = sealed ? undefined : asDictionary(pdf.look(at(pdf.trailer, 'Root')))
  const catalogue = asName(pdf.look(at(root, 'Version'))) ?? ''
  let highest = (asCount(at(pdf.trailer, 'Size')) ?? 1) - 1
  for (const number of entries.keys()) if (number > highest) highest = number
  return {
    brokenXref: pdf.searched || findMisplaced(bytes, entries).length > 0,
    encrypted: pdf.encrypted,
    linearised: /^%PDF-[\s\S]{0,400}?\d+\s+\d+\s+obj\s*<<[^>]{0,400}\/Linearized\s/.test(latin1(bytes, 0, 1024)),
    hybrid: sections.some((section) => section.hybrid),
    newest: sections[0]?.kind ?? null,
    version: { header, catalogue, counts: /^\d\.\d$/.test(catalogue) && catalogue > header ? catalogue : header },
    revisions: pdf.revisions(),
    startxref: pdf.start,
    bytesAfterEnd: pdf.end < 0 || !bytes.subarray(pdf.end).every(isWhite),
    nextNumber: highest + 1,
  }
}
