// The text of the attestation (lời chứng): the unit's dated template with the facts of one copy put in. Pure.
import { z } from 'zod'
import { legalParts } from '../../preload/contract/legal-time.ts'

export const AttestationTemplate = z.object({
  lines: z
    .array(z.object({ text: z.string(), size: z.number().min(6).max(60), weight: z.enum(['regular', 'bold']) }))
    .min(1)
    .max(12),
})
export type AttestationTemplate = z.infer<typeof AttestationTemplate>

export interface AttestationFacts {
  /** Number text, e.g. `07`; dots when not taken yet. */
  readonly number: string
  readonly book: string
  readonly at: Date
  readonly title: string
  readonly signer: string
}

export interface AttestationLine {
  readonly text: string
  readonly size: number
  readonly weight: 'regular' | 'bold'
}

/** Printed on everything a specimen unit makes. */
export const SPECIMEN = 'MẪU – KHÔNG CÓ GIÁ TRỊ'

export function attest(
  template: AttestationTemplate,
  facts: AttestationFacts,
  specimen: boolean,
): readonly AttestationLine[] {
  const { year, month, day } = legalParts(facts.at)
  const words: Readonly<Record<string, string>> = {
    number: facts.number,
    book: facts.book,
    day: String(day).padStart(2, '0'),
    month: month < 3 ? String(month).padStart(2, '0') : String(month),
    year: String(year),
    title: facts.title,
    signer: facts.signer,
  }
  const lines = template.lines
    .map((line) => ({ ...line, text: line.text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole) }))
    // An empty line of the template is room for the signature and the seal; a line that lost all its words is left out.
    .filter((line, index) => line.text.trim() !== '' || template.lines[index]?.text === '')
  const [first, ...rest] = lines
  if (!specimen || first === undefined) return lines
  return [first, { text: SPECIMEN, size: 9.5, weight: 'bold' }, ...rest]
}
