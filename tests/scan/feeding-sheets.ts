// A stack of up to two hundred A4 pages (300 dpi) of which each can be told from every other, and the judge of what became of it.
// A page carries its number in a comment of the file, or drawn on the paper where a scanner driver codes the picture anew.
import { createHash } from 'node:crypto'
import sharp, { type Sharp } from 'sharp'
import { withDensity } from '../../drivers/scan/density.ts'
import { callerFor, must, openNodeCounter, PEOPLE } from '../bench/office.ts'
import type { VirtualScanner } from '../bench/scanner/escl-server.ts'
import { threePapers } from '../bench/scanner/paper.ts'

type Unit = Parameters<typeof openNodeCounter>[0]['unit']

/** Pages of the long stack. */
export const STACK = 200
const WIDTH = 2480
const HEIGHT = 3508
/** Squares of 60 pixels in the lower margin, 120 apart: one that is always black, eight bits, their parity. */
const SQUARES = 10
const SIDE = 60
const STEP = 120
const LEFT = 640
const TOP = HEIGHT - 200

const bitsOf = (number: number): readonly boolean[] => {
  const bits = Array.from({ length: 8 }, (_, bit) => ((number >> bit) & 1) === 1)
  return [true, ...bits, bits.filter(Boolean).length % 2 === 1]
}

/** Squares on raw pixels (three bytes each), as a JPEG of 300 dpi. */
async function draw(paper: Buffer, number: number): Promise<Buffer> {
  const pixels = Buffer.from(paper)
  for (const [square, black] of bitsOf(number).entries())
    for (let y = TOP; y < TOP + SIDE; y += 1) {
      const from = (y * WIDTH + LEFT + square * STEP) * 3
      pixels.fill(black ? 15 : 250, from, from + SIDE * 3)
    }
  return jpegOf(sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }))
}

const jpegOf = (picture: Sharp): Promise<Buffer> => picture.withMetadata({ density: 300 }).jpeg().toBuffer()

/** Behind the first segment, which says how dense the picture is. */
function comment(page: Buffer, number: number): Buffer {
  const words = Buffer.from(`page ${number}`)
  const at = page[3] === 0xe0 ? 4 + page.readUInt16BE(4) : 2
  return Buffer.concat([page.subarray(0, at), Buffer.from([0xff, 0xfe, 0, words.length + 2]), words, page.subarray(at)])
}

/** Different pages, as JPEG; two hundred unless told. */
export async function numberedPages(where: 'in-a-comment' | 'drawn', count = STACK): Promise<readonly Buffer[]> {
  const papers = (await threePapers())
    .flatMap((paper) => paper.pages)
    .map((page) => sharp(page).resize(WIDTH, HEIGHT, { fit: 'fill' }))
  const numbers = Array.from({ length: count }, (_, number) => number)
  if (where === 'in-a-comment') {
    const pages = await Promise.all(papers.map(jpegOf))
    return numbers.map((number) => comment(pages[number % pages.length] ?? Buffer.alloc(0), number))
  }
  const pixels = await Promise.all(papers.map((paper) => paper.removeAlpha().raw().toBuffer()))
  const made: Buffer[] = []
  // A few at a time: a page without its JPEG is 26 MB.
  for (let first = 0; first < count; first += 4)
    made.push(
      ...(await Promise.all(
        numbers
          .slice(first, first + 4)
          .map((number) => draw(pixels[number % pixels.length] ?? Buffer.alloc(0), number)),
      )),
    )
  return made
}

/** The number that is drawn on a picture; null when there is none. */
export async function numberDrawnOn(picture: Uint8Array): Promise<number | null> {
  const { data, info } = await sharp(picture)
    .resize(WIDTH / 8, Math.round(HEIGHT / 8), { fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const y = Math.round((TOP + SIDE / 2) / 8)
  const seen = Array.from({ length: SQUARES }, (_, square) => {
    const x = Math.round((LEFT + square * STEP + SIDE / 2) / 8)
    return (data[(y * info.width + x) * info.channels] ?? 255) < 128
  })
  const number = seen.slice(1, 9).reduce((sum, black, bit) => sum + (black ? 2 ** bit : 0), 0)
  return bitsOf(number).every((black, square) => black === seen[square]) && number < STACK ? number : null
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** SHA-256 of each page as our own eSCL driver hands it over, to the page's number: its bytes pass untouched. */
export const hashesOf = (pages: readonly Buffer[]): ReadonlyMap<string, number> =>
  new Map(pages.map((page, number) => [sha256(withDensity(page, 300) ?? page), number]))

export type Source = 'feeder' | 'duplex'

/** Puts the stack into the feeder from this page on; both sides of a hundred sheets, or one side of two hundred. */
export function loadFrom(
  scanner: Pick<VirtualScanner, 'loadSheets'>,
  pages: readonly Buffer[],
  from: number,
  source: Source,
) {
  const sides = pages.slice(from)
  scanner.loadSheets(
    source === 'feeder'
      ? sides.map((front) => ({ front }))
      : sides.flatMap((front, side) => (side % 2 === 0 ? [{ front, back: sides[side + 1] ?? front }] : [])),
  )
}

/** A page as the program named it when it was safe: its id, and the SHA-256 of its bytes. */
export interface SafePage {
  readonly id: string
  readonly file: string
}

/** A page as it was there when the program was back. */
export interface TherePage extends SafePage {
  /** Greyed, out of the paper, still there. */
  readonly removed: boolean
}

export interface FoundPage extends TherePage {
  /** Which page of the stack its bytes are; null: unreadable, or none of ours. */
  readonly number: number | null
  readonly startsPaper: boolean
}

/** What the clerk puts back: the sheets behind the count that she sees; a sheet goes through whole. */
export function putBackFrom(there: readonly TherePage[], source: Source): number {
  const count = there.filter((page) => !page.removed).length
  return source === 'duplex' ? count - (count % 2) : count
}

/** The mixed stack as it lies in the store of a closed program, every page read. Also says whether store and audit are whole. */
export async function openStack(
  folder: string,
  unit: Unit,
  numberOf: (page: SafePage, bytes: Uint8Array) => Promise<number | null>,
): Promise<{ readonly pages: readonly FoundPage[]; readonly sound: boolean }> {
  const counter = openNodeCounter({ folder, unit: { ...unit, province: null } })
  try {
    const clerk = callerFor(counter, PEOPLE.clerk.login)
    const { pages } = must(await counter.handlers.scan.pages({ dossierId: null }, clerk))
    const found: FoundPage[] = []
    for (const { id, file, removed, startsPaper } of pages) {
      const bytes = counter.vault.get(file)
      const same = bytes.ok && sha256(bytes.value) === file
      found.push({ id, file, removed, startsPaper, number: same ? await numberOf({ id, file }, bytes.value) : null })
    }
    const sound = counter.storage.check() && counter.storage.read((r) => counter.audit.verify(r)) === null
    return { pages: found, sound }
  } finally {
    await counter.close()
  }
}

export interface FeedFaults {
  /** Pages shown as safe before the kill that are not there, or not byte for byte. */
  readonly lost: number
  /** Pages beyond one a page of the stack. */
  readonly doubled: number
  /** Pages of the stack that are not there although the clerk fed on from the count shown. */
  readonly missing: number
  /** Pages that do not follow the one before. */
  readonly disordered: number
  /** Papers that begin where nothing but the kill was. */
  readonly split: number
}

/** `there`: when the program was back; `end`: when the rest of the stack of `count` pages, one paper, had been fed. Pure. */
export function judgeFeed(
  safe: readonly SafePage[],
  there: readonly SafePage[],
  end: readonly FoundPage[],
  count = STACK,
): FeedFaults {
  const key = ({ id, file }: SafePage): string => `${id} ${file}`
  const [then, whole] = [new Set(there.map(key)), new Set(end.filter((page) => page.number !== null).map(key))]
  const kept = end.filter((page) => !page.removed)
  const numbers = kept.flatMap(({ number }) => (number === null ? [] : [number]))
  return {
    lost: safe.filter((page) => !then.has(key(page)) || !whole.has(key(page))).length,
    doubled: kept.length - new Set(kept.map((page) => page.number ?? page.id)).size,
    missing: count - new Set(numbers).size,
    disordered: numbers.filter((number, at) => at > 0 && number < (numbers[at - 1] ?? 0)).length,
    split: Math.max(0, kept.filter((page) => page.startsPaper).length - 1),
  }
}
