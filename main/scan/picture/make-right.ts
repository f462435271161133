// Makes the picture of one scanned page right: gathers (decodes once), decides (measure.ts, plan.ts), does (turn.ts, then encodes).
// The page's own bytes are never changed; a page that is right already passes untouched. Hostile bytes are refused, never thrown on.
import sharp from 'sharp'
import { ok, type Result } from '../../../preload/contract/result.ts'
import { BLACK_BELOW, packBits, writeBitonalPng } from './bitonal-png.ts'
import { decodePicture, type PictureFacts, readPictureFacts } from './decode.ts'
import { findGains, levelGains } from './gains.ts'
import { type Kernel, withKernel } from './kernel.ts'
import { type Measured, measurePage } from './measure.ts'
import { decide, findingsFrom, type Plan } from './plan.ts'
import type { LookCloser, MadeRight, MakeRightInput, ReadCodes } from './shapes.ts'
import { greyOf, type RawPage, type SmallPage, shrinkByKernel, shrinkFactor, shrinkSlowly } from './shrink.ts'
import { suitsKernel, type Turning, turnByKernel } from './turn.ts'
import { turnSlowly } from './turn-slowly.ts'

/** JPEG quality of a picture made anew: stamps and small print stay clear, half the bytes of what scanners write. */
const QUALITY = 80

/**
 * Findings of a page and, when something had to be done, the new picture: JPEG, or PNG of one bit a pixel for black and white.
 * Refuses with `not-an-image`: unreadable, empty, too large, damaged. Works on one core, for about 0.15 s a page of A4 at 300 dpi.
 */
export async function makeRight(input: MakeRightInput, readCodes: ReadCodes): Promise<Result<MadeRight>> {
  const facts = readPictureFacts(input.picture)
  if (!facts.ok) return facts
  // One core a page: the workshop works on several pages at a time.
  sharp.concurrency(1)
  sharp.cache(false)
  return withKernel((kernel) => makeWith(kernel, input, facts.value, readCodes))
}

async function makeWith(
  kernel: Kernel,
  input: MakeRightInput,
  facts: PictureFacts,
  readCodes: ReadCodes,
): Promise<Result<MadeRight>> {
  const page = await takeIn(kernel, input, facts)
  if (!page.ok) return page
  const { width, height, channels } = page.value
  const small = shrink(kernel, page.value)
  const measured = measurePage(small)
  const codes = await readCodes(greyOf(small), closerLook(kernel, page.value, small.factor))
  const decision = decide(measured, facts, input, small.factor)
  const findings = findingsFrom(measured, decision, facts, input.dpi, small.factor, codes)
  if (decision.plan === null) return ok({ findings, made: null })
  const isBitonal = input.mode === 'bitonal' || facts.bitonal
  const turning: Turning = {
    page: { width, height, channels, dpi: input.dpi },
    plan: decision.plan,
    ...toneOf(measured, input, facts, isBitonal, small.factor),
  }
  const samples = suitsKernel(turning)
    ? turnByKernel(kernel, turning)
    : turnSlowly(sourceOf(kernel, page.value), turning)
  const picture = isBitonal
    ? asBitonal(samples, decision.plan, channels, facts, input.dpi)
    : await asJpeg(samples, decision.plan, channels, input)
  return ok({ findings, made: { picture, width: decision.plan.width, height: decision.plan.height } })
}

/** Decodes into the kernel's memory; the decoder's own copy is let go. */
async function takeIn(
  kernel: Kernel,
  input: MakeRightInput,
  facts: PictureFacts,
): Promise<Result<Omit<RawPage, 'data'>>> {
  const decoded = await decodePicture(input.picture, facts, input.dpi)
  if (!decoded.ok) return decoded
  const { data, ...page } = decoded.value
  kernel.prepare(page.width * page.channels, page.height, (page.width * page.height) >> 1)
  kernel.bytes().set(data, kernel.rooms.source)
  return ok(page)
}

const sourceOf = (kernel: Kernel, { width, height, channels }: Omit<RawPage, 'data'>): Uint8Array =>
  kernel.bytes().subarray(kernel.rooms.source, kernel.rooms.source + width * height * channels)

function shrink(kernel: Kernel, page: Omit<RawPage, 'data'>): SmallPage {
  const factor = shrinkFactor(page.width, page.height, page.dpi)
  return factor === 4 ? shrinkByKernel(kernel, page) : shrinkSlowly({ ...page, data: sourceOf(kernel, page) }, factor)
}

/** Grey samples of a part of the page at full resolution. */
function closerLook(kernel: Kernel, page: Omit<RawPage, 'data'>, factor: number): LookCloser {
  return (left, top, width, height) => {
    const from = { x: limit(left * factor, page.width), y: limit(top * factor, page.height) }
    const to = { x: limit((left + width) * factor, page.width), y: limit((top + height) * factor, page.height) }
    const part = { width: Math.max(0, to.x - from.x), height: Math.max(0, to.y - from.y) }
    const data = new Uint8Array(part.width * part.height)
    const source = sourceOf(kernel, page)
    for (let y = 0, at = 0; y < part.height; y += 1) {
      let place = ((from.y + y) * page.width + from.x) * page.channels
      for (let x = 0; x < part.width; x += 1, at += 1, place += page.channels)
        data[at] =
          page.channels === 1
            ? (source[place] ?? 0)
            : ((source[place] ?? 0) * 77 + (source[place + 1] ?? 0) * 150 + (source[place + 2] ?? 0) * 29 + 128) >> 8
    }
    return { data, ...part, dpi: page.dpi }
  }
}

const limit = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)))

/** What bare paper becomes, inside the page and where the page has no pixels. */
function toneOf(
  { ground }: Measured,
  input: MakeRightInput,
  facts: PictureFacts,
  isBitonal: boolean,
  factor: number,
): Pick<Turning, 'fill' | 'lighten'> {
  const gains = facts.bitonal ? null : isBitonal ? levelGains(ground) : input.clean ? findGains(ground) : null
  const fill: Turning['fill'] =
    gains !== null || isBitonal
      ? [255, 255, 255]
      : [Math.round(ground.red), Math.round(ground.green), Math.round(ground.blue)]
  return { fill, lighten: gains === null ? null : { gains, tiles: ground, factor } }
}

function asBitonal(samples: Uint8Array, plan: Plan, channels: 1 | 3, facts: PictureFacts, dpi: number): Uint8Array {
  const packed = packBits(samples, plan.width, plan.height, channels, facts.bitonal ? 128 : BLACK_BELOW)
  return writeBitonalPng(packed, plan.width, plan.height, dpi)
}

/** No optimised Huffman tables: they cost as much as all the rest of encoding and save a twentieth. */
async function asJpeg(samples: Uint8Array, plan: Plan, channels: 1 | 3, input: MakeRightInput): Promise<Uint8Array> {
  const picture = sharp(samples, { raw: { width: plan.width, height: plan.height, channels } })
  const toned = input.mode === 'grey' ? picture.toColourspace('b-w') : picture
  return toned
    .withDensity(input.dpi)
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:2:0', mozjpeg: false, optimiseCoding: false })
    .toBuffer()
}
