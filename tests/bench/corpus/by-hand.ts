// Small PDF files written object by object, each with one thing in it that a signing program must know about.
// Offsets are right; what is odd is odd on purpose.
import { deflateSync } from 'node:zlib'

export type HandMadeKind =
  | 'hybrid'
  | 'form'
  | 'form-xfa'
  | 'form-needs-appearances'
  | 'usage-rights'
  | 'rotated'
  | 'odd-boxes'
  | 'shared-annotations'
  | 'nested-pages'
  | 'javascript'
  | 'attachment'
  | 'layers'
  | 'no-pages'
  | 'old-version'

type Objects = Readonly<Record<number, string>>

const TEXT = 'BT /F 18 Tf 72 700 Td (Giay to mau) Tj ET'
const stream = (data: string, entries = ''): string =>
  `<< /Length ${Buffer.byteLength(data, 'latin1')} ${entries}>>\nstream\n${data}\nendstream`
const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
const page = (more = '', parent = 2): string =>
  `<< /Type /Page /Parent ${parent} 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> ${more}>>`
const BOX = '/MediaBox [0 0 595 842]'

const plain = (changes: Objects = {}): Objects => ({
  1: '<< /Type /Catalog /Pages 2 0 R >>',
  2: `<< /Type /Pages /Kids [3 0 R] /Count 1 ${BOX} >>`,
  3: page(),
  4: stream(TEXT),
  5: FONT,
  ...changes,
})

const textField = (more = ''): string =>
  `<< /Type /Annot /Subtype /Widget /FT /Tx /T (ho-ten) /V (Nguyen Thi Mau) /DA (/F 12 Tf 0 g) /Rect [72 600 300 620] /F 4 /P 3 0 R ${more}>>`
const withForm = (form: string, more: Objects = {}): Objects =>
  plain({
    1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /DA (/F 12 Tf 0 g) /DR << /Font << /F 5 0 R >> >> ${form} >> >>`,
    3: page('/Annots [6 0 R] '),
    6: textField(),
    ...more,
  })

/** Writes objects with a classic table. */
function write(objects: Objects, version = '1.7', trailer = ''): Buffer {
  const { body, offsets } = lay(objects, version)
  const size = Math.max(...Object.keys(objects).map(Number)) + 1
  const start = Buffer.byteLength(body, 'latin1')
  const table = rows(size, (number) => offsets.get(number))
  const end = `xref\n0 ${size}\n${table}trailer\n<< /Size ${size} /Root 1 0 R ${trailer}>>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(body + end, 'latin1')
}

function lay(objects: Objects, version: string): { body: string; offsets: Map<number, number> } {
  let body = `%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`
  const offsets = new Map<number, number>()
  for (const [number, content] of Object.entries(objects)) {
    offsets.set(Number(number), body.length)
    body += `${number} 0 obj\n${content}\nendobj\n`
  }
  return { body, offsets }
}

const rows = (size: number, offsetOf: (number: number) => number | undefined): string =>
  Array.from({ length: size }, (_one, number) => {
    const offset = offsetOf(number)
    return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`
  }).join('')

/** 7.5.8.4: a classic table for old readers, and a cross-reference stream that knows the objects inside an object stream. */
function writeHybrid(): Buffer {
  // The font lies in the object stream 6; readers that know only tables take it for free.
  const { 5: font = '', ...outside } = plain()
  const packed = deflateSync(Buffer.from(`5 0 ${font}`, 'latin1')).toString('latin1')
  const objects = { ...outside, 6: stream(packed, '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode ') }
  const { body, offsets } = lay(objects, '1.5')
  const at = body.length
  const entry = Buffer.from([2, 0, 0, 0, 6, 0]).toString('latin1')
  const hidden = `7 0 obj\n${stream(entry, '/Type /XRef /Size 8 /Index [5 1] /W [1 4 1] /Root 1 0 R ')}\nendobj\n`
  const all = body + hidden
  const table = rows(8, (number) => (number === 7 ? at : offsets.get(number)))
  const end = `xref\n0 8\n${table}trailer\n<< /Size 8 /Root 1 0 R /XRefStm ${at} >>\nstartxref\n${all.length}\n%%EOF\n`
  return Buffer.from(all + end, 'latin1')
}

const script = '<< /S /JavaScript /JS (app.alert\\(1\\);) >>'

export const HAND_MADE: Readonly<Record<HandMadeKind, () => Buffer>> = {
  hybrid: writeHybrid,
  form: () =>
    write(
      withForm('', {
        6: textField('/AP << /N 7 0 R >> '),
        7: stream('', '/Type /XObject /Subtype /Form /BBox [0 0 228 20] '),
      }),
    ),
  'form-xfa': () => write(withForm('/XFA 7 0 R', { 7: stream('<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"/>') })),
  'form-needs-appearances': () => write(withForm('/NeedAppearances true')),
  'usage-rights': () =>
    write(
      plain({
        1: '<< /Type /Catalog /Pages 2 0 R /Perms << /UR3 6 0 R >> >>',
        6: '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <3000> /ByteRange [0 9 13 9] /Reference [<< /Type /SigRef /TransformMethod /UR3 /TransformParams << /V /2.2 /Form [/FillIn] >> >>] >>',
      }),
    ),
  rotated: () => write(plain({ 3: page('/Rotate 90 ') })),
  'odd-boxes': () =>
    write(plain({ 3: page('/MediaBox [-100 -200 495 642] /CropBox [-80 -180 475 622] /UserUnit 1.5 ') })),
  'shared-annotations': () =>
    write(
      plain({
        2: `<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 ${BOX} >>`,
        3: page('/Annots 6 0 R '),
        6: '[8 0 R]',
        7: page('/Annots 6 0 R '),
        8: '<< /Type /Annot /Subtype /Link /Rect [72 690 200 720] /Border [0 0 0] /Dest [3 0 R /Fit] >>',
      }),
    ),
  'nested-pages': () =>
    write(
      plain({
        2: '<< /Type /Pages /Kids [6 0 R] /Count 1 >>',
        6: `<< /Type /Pages /Parent 2 0 R /Kids [7 0 R] /Count 1 ${BOX} /Rotate 0 >>`,
        7: '<< /Type /Pages /Parent 6 0 R /Kids [3 0 R] /Count 1 >>',
        3: page('', 7),
      }),
    ),
  javascript: () => write(plain({ 1: `<< /Type /Catalog /Pages 2 0 R /OpenAction ${script} >>` })),
  attachment: () =>
    write(
      plain({
        1: '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a.txt) 6 0 R] >> >> >>',
        6: '<< /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >>',
        7: stream('xin chao', '/Type /EmbeddedFile '),
      }),
    ),
  layers: () =>
    write(
      plain({
        1: '<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] /Order [6 0 R] >> >> >>',
        4: stream(`/OC /L BDC ${TEXT} EMC`),
        3: `<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> /Properties << /L 6 0 R >> >> >>`,
        6: '<< /Type /OCG /Name (An) >>',
      }),
    ),
  'no-pages': () => write({ 1: '<< /Type /Catalog /Pages 2 0 R >>', 2: '<< /Type /Pages /Kids [] /Count 0 >>' }),
  'old-version': () => write(plain(), '1.0'),
}
