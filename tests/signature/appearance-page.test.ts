// A paper without room for the attestation gets one more page behind its last: same size, upright, nothing else touched; a file that
// is signed already, or forbids changes, does not.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/index.ts'
import { addPage, describePdf, prepareSignature, verifySignatures } from '../../main/signature/pades/index.ts'
import { must } from '../bench/office.ts'
import { lettering, makePaper, officerRequest } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByAgency, signByOfficer } from './pades-signing.ts'
import { askQpdf, strangersAreHere } from './strangers.ts'

const room = mkdtempSync(join(tmpdir(), 'added-page-'))
const at = new Date('2026-11-21T03:30:00Z')
const refused = (detail: string) => ({ ok: false, failure: { kind: 'refused', rule: 'pdf-unsupported', detail } })
let pki: BenchPki
let paper: Uint8Array
beforeAll(async () => {
  pki = makePki(room, 'ec')
  paper = await makePaper()
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A page of an old-fashioned file whose tree hands its size, turn and fonts down. */
function inherited(rotate: number, kids = '[3 0 R]'): Buffer {
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids ${kids} /Count 1 /MediaBox [10 20 310 420] /CropBox [30 40 230 340] /Rotate ${rotate} >>`,
    '<< /Type /Page /Parent 2 0 R /Resources << >> >>',
    '[3 0 R]',
  ]
  let text = '%PDF-1.4\n'
  const offsets = bodies.map((body, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${body}\nendobj\n`
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${text}xref\n0 5\n0000000000 65535 f \n${rows}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  )
}

describe('an added page', () => {
  test('stands behind the last, as large as it is shown, and the original is the beginning of the new file', () => {
    const longer = must(addPage(paper, at))
    expect(Buffer.from(longer.subarray(0, paper.length)).equals(Buffer.from(paper))).toBe(true)
    expect(longer.length - paper.length).toBeLessThan(1_000)
    const before = must(describePdf(paper))
    const last = before.pages.at(-1)
    const after = must(describePdf(longer))
    expect(after.pages.slice(0, 2)).toEqual(before.pages)
    expect(after.pages).toHaveLength(3)
    expect(after.pages[2]?.width).toBeCloseTo(last?.width ?? 0, 2)
    expect(after.pages[2]?.height).toBeCloseTo(last?.height ?? 0, 2)
    expect(after.pdfA).toEqual(before.pdfA)
    expect(checkPdfA(longer)).toEqual({ ok: true, value: { part: 2, conformance: 'B', pages: 3 } })
  })

  test.for([
    [0, 200, 300],
    [90, 300, 200],
    [180, 200, 300],
    [270, 300, 200],
  ] as const)('is upright when the tree turns every page by %i degrees', ([rotate, width, height]) => {
    for (const kids of ['[3 0 R]', '4 0 R'])
      expect(must(describePdf(must(addPage(inherited(rotate, kids), at)))).pages[1]).toEqual({
        width,
        height,
        rotate: 0,
      })
  })

  test.skipIf(!strangersAreHere)('is a page for strangers too, with the attestation on it', async () => {
    const longer = must(addPage(must(addPage(paper, at)), at))
    const request = { ...officerRequest(pki), page: 3 }
    const { update } = must(prepareSignature(longer, request, lettering))
    const file = join(room, 'longer.pdf')
    writeFileSync(file, Buffer.concat([longer, update]))
    expect(askQpdf(file)).toBe('ok')
    const text = execFileSync('pdftotext', ['-f', '4', '-l', '4', file, '-'], { encoding: 'utf8' })
    expect(text).toContain('CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH')
    const signed = signByAgency(signByOfficer(must(addPage(paper, at)), pki), pki)
    const reports = must(await verifySignatures(signed, [pki.root]))
    expect(reports.map(({ integrity, laterChanges }) => [integrity, laterChanges])).toEqual([
      [true, 'signature-only'],
      [true, 'none'],
    ])
  })

  test('would break a signature that is there: refused', () => {
    expect(addPage(signByOfficer(paper, pki), at)).toEqual(refused('already-signed'))
  })

  test('never comes of a file that is not sound', () => {
    expect(addPage(new TextEncoder().encode('không phải PDF'), at).ok).toBe(false)
    expect(addPage(Buffer.concat([paper, Buffer.from('thêm')]), at)).toEqual(refused('bytes-after-end'))
    fc.assert(
      fc.property(fc.nat(paper.length - 1), fc.integer({ min: 1, max: 255 }), (where, change) => {
        const bytes = Uint8Array.from(paper)
        bytes[where] = (bytes[where] ?? 0) ^ change
        const answer = addPage(bytes, at)
        if (answer.ok)
          expect(must(describePdf(answer.value)).pages).toHaveLength(must(describePdf(bytes)).pages.length + 1)
        else expect(answer.failure.kind).toBe('refused')
      }),
      { numRuns: 150 },
    )
  })
})
