// Spoiled PDFs: every question to the reader is answered or ends as one kind of error, for no more than it may cost.
// `FUZZ_PDF=20000` asks for more files, `FUZZ_FROM` for others.
import { beforeAll, expect, test } from 'vitest'
import { factsOf } from '../../main/workshop/pdf/facts.ts'
import { openAnyPdf, openPdf, openRevision, type Pdf, searchPdf } from '../../main/workshop/pdf/file.ts'
import {
  certificationLevel,
  fieldsLockedBy,
  hasUsageRights,
  listSignatureFields,
  readSecurityStore,
} from '../../main/workshop/pdf/form.ts'
import { walkPages } from '../../main/workshop/pdf/pages.ts'
import { budgetFor, spansOfEntries } from '../../main/workshop/pdf/tokens.ts'
import { asDictionary, asStream } from '../../main/workshop/pdf/values.ts'
import { spoil } from '../scan/import/spoil.ts'
import { append, byQpdf, hasQpdf, hybridPdf, sample } from './pdf-files.ts'

const COUNT = Number(process.env.FUZZ_PDF ?? 800)
const FROM = Number(process.env.FUZZ_FROM ?? 1)

let seeds: readonly Uint8Array[]
beforeAll(() => {
  const revised = append(append(sample(), { 6: '<< /Title (second) >>' }), { 4: 'null' }, '/Info 6 0 R ')
  const lock = ['--allow-weak-crypto', '--encrypt', '', 'owner']
  const ways = [
    ['--object-streams=generate'],
    ['--linearize'],
    ['--linearize', '--object-streams=generate'],
    [...lock, '40', '--'],
    [...lock, '128', '--use-aes=y', '--'],
    ['--object-streams=generate', ...lock, '256', '--'],
  ]
  seeds = [sample(), revised, hybridPdf(), ...(hasQpdf ? ways.map((way) => byQpdf(sample(), ...way)) : [])]
})

/** Everything that anybody asks of a file, each question by itself. */
const QUESTIONS: readonly ((pdf: Pdf) => unknown)[] = [
  factsOf,
  (pdf) => [...walkPages(pdf, () => undefined)],
  (pdf) =>
    listSignatureFields(pdf).map(({ field, signature, contents }) => {
      if (contents !== undefined) expect(contents.source.length).toBeGreaterThanOrEqual(contents.end)
      return [spansOfEntries(field), signature && fieldsLockedBy(pdf, signature)]
    }),
  certificationLevel,
  hasUsageRights,
  readSecurityStore,
  (pdf) => pdf.revisions().map((revision) => factsOf(openRevision(pdf, revision)).nextNumber),
]

function ask(pdf: Pdf, answered: (trouble: string) => void): void {
  const each = (question: () => unknown): void => {
    try {
      question()
    } catch (thrown) {
      answered(troubleOf(thrown))
    }
  }
  for (const question of QUESTIONS) each(() => question(pdf))
  for (const number of [...pdf.entries.keys()].slice(0, 100))
    each(() => {
      const value = pdf.read(number)
      const stream = asStream(value)
      if (stream !== undefined) expect(pdf.decode(stream).length).toBeLessThanOrEqual(64 * 1024 * 1024)
      const dictionary = asDictionary(value)
      if (dictionary !== undefined) spansOfEntries(dictionary)
      pdf.locate(number)
    })
}

function troubleOf(thrown: unknown): string {
  const { message, cause } = thrown as { readonly message?: string; readonly cause?: { readonly pdf?: string } }
  if (message !== 'broken pdf' || typeof cause?.pdf !== 'string') throw thrown
  return cause.pdf
}

test('sound files are the same by their cross-reference and by searching', () => {
  for (const bytes of seeds) {
    const [pdf, searched] = [openPdf(bytes), searchPdf(bytes)]
    for (const [number, entry] of pdf.entries) {
      if (entry.kind === 'free') continue
      expect([number, searched.read(number)]).toEqual([number, pdf.read(number)])
    }
    expect([...walkPages(searched, () => undefined)]).toEqual([...walkPages(pdf, () => undefined)])
    expect([openAnyPdf(bytes).searched, factsOf(pdf).brokenXref]).toEqual([false, false])
  }
})

test(
  `${COUNT} spoiled files: an answer or one kind of error, and never more than it may cost`,
  () => {
    const met = new Set<string>()
    const files = seeds.map((bytes) => Buffer.from(bytes))
    let [indexed, mended] = [0, 0]
    for (let seed = FROM; seed < FROM + COUNT; seed += 1) {
      const bytes = new Uint8Array(spoil(files, seed))
      for (const open of [openPdf, searchPdf, openAnyPdf]) {
        const budget = budgetFor(bytes)
        try {
          const pdf = open(bytes, { budget })
          if (open === openPdf) indexed += 1
          if (open === openAnyPdf) mended += 1
          ask(pdf, (trouble) => met.add(trouble))
        } catch (thrown) {
          met.add(troubleOf(thrown))
        }
        // One step may go beyond what is left, by what it unfolded at most.
        expect(budget.left).toBeGreaterThan(-70_000_000)
      }
    }
    expect([...met]).toEqual(expect.arrayContaining(['broken-object', 'broken-xref', 'no-catalog', 'no-header']))
    // Most of what its own index does not reach is found by searching.
    expect(mended).toBeGreaterThan(indexed)
  },
  60_000 + COUNT * 60,
)
