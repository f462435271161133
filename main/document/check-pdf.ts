// Checks a PDF against the PDF/A-2b rules of archival-rules.ts, before it is saved. Meant for hostile bytes: never throws, never
// hangs (every byte read is paid from a budget), bounded memory; the file itself is not changed.
// What it does not cover, and so does not promise: glyphs (widths, .notdef, presence in the font program), the inside of font
// programs, JPEG 2000 and JBIG2 data, pixels of pictures, structure of tagged PDF (level A is answered as U), value types of XMP
// properties, colourants of Separation and DeviceN, overprint with CMYK, names as UTF-8, objects that nothing refers to, the
// cryptographic value of signatures. It is no substitute for veraPDF; it says no to everything it cannot read.
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { ARCHIVAL_RULES } from './archival-rules.ts'
import { findXmp } from './archival-rules-metadata.ts'
import { gatherFacts } from './pdf-facts.ts'
import { openPdfFile } from './pdf-file.ts'
import { type Budget, openNotes, stopByRule } from './pdf-objects.ts'

export interface Archival {
  readonly part: 2
  readonly conformance: 'B' | 'U'
  readonly pages: number
}

const MOST_BYTES = 256 * 1024 * 1024
/** Units: bytes looked at and objects made, see pdf-objects.ts. About eight seconds of work at most; a report of 10,000 lines passes. */
const BUDGET = 72_000_000

/** Failure: `refused pdf-not-archival`, detail = id of the first broken rule, e.g. `6.2.3-intent`. */
export function checkPdfA(pdf: Uint8Array): Result<Archival> {
  const checked = brokenRules(pdf)
  const [first] = checked.broken
  if (first !== undefined || checked.archival === null) return refuse('pdf-not-archival', first ?? 'own-syntax')
  return ok(checked.archival)
}

/** All broken rules, in the order of the table; only one when the file cannot be read to the end. */
export function brokenRules(pdf: Uint8Array): {
  readonly broken: readonly string[]
  readonly archival: Archival | null
} {
  if (pdf.length > MOST_BYTES) return { broken: ['own-size'], archival: null }
  const notes = openNotes()
  const budget: Budget = { left: BUDGET, stop: stopByRule }
  try {
    const facts = gatherFacts(openPdfFile(pdf, budget, notes))
    const broken = ARCHIVAL_RULES.filter(({ id, test }) => (test === 'lexical' ? notes.has(id) : !test(facts))).map(
      ({ id }) => id,
    )
    const level = findXmp(facts, 'pdfaid', 'conformance')?.values[0]
    return { broken, archival: { part: 2, conformance: level === 'B' ? 'B' : 'U', pages: facts.pages.length } }
  } catch (error) {
    const rule = error instanceof Error && typeof error.cause === 'string' ? error.cause : 'own-syntax'
    return { broken: [rule], archival: null }
  }
}
