// The separator sheets (phiếu ngăn) of a stack as the product prints them, with the text of each code: four dossiers, titles of
// the list, typed ones and none. Where pdftoppm is missing there are no pictures, and the bench draws plain sheets around the code.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printSeparators } from '../../../main/scan/print-separators.ts'
import { buildSeparator, PaperTitles, sheetTitle } from '../../../main/scan/separator.ts'
import { root } from '../../setup/place.ts'

export interface PrintedSeparator {
  readonly code: string
  /** A picture of the printed sheet at 300 dpi, or null. */
  readonly file: string | null
}

const WANTED = ['Giấy khai sinh', 'Đơn đề nghị xác nhận tình trạng hôn nhân', '', 'Giấy chứng nhận quyền sử dụng đất']
const DOSSIERS = 4

async function printDossier(
  folder: string,
  dossier: number,
  sheets: readonly string[],
): Promise<readonly PrintedSeparator[]> {
  const titles = PaperTitles.parse(
    JSON.parse(readFileSync(join(root, 'resources/catalogue/paper-titles.json'), 'utf8')),
  )
  const dossierCode = `TAM-H00.00.00-01-20260105-${dossier}`
  const pdf = await printSeparators({
    dossierCode,
    citizenName: 'Nguyễn Thị Mẫu',
    procedure: 'Chứng thực bản sao từ bản chính giấy tờ, văn bản',
    sheets: sheets.map((title) => ({ title })),
    titles,
    unitName: 'Ủy ban nhân dân phường Mẫu',
    fontFolder: join(root, 'resources/fonts'),
    id: `6b43a9b5-51ed-4c00-8000-00000000000${dossier % 10}`,
    now: new Date('2026-01-05T01:00:00Z'),
  })
  const place = join(folder, 'separators', String(dossier))
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'sheets.pdf'), pdf)
  spawnSync('pdftoppm', ['-r', '300', '-png', join(place, 'sheets.pdf'), join(place, 'sheet')])
  const pictures = globSync('sheet-*.png', { cwd: place }).sort()
  return sheets.map((title, at) => {
    const picture = pictures[at]
    const code = buildSeparator({ dossierCode, title: sheetTitle(title, titles) })
    return { code, file: picture === undefined ? null : join(place, picture) }
  })
}

/** `count` sheets in the order in which they lie in the stack: the dossiers one after the other. */
export async function printedSeparators(
  folder: string,
  count: number,
  seed: number,
): Promise<readonly PrintedSeparator[]> {
  const each = Math.max(1, Math.ceil(count / DOSSIERS))
  const all: PrintedSeparator[] = []
  for (let dossier = 0; all.length < count; dossier += 1) {
    const sheets = Array.from(
      { length: Math.min(each, count - all.length) },
      (_one, at) => WANTED[(at + seed + dossier) % WANTED.length] ?? '',
    )
    all.push(...(await printDossier(folder, 1 + dossier, sheets)))
  }
  return all
}
