// What stands on a certified copy: the officer's hand in blue between title and name, the red seal in its real size over a third of
// it, a QR that a phone reads, Vietnamese names of any length; small, archival, and refused where a picture would not do.
import { execFileSync } from 'node:child_process'
import { createHash, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { makePdf } from '../../main/document/index.ts'
import { openStampImages } from '../../main/signature/appearance-images.ts'
import { drawAppearance } from '../../main/signature/pades/appearance.ts'
import { type StampPicture, verifyText } from '../../main/signature/pades/index.ts'
import { codeObject } from '../../main/signature/pades/verify-code.ts'
import { NO_IMAGES, type StampImages } from '../../main/signature/stamp-images.ts'
import {
  AGENCY_FIELD,
  closeAndVerify,
  OFFICER_FIELD,
  prepareAgency,
  prepareOfficer,
} from '../../main/signature/steps.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { root } from '../setup/place.ts'
import { drawSeal, drawSignature, makeNamedPki, OFFICER_NUMBER } from './appearance-pictures.ts'
import { lettering, makePaper } from './pades-paper.ts'
import type { BenchPki, BenchSigner } from './pades-pki.ts'
import { strangersAreHere, verdictOfStrangers } from './strangers.ts'

const room = mkdtempSync(join(tmpdir(), 'appearance-'))
const inside = (name: string): string => join(room, name)
const POINTS = 72 / 25.4
const at = new Date('2026-11-21T03:30:05Z')
const DIGEST = createHash('sha256').update('giấy khai sinh').digest('hex')
const CODE = verifyText({ number: '1522', book: '03/2026-SCT/BS', day: '2026-11-21', digest: DIGEST })
const lines = [
  { text: 'CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH', size: 10.5, weight: 'bold' as const },
  { text: 'Số chứng thực: 1522    Quyển số: 03/2026-SCT/BS', size: 9.5, weight: 'regular' as const },
  { text: 'Ngày 21 tháng 11 năm 2026', size: 9.5, weight: 'regular' as const },
  { text: 'Người thực hiện chứng thực', size: 9.5, weight: 'bold' as const },
  { text: 'KT. CHỦ TỊCH – PHÓ CHỦ TỊCH', size: 9, weight: 'regular' as const },
  { text: '', size: 34, weight: 'regular' as const },
  { text: 'Nguyễn Văn Đức', size: 10, weight: 'bold' as const },
]
const sealWords = [
  { text: 'UBND PHƯỜNG MẪU', size: 8.5, weight: 'bold' as const },
  { text: '2026-11-21T10:30:05+07:00', size: 7, weight: 'regular' as const },
]

let pki: BenchPki
let pdf: Uint8Array
let paper: Uint8Array
let images: StampImages = NO_IMAGES
const unit = {
  sealImage: { file: 'seal.png', widthMm: 36 },
  signatureImages: [{ personNumber: OFFICER_NUMBER, file: 'hand.png', widthMm: 40 }],
}
const seal = (): StampPicture => images.seal ?? never()
const hand = (): StampPicture => images.signatures[OFFICER_NUMBER] ?? never()
const never = (): never => {
  throw new Error('no picture')
}

beforeAll(async () => {
  const wasm = new Uint8Array(readFileSync(join(root, 'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm')))
  prepareZXingModule({ overrides: { wasmBinary: wasm.buffer } })
  pki = await makeNamedPki(room)
  writeFileSync(inside('seal.png'), await drawSeal())
  writeFileSync(inside('hand.png'), await drawSignature())
  paper = await makePaper()
  images = must(await openStampImages(room, unit))
  const jpeg = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
  const metadata = {
    id: '00000000-0000-4000-8000-000000000001',
    now: at,
    title: 'Giấy khai sinh',
    creator: 'Đơn vị mẫu',
  }
  pdf = must(
    await makePdf({ pages: [{ picture: jpeg, rotation: 0, dpi: 300, words: null }], metadata, certified: true }),
  ).pdf
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const common = (signer: BenchSigner) => ({
  fontFolder: join(root, 'resources/fonts'),
  signer: { certificate: signer.certificate, chain: [] },
  at,
  name: 'Nguyễn Văn Đức',
  location: 'Phường Mẫu',
})
const fingerprint = (signer: BenchSigner) => createHash('sha256').update(signer.certificate).digest('hex')

/** Both signatures over `paper`; answers the file and what each of them added. */
async function signBoth(bytes: Uint8Array, withPictures: boolean) {
  const picture = withPictures ? hand() : null
  const first = must(prepareOfficer({ ...common(pki.officer), pdf: bytes, lines, picture, code: CODE }))
  const byOfficer = { field: OFFICER_FIELD, fingerprint: fingerprint(pki.officer) }
  const value = (of: BenchSigner, attributes: Uint8Array) => new Uint8Array(sign('sha256', attributes, of.key))
  const { whole: closed } = must(
    await closeAndVerify(
      bytes,
      first.prepared,
      value(pki.officer, first.prepared.signedAttributes),
      common(pki.officer).signer,
      {
        signers: [byOfficer],
        trust: [pki.root],
      },
    ),
  )
  const step = { ...common(pki.agency), pdf: closed, lines: sealWords, attestation: lines, place: first.place }
  const second = must(
    await prepareAgency(
      { ...step, picture: withPictures ? seal() : null, signatureSizes: images.signatureSizes },
      byOfficer.fingerprint,
      [pki.root],
    ),
  )
  const { whole: copy } = must(
    await closeAndVerify(
      closed,
      second.prepared,
      value(pki.agency, second.prepared.signedAttributes),
      common(pki.agency).signer,
      {
        signers: [byOfficer, { field: AGENCY_FIELD, fingerprint: fingerprint(pki.agency) }],
        trust: [pki.root],
      },
    ),
  )
  return {
    copy,
    places: [first.place, second.place],
    added: [closed.length - bytes.length, copy.length - closed.length],
  }
}

/** One page at so many dots an inch; the lower third of an A4 alone on request. */
function render(bytes: Uint8Array, dpi: number, name = 'drawn', page = 1, lower = false): Buffer {
  writeFileSync(inside(`${name}.pdf`), bytes)
  const [across, up] = [Math.round(8.27 * dpi), Math.round(11.69 * dpi)]
  const third = Math.round(up / 3)
  const part = ['-x', 0, '-y', up - third, '-W', across, '-H', third].map(String)
  const words = ['-r', String(dpi), '-png', '-f', String(page), '-l', String(page), '-singlefile']
  execFileSync('pdftoppm', [...words, ...(lower ? part : []), inside(`${name}.pdf`), inside(name)], { stdio: 'pipe' })
  return readFileSync(inside(`${name}.png`))
}
/** For whoever wants to see it: QUAY_LOOK names a folder. */
function look(name: string, png: Uint8Array): void {
  if (process.env.QUAY_LOOK !== undefined) writeFileSync(join(process.env.QUAY_LOOK, `${name}.png`), png)
}
async function codesIn(png: Uint8Array): Promise<readonly string[]> {
  const found = await readBarcodes(new Uint8Array(png), { formats: ['QRCode'], tryHarder: true })
  return found.map(({ text }) => text)
}

describe.skipIf(!strangersAreHere)('a certified copy with pictures', () => {
  test('both signatures stand, at most 25 KB each, PDF/A kept, and strangers agree', async () => {
    const { copy, added } = await signBoth(pdf, true)
    writeFileSync(inside('copy.pdf'), copy)
    const { pdfsig, qpdf, openssl } = verdictOfStrangers(inside('copy.pdf'), pki.rootPem)
    expect({ pdfsig: pdfsig.map(({ valid, trusted }) => valid && trusted), qpdf, openssl }).toEqual({
      pdfsig: [true, true],
      qpdf: 'ok',
      openssl: ['ok', 'ok'],
    })
    if (process.env.QUAY_LOOK !== undefined) look('with-pictures', render(copy, 300, 'with-pictures', 1, true))
    for (const bytes of added) expect(bytes).toBeLessThanOrEqual(25_000)
  })

  test("the seal has its real size and ends a third of the way across the officer's hand", async () => {
    const { places } = await signBoth(pdf, true)
    const [[left, , right] = [0, 0, 0, 0], [from, bottom, edge, top] = [0, 0, 0, 0]] = places
    expect([edge - from, top - bottom].map((side) => (side / POINTS).toFixed(2))).toEqual(['36.00', '36.00'])
    const [wide] = hand().size
    expect(edge).toBeCloseTo((left + right) / 2 - wide / 2 + wide / 3, 1)
  })

  test('the QR is read from a print at 300 dpi, also blurred, turned and as a bad JPEG, and makes the place no larger', async () => {
    // White paper: a scanned page takes poppler ten seconds.
    const { copy, places } = await signBoth(paper, true)
    const page = render(copy, 300, 'print', 2, true)
    expect(await codesIn(page)).toEqual([CODE])
    const copied = await sharp(page).rotate(1.5, { background: '#fff' }).blur(1.2).jpeg({ quality: 40 }).toBuffer()
    expect(await codesIn(copied)).toEqual([CODE])
    const without = must(prepareOfficer({ ...common(pki.officer), pdf: paper, lines }))
    expect(without.place).toEqual(places[0])
  })

  test('what is left of an address with its facts filled in is read too', async () => {
    const template =
      'https://dichvucong.phuongmau.example.vn/chung-thuc?so={number}&quyen={book}&ngay={day}&ma={digest}'
    const text = verifyText({ number: '1522', book: '03/2026-SCTĐT/BS', day: '2026-11-21', digest: DIGEST }, template)
    const { prepared } = must(prepareOfficer({ ...common(pki.officer), pdf: paper, lines, code: text }))
    expect(text).toContain(`&quyen=03%2F2026-SCT%C4%90T%2FBS&ngay=2026-11-21&ma=${DIGEST.slice(0, 16).toUpperCase()}`)
    expect(await codesIn(render(Buffer.concat([paper, prepared.update]), 300, 'address', 2, true))).toEqual([text])
    expect(() => codeObject('x'.repeat(400))).toThrow()
  })
})

describe('PDF/A-1', () => {
  test('gets the same pictures without a soft mask', () => {
    const objects = (hard: boolean) =>
      drawAppearance({ kind: 'seal', lines: [], picture: seal(), hard }, 102, 102, lettering, 10)
        .map((object) => object.toString('latin1').split('stream')[0])
        .join('')
    expect(objects(true)).not.toContain('/SMask')
    expect(objects(true)).toContain('/Mask [0 0]')
    expect(objects(false)).toContain('/SMask 12 0 R')
  })
})
