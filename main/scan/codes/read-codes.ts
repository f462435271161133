// All codes of a page: QR and other matrix codes, bar codes, Kodak patch codes. Most pages have none and cost a few milliseconds:
// large QR are read from the small picture, full resolution is fetched only where something may be a code.
// Never throws once open, never loads anything, tells each code once. Codes printed light on dark are not read.
import type { FoundCode } from '../../../preload/contract/scan.ts'
import type { GreyPicture, LookCloser, ReadCodes } from '../picture/shapes.ts'
import { parseSeparator } from '../separator.ts'
import { type GreyArea, type Look, type LookForCodes, openEngine, type Sighting } from './bar-code-engine.ts'
import { type CodePlace, findCodePlaces } from './find-code-places.ts'
import { readPatchCodes } from './patch-codes.ts'
import { double, halve, soften } from './retouch.ts'

const QR = ['QRCodeModel2']
const MATRIX = ['QRCodeModel2', 'DataMatrix', 'Aztec', 'PDF417']
const LINEAR = [
  'Code128',
  'Code39',
  'Code93',
  'Codabar',
  'ITF',
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'DataBar',
  'DataBarExp',
  'PDF417',
]

/** What ZXing says, and the name we tell; everything else it may say is not told. */
const NAMES: Readonly<Record<string, string>> = {
  QRCode: 'QRCode',
  QRCodeModel1: 'QRCode',
  QRCodeModel2: 'QRCode',
  DataMatrix: 'DataMatrix',
  Aztec: 'Aztec',
  AztecCode: 'Aztec',
  PDF417: 'PDF417',
  CompactPDF417: 'PDF417',
  Code128: 'Code128',
  Code39: 'Code39',
  Code39Std: 'Code39',
  Code39Ext: 'Code39',
  Code93: 'Code93',
  Codabar: 'Codabar',
  ITF: 'ITF',
  ITF14: 'ITF',
  EAN13: 'EAN13',
  ISBN: 'EAN13',
  EAN8: 'EAN8',
  UPCA: 'UPCA',
  UPCE: 'UPCE',
  DataBar: 'DataBar',
  DataBarOmni: 'DataBar',
  DataBarStk: 'DataBar',
  DataBarStkOmni: 'DataBar',
  DataBarExp: 'DataBar',
  DataBarExpStk: 'DataBar',
}
/** Codes without a check of their own: shorter ones are too easily seen in a table or a photo. */
const SHORTEST_TEXT: Readonly<Record<string, number>> = { Code39: 4, Codabar: 6, ITF: 6 }
const LONGEST_TEXT = 2000
const MOST_CODES = 20
/** Places looked at on one page, and pixels given to the reader in all; a page of photos stops here. */
const MOST_PLACES = 12
const MOST_PIXELS = 6_000_000
/** Finer than this is shrunk before reading. */
const FINEST_DPI = 330
/** A place larger than this is read at half resolution; a small code does not need so much room. */
const LARGE = 1_200_000
/** Up to this, a place that may be a QR is read in several ways. */
const SMALL = 420_000

/** A picture made from the place, and how to look at it. */
type Way = () => readonly [GreyArea, Look]

interface Page {
  readonly look: LookForCodes
  readonly found: Map<string, FoundCode>
  /** Pixels still to be given. */
  left: number
}

/** @throws at once when `wasmFile` (zxing_reader.wasm) is damaged. The function that it answers never throws. */
export function openCodeReader(wasmFile: Uint8Array): ReadCodes {
  const look = openEngine(wasmFile)
  return async (small, closer) => {
    const page: Page = { look, found: new Map(), left: MOST_PIXELS }
    try {
      await readPage(page, small, closer)
    } catch {
      // What was read until then is told; a picture that cannot be looked at closer has no more.
    }
    return [...page.found.values()].slice(0, MOST_CODES)
  }
}

async function readPage(page: Page, small: GreyPicture, closer: LookCloser): Promise<void> {
  if (small.data.length !== small.width * small.height || !(small.dpi > 0)) return
  const patches = readPatchCodes(small)
  for (const patch of patches) tell(page, 'Patch', patch)
  const large = await pass(page, small, { formats: QR })
  const known = large.filter(({ valid }) => valid)
  if (known.some(({ text }) => parseSeparator(text) !== null)) return
  const places = findCodePlaces(small).filter((place) => !known.some((code) => covers(code, place)))
  for (const place of places.slice(0, MOST_PLACES)) await readPlace(page, place, closer)
  // A patch or the ruins of a QR, and nothing read: this is a separator sheet, or was one.
  if (page.found.size === patches.length && (patches.length > 0 || large.length > 0))
    await readHard(page, small, closer)
}

/** A sheet with a large QR that one pass did not read. */
async function readHard(page: Page, small: GreyPicture, closer: LookCloser): Promise<void> {
  const ways: readonly Way[] = [
    () => [soften(small), { formats: QR }],
    () => [small, { formats: QR, denoise: true }],
    () => [small, { formats: QR, against: 'all' }],
    () => [double(small), { formats: QR }],
    () => [halve(closer(0, 0, small.width, small.height)), { formats: QR, denoise: true }],
    () => [halve(halve(closer(0, 0, small.width, small.height))), { formats: QR }],
  ]
  await firstThatReads(page, ways)
}

async function readPlace(page: Page, place: CodePlace, closer: LookCloser): Promise<void> {
  const near = closer(place.left, place.top, place.width, place.height)
  let area: GreyArea = near
  for (let { dpi } = near; dpi > FINEST_DPI && area.data.length > SMALL; dpi /= 2) area = halve(area)
  while (area.data.length > LARGE) area = halve(area)
  const formats = place.like === 'bars' ? LINEAR : MATRIX
  const first = await pass(page, area, { formats })
  if (first.some(({ valid }) => valid) || (area.data.length > SMALL && first.length === 0)) return
  await firstThatReads(page, place.like === 'bars' ? waysForBars(area) : waysForQr(area))
}

const waysForBars = (area: GreyArea): readonly Way[] => [
  () => [soften(area), { formats: LINEAR }],
  () => [double(area), { formats: LINEAR }],
]

const waysForQr = (area: GreyArea): readonly Way[] => [
  () => [soften(area), { formats: QR }],
  () => [double(area), { formats: QR }],
  () => [soften(double(area)), { formats: QR }],
  () => [halve(area), { formats: QR }],
  () => [area, { formats: QR, denoise: true }],
  () => [soften(area), { formats: QR, against: 'all' }],
]

async function firstThatReads(page: Page, ways: readonly Way[]): Promise<void> {
  for (const way of ways) {
    const [area, look] = way()
    if ((await pass(page, area, look)).some(({ valid }) => valid)) return
  }
}

/** One look; what is read is told. Answers the ruins too. */
async function pass(page: Page, area: GreyArea, look: Look): Promise<readonly Sighting[]> {
  if (area.data.length > page.left) return []
  page.left -= area.data.length
  const seen = (await page.look(area, look)).filter(credible)
  for (const { format, text, valid } of seen) if (valid) tell(page, NAMES[format] ?? '', text)
  return seen
}

function credible({ format, text, valid }: Sighting): boolean {
  const name = NAMES[format]
  if (name === undefined) return false
  return !valid || text.length >= (SHORTEST_TEXT[name] ?? 1)
}

function tell({ found }: Page, format: string, text: string): void {
  const code = { format, text: text.slice(0, LONGEST_TEXT) }
  found.set(`${format} ${code.text}`, code)
}

/** The middle of the place lies on a code already read. */
function covers(code: Sighting, { left, top, width, height }: CodePlace): boolean {
  const [x, y] = [left + width / 2, top + height / 2]
  return x > code.left && x < code.right && y > code.top && y < code.bottom
}
