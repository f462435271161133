// Promises: the archival PDF that a counter would sign, made by pdfkit, and the two faces put on it.
// Never: a real document or person.
import { randomFillSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import PDFDocument from 'pdfkit'
import {
  type Appearance,
  openLettering,
  placeAttestation,
  placeSeal,
  type SignRequest,
} from '../../main/signature/pades/index.ts'
import type { BenchPki } from './pades-pki.ts'

const font = (name: string): string =>
  new URL(`../../resources/fonts/BeVietnamPro_${name}.ttf`, import.meta.url).pathname
export const lettering = openLettering({
  regular: readFileSync(font('400Regular')),
  bold: readFileSync(font('700Bold')),
})

/** A PDF/A-2b file of two A4 pages; `ballast` bytes of an attached stream stand for the scans. */
export async function makePaper(ballast = 0): Promise<Uint8Array> {
  const paper = new PDFDocument({
    size: 'A4',
    margin: 56,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    tagged: false,
    info: { Title: 'Giấy tờ mẫu', CreationDate: new Date('2026-11-21T03:00:00Z') },
  })
  const parts: Buffer[] = []
  paper.on('data', (part: Buffer) => parts.push(part))
  const done = new Promise((resolve) => paper.on('end', resolve))
  for (const page of [1, 2]) {
    if (page > 1) paper.addPage()
    paper.font(font('700Bold')).fontSize(14).text('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { align: 'center' }).moveDown()
    paper.font(font('400Regular')).fontSize(11)
    for (let line = 1; line <= 22; line++)
      paper.text(`Dòng ${line} của trang ${page}: giấy tờ thử nghiệm của bà Nguyễn Thị Mẫu, không có giá trị.`)
  }
  if (ballast > 0) {
    const grey = paper.ref({
      Type: 'XObject',
      Subtype: 'Image',
      Width: ballast,
      Height: 1,
      BitsPerComponent: 8,
      ColorSpace: 'DeviceGray',
    })
    grey.compress = false
    grey.end(randomFillSync(Buffer.alloc(ballast)))
    paper.page.xobjects.Scan = grey
  }
  paper.end()
  await done
  return new Uint8Array(Buffer.concat(parts))
}

const line = (
  text: string,
  size: number,
  weight: 'regular' | 'bold' = 'regular',
  colour: 'ink' | 'blue' | 'red' = 'blue',
) => ({ text, size, weight, align: 'center' as const, colour })

export const attestation: Appearance = {
  kind: 'attestation',
  border: 'blue',
  lines: [
    line('CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH', 11, 'bold'),
    line('Số chứng thực: 1522   Quyển số: 01/2026-SCT/BS', 9.5),
    line('Ngày 21 tháng 11 năm 2026', 9.5),
    line('MẪU – KHÔNG CÓ GIÁ TRỊ', 9, 'bold', 'red'),
    line('NGƯỜI THỰC HIỆN CHỨNG THỰC', 9.5, 'bold'),
    line('', 38),
    line('Nguyễn Văn Đức', 10.5, 'bold'),
  ],
}
export const seal: Appearance = {
  kind: 'seal',
  border: 'red',
  lines: [
    line('ỦY BAN NHÂN DÂN PHƯỜNG MẪU', 7.5, 'bold', 'red'),
    line('Đã ký số', 7, 'regular', 'red'),
    line('2026-11-21T10:31:00+07:00', 7, 'regular', 'red'),
  ],
}

const A4 = { width: 595.28, height: 841.89 }
const place = placeAttestation(A4, attestation)
export const officerRequest = (pki: BenchPki): SignRequest => ({
  fieldName: 'Officer',
  page: 1,
  rect: place,
  appearance: attestation,
  signer: pki.officer,
  at: new Date('2026-11-21T03:30:05Z'),
  name: 'Nguyễn Văn Đức',
  reason: 'Chứng thực bản sao từ bản chính',
})
export const agencyRequest = (pki: BenchPki): SignRequest => ({
  fieldName: 'Agency',
  page: 1,
  rect: placeSeal(place, attestation),
  appearance: seal,
  signer: pki.agency,
  at: new Date('2026-11-21T03:31:00Z'),
})
