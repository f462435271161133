// The one reader of PDF: whatever way a file was written, its objects are found, and what it is, is told.
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factsOf } from '../../main/workshop/pdf/facts.ts'
import { openAnyPdf, openPdf, openRevision, type Pdf, searchPdf } from '../../main/workshop/pdf/file.ts'
import {
  certificationLevel,
  fieldsLockedBy,
  hasUsageRights,
  listSignatureFields,
  readSecurityStore,
} from '../../main/workshop/pdf/form.ts'
import { readBox, walkPages } from '../../main/workshop/pdf/pages.ts'
import { readToken, readValue, spansOfEntries } from '../../main/workshop/pdf/tokens.ts'
import { asDictionary, asStream, at, spanOf, textOf } from '../../main/workshop/pdf/values.ts'
import { pdfOf } from '../scan/import/samples.ts'
import { append, byQpdf, hasQpdf, hybridPdf, OBJECTS, sample } from './pdf-files.ts'

const cursor = (text: string, lenient = false, spans = false) => {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'))
  return { bytes, at: 0, end: bytes.length, budget: { left: 100_000 }, lenient, spans, notes: new Set<string>() }
}
const broken = (pdf: string) => expect.objectContaining({ message: 'broken pdf', cause: { pdf } })
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const info = (pdf: Pdf) => asDictionary(pdf.look(at(pdf.trailer, 'Info')))
const titleOf = (pdf: Pdf) => textOf(pdf.look(at(info(pdf), 'Title')))
const contentOf = (pdf: Pdf) =>
  [...walkPages(pdf, () => undefined)].map(({ dictionary }) => {
    const stream = asStream(pdf.look(at(dictionary, 'Contents')))
    return stream && pdf.decode(stream).toString('latin1')
  })

describe('values', () => {
  const read = (text: string, lenient = true) => readToken(cursor(text, lenient), true)
  test('of every kind', () => {
    expect(read('<< /A#42 [1 -.5 true null (a\\(b\\)\\101) <4142> 7 0 R /N] % c\n /B<</C 1>> >>', false)).toEqual(
      new Map<string, unknown>([
        ['AB', [1, -0.5, true, null, bytesOf('a(b)A'), bytesOf('AB'), { object: 7, generation: 0 }, { name: 'N' }]],
        ['B', new Map([['C', 1]])],
      ]),
    )
    expect([read('--5'), read('1.2-3'), read('5 0 RG')]).toEqual([-5, 1.2, 5])
    expect(() => readValue(cursor('--5'))).toThrow(broken('broken-object'))
  })
  test('whatever is written comes back, to the strict reader and to the lenient one', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.integer({ min: -2147483648, max: 2147483647 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.record({ name: fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }) }),
        fc.record({ object: fc.nat(999_999), generation: fc.nat(65_535) }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .array(fc.tuple(fc.string({ maxLength: 5, unit: 'grapheme-ascii' }), tie('value')), { maxLength: 4 })
          .map((pairs) => new Map(pairs)),
      ),
    }))
    const name = (text: string) =>
      `/${[...text].map((sign) => (/[a-zA-Z]/.test(sign) ? sign : `#${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('')}`
    const written = (it: unknown): string => {
      if (it instanceof Uint8Array)
        return it.length % 2 === 0
          ? `<${Buffer.from(it).toString('hex')}>`
          : `(${Buffer.from(it)
              .toString('latin1')
              .replace(/[\\()\r]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`)})`
      if (Array.isArray(it)) return `[${it.map(written).join(' ')}]`
      if (it instanceof Map) return `<<${[...it].map(([key, each]) => `${name(key)} ${written(each)}`).join('\n')}>>`
      if (typeof it !== 'object' || it === null) return String(it)
      if ('name' in it) return name(String(it.name))
      return 'object' in it && 'generation' in it ? `${it.object} ${it.generation} R` : ''
    }
    fc.assert(
      fc.property(value, (it) => {
        const text = ` ${written(it)} `
        expect([read(text, false), read(text, true)]).toEqual([it, it])
      }),
      { numRuns: 500 },
    )
  })
  test('any text is read to an end, within the budget', () => {
    const words = ['<<', '>>', '[', ']', '(', ')', '\\', '/A', '1 0 R', '<41', '{', '%', '\n', 'obj', 'endobj']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 200 }), fc.boolean(), (all, lenient) => {
        const at = cursor(all.join(' '), lenient)
        try {
          while (readToken(at, true) !== undefined);
          expect(at.at).toBe(at.end)
        } catch (thrown) {
          expect(thrown).toMatchObject({ message: 'broken pdf' })
        }
      }),
      { numRuns: 1000 },
    )
  })
  test('what is odd is noted', () => {
    const at = cursor(`<< /A 1 /A 2 /B <4x1> /C 99999999999 /${'n'.repeat(200)} (${'s'.repeat(40_000)}) >>`)
    readToken(at, true)
    expect([...at.notes]).toEqual(['doubled-key', 'foreign-hexadecimal', 'large-number', 'long-name', 'long-string'])
  })
  test('a dictionary knows where it stood, and where each of its values did', () => {
    const at = cursor('  << /A [ 1 2 ]/B(x) /C << /D 1 >> >> x', false, true)
    const value = asDictionary(readValue(at))
    const text = Buffer.from(at.bytes).toString('latin1')
    expect(value && spanOf(value)).toMatchObject({ start: 2, end: text.length - 2 })
    const places = [...spansOfEntries(value ?? new Map())].map(([key, { start, end }]) => [key, text.slice(start, end)])
    expect(places).toEqual([
      ['A', '[ 1 2 ]'],
      ['B', '(x)'],
      ['C', '<< /D 1 >>'],
    ])
  })
})

describe('a file', () => {
  test('is read by its table', () => {
    const pdf = openPdf(sample())
    expect(titleOf(pdf)).toBe('Gi@5y m@5u (bí)')
    expect(contentOf(pdf)).toEqual(Array.from({ length: 2 }, () => 'BT /F 9 Tf 5 30 Td (Ban sao) Tj ET'))
    const { revisions, ...facts } = factsOf(pdf)
    expect(facts).toEqual({
      brokenXref: false,
      encrypted: 'no',
      linearised: false,
      hybrid: false,
      newest: 'table',
      version: { header: '1.7', catalogue: '2.0', counts: '2.0' },
      startxref: Buffer.from(sample()).indexOf('xref\n'),
      bytesAfterEnd: false,
      nextNumber: 12,
    })
    expect(revisions.map(({ start, length }) => [start, length])).toEqual([[facts.startxref, sample().length]])
  })
  test('shows its pages with what they inherit, its signature fields and what they permit', () => {
    const pdf = openPdf(sample())
    const pages = [...walkPages(pdf, (odd) => expect(odd).toBe(''))]
    expect(
      pages.map(({ reference, inherited }) => [
        reference?.object,
        readBox(pdf.look, inherited.get('MediaBox')),
        readBox(pdf.look, inherited.get('CropBox')),
        inherited.get('Rotate'),
      ]),
    ).toEqual([
      [3, [0, 0, 595, 842], [20, 10, 500, 800], 90],
      [4, [0, 0, 595, 842], undefined, 0],
    ])
    const fields = listSignatureFields(pdf)
    expect(fields.map(({ name, signatureNumber, lock, widgets }) => [name, signatureNumber, lock, widgets])).toEqual([
      ['Officer', 9, undefined, [{ object: 7, generation: 0 }]],
      ['Office.Agency', undefined, { action: 'All', fields: [], level: 1 }, [{ object: 11, generation: 0 }]],
    ])
    const [{ contents, signature } = {}] = fields
    expect(Buffer.from(sample()).toString('latin1', contents?.start, contents?.end)).toBe('<30800000>')
    expect([contents?.hexadecimal, contents?.bytes]).toEqual([true, Uint8Array.of(0x30, 0x80, 0, 0)])
    expect(signature && fieldsLockedBy(pdf, signature)).toEqual({
      action: 'Include',
      fields: ['a', 'b'],
      level: undefined,
    })
    expect([certificationLevel(pdf), hasUsageRights(pdf)]).toEqual([2, false])
    const store = readSecurityStore(pdf)
    expect([store?.certificates.length, store?.ocsps, store?.crls, store?.signatures]).toEqual([1, [], [], ['00AA']])
  })
  test('that was saved three times can be asked for each state', () => {
    const [first, second] = [sample(), append(sample(), { 6: '<< /Title (second) >>' })]
    const third = append(second, { 6: '<< /Title (third) >>', 4: 'null' }, '/Info 6 0 R ')
    const pdf = openPdf(third)
    const { revisions } = factsOf(pdf)
    expect(revisions.map(({ length }) => length)).toEqual([first.length, second.length, third.length])
    const titles = revisions.map((revision) => {
      const then = openRevision(pdf, revision)
      return [textOf(at(asDictionary(then.read(6)), 'Title')), asDictionary(then.read(4)) !== undefined]
    })
    expect(titles).toEqual([
      ['Gi@5y m@5u (bí)', true],
      ['second', true],
      ['third', false],
    ])
    const text = Buffer.from(third).toString('latin1')
    expect(pdf.locate(6)?.end).toBe(text.lastIndexOf('endobj') + 6)
    expect(pdf.readAt(text.indexOf('6 0 obj')).value).toEqual(openPdf(first).read(6))
  })
  test('of both kinds of cross-reference shows what hides from old readers', () => {
    const pdf = openPdf(hybridPdf())
    expect([titleOf(pdf), factsOf(pdf).hybrid, factsOf(pdf).brokenXref]).toEqual(['hidden', true, false])
  })
  test.skipIf(!hasQpdf)('written by a stranger reads the same: streams, linearised, both', () => {
    for (const options of [
      ['--object-streams=generate'],
      ['--linearize'],
      ['--linearize', '--object-streams=generate'],
    ]) {
      const bytes = byQpdf(sample(), ...options)
      const [pdf, searched] = [openPdf(bytes), searchPdf(bytes)]
      const facts = factsOf(pdf)
      expect([facts.linearised, facts.newest === 'stream', facts.brokenXref, facts.revisions.length]).toEqual([
        options.includes('--linearize'),
        options.includes('--object-streams=generate'),
        false,
        1,
      ])
      for (const each of [pdf, searched]) {
        expect([titleOf(each), contentOf(each)]).toEqual([titleOf(openPdf(sample())), contentOf(openPdf(sample()))])
        expect(listSignatureFields(each).map(({ name }) => name)).toEqual(['Officer', 'Office.Agency'])
      }
    }
  })
})

describe('an encrypted file', () => {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['RC4 of 40 bits', ['40', '--']],
    ['RC4 of 128 bits', ['128', '--use-aes=n', '--']],
    ['AES-128', ['128', '--use-aes=y', '--']],
    ['AES-128 with the metadata in the clear', ['128', '--use-aes=y', '--cleartext-metadata', '--']],
    ['AES-256 (revision 5)', ['256', '--force-R5', '--']],
    ['AES-256', ['256', '--']],
  ]
  const streams = ['--object-streams=disable', '--object-streams=generate']
  const lock = (user: string, way: readonly string[], ...more: readonly string[]) =>
    byQpdf(sample(), ...more, '--allow-weak-crypto', '--encrypt', user, 'owner', ...way)
  test.skipIf(!hasQpdf).each(ways)(
    '%s opens with the empty password: strings, streams, not the signature',
    (_, way) => {
      for (const more of streams) {
        const bytes = lock('', way, more)
        for (const pdf of [openPdf(bytes), searchPdf(bytes), openAnyPdf(bytes)]) {
          expect([pdf.encrypted, titleOf(pdf), contentOf(pdf)]).toEqual([
            'empty-password',
            titleOf(openPdf(sample())),
            contentOf(openPdf(sample())),
          ])
          expect(listSignatureFields(pdf)[0]?.contents?.bytes).toEqual(Uint8Array.of(0x30, 0x80, 0, 0))
          const words = new Uint8Array(Buffer.from('một câu'))
          const sealed = pdf.secret?.seal('string', 77, 1, words, new Uint8Array(16).fill(7)) ?? words
          expect(Buffer.compare(sealed, words)).not.toBe(0)
          expect(pdf.secret?.open('string', 77, 1, sealed).toString()).toBe('một câu')
        }
      }
    },
  )
  test.skipIf(!hasQpdf).each(ways)('%s stays shut with another, and says so', (_, way) => {
    const [plain, packed] = streams.map((more) => lock('secret', way, more))
    for (const bytes of [plain, packed]) expect(openPdf(bytes ?? sample()).encrypted).toBe('password')
    const pdf = openAnyPdf(plain ?? sample())
    expect([...walkPages(pdf, () => undefined)].length).toBe(2)
    expect(() => contentOf(pdf)).toThrow(broken('locked'))
  })
})

describe('a file whose cross-reference does not hold', () => {
  const text = Buffer.from(sample()).toString('latin1')
  const spoiled: readonly (readonly [string, string])[] = [
    ['no startxref', text.replace('startxref', 'startxxxx')],
    ['rows that lead elsewhere', text.replace(/^\d{9}(?=\d 00000 n)/gm, '000000100')],
    ['a line more at the start', `mail\n${text}`],
    ['a chain that goes in a circle', text.replace('/Size', `/Prev ${text.indexOf('xref\n')} /Size`)],
    ['an end that is missing', text.slice(0, text.indexOf('xref\n'))],
  ]
  test.each(spoiled)('is searched for its objects: %s', (_, words) => {
    const pdf = openAnyPdf(bytesOf(words))
    expect([pdf.searched, factsOf(pdf).brokenXref]).toEqual([true, true])
    expect(contentOf(pdf)).toEqual(contentOf(openPdf(sample())))
  })
  test('but whose objects are badly written is mended, if one wants; what was odd is noted', () => {
    const words = text.replace(/\/Length \d\d/, '/Length 09').replace('endobj\n7 0 obj', '      \n7 0 obj')
    const notes = new Set<string>()
    const pdf = openAnyPdf(bytesOf(words), { notes })
    expect([pdf.searched, titleOf(pdf), contentOf(pdf)]).toEqual([
      false,
      titleOf(openPdf(sample())),
      contentOf(openPdf(sample())),
    ])
    expect([...notes].sort()).toEqual(['no-end', 'wrong-length'])
    expect(() => contentOf(openPdf(bytesOf(words)))).toThrow(broken('broken-stream'))
  })
  test('of two objects with one number the later counts, also when one stands in a stream', () => {
    const inside = '6 0 << /Title (inside) >>'
    const container = { words: '<< /Type /ObjStm /N 1 /First 4 >>', data: Buffer.from(inside) }
    const bytes = new Uint8Array(pdfOf([...OBJECTS, container], '/Info 6 0 R'))
    expect(titleOf(searchPdf(bytes))).toBe('inside')
    expect(titleOf(searchPdf(append(bytes, { 6: '<< /Title (later) >>' })))).toBe('later')
  })
  test('and without a catalogue is given up', () => {
    expect(() => openAnyPdf(bytesOf('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n'))).toThrow(broken('no-catalog'))
  })
})

describe('what costs more than it is worth', () => {
  const small = (text: string, left = 3_000_000) => ({ bytes: bytesOf(text), options: { budget: { left } } })
  const traps: readonly (readonly [string, string, string])[] = [
    ['two hundred thousand streams without an end', `%PDF-1.7\n${'1 0 obj<<>>stream\n'.repeat(200_000)}`, 'no-catalog'],
    ['a million times obj', `%PDF-1.7\n${'obj '.repeat(1_000_000)}`, 'budget-spent'],
    ['lists in lists', `%PDF-1.7\n1 0 obj ${'['.repeat(100_000)}`, 'too-deep'],
    [
      'too many objects',
      `%PDF-1.7\n${Array.from({ length: 500_001 }, (_, i) => `${i + 1} 0 obj`).join('\n')}`,
      'too-many-objects',
    ],
  ]
  test.each(traps)('%s', (_, text, trouble) => {
    const { bytes, options } = small(text, trouble === 'too-many-objects' ? 1e9 : 20_000_000)
    expect(() => searchPdf(bytes, options)).toThrow(broken(trouble))
  })
  test('streams that unfold to much, and again and again', () => {
    const data = deflateSync(new Uint8Array(60 * 1024 * 1024))
    const pdf = openPdf(new Uint8Array(pdfOf([...OBJECTS, { words: '<< /Filter /FlateDecode >>', data }])), {
      budget: { left: 20_000_000 },
    })
    const bomb = asStream(pdf.read(12))
    if (bomb === undefined) throw new Error('no stream')
    expect(() => pdf.open(bomb, 1_000_000)).toThrow(broken('too-large'))
    expect(() => {
      for (let times = 0; times < 100; times += 1) pdf.decode(bomb)
    }).toThrow(broken('budget-spent'))
  })
  test('pages that go in a circle end, and are named', () => {
    const bytes = pdfOf([
      { words: '<< /Type /Catalog /Pages 2 0 R >>' },
      { words: '<< /Type /Pages /Kids [2 0 R 3 0 R 3 0 R << /Type /Page >> 99 0 R] >>' },
      { words: '<< /Type /Page >>' },
    ])
    const odd: string[] = []
    expect([...walkPages(openPdf(new Uint8Array(bytes)), (each) => odd.push(each))].length).toBe(2)
    expect(odd).toEqual(['no-node', 'no-node', 'no-reference', 'no-node'])
  })
})
