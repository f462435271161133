// Prints the attestation (lời chứng) of a copy on paper: an empty A4 sheet with the text at the lower right, one for each copy.
// It goes onto the back or the last page of the copy, where the signer signs by hand and the seal is put. PDF/A-2b.
import { heightOf, mm, writeSpecimenMark, writeText } from '../workshop/form-parts.ts'
import { openPaper, type Paper } from '../workshop/open-paper.ts'
import { type AttestationLine, SPECIMEN } from './attestation.ts'
import { A4_PORTRAIT } from './print-letter.ts'

export interface AttestationInput {
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
  readonly specimen: boolean
  readonly unit: { readonly name: string }
  readonly title: string
  readonly lines: readonly AttestationLine[]
  /** One sheet for each copy, 1 to 99. */
  readonly copies: number
}

const WIDTH = mm(98)
const RIGHT = mm(18)
const FOOT = mm(24)
/** Room for the handwritten signature and the seal, whatever the template leaves: a seal has 36 mm. */
const SIGNING = mm(30)
/** Printed larger than beside a signature image on the screen. */
const GROW = 1.05

export async function printAttestation(
  input: AttestationInput,
  { fontFolder }: { readonly fontFolder: string },
): Promise<Uint8Array> {
  const paper = openPaper({
    id: input.id,
    now: input.now,
    title: input.title,
    creator: input.unit.name,
    fontFolder,
  })
  for (let copy = 0; copy < input.copies; copy += 1) {
    paper.page(A4_PORTRAIT)
    if (input.specimen) writeSpecimenMark(paper, SPECIMEN)
    writeBlock(paper, input.lines)
  }
  return paper.close()
}

const styleOf = ({ size, weight }: AttestationLine) =>
  ({ size: size * GROW, weight: weight === 'bold' ? 'bold' : 'regular', align: 'center' }) as const
const heightOfLine = (paper: Paper, line: AttestationLine): number =>
  line.text === '' ? Math.max(SIGNING, line.size) : heightOf(paper, line.text, styleOf(line), WIDTH) + 2

function writeBlock(paper: Paper, lines: readonly AttestationLine[]): void {
  const height = lines.reduce((sum, line) => sum + heightOfLine(paper, line), 0)
  const x = A4_PORTRAIT[0] - RIGHT - WIDTH
  let y = A4_PORTRAIT[1] - FOOT - height
  for (const line of lines) {
    if (line.text !== '') writeText(paper, line.text, styleOf(line), { x, y, width: WIDTH })
    y += heightOfLine(paper, line)
  }
}
