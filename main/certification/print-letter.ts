// Prints a letter of the unit as a PDF/A-2b, A4: the written refusal of a certification, the record of a suspected forgery.
// All words come from a dated template with {places}; a paragraph that lost all its words is left out. Nothing is cut.
import { z } from 'zod'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import { type Area, heightOf, mm, writeHeading, writeSpecimenMark, writeText } from '../workshop/form-parts.ts'
import { openPaper, type Paper } from '../workshop/open-paper.ts'

const text = z.string().min(1)
export const LetterTexts = z.object({
  country: text,
  motto: text,
  /** Before the number that the clerk of the office (văn thư) writes in; empty for a record. */
  numberLine: z.string(),
  title: text,
  subject: z.string(),
  /** `{name}` is filled in; `- ` begins a dash line, `**` a strong one. */
  paragraphs: z.array(text).min(1).max(40),
  signatures: z
    .array(z.object({ role: text, note: z.string(), name: z.string() }))
    .min(1)
    .max(3),
  specimen: text,
  page: text,
})
export type LetterTexts = z.infer<typeof LetterTexts>
export const LetterTemplate = z.object({ value: LetterTexts })
export type LetterTemplate = z.infer<typeof LetterTemplate>

export interface LetterInput {
  /** Identifier of this print (UUID). */
  readonly id: string
  readonly now: Date
  readonly specimen: boolean
  readonly unit: { readonly name: string; readonly place: string }
  /** What the places of the template stand for. */
  readonly facts: Readonly<Record<string, string>>
}

export const A4_PORTRAIT = [mm(210), mm(297)] as const
const SIZE = 11.5
const LEFT = mm(30)
const WIDTH = A4_PORTRAIT[0] - LEFT - mm(18)
const TOP = mm(18)
const BOTTOM = A4_PORTRAIT[1] - mm(20)
/** Room for a handwritten signature and the seal. */
const SIGNING = 78

/** The template's text with its facts; null when a line that has places lost all of them. */
export function filled(pattern: string, facts: Readonly<Record<string, string>>): string | null {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  if (names.length > 0 && names.every((name) => facts[name] === '')) return null
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole)
}

export async function printLetter(
  input: LetterInput,
  { template, fontFolder }: { readonly template: LetterTemplate; readonly fontFolder: string },
): Promise<Uint8Array> {
  const words = template.value
  const paper = openPaper({
    id: input.id,
    now: input.now,
    title: words.title,
    creator: input.unit.name,
    fontFolder,
  })
  const open = (): number => {
    paper.page(A4_PORTRAIT)
    if (input.specimen) writeSpecimenMark(paper, words.specimen)
    return TOP
  }
  let y = writeTop(paper, input, words, open())
  for (const pattern of words.paragraphs) {
    const line = filled(pattern, input.facts)
    if (line === null) continue
    const { indent, said, style } = shapeOf(line)
    const height = heightOf(paper, said, style, WIDTH - indent)
    if (y + height > BOTTOM) y = open()
    y = writeText(paper, said, style, { x: LEFT + indent, y, width: WIDTH - indent }) + 5
  }
  if (y + SIGNING + 50 > BOTTOM) y = open()
  writeSignatures(paper, input, words, y + 14)
  writeFeet(paper, words, input.specimen)
  return paper.close()
}

function shapeOf(line: string) {
  const dash = line.startsWith('- ')
  const strong = line.startsWith('**')
  const said = strong ? line.slice(2) : line
  return { indent: dash ? mm(8) : 0, said, style: { size: SIZE, weight: strong ? ('semibold' as const) : undefined } }
}

function writeTop(paper: Paper, input: LetterInput, words: LetterTexts, from: number): number {
  const { unit, now } = input
  const area: Area = { x: LEFT, y: from, width: WIDTH }
  const place = unit.place === '' ? '' : `${unit.place}, `
  const heading = {
    parent: '',
    unit: unit.name,
    below: words.numberLine === '' ? [] : [words.numberLine],
    country: words.country,
    motto: words.motto,
    dateline: `${place}${formatLegal(now, 'ngày … tháng … năm …')}`,
  }
  let y = writeHeading(paper, heading, 10, area) + 22
  y = writeText(paper, words.title, { size: 14, weight: 'bold', align: 'center' }, { ...area, y })
  const subject = filled(words.subject, input.facts)
  if (subject !== null && subject !== '')
    y = writeText(paper, subject, { size: SIZE, weight: 'semibold', align: 'center' }, { ...area, y: y + 2 })
  return y + 16
}

function writeSignatures(paper: Paper, input: LetterInput, words: LetterTexts, top: number): void {
  const width = WIDTH / Math.max(2, words.signatures.length)
  // One signature stands on the right half.
  const from = words.signatures.length === 1 ? LEFT + width : LEFT
  for (const [index, { role, note, name }] of words.signatures.entries()) {
    const x = from + index * width
    const inner = { x: x + 4, width: width - 8 }
    const title = filled(role, input.facts) ?? ''
    let y = writeText(paper, title, { size: SIZE - 0.5, weight: 'bold', align: 'center' }, { ...inner, y: top })
    y = writeText(paper, note, { size: SIZE - 2, align: 'center', slanted: true }, { ...inner, y })
    const person = filled(name, input.facts) ?? ''
    writeText(paper, person, { size: SIZE, weight: 'semibold', align: 'center' }, { ...inner, y: y + SIGNING - 18 })
  }
}

/** At the foot: which page of how many, and on a specimen in plain words what it is worth. */
function writeFeet(paper: Paper, words: LetterTexts, specimen: boolean): void {
  const pages = paper.draw.bufferedPageRange().count
  for (let page = 0; page < pages; page += 1) {
    paper.draw.switchToPage(page)
    const number = words.page.replace('{page}', String(page + 1)).replace('{pages}', String(pages))
    const foot = [specimen ? words.specimen : '', pages > 1 ? number : ''].filter((part) => part !== '').join('   ·   ')
    const weight = specimen ? ('bold' as const) : ('regular' as const)
    writeText(paper, foot, { size: 9, align: 'center', weight }, { x: LEFT, y: A4_PORTRAIT[1] - mm(14), width: WIDTH })
  }
}
