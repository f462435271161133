// How well papers are read and the form is filled, over many drawn papers: `node tests/scan/reading/measure.ts [papers] [dpi]`.
// Prints one JSON line; no test, so that a slow machine fails nothing. CPU counts reading alone, not the drawing.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { extractFields } from '../../../main/document/extract-fields.ts'
import { openReader } from '../../../main/scan/reading/index.ts'
import { ENGINE_FILES } from './engine-files.ts'
import { drawKind, KINDS } from './papers.ts'
import { compare } from './pen.ts'

const count = Number(process.argv[2] ?? 24)
const dpi = Number(process.argv[3] ?? 300)
const list = resolve(import.meta.dirname, '../../../resources/catalogue/paper-titles.json')
const titles = (JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly name: string }[]).map(({ name }) => name)
const plain = (text: string): string => text.normalize('NFC').toLowerCase().replace(/[,.]/g, '')

const reader = openReader({ ...ENGINE_FILES, idle: 1000 })
const hits: Record<string, { right: number; wrong: number; missed: number; of: number }> = {}
const seconds: number[] = []
let errors = 0
let letters = 0
for (let paper = 0; paper < count; paper++) {
  const drawn = await drawKind(KINDS[paper % KINDS.length] ?? 'birth', 100 + paper, dpi)
  const before = process.cpuUsage()
  const read = await reader.readWords(drawn.picture, 0, dpi)
  const spent = process.cpuUsage(before)
  seconds.push((spent.user + spent.system) / 1e6)
  if (!read.ok) throw new Error(read.failure.kind)
  const compared = compare(drawn.written, read.value)
  errors += compared.errors
  letters += compared.letters
  const fields = extractFields([read.value], { titles })
  for (const [name, wanted] of Object.entries(drawn.expected)) {
    const field = fields.find((one) => one.name === name)
    hits[name] ??= { right: 0, wrong: 0, missed: 0, of: 0 }
    hits[name].of += 1
    if (field === undefined) hits[name].missed += 1
    else if (plain(field.value) === plain(wanted)) hits[name].right += 1
    else hits[name].wrong += 1
  }
}
reader.close()
const sorted = seconds.sort((a, b) => a - b)
console.log(
  JSON.stringify({
    papers: count,
    dpi,
    character_error_rate: Number((errors / letters).toFixed(4)),
    page_cpu_s: { median: sorted[sorted.length >> 1], most: sorted.at(-1) },
    memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    fields: hits,
  }),
)
