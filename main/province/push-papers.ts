// The papers of a dossier as its components: each signed file under the line of the checklist that has its name.
// Pure. It names only files the province has confirmed, and nothing read on a page that nobody has confirmed.
import type { DocumentRow } from '../document/index.ts'
import { fold, type OpenedBody } from '../dossier/index.ts'
import type { DossierPacket } from './packet.ts'

/** A paper (thành phần hồ sơ) whose signed file the province has. */
export interface ArrivedPaper {
  readonly title: string
  readonly fileName: string
  /** SHA-256 of the signed file, and its id over there. */
  readonly file: string
  readonly fileId: string
  readonly pages: number
  readonly level: '2b' | '2u' | 'none'
  /** Who scanned and signed it (người sao chụp, TT 01/2023 Đ.8), and when. */
  readonly scannedBy: string
  readonly signedAt: string | null
  /** Sao y: the agency that signed over it, and when; absent: it did not. */
  readonly agencyCopy?: { readonly by: string; readonly at: string }
}

/** Nothing a paper was listed with is taken away: its copy stands beside it (the province refuses a dossier that lost a file). */
export function arrivedPaper(
  row: DocumentRow,
  { file, fileId }: { readonly file: string; readonly fileId: string },
): ArrivedPaper {
  const { title, fileName, originalPages: pages, level, scannedByName: scannedBy, scanSignedAt: signedAt } = row
  const paper = { title, fileName, file, fileId, pages, level, scannedBy, signedAt }
  const { agencyCopySigner: by, agencyCopySignedAt: at } = row
  return row.agencyCopyFile === file && by !== null && at !== null
    ? { ...paper, fileName: nameOfCopy(fileName), agencyCopy: { by, at } }
    : paper
}

/** Its own name beside that of the paper. */
export const nameOfCopy = (fileName: string): string => fileName.replace(/(\.pdf)?$/, '_sao-y.pdf')

type Component = DossierPacket['components'][number]

/** Papers no line of the checklist asks for stand together on a line of their own. */
const OTHERS = { code: 'KHAC', name: 'Giấy tờ khác' } as const
/** A shorter title, folded, is found in too many names. */
const TELLING = 8

/** `Giấy xác nhận tình trạng hôn nhân` answers `Giấy xác nhận tình trạng hôn nhân (khi cơ sở dữ liệu chưa có)`. */
function answers(title: string, name: string): boolean {
  const [is, asked] = [fold(title), fold(name)]
  return is === asked || (is.length >= TELLING && asked.startsWith(is)) || is.startsWith(`${asked} `)
}

/** The dossier as it was opened, with the files that have arrived since. Without papers: exactly what is told at the opening. */
export function packetOf(code: string, body: OpenedBody, papers: readonly ArrivedPaper[] = []): DossierPacket {
  const { applicant } = body
  const lineOf = (paper: ArrivedPaper): string =>
    body.components.find((line) => answers(paper.title, line.name))?.code ?? OTHERS.code
  const filesOf = (line: string): Component['files'] =>
    papers
      .filter((paper) => lineOf(paper) === line)
      .map(({ title, file, fileId, agencyCopy }) => ({
        name: agencyCopy === undefined ? title.slice(0, 255) : `${title.slice(0, 240)} (sao y)`,
        sha256: file,
        fileId,
        digitised: true,
      }))
  const lines = [...body.components, ...(filesOf(OTHERS.code).length > 0 ? [OTHERS] : [])]
  return {
    code,
    procedure: body.procedure,
    channel: 'in-person',
    applicant: {
      kind: 'citizen',
      name: applicant.name,
      number: applicant.number,
      ...(applicant.phone === '' ? {} : { phone: applicant.phone }),
      ...(applicant.email === '' ? {} : { email: applicant.email }),
      ...(applicant.address === '' ? {} : { address: applicant.address }),
    },
    summary: body.summary,
    submittedAt: body.receivedAt,
    receivedAt: body.receivedAt,
    dueAt: body.dueAt,
    components: lines.map(({ code: line, name }) => {
      const files = filesOf(line)
      return { code: line, name, copies: Math.max(1, files.length), form: 'original' as const, files }
    }),
    ...(papers.length === 0
      ? {}
      : {
          details: {
            papers: papers.map(({ title, fileName, file, pages, level, scannedBy, signedAt, agencyCopy }) => ({
              sha256: file,
              title,
              fileName,
              pages,
              level: `PDF/A-${level}`,
              scannedBy,
              ...(signedAt === null ? {} : { signedAt }),
              ...(agencyCopy === undefined ? {} : { agencyCopy }),
            })),
          },
        }),
  }
}
