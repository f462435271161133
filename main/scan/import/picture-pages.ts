// Pages of JPEG, PNG and TIFF files: passed through untouched where they already are what the archive keeps, else coded anew.
// Never decodes a picture whose header claims more than the limits, never guesses a kind from a name.
import sharp, { type Sharp } from 'sharp'
import type { Rotation } from '../../../preload/contract/scan.ts'
import { readJpegFacts } from '../../workshop/jpeg-facts.ts'
import { writeBitonalPng } from './bitonal.ts'
import { chooseDensity, squared, type Told } from './density.ts'
import { walkJpeg, withoutOrientation } from './jpeg-file.ts'
import { readPngFacts } from './png-file.ts'
import { checkSize, type ImportedPage, type LookedInto, MOST_PAGES, MOST_PIXELS, stop } from './shapes.ts'
import { readTiffPages, type TiffPage } from './tiff-file.ts'

type PlainPage = Omit<ImportedPage, 'lowResolution'>

/** Sequential, baseline or progressive with Huffman codes: what PDF's DCTDecode knows in every viewer. */
const PLAIN_FRAMES = new Set([0xc0, 0xc1, 0xc2])
const MOST_SCANS = 100
const MOST_SAMPLES = 8
const MOST_DECODE_SECONDS = 30
/** Of pages that must be coded anew; stamps and signatures keep their edges. */
const QUALITY = 90

/** Exif and TIFF orientation to quarter turns; the four mirrored ones must be drawn anew. */
const TURNS: Readonly<Record<number, Rotation>> = { 1: 0, 6: 90, 3: 180, 8: 270 }

export function lookIntoPicture(bytes: Uint8Array, kind: 'jpeg' | 'png' | 'tiff'): LookedInto {
  if (kind === 'jpeg') {
    checkedJpeg(bytes)
    return { kind, pages: 1, places: [] }
  }
  if (kind === 'png') {
    checkedPng(bytes)
    return { kind, pages: 1, places: [] }
  }
  const pages = readTiffPages(bytes)
  if (pages === null) throw stop('file-damaged')
  if (pages.length > MOST_PAGES) throw stop('file-too-large')
  for (const page of pages) checkTiffPage(page)
  return { kind, pages: pages.length, places: pages.map((page) => page.directory) }
}

export async function takePicture(bytes: Uint8Array, looked: LookedInto, index: number): Promise<PlainPage> {
  if (looked.kind === 'jpeg') return takeJpeg(bytes)
  if (looked.kind === 'png') return takePng(bytes)
  const place = looked.places[index]
  const page = readTiffPages(bytes)?.find((one) => one.directory === place)
  if (page === undefined) throw stop('file-damaged')
  return takeTiff(bytes, page)
}

function checkedJpeg(bytes: Uint8Array) {
  const walk = walkJpeg(bytes)
  const facts = walk === null ? null : readJpegFacts(bytes.subarray(0, walk.end))
  if (walk === null || facts === null) throw stop('file-damaged')
  checkSize(facts.width, facts.height)
  if (walk.scans > MOST_SCANS) throw stop('file-unsafe')
  return { walk, facts }
}

function checkedPng(bytes: Uint8Array) {
  const facts = readPngFacts(bytes)
  if (facts === null) throw stop('file-damaged')
  checkSize(facts.width, facts.height)
  return facts
}

function checkTiffPage(page: TiffPage): void {
  checkSize(page.width, page.height)
  if (page.piece > MOST_PIXELS || page.samples > MOST_SAMPLES || page.bits > 32) throw stop('file-unsafe')
}

/** Also for the JPEG of a PDF page, whose density comes from its matrix and whose Exif no viewer heeds. */
export async function takeJpeg(bytes: Uint8Array): Promise<PlainPage> {
  const { walk, facts } = checkedJpeg(bytes)
  const { width, height } = facts
  const dpi = chooseDensity(width, height, walk.told)
  const rotation = TURNS[walk.orientation]
  const plain =
    PLAIN_FRAMES.has(facts.frame) && facts.precision === 8 && (facts.components === 1 || facts.components === 3)
  if (plain && rotation !== undefined && squared(width, height, walk.told) === null) {
    // Tables and headers must make sense to a decoder; the coded picture itself is decoded later, by whoever makes it right.
    await open(bytes).metadata()
    const whole = walk.end === bytes.length && walk.orientation === 1
    const picture = whole ? bytes : withoutOrientation(bytes, walk)
    return { picture, bitonal: false, width, height, dpi, rotation, untouched: true }
  }
  return codeAnew(open(bytes), { width, height, dpi, told: walk.told, orientation: walk.orientation }).catch(
    (thrown) => {
      // Arithmetic coding and 12 bits are lawful JPEG, but no decoder here reads them.
      throw PLAIN_FRAMES.has(facts.frame) && facts.precision === 8 ? thrown : stop('file-unknown')
    },
  )
}

async function takePng(bytes: Uint8Array): Promise<PlainPage> {
  const facts = checkedPng(bytes)
  const { width, height } = facts
  const dpi = chooseDensity(width, height, facts.told)
  const bitonal = facts.depth === 1 && facts.colour === 0 && !facts.transparent
  if (!bitonal) return codeAnew(open(bytes), { width, height, dpi, told: facts.told, orientation: 1 })
  if (facts.interlaced || squared(width, height, facts.told) !== null || facts.end !== bytes.length)
    return codeBitonal(open(bytes), { width, height, dpi, told: facts.told, orientation: 1 })
  // Decoded once, so that a picture that breaks off is not kept.
  await open(bytes).raw().toBuffer()
  return { picture: bytes, bitonal: true, width, height, dpi, rotation: 0, untouched: true }
}

async function takeTiff(bytes: Uint8Array, page: TiffPage): Promise<PlainPage> {
  checkTiffPage(page)
  const { width, height, told, orientation } = page
  const facts = { width, height, told, orientation, dpi: chooseDensity(width, height, told) }
  const source = open(bytes, page.directory)
  return page.bits === 1 && page.samples === 1 && page.photometric <= 1
    ? codeBitonal(source, facts)
    : codeAnew(source, facts)
}

const open = (bytes: Uint8Array, page?: number): Sharp =>
  sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', ...(page === undefined ? {} : { page }) })

interface Facts {
  readonly width: number
  readonly height: number
  readonly dpi: number
  readonly told: Told | null
  readonly orientation: number
}

/** Turned or resized only where quarter turns cannot say it: mirrored pictures, pixels that are not square. */
function shaped(source: Sharp, facts: Facts, kernel: 'nearest' | 'lanczos3'): { shape: Sharp; rotation: Rotation } {
  const size = squared(facts.width, facts.height, facts.told)
  if (size !== null) checkSize(size.width, size.height)
  const rotation = TURNS[facts.orientation]
  // The orientation number says what a viewer must do; these undo the mirror and keep the page upright (Exif 2.3 §4.6.4).
  const upright = rotation !== undefined ? source : mirrored(source, facts.orientation)
  const wide = rotation === undefined && facts.orientation >= 5
  const resized =
    size === null
      ? upright
      : upright.resize(wide ? size.height : size.width, wide ? size.width : size.height, { fit: 'fill', kernel })
  return { shape: resized.timeout({ seconds: MOST_DECODE_SECONDS }), rotation: rotation ?? 0 }
}

function mirrored(source: Sharp, orientation: number): Sharp {
  if (orientation === 2) return source.flop()
  if (orientation === 4) return source.flip()
  return source.flop().rotate(orientation === 5 ? 270 : 90)
}

async function codeAnew(source: Sharp, facts: Facts): Promise<PlainPage> {
  const { shape, rotation } = shaped(source, facts, 'lanczos3')
  const made = await shape
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .withMetadata({ density: facts.dpi })
    .jpeg({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = made.info
  return { picture: made.data, bitonal: false, width, height, dpi: facts.dpi, rotation, untouched: false }
}

async function codeBitonal(source: Sharp, facts: Facts): Promise<PlainPage> {
  const { shape, rotation } = shaped(source, facts, 'nearest')
  const grey = await shape.toColourspace('b-w').extractChannel(0).raw().toBuffer({ resolveWithObject: true })
  const { width, height } = grey.info
  if (grey.data.length !== width * height) throw stop('file-damaged')
  const picture = writeBitonalPng(grey.data, width, height, facts.dpi)
  return { picture, bitonal: true, width, height, dpi: facts.dpi, rotation, untouched: false }
}

/** RGBA samples of a drawn page to a JPEG. */
export async function codeDrawn(rgba: Uint8Array, width: number, height: number, dpi: number): Promise<Uint8Array> {
  return sharp(rgba, { raw: { width, height, channels: 4 }, limitInputPixels: MOST_PIXELS })
    .removeAlpha()
    .withMetadata({ density: dpi })
    .jpeg({ quality: QUALITY })
    .toBuffer()
}
