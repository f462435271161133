// PDFs as citizens bring them: of an office program, of a web server, locked without a password, damaged, signed by a company.
// All drawn here; names and words are invented.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PDFDocument from 'pdfkit'
import type { Appearance } from '../../main/signature/pades/index.ts'
import { HAND_MADE } from '../bench/corpus/by-hand.ts'
import { DAMAGES } from '../bench/corpus/damage.ts'
import { makePaper } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signOnce } from './pades-signing.ts'
import { signByHand } from './sign-by-hand.ts'

const FONT = new URL('../../resources/fonts/BeVietnamPro_400Regular.ttf', import.meta.url).pathname

/** A4 pages of plain text, no PDF/A; `lines` on each, 40 fill a page to its foot. */
export async function textPdf(pages = 2, lines = 18): Promise<Uint8Array> {
  const paper = new PDFDocument({ size: 'A4', margin: 56, info: { CreationDate: new Date('2026-11-21T03:00:00Z') } })
  const parts: Buffer[] = []
  paper.on('data', (part: Buffer) => parts.push(part))
  const done = new Promise((resolve) => paper.on('end', resolve))
  for (let page = 1; page <= pages; page += 1) {
    if (page > 1) paper.addPage()
    paper.font(FONT).fontSize(12)
    for (let line = 1; line <= lines; line += 1)
      paper.text(`Trang ${page}, dòng ${line}: giấy tờ thử nghiệm của bà Nguyễn Thị Mẫu.`, 56, 50 + line * 18, {
        lineBreak: false,
      })
  }
  paper.end()
  await done
  return new Uint8Array(Buffer.concat(parts))
}

function byQpdf(pdf: Uint8Array, ...options: readonly string[]): Uint8Array {
  const room = mkdtempSync(join(tmpdir(), 'brought-'))
  try {
    writeFileSync(join(room, 'in.pdf'), pdf)
    execFileSync('qpdf', [join(room, 'in.pdf'), ...options, join(room, 'out.pdf')])
    return new Uint8Array(readFileSync(join(room, 'out.pdf')))
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

const face: Appearance = {
  kind: 'attestation',
  border: 'blue',
  lines: [{ text: 'CÔNG TY MẪU đã ký', size: 9, weight: 'regular', align: 'center', colour: 'blue' }],
}

/** Signed at the head of its first page by somebody whose authority nobody here knows. */
export const signedByCompany = (pdf: Uint8Array, stranger: BenchPki): Uint8Array =>
  signOnce(
    pdf,
    {
      fieldName: 'CongTyMau',
      page: 0,
      rect: [56, 800, 256, 830],
      appearance: face,
      signer: stranger.agency,
      at: new Date('2026-11-20T02:00:00Z'),
      name: 'Công ty Mẫu',
      reason: 'Ban hành',
    },
    stranger.agency,
  )

/** Certified with "no changes allowed" (DocMDP, P 1); the value is no real one, which comes second. */
const locked = (pdf: Uint8Array): Promise<Uint8Array> =>
  signByHand(pdf, {
    field: 'KhoaTep',
    cms: () => new Uint8Array([0x30, 0]),
    certifies: true,
    entries: '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P 1 /V /1.2 >> >>]',
  })

export interface BroughtSamples {
  readonly stranger: BenchPki
  /** Taken as they are, mended, or made longer; by what a clerk would call them. */
  readonly good: Readonly<Record<GoodKind, Uint8Array>>
  readonly bad: Readonly<Record<BadKind, Uint8Array>>
}
export type GoodKind =
  | 'plain'
  | 'archival'
  | 'linearised'
  | 'version-2'
  | 'form'
  | 'encrypted'
  | 'broken-table'
  | 'full'
  | 'signed'
export type BadKind = 'no-pdf' | 'password' | 'locked' | 'full-and-signed' | 'altered' | 'program'

/** `home`: a folder for the keys of the stranger. */
export async function makeSamples(home: string): Promise<BroughtSamples> {
  const keys = join(home, 'stranger')
  mkdirSync(keys)
  const stranger = makePki(keys, 'ec')
  const [plain, archival, full] = await Promise.all([textPdf(), makePaper(), textPdf(1, 42)])
  const signed = signedByCompany(plain, stranger)
  const altered = Buffer.from(signed)
  const at = altered.indexOf('/MediaBox [0 0 595.28 841.89]')
  altered.write('/MediaBox [0 0 595.28 841.88]', at, 'latin1')
  return {
    stranger,
    good: {
      plain,
      archival,
      linearised: byQpdf(plain, '--linearize'),
      'version-2': byQpdf(plain, '--force-version=2.0', '--object-streams=generate'),
      form: new Uint8Array(HAND_MADE.form()),
      encrypted: byQpdf(plain, '--encrypt', '', 'chu-tep', '256', '--'),
      'broken-table': new Uint8Array(DAMAGES['broken-table'](plain)),
      full,
      signed,
    },
    bad: {
      'no-pdf': new TextEncoder().encode('Đây là thư, không phải PDF.'),
      password: byQpdf(plain, '--encrypt', 'mat-khau', 'chu-tep', '256', '--'),
      locked: await locked(plain),
      'full-and-signed': signedByCompany(full, stranger),
      altered: new Uint8Array(altered),
      program: new Uint8Array(HAND_MADE.javascript()),
    },
  }
}
