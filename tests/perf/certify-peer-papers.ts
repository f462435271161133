// Two-page PDF/A files as the product makes them from scans, for a bench that signs thousands: pictures of specimen papers,
// every file with its own number and title. Same seed, same files (on one machine); a folder that is filled is left as it is.
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPdf } from '../../main/document/build-pdf.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { drawPaper, PAPER_KINDS } from '../bench/scanner/paper.ts'

export interface PapersOptions {
  readonly seed?: number
  /** Of the pictures; 120 gives two pages of about 500 KB together. */
  readonly dpi?: number
}

/** Different sheets that the files are put together of. */
const VERSIONS = 3

/** Paths of `count` files in `folder`, in the order of their names. */
export async function makePapers(
  folder: string,
  count: number,
  { seed = 1, dpi = 120 }: PapersOptions = {},
): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true })
  const names = Array.from({ length: count }, (_, at) => `paper-${String(at + 1).padStart(5, '0')}.pdf`)
  const here = new Set(readdirSync(folder))
  if (names.some((name) => !here.has(name))) {
    const sheets: Uint8Array[] = []
    for (let version = 0; version < VERSIONS; version += 1)
      for (const kind of PAPER_KINDS) sheets.push(...(await drawPaper(kind, { dpi, seed: seed * 100 + version })).pages)
    for (const [at, name] of names.entries()) if (!here.has(name)) writePaper(folder, name, at, sheets, seed, dpi)
  }
  return names.map((name) => join(folder, name))
}

function writePaper(
  folder: string,
  name: string,
  at: number,
  sheets: readonly Uint8Array[],
  seed: number,
  dpi: number,
): void {
  // Neighbours differ, and so does every pair until all pairs were there.
  const first = at % sheets.length
  const second = (first + 1 + Math.floor(at / sheets.length)) % sheets.length
  const pages = [sheets[first], sheets[second]].map((picture) => ({
    picture: picture ?? new Uint8Array(),
    rotation: 0 as const,
    dpi,
    words: null,
  }))
  const metadata = {
    id: `00000000-0000-4000-8000-${String(seed).padStart(4, '0')}${String(at + 1).padStart(8, '0')}`,
    now: legalDate(2026, 11, 21, 10, 30, 5),
    title: `Giấy tờ mẫu số ${at + 1}`,
    creator: 'Trần Thị Mai Mẫu',
  }
  const built = buildPdf({ pages, metadata })
  if (!built.ok) throw new Error(JSON.stringify(built.failure))
  // Written aside: a bench that was stopped leaves no half file behind.
  const fresh = join(folder, `.${name}`)
  writeFileSync(fresh, built.value.pdf)
  if (!existsSync(join(folder, name))) renameSync(fresh, join(folder, name))
}
