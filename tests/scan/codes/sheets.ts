// Separator sheets as they come back through a feeder: printed, rendered by poppler, fed askew, upside down, sideways, dirty.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadImage } from '@napi-rs/canvas'
import { printSeparators, type SeparatorsInput } from '../../../main/scan/print-separators.ts'
import { PaperTitles } from '../../../main/scan/separator.ts'
import { legalDate } from '../../../preload/contract/legal-time.ts'
import { FONT_FOLDER } from '../../document/papers.ts'
import { renderPages } from '../../document/peers.ts'
import { type Draw, dice } from './drawn-pages.ts'
import type { Fed } from './scanned.ts'

const ROOT = join(import.meta.dirname, '../../..')
export const TITLES = PaperTitles.parse(
  JSON.parse(readFileSync(join(ROOT, 'resources/catalogue/paper-titles.json'), 'utf8')),
)
export const WASM = new Uint8Array(readFileSync(join(ROOT, 'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm')))

export const SHEETS: SeparatorsInput = {
  dossierCode: 'TAM-H55.242-03-20261121-007',
  citizenName: 'Nguyễn Thị Mẫu',
  procedure: 'Chứng thực bản sao từ bản chính',
  sheets: [
    { title: 'Giấy khai sinh' },
    { title: 'Giấy chứng nhận quyền sử dụng đất' },
    { title: 'Biên bản họp gia đình <bản chính>, lập ngày 12/5/2024' },
    { title: '' },
  ],
  titles: TITLES,
  unitName: 'Trung tâm Phục vụ hành chính công xã Mẫu',
  fontFolder: FONT_FOLDER,
  id: '3f2b8a52-7a0e-4f5e-9d7e-0c4f8f1f2a11',
  now: legalDate(2026, 11, 21, 10, 32),
}

export async function printedSheets(dpi: number): Promise<readonly { readonly title: string; readonly draw: Draw }[]> {
  const pages = renderPages(await printSeparators(SHEETS), dpi)
  return Promise.all(
    pages.map(async (png, index) => {
      const picture = await loadImage(Buffer.from(png))
      const draw: Draw = (on) => on.drawImage(picture, 0, 0, 210, 297)
      return { title: SHEETS.sheets[index]?.title ?? '', draw }
    }),
  )
}

/** How the sheet with this number was fed: every second upside down or sideways, up to 15° askew, up to JPEG quality 60. */
export function feeding(number: number, resolutions: readonly number[] = [300, 200, 150]): Fed {
  const roll = dice(9000 + number)
  return {
    dpi: resolutions[number % resolutions.length] ?? 200,
    seed: number,
    skew: (number % 4 === 0 ? 30 : 8) * (roll() - 0.5),
    turn: ([0, 180, 0, 90, 180, 270, 0, 180] as const)[number % 8] ?? 0,
    noise: 2 + roll() * 14,
    blur: roll() * 1.2,
    quality: number % 2 === 0 ? 60 : 80,
    border: number % 3 === 0 ? 2 + roll() * 5 : 0,
    contrast: 0.55 + roll() * 0.45,
  }
}
