// Pictures of signatures (blue) and of the seal (red) that stand beside unit.json: a job of the workshop, looked at once, coded once.
// A picture that would not look as the decree wants is refused by name; the program never makes one better.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Unit } from '../operator/index.ts'
import { bytesOf, codePicture, type RawPicture, type StampPicture } from './pades/index.ts'
import type { StampImages } from './stamp-images.ts'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const MOST_BYTES = 1024 * 1024
const MOST_PIXELS = 16_000_000
/** Dots per inch at the size on paper, below which a print shows steps. */
const LEAST_DPI = 150
const POINTS = 72 / 25.4
/** Share of pixels that show the paper: a photograph of a signature on white has none. */
const LEAST_CLEAR = 0.1
/** The gap of an attestation, points: a signature is coded in the size in which it is drawn. */
const SIGNATURE_ROOM = { width: 150, height: 46 } as const

/** Bytes that a picture may add to every signature, and the ways of coding it, finest first. */
const MOST_ADDED = { seal: 8_000, signature: 3_200 } as const
const WAYS = [
  { dpi: 300, steps: 4 },
  { dpi: 300, steps: 2 },
  { dpi: 240, steps: 2 },
  { dpi: 200, steps: 2 },
  { dpi: 150, steps: 2 },
  { dpi: 150, steps: 1 },
] as const

/**
 * All pictures that the unit names. `folder`: where unit.json lies. Failure: `refused`, detail = the entry of unit.json, e.g.
 * `signatureImages[0]`: `file-unknown` it is not there, `file-too-large` over 1 MB or 16 megapixels, `not-an-image` it is no
 * PNG or not transparent, `file-resolution-low` fewer than 150 dots an inch at its size.
 */
export async function openStampImages(
  folder: string,
  unit: Pick<Unit, 'sealImage' | 'signatureImages'>,
): Promise<Result<StampImages>> {
  const { sealImage, signatureImages = [] } = unit
  const seal = sealImage === undefined ? ok(null) : await openImage(folder, sealImage, 'seal', 'sealImage')
  if (!seal.ok) return seal
  const signatures: [string, StampPicture][] = []
  for (const [index, image] of signatureImages.entries()) {
    const opened = await openImage(folder, image, 'signature', `signatureImages[${index}]`)
    if (!opened.ok) return opened
    signatures.push([image.personNumber, opened.value])
  }
  return ok({
    seal: seal.value,
    signatures: Object.fromEntries(signatures),
    signatureSizes: Object.fromEntries(signatures.map(([number, { size }]) => [number, size])),
  })
}

async function openImage(
  folder: string,
  image: NonNullable<Unit['sealImage']>,
  kind: keyof typeof MOST_ADDED,
  entry: string,
): Promise<Result<StampPicture>> {
  const path = join(folder, image.file)
  try {
    if (statSync(path).size > MOST_BYTES) return refuse('file-too-large', entry)
  } catch {
    return refuse('file-unknown', entry)
  }
  const png = readFileSync(path)
  if (!png.subarray(0, PNG.length).equals(PNG)) return refuse('not-an-image', entry)
  try {
    const { width, height, hasAlpha } = await sharp(png, { limitInputPixels: MOST_PIXELS }).metadata()
    if (width * height > MOST_PIXELS) return refuse('file-too-large', entry)
    if (!hasAlpha || !(await isTransparent(png))) return refuse('not-an-image', entry)
    if (width / (image.widthMm / 25.4) < LEAST_DPI) return refuse('file-resolution-low', entry)
    const real = [image.widthMm * POINTS, (image.widthMm * POINTS * height) / width] as const
    return ok(await codeSmall(png, kind === 'seal' ? real : withinGap(real), kind))
  } catch {
    return refuse('not-an-image', entry)
  }
}

async function isTransparent(png: Uint8Array): Promise<boolean> {
  const alpha = await sharp(png, { limitInputPixels: MOST_PIXELS }).ensureAlpha().extractChannel(3).raw().toBuffer()
  return alpha.reduce((clear, value) => clear + (value < 24 ? 1 : 0), 0) >= alpha.length * LEAST_CLEAR
}

function withinGap([width, height]: readonly [number, number]): readonly [number, number] {
  const scale = Math.min(1, SIGNATURE_ROOM.width / width, SIGNATURE_ROOM.height / height)
  return [width * scale, height * scale]
}

async function codeSmall(
  png: Uint8Array,
  size: readonly [number, number],
  kind: keyof typeof MOST_ADDED,
): Promise<StampPicture> {
  const codeAt = async (dpi: number, steps: 1 | 2 | 4): Promise<StampPicture> =>
    codePicture(await pixelsOf(png, size, dpi), size, steps)
  for (const { dpi, steps } of WAYS) {
    const coded = await codeAt(dpi, steps)
    if (bytesOf(coded) <= MOST_ADDED[kind]) return coded
  }
  return codeAt(150, 1)
}

async function pixelsOf(png: Uint8Array, size: readonly [number, number], dpi: number): Promise<RawPicture> {
  const [across, up] = size.map((points) => Math.max(1, Math.round((points * dpi) / 72)))
  const { data, info } = await sharp(png, { limitInputPixels: MOST_PIXELS })
    .toColourspace('srgb')
    .ensureAlpha()
    .resize(across ?? 1, up ?? 1, { fit: 'fill', withoutEnlargement: false })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, rgba: data }
}
