// What somebody might do to a signed copy, and that it is noticed every time.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assembleCms, readSigningKey } from '../../main/signature/pades/cms.ts'
import { openPdf, type Pdf } from '../../main/signature/pades/file.ts'
import {
  closeSignature,
  prepareSignature,
  type SignatureReport,
  verifySignatures,
} from '../../main/signature/pades/index.ts'
import { listPages } from '../../main/signature/pades/tree.ts'
import { firstFreeNumber, withEntries, writeUpdate } from '../../main/signature/pades/update.ts'
import { findCatalog, findForm } from '../../main/workshop/pdf/form.ts'
import { spansOfEntries } from '../../main/workshop/pdf/tokens.ts'
import { asReference, at } from '../../main/workshop/pdf/values.ts'
import { lettering, makePaper, officerRequest } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByAgency, signByBoth, signByOfficer, signOnce, unwrap } from './pades-signing.ts'

const room = mkdtempSync(join(tmpdir(), 'tampering-'))
let pki: BenchPki
let stranger: BenchPki
let paper: Uint8Array
let once: Uint8Array
let twice: Uint8Array
beforeAll(async () => {
  for (const name of ['own', 'stranger']) mkdirSync(join(room, name))
  pki = makePki(join(room, 'own'), 'rsa')
  stranger = makePki(join(room, 'stranger'), 'ec', 'encipherer')
  paper = await makePaper(4000)
  once = signByOfficer(paper, pki)
  twice = signByAgency(once, pki)
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A report that nobody would object to. */
const isClean = (report: SignatureReport | undefined): boolean =>
  report?.integrity === true &&
  report.coversRevision &&
  report.chain === 'trusted' &&
  report.validAt &&
  report.laterChanges !== 'other'

async function reportsOf(pdf: Uint8Array, root = pki.root): Promise<Record<string, SignatureReport | undefined>> {
  const result = await verifySignatures(pdf, [root])
  if (!result.ok) return {}
  return Object.fromEntries(result.value.map((report) => [report.fieldName, report]))
}

/** Numbers that look random and are the same in every run. */
const numbers = (count: number, below: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => createHash('sha256').update(`place ${i}`).digest().readUInt32BE(0) % below)

/** A further revision with these bodies, as an editor would append it. */
const revise = (
  pdf: Uint8Array,
  change: (file: Pdf) => readonly (readonly [number, Uint8Array | string])[],
): Uint8Array => {
  const file = openPdf(pdf)
  const objects = change(file).map(([number, body]) => ({ number, generation: 0, body: Buffer.from(body) }))
  return new Uint8Array(Buffer.concat([pdf, writeUpdate(file, objects, 'revision').bytes]))
}

describe('a changed byte', () => {
  test('in what the officer signed breaks both signatures', async () => {
    const { offset, length } = unwrap(prepareSignature(paper, officerRequest(pki), lettering)).contents
    for (const place of numbers(120, once.length - length)) {
      const changed = Uint8Array.from(twice)
      const at = place < offset ? place : place + length
      changed[at] = (changed[at] ?? 0) ^ 1
      const { Officer, Agency } = await reportsOf(changed)
      expect([at, isClean(Officer), isClean(Agency)]).toEqual([at, false, false])
    }
  })

  test('in what the agency added breaks the agency’s signature', async () => {
    const contents = Buffer.from(twice).indexOf('/Contents <', once.length) + 11
    const length = twice.indexOf(0x3e, contents) - contents
    for (const place of numbers(120, twice.length - once.length - length)) {
      const changed = Uint8Array.from(twice)
      const at = once.length + place < contents ? once.length + place : once.length + place + length
      changed[at] = (changed[at] ?? 0) ^ 1
      expect([at, isClean((await reportsOf(changed)).Agency)]).toEqual([at, false])
    }
  })

  test('hidden in the empty room behind the signature value is found too', async () => {
    const changed = Uint8Array.from(twice)
    const end = Buffer.from(changed).indexOf('00> /M', once.length)
    changed[end] = 0x31
    expect((await reportsOf(changed)).Agency?.integrity).toBe(false)
  })
})

describe('a piece missing or added', () => {
  test('a file cut anywhere never shows the agency’s signature as good', async () => {
    for (const cut of [...numbers(60, twice.length), twice.length - 1, twice.length - 7]) {
      const { Officer, Agency } = await reportsOf(twice.subarray(0, cut))
      const wholeRevision = cut === once.length || cut === once.length + 1 || cut === once.length - 1
      expect([
        cut,
        isClean(Agency) && cut < twice.length - 1,
        isClean(Officer) && !wholeRevision && cut < twice.length - 1,
      ]).toEqual([cut, false, false])
    }
  })

  test('cut back to the officer’s revision it is again the officer’s file', async () => {
    expect((await reportsOf(twice.subarray(0, once.length))).Officer).toMatchObject({
      coversWholeFile: true,
      laterChanges: 'none',
    })
  })

  test('text behind the end of the file is reported', async () => {
    const { Officer, Agency } = await reportsOf(
      new Uint8Array(Buffer.concat([twice, Buffer.from('một câu viết thêm\n')])),
    )
    expect([Officer?.laterChanges, Agency?.laterChanges, Agency?.coversWholeFile, Agency?.integrity]).toEqual([
      'other',
      'other',
      false,
      true,
    ])
  })

  test('new content on a signed page is reported', async () => {
    const changed = revise(twice, (file) => {
      const page = listPages(file)[0]
      const number = firstFreeNumber(file)
      if (page === undefined) return []
      return [
        [number, '<< /Length 14 >>\nstream\n0 0 99 99 re f\nendstream'],
        [page.reference.object, withEntries(page.dictionary, { Contents: `${number} 0 R` })],
      ]
    })
    const { Officer, Agency } = await reportsOf(changed)
    expect([Officer?.laterChanges, Agency?.laterChanges, Agency?.integrity]).toEqual(['other', 'other', true])
  })

  test.each([
    ['a note on a page', '/Type /Annot /Subtype /FreeText /Rect [0 0 200 200] /Contents (x) /F 4'],
    ['a text field', '/Type /Annot /Subtype /Widget /FT /Tx /T (more) /Rect [0 0 200 200] /F 4'],
    [
      'a field that only claims to be a signature',
      '/Type /Annot /Subtype /Widget /FT /Sig /T (more) /Rect [0 0 200 200] /F 4',
    ],
  ])('%s is reported', async (_, entries) => {
    const changed = revise(once, (file) => {
      const [page, form] = [listPages(file)[0], findForm(file)]
      const number = firstFreeNumber(file)
      const formNumber = asReference(at(findCatalog(file).dictionary, 'AcroForm'))?.object
      if (page === undefined || form === undefined || formNumber === undefined) return []
      const { start, end } = spansOfEntries(form).get('Fields') ?? { start: 0, end: 0 }
      const fields = Buffer.from(once).toString('latin1', start, end - 1)
      return [
        [number, `<< ${entries} >>`],
        [page.reference.object, withEntries(page.dictionary, { Annots: `[${number} 0 R]` })],
        [formNumber, withEntries(form, { Fields: `${fields} ${number} 0 R]` })],
      ]
    })
    expect((await reportsOf(changed)).Officer?.laterChanges).toBe('other')
  })

  test('the agency’s signature taken out of the form is missed, and the change is seen on the officer’s', async () => {
    const removed = revise(twice, (file) => {
      const form = findForm(file)
      const number = asReference(at(findCatalog(file).dictionary, 'AcroForm'))?.object
      const { start, end } = spansOfEntries(form ?? new Map()).get('Fields') ?? { start: 0, end: 0 }
      const officers = Buffer.from(twice).toString('latin1', start, end).split('\n')[0]
      return form === undefined || number === undefined ? [] : [[number, withEntries(form, { Fields: `${officers}]` })]]
    })
    const reports = await reportsOf(removed)
    expect(Object.keys(reports)).toEqual(['Officer'])
    expect(reports.Officer).toMatchObject({ integrity: true, laterChanges: 'other', coversWholeFile: false })
  })

  test('validation data of an archive (DSS) is no change of the document', async () => {
    const stamped = revise(twice, (file) => {
      const number = firstFreeNumber(file)
      const catalog = findCatalog(file)
      return [
        [number, `<< /Certs [${number + 1} 0 R] >>`],
        [number + 1, '<< /Length 3 >>\nstream\nabc\nendstream'],
        [catalog.reference.object, withEntries(catalog.dictionary, { DSS: `${number} 0 R` })],
      ]
    })
    const { Officer, Agency } = await reportsOf(stamped)
    expect([Officer?.laterChanges, Agency?.laterChanges]).toEqual(['signature-only', 'signature-only'])
  })
})

describe('a wrong certificate', () => {
  test('is refused before the file is closed', () => {
    const prepared = unwrap(prepareSignature(paper, officerRequest(pki), lettering))
    const value = pki.officer.sign(prepared.signedAttributes)
    const refusal = (rule: string) => ({ ok: false, failure: { kind: 'refused', rule } })
    expect(closeSignature(paper, prepared, value, pki.agency)).toEqual(refusal('certificate-not-the-signers'))
    expect(closeSignature(paper, prepared, pki.agency.sign(prepared.signedAttributes), pki.officer)).toEqual(
      refusal('signature-invalid'),
    )
    expect(closeSignature(once, prepared, value, pki.officer)).toEqual(refusal('document-changed'))
    const other = Uint8Array.from(paper)
    other[2000] = (other[2000] ?? 0) ^ 1
    expect(closeSignature(other, prepared, value, pki.officer)).toEqual(refusal('document-changed'))
    expect(closeSignature(paper, { ...prepared, byteRange: [0, 1, 2, 3] }, value, pki.officer)).toEqual({
      ok: false,
      failure: { kind: 'malformed', what: 'argument' },
    })
  })

  test('put into the CMS by hand is found', async () => {
    const prepared = unwrap(prepareSignature(paper, officerRequest(pki), lettering))
    const value = pki.officer.sign(prepared.signedAttributes)
    const forged = Uint8Array.from([...paper, ...prepared.update])
    forged.set(
      Buffer.from(
        assembleCms(pki.agency, readSigningKey(pki.agency.certificate), prepared.signedAttributes, value).toString(
          'hex',
        ),
      ),
      prepared.contents.offset,
    )
    expect((await reportsOf(forged)).Officer).toMatchObject({ signerName: 'UBND Phường Mẫu', integrity: false })
  })

  test('of another authority is not trusted, nor is one that may not sign', async () => {
    expect((await reportsOf(twice, stranger.root)).Officer).toMatchObject({ integrity: true, chain: 'untrusted' })
    const bare = { ...pki.officer, chain: [] }
    const alone = await verifySignatures(signOnce(paper, { ...officerRequest(pki), signer: bare }, bare), [])
    expect(unwrap(alone)[0]).toMatchObject({ integrity: true, chain: 'incomplete' })
    expect((await reportsOf(signByBoth(paper, stranger), stranger.root)).Agency).toMatchObject({
      integrity: true,
      chain: 'untrusted',
    })
  })

  test('not yet valid at the claimed time is said so', async () => {
    const early = signOnce(paper, { ...officerRequest(pki), at: new Date('2025-06-01T00:00:00Z') }, pki.officer)
    expect((await reportsOf(early)).Officer).toMatchObject({ integrity: true, validAt: false, chain: 'untrusted' })
  })
})
