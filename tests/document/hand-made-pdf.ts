// A small PDF/A-2b written by hand, object by object, so that a test can break exactly one rule in it.
// Offsets and lengths are computed; everything else is as a test says, right or wrong.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'

export interface HandMade {
  header: string
  /** Body by object number; a stream carries its data, /Length is added. */
  objects: Record<number, string | { dictionary: string; data: Uint8Array | string; length?: number }>
  trailer: string
  xrefKeyword: string
  /** After `%%EOF`. */
  tail: string
  /** Around `obj` and `endobj`. */
  objectHead: (number: number) => string
}

const pdfkit = createRequire(import.meta.url).resolve('pdfkit')
const ICC = new Uint8Array(readFileSync(join(pdfkit, '../data/sRGB_IEC61966_2_1.icc')))
/** 8 × 8 grey pixels, all white. */
export const TINY_JPEG = new Uint8Array(
  Buffer.from(
    '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAIAAgBAR' +
      'EA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AQH//2Q==',
    'base64',
  ),
)

export const xmpOf = (
  inner: string,
  header = '',
): string => `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"${header}?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`

export const IDENTIFICATION = `<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>`
export const TITLE = `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Giấy mẫu</rdf:li></rdf:Alt></dc:title></rdf:Description>`

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const metadata = (xmp: string) => ({ dictionary: '/Type /Metadata /Subtype /XML', data: utf8(xmp) })
export const withXmp = (pdf: HandMade, xmp: string): void => {
  pdf.objects[7] = metadata(xmp)
}

/** 1 catalog, 2 pages, 3 page, 4 content, 5 output intent, 6 ICC, 7 XMP, 8 Info, 9 JPEG, 10–13 a font, 14 graphics state, 15 form. */
export const soundPdf = (): HandMade => ({
  header: '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n',
  objects: {
    1: '<< /Type /Catalog /Pages 2 0 R /OutputIntents [5 0 R] /Metadata 7 0 R >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
    3: '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 9 0 R /X 15 0 R >> /Font << /F 10 0 R >> /ExtGState << /G 14 0 R >> >> >>',
    4: { dictionary: '', data: 'q 0 g /G gs BT /F 12 Tf 50 700 Td (\\101b\\)) Tj ET 100 0 0 100 0 0 cm /I Do /X Do Q' },
    5: '<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /DestOutputProfile 6 0 R >>',
    6: { dictionary: '/N 3 /Filter /FlateDecode', data: deflateSync(ICC) },
    7: metadata(xmpOf(IDENTIFICATION + TITLE)),
    8: '<< /Title <FEFF004700691EA500790020006D1EAB0075> >>',
    9: {
      dictionary:
        '/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode',
      data: TINY_JPEG,
    },
    10: '<< /Type /Font /Subtype /Type0 /BaseFont /Mau /Encoding /Identity-H /DescendantFonts [11 0 R] >>',
    11: '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Mau /CIDToGIDMap /Identity /FontDescriptor 12 0 R >>',
    12: '<< /Type /FontDescriptor /FontName /Mau /Flags 4 /FontFile2 13 0 R >>',
    13: { dictionary: '/Length1 4', data: 'ttff' },
    14: '<< /Type /ExtGState /ca 1 /BM /Normal >>',
    15: { dictionary: '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', data: '0 0 9 9 re f' },
  },
  trailer: '/Root 1 0 R /Info 8 0 R /ID [<00112233> <44556677>]',
  xrefKeyword: 'xref\n',
  tail: '\n',
  objectHead: (number) => `${number} 0 obj\n`,
})

export function writePdf(pdf: HandMade): Uint8Array {
  const parts: Buffer[] = [Buffer.from(pdf.header, 'latin1')]
  let at = parts[0]?.length ?? 0
  const push = (...pieces: (string | Uint8Array)[]): void => {
    for (const piece of pieces) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece)
      parts.push(bytes)
      at += bytes.length
    }
  }
  const numbers = Object.keys(pdf.objects).map(Number)
  const offsets = new Map<number, number>()
  for (const number of numbers) {
    const body = pdf.objects[number] ?? 'null'
    offsets.set(number, at)
    push(pdf.objectHead(number))
    if (typeof body === 'string') push(body)
    else push(`<< /Length ${body.length ?? body.data.length} ${body.dictionary} >>\nstream\n`, body.data, '\nendstream')
    push('\nendobj\n')
  }
  const size = Math.max(...numbers) + 1
  const rows = Array.from({ length: size }, (_, number) => {
    const offset = offsets.get(number)
    return offset === undefined ? `0000000000 65535 f \n` : `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const start = at
  push(
    pdf.xrefKeyword,
    `0 ${size}\n`,
    ...rows,
    `trailer\n<< /Size ${size} ${pdf.trailer} >>\nstartxref\n${start}\n%%EOF`,
    pdf.tail,
  )
  return new Uint8Array(Buffer.concat(parts))
}
