// Bytes that nobody made on purpose: the checker answers yes or no to all of them, and comes back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildPdf } from '../../main/document/build-pdf.ts'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import { readUnicodeMap } from '../../main/document/read-unicode-map.ts'
import { readXmp } from '../../main/document/read-xmp.ts'
import { readJpegFacts } from '../../main/workshop/jpeg-facts.ts'
import { IDENTIFICATION, soundPdf, TITLE, writePdf, xmpOf } from './hand-made-pdf.ts'
import { drawPage, METADATA, pageOf } from './papers.ts'
import { hasQpdf, qpdfRewrite } from './peers.ts'

/** Mulberry32: the same seed, the same mutants. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const TOKENS = [
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '/',
  'R',
  'obj',
  'stream',
  'endstream',
  '999999999',
  '-1',
  '0 0 R',
  '1 0 R',
  '2 0 R',
  '/Kids',
  '/Prev',
  '/Length',
  '%%EOF',
  'xref',
  'BI',
  'ID',
  '\0',
  '\xff',
]

function mutate(bytes: Uint8Array, roll: (below: number) => number): Uint8Array {
  let out = Buffer.from(bytes)
  for (let times = 1 + roll(6); times > 0; times -= 1) {
    const at = roll(out.length)
    const kind = roll(6)
    if (kind === 0) out[at] = roll(256)
    if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(Math.min(out.length, at + 1 + roll(200)))])
    if (kind === 2)
      out = Buffer.concat([
        out.subarray(0, at),
        Buffer.from(TOKENS[roll(TOKENS.length)] ?? '', 'latin1'),
        out.subarray(at),
      ])
    if (kind === 3) out.set(out.subarray(at, Math.min(out.length, at + 40)), roll(out.length - 40))
    // Digits are where the structure lies: object numbers, offsets, lengths.
    if (kind >= 4)
      for (let index = at; index < out.length; index += 1) {
        const byte = out[index] ?? 0
        if (byte >= 0x30 && byte <= 0x39) {
          out[index] = 0x30 + roll(10)
          break
        }
      }
    if (out.length < 50) return out
  }
  return out
}

async function seeds(): Promise<readonly Uint8Array[]> {
  const words = { width: 90, height: 64, words: [{ text: 'Mẫu', left: 5, top: 5, width: 30, height: 12, line: 1 }] }
  const page = pageOf(await drawPage(64, 90), { rotation: 90, dpi: 72, words })
  const built = buildPdf({ pages: [page, page], metadata: METADATA })
  if (!built.ok) throw new Error('no seed')
  const packed = hasQpdf ? [qpdfRewrite(built.value.pdf, '--object-streams=generate')] : []
  return [built.value.pdf, writePdf(soundPdf()), ...packed]
}

test('six hundred spoiled files each get an answer, most of them a no', async () => {
  const roll = dice(20261121)
  const originals = await seeds()
  let refused = 0
  for (let index = 0; index < 600; index += 1) {
    const mutant = mutate(originals[index % originals.length] ?? new Uint8Array(), roll)
    const answer = checkPdfA(mutant)
    if (answer.ok)
      expect(answer.value).toEqual({ part: 2, conformance: expect.stringMatching(/^[BU]$/), pages: expect.any(Number) })
    else {
      expect(answer.failure).toEqual({
        kind: 'refused',
        rule: 'pdf-not-archival',
        detail: expect.stringMatching(/^(own|6\.)[\w.-]+$/),
      })
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(300)
})

test('three hundred files with sound offsets and spoiled objects each get an answer', () => {
  const roll = dice(42)
  const answers = new Set<string>()
  for (let index = 0; index < 300; index += 1) {
    const pdf = soundPdf()
    const number = 1 + roll(15)
    const body = pdf.objects[number]
    const spoil = (text: string) => Buffer.from(mutate(Buffer.from(text.padEnd(60), 'latin1'), roll)).toString('latin1')
    pdf.objects[number] = typeof body === 'object' ? { ...body, dictionary: spoil(body.dictionary) } : spoil(body ?? '')
    const answer = checkPdfA(writePdf(pdf))
    answers.add(answer.ok ? 'ok' : answer.failure.kind === 'refused' ? (answer.failure.detail ?? '') : 'other')
  }
  expect(answers.size).toBeGreaterThan(8)
  expect(answers).not.toContain('other')
})

test('any bytes at all get an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(checkPdfA(bytes).ok).toBe(false)
      expect(
        checkPdfA(
          Buffer.concat([
            Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'),
            bytes,
            Buffer.from('startxref\n16\n%%EOF'),
          ]),
        ).ok,
      ).toBe(false)
      readJpegFacts(Uint8Array.of(0xff, 0xd8, ...bytes))
    }),
    { seed: 21, numRuns: 300 },
  )
})

test('any text in the place of metadata is either understood or not', () => {
  const roll = dice(7)
  const sound = Buffer.from(xmpOf(IDENTIFICATION + TITLE))
  expect(readXmp(sound)?.properties.map(({ name, values }) => [name, ...values])).toEqual([
    ['part', '2'],
    ['conformance', 'B'],
    ['title', 'Giấy mẫu'],
  ])
  for (let index = 0; index < 400; index += 1) readXmp(mutate(sound, roll))
})

test('any map to Unicode is read to its end, for what it costs', () => {
  const piece = fc.constantFrom(
    'beginbfchar ',
    'endbfchar ',
    'beginbfrange ',
    'endbfrange ',
    '<',
    '>',
    '[',
    ']',
    '<0041> ',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 40 }), (pieces) => {
      const budget = { left: 1_000_000 }
      try {
        const map = readUnicodeMap(Buffer.from(pieces.join(''), 'latin1'), budget)
        expect([typeof map.sound, typeof map.has(65, 2)]).toEqual(['boolean', 'boolean'])
      } catch (error) {
        expect(error).toMatchObject({ message: 'broken pdf' })
      }
      expect(budget.left).toBeLessThanOrEqual(1_000_000)
    }),
    { seed: 11, numRuns: 1000 },
  )
})

/** Files that are small to send and would be long to read. */
const traps: readonly (readonly [string, () => Uint8Array])[] = [
  [
    'a thousand pages that all draw the same long content',
    () => {
      const pdf = soundPdf()
      const pages = Array.from({ length: 1000 }, (_, index) => 100 + index)
      pdf.objects[2] = `<< /Type /Pages /Kids [${pages.map((number) => `${number} 0 R`).join(' ')}] /Count 1000 /MediaBox [0 0 99 99] >>`
      for (const number of pages) pdf.objects[number] = '<< /Type /Page /Contents 4 0 R >>'
      pdf.objects[4] = { dictionary: '', data: '0 0 m '.repeat(50_000) }
      return writePdf(pdf)
    },
  ],
  [
    'two thousand objects that share one list of filters',
    () => {
      const pdf = soundPdf()
      pdf.objects[99] = `[${'/FlateDecode '.repeat(20_000)}]`
      pdf.objects[98] = `[${Array.from({ length: 2000 }, (_, index) => `${100 + index} 0 R`).join(' ')}]`
      pdf.trailer += ' /More 98 0 R'
      for (let number = 100; number < 2100; number += 1)
        pdf.objects[number] = { dictionary: '/Filter 99 0 R /ColorSpace 97 0 R /ExtGState 97 0 R', data: '' }
      pdf.objects[97] = `<< ${Array.from({ length: 20_000 }, (_, index) => `/K${index} 1 0 R`).join(' ')} >>`
      return writePdf(pdf)
    },
  ],
  [
    'metadata that bind names without end',
    () => {
      const pdf = soundPdf()
      const names = Array.from({ length: 300 }, (_, index) => `xmlns:n${index}="u"`).join(' ')
      pdf.objects[7] = {
        dictionary: '/Type /Metadata /Subtype /XML',
        data: xmpOf(`<rdf:Description ${names}>${'<n1:a/>'.repeat(15_000)}</rdf:Description>`),
      }
      return writePdf(pdf)
    },
  ],
]
test.each(traps)('%s: refused, and the work is bounded', (_, make) => {
  expect(checkPdfA(make()).ok).toBe(false)
})
