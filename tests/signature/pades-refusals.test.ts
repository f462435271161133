// Files that cannot be signed safely are refused with the reason; none is ever written badly.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encode, objectIdentifier, readElement, readElements, unsignedInteger } from '../../main/signature/pades/der.ts'
import { openPdf } from '../../main/signature/pades/file.ts'
import { describePdf, prepareSignature, type SignRequest, verifySignatures } from '../../main/signature/pades/index.ts'
import { firstFreeNumber, withEntries, writeUpdate } from '../../main/signature/pades/update.ts'
import { findCatalog } from '../../main/workshop/pdf/form.ts'
import { readValue } from '../../main/workshop/pdf/tokens.ts'
import { asName } from '../../main/workshop/pdf/values.ts'
import { lettering, makePaper, officerRequest } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByOfficer, signOnce, unwrap } from './pades-signing.ts'
import { strangersAreHere } from './strangers.ts'

const room = mkdtempSync(join(tmpdir(), 'refusals-'))
let pki: BenchPki
let paper: Uint8Array
beforeAll(async () => {
  mkdirSync(join(room, 'pki'))
  pki = makePki(join(room, 'pki'), 'ec')
  paper = await makePaper()
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const prepare = (pdf: Uint8Array, change: Partial<SignRequest> = {}) =>
  prepareSignature(pdf, { ...officerRequest(pki), ...change }, lettering)
const refused = (detail: string) => ({ ok: false, failure: { kind: 'refused', rule: 'pdf-unsupported', detail } })
const malformed = { ok: false, failure: { kind: 'malformed', what: 'argument' } }

const byQpdf = (...options: readonly string[]): Uint8Array => {
  writeFileSync(join(room, 'in.pdf'), paper)
  execFileSync('qpdf', [join(room, 'in.pdf'), ...options, join(room, 'out.pdf')])
  return new Uint8Array(readFileSync(join(room, 'out.pdf')))
}
const replaced = (from: string, to: string): Uint8Array =>
  new Uint8Array(Buffer.from(Buffer.from(paper).toString('latin1').replace(from, to), 'latin1'))
/** The paper with further entries in its catalogue, and further objects from the first free number. */
const withCatalog = (entries: (first: number) => Record<string, string>, ...bodies: readonly string[]): Uint8Array => {
  const file = openPdf(paper)
  const [catalog, first] = [findCatalog(file), firstFreeNumber(file)]
  const objects = [
    { number: catalog.reference.object, generation: 0, body: withEntries(catalog.dictionary, entries(first)) },
    ...bodies.map((body, i) => ({ number: first + i, generation: 0, body: Buffer.from(body) })),
  ]
  return new Uint8Array(Buffer.concat([paper, writeUpdate(file, objects, 'seed').bytes]))
}

describe('a file is refused', () => {
  test.skipIf(!strangersAreHere)('when it is encrypted, and described as such', () => {
    const locked = byQpdf('--encrypt', '', 'owner', '256', '--')
    expect(prepare(locked)).toEqual(refused('encrypted'))
    expect(describePdf(locked)).toEqual({ ok: true, value: { pages: [], signatures: 0, encrypted: true } })
  })
  test('when its cross-reference does not hold', () => {
    expect(prepare(replaced('%%EOF', '%%EO'))).toEqual(refused('broken-xref'))
    expect(prepare(replaced('endobj', 'endobj '))).toEqual(refused('broken-xref'))
    expect(prepare(replaced('startxref', 'startxxxx'))).toEqual(refused('broken-xref'))
    expect(prepare(new Uint8Array(Buffer.concat([paper, Buffer.from('<html>')])))).toEqual(refused('bytes-after-end'))
    expect(prepare(new Uint8Array(Buffer.from('một lá thư')))).toEqual(refused('no-header'))
  })
  test('when it was certified as final', () => {
    const certified = withCatalog(
      (first) => ({ Perms: `<< /DocMDP ${first} 0 R >>` }),
      '<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>',
    )
    expect(prepare(certified)).toEqual(refused('docmdp-p1'))
    expect(prepare(replaceIn(certified, '/P 1 ', '/P 2 ')).ok).toBe(true)
  })
  test('when a form program or usage rights stand in it', () => {
    expect(prepare(withCatalog(() => ({ AcroForm: '<< /Fields [] /XFA (x) >>' })))).toEqual(refused('xfa'))
    expect(prepare(withCatalog(() => ({ Perms: '<< /UR3 << >> >>' })))).toEqual(refused('usage-rights'))
  })
  test('when the field, the page, the place or the letters are not to be had', () => {
    expect(prepare(signByOfficer(paper, pki))).toEqual(refused('field-name-taken'))
    expect(prepare(paper, { page: 2 })).toEqual(refused('no-such-page'))
    expect(prepare(paper, { rect: [400, 10, 700, 100] })).toEqual(refused('outside-page'))
    const lines = [{ text: '漢字', size: 10, weight: 'bold' as const, align: 'left' as const, colour: 'ink' as const }]
    expect(prepare(paper, { appearance: { kind: 'seal', lines } })).toEqual(refused('unknown-character'))
    expect(prepare(paper, { signer: { certificate: new Uint8Array(40), chain: [] } })).toEqual(
      refused('broken-certificate'),
    )
  })
})

const replaceIn = (pdf: Uint8Array, from: string, to: string): Uint8Array =>
  new Uint8Array(Buffer.from(Buffer.from(pdf).toString('latin1').replace(from, to), 'latin1'))

test('a request that fits no file is an argument at fault', () => {
  expect(prepare(paper, { fieldName: 'a.b' })).toEqual(malformed)
  expect(prepare(paper, { page: -1 })).toEqual(malformed)
  expect(prepare(paper, { rect: [100, 100, 90, Number.NaN] })).toEqual(malformed)
  expect(prepare(paper, { at: new Date(Number.NaN) })).toEqual(malformed)
})

test('forms of other programs are extended where they stand: direct, apart, with a list of their own', async () => {
  const forms = [
    withCatalog(() => ({ AcroForm: '<< /Fields [] /DA (x) >>' })),
    withCatalog((first) => ({ AcroForm: `${first} 0 R` }), '<< /DA (x) >>'),
    withCatalog((first) => ({ AcroForm: `<</Fields ${first} 0 R>>` }), '[]'),
    withCatalog((first) => ({ AcroForm: `${first} 0 R` }), '<</SigFlags 1/Fields[]>>'),
  ]
  for (const pdf of forms) {
    const signed = signOnce(signByOfficer(pdf, pki), { ...officerRequest(pki), fieldName: 'Second' }, pki.officer)
    const reports = unwrap(await verifySignatures(signed, [pki.root]))
    expect(reports.map(({ fieldName, integrity, laterChanges }) => ({ fieldName, integrity, laterChanges }))).toEqual([
      { fieldName: 'Officer', integrity: true, laterChanges: 'signature-only' },
      { fieldName: 'Second', integrity: true, laterChanges: 'none' },
    ])
  }
})

describe('whatever is written can be read again', () => {
  test('names, reasons and places in any language', async () => {
    const written = fc.string({ unit: 'binary', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(written, async (reason) => {
        const signed = signOnce(paper, { ...officerRequest(pki), reason, name: reason, location: reason }, pki.officer)
        expect(unwrap(await verifySignatures(signed, [pki.root]))[0]?.integrity).toBe(true)
      }),
      { numRuns: 25, seed: 7 },
    )
  })
  test('DER elements of any length, and object identifiers', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 70_000, size: 'max' }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (content, number) => {
          const element = readElement(encode(0x30, encode(0x04, content), unsignedInteger(number)), 0)
          const [octets, integer] = readElements(element.content)
          expect(Buffer.compare(octets?.content ?? new Uint8Array(1), content)).toBe(0)
          expect(BigInt(`0x${Buffer.from(integer?.content ?? []).toString('hex')}`)).toBe(
            BigInt(`0x${Buffer.from(number).toString('hex')}`),
          )
          expect((integer?.content[0] ?? 255) < 128).toBe(true)
        },
      ),
      { numRuns: 60, seed: 7 },
    )
    expect(objectIdentifier('1.2.840.113549.1.9.16.2.47').toString('hex')).toBe('060b2a864886f70d010910022f')
  })
  test('strings and names of PDF, however they are escaped', () => {
    const read = (text: string) => {
      const bytes = Buffer.from(text, 'latin1')
      return readValue({ bytes, at: 0, end: bytes.length, budget: { left: 1000 } })
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
        const hex = Buffer.from(bytes).toString('hex')
        const name = [...bytes].map((byte) => `#${byte.toString(16).padStart(2, '0')}`).join('')
        expect(read(`(${octal})`)).toEqual(bytes)
        expect(read(`<${hex}>`)).toEqual(bytes)
        expect(asName(read(`/${name}`))).toBe(Buffer.from(bytes).toString('latin1'))
      }),
      { seed: 7 },
    )
    expect(read('(a(b)\\)\\n\\\nc)')).toEqual(Uint8Array.from(Buffer.from('a(b))\nc')))
  })
})
