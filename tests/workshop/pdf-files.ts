// PDFs for the tests of the reader: written by hand where a test must know every byte, by qpdf where strangers write better.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { type PdfObject, pdfOf } from '../scan/import/samples.ts'

export const hasQpdf = spawnSync('qpdf', ['--version']).status === 0

export function byQpdf(bytes: Uint8Array, ...options: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'pdf-'))
  try {
    writeFileSync(join(folder, 'in.pdf'), bytes)
    execFileSync('qpdf', ['--warning-exit-0', join(folder, 'in.pdf'), ...options, join(folder, 'out.pdf')])
    return new Uint8Array(readFileSync(join(folder, 'out.pdf')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const CONTENT = 'BT /F 9 Tf 5 30 Td (Ban sao) Tj ET'

/** Two pages that inherit their box, a form with a filled and an empty signature field, a certification, a security store. */
export const OBJECTS: readonly PdfObject[] = [
  {
    words:
      '<< /Type /Catalog /Pages 2 0 R /Version /2.0 /AcroForm << /Fields [7 0 R 8 0 R] /SigFlags 3 >> /Perms << /DocMDP 9 0 R >> /DSS 10 0 R >>',
  },
  { words: '<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] /MediaBox [0 0 595 842] /Rotate 90 >>' },
  { words: '<< /Type /Page /Parent 2 0 R /Contents 5 0 R /CropBox [500 10 20 800] /Annots [7 0 R] >>' },
  { words: '<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Rotate 0 >>' },
  { words: '<< /Filter /FlateDecode >>', data: deflateSync(CONTENT) },
  { words: '<< /Title (Gi\\1005y m\\1005u \\(b\\355\\)) /Producer <5175E1BAA779> >>' },
  { words: '<< /FT /Sig /T (Officer) /V 9 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>' },
  { words: '<< /T (Office) /Kids [11 0 R] >>' },
  {
    words:
      '<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <30800000> /Reference [<< /TransformMethod /FieldMDP /TransformParams << /Action /Include /Fields [(a) (b)] >> >> << /TransformMethod /DocMDP /TransformParams << /P 2 >> >>] >>',
  },
  { words: '<< /Certs [5 0 R] /CRLs [] /VRI << /00AA << >> >> >>' },
  { words: '<< /FT /Sig /T (Agency) /Parent 8 0 R /Lock << /Action /All /P 1 >> >>' },
]

export const sample = (): Uint8Array => new Uint8Array(pdfOf(OBJECTS, '/Info 6 0 R /ID [<01> <02>]'))

/** `bytes` with objects appended behind a table of their own, as an editor saves. */
export function append(bytes: Uint8Array, objects: Readonly<Record<number, string>>, more = ''): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const [, previous] = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text) ?? []
  const [, size] = /\/Size (\d+)/.exec(text) ?? []
  let body = ''
  let table = ''
  for (const [number, words] of Object.entries(objects)) {
    table += `${number} 1\n${String(bytes.length + body.length).padStart(10, '0')} 00000 n \n`
    body += `${number} 0 obj\n${words}\nendobj\n`
  }
  const end = `xref\n${table}trailer\n<< /Root 1 0 R /Size ${size} /Prev ${previous} ${more}>>\nstartxref\n${bytes.length + body.length}\n%%EOF\n`
  return new Uint8Array(Buffer.from(text + body + end, 'latin1'))
}

/** A table with a stream beside it (§7.5.8.4): the information dictionary hides in an object stream. */
export function hybridPdf(): Uint8Array {
  const text = Buffer.from(sample()).toString('latin1')
  const at = text.indexOf('xref\n')
  const hidden = '6 0 << /Title (hidden) >>'
  const container = `12 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length ${hidden.length} >>\nstream\n${hidden}\nendstream\nendobj\n`
  const row = String.fromCharCode(2, 0, 12, 0)
  const beside = `13 0 obj\n<< /Type /XRef /W [1 2 1] /Index [6 1] /Size 14 /Length 4 >>\nstream\n${row}\nendstream\nendobj\n`
  const tail = text
    .slice(at)
    .replace('0 12\n', '0 13\n')
    .replace(/(?<=(?:.{19}\n){6})\d{10} 00000 n/, '0000000000 00000 f')
    .replace('trailer', `${String(at).padStart(10, '0')} 00000 n \ntrailer`)
    .replace('/Size 12', `/Size 14 /XRefStm ${at + container.length}`)
    .replace(/startxref\n\d+/, `startxref\n${at + container.length + beside.length}`)
  return new Uint8Array(Buffer.from(text.slice(0, at) + container + beside + tail, 'latin1'))
}
