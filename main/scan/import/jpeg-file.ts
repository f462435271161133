// Walks a JPEG from start to end of image (ISO/IEC 10918-1 Annex B): where it ends, how often it is scanned, what JFIF and Exif say.
// Never decodes the picture, never trusts a length, never throws.
import type { Told } from './density.ts'

export interface JpegWalk {
  /** Offset behind the end-of-image marker; phones put films and second pictures there. */
  readonly end: number
  /** Passes over the picture; a hostile one has thousands. */
  readonly scans: number
  readonly told: Told | null
  /** Exif orientation 1 to 8, 1 when it says nothing. */
  readonly orientation: number
  /** Offset of the two bytes that hold the orientation, null when there are none. */
  readonly orientationAt: number | null
}

const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

/** Null: no whole JPEG. */
export function walkJpeg(bytes: Uint8Array): JpegWalk | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  let at = 2
  let scans = 0
  let told: Told | null = null
  let exif: Exif | null = null
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return null
    while (bytes[at] === 0xff) at += 1
    const marker = bytes[at] ?? 0
    at += 1
    if (marker === END_OF_IMAGE) {
      if (scans === 0) return null
      return {
        end: at,
        scans,
        told: told ?? exif?.told ?? null,
        orientation: exif?.orientation ?? 1,
        orientationAt: exif?.orientationAt ?? null,
      }
    }
    if (standsAlone(marker)) continue
    const size = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    if (size < 2 || at + size > bytes.length) return null
    if (marker === 0xe0) told ??= readJfif(bytes, at + 2, at + size)
    if (marker === 0xe1) exif ??= readExif(bytes, at + 2, at + size)
    at += size
    if (marker !== START_OF_SCAN) continue
    scans += 1
    at = endOfScan(bytes, at)
  }
  return null
}

/** Coded data goes on to the next marker; a stuffed zero or a restart marker is none. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return bytes.length
}

/** Size of the first frame header, wherever the file ends; null when there is none in reach. For bytes that a decoder will see anyway. */
export function firstFrame(bytes: Uint8Array): { width: number; height: number } | null {
  for (let at = 2; at + 8 < bytes.length; ) {
    if (bytes[at] !== 0xff) {
      at += 1
      continue
    }
    const marker = bytes[at + 1] ?? 0
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return {
        height: (bytes[at + 5] ?? 0) * 256 + (bytes[at + 6] ?? 0),
        width: (bytes[at + 7] ?? 0) * 256 + (bytes[at + 8] ?? 0),
      }
    if (marker === START_OF_SCAN) return null
    const sized =
      marker >= 0xc4 && marker !== 0xff && !standsAlone(marker) && marker !== 0xd8 && marker !== END_OF_IMAGE
    at += sized ? 2 + Math.max(2, (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0)) : 1
  }
  return null
}

/** JFIF density (units 1: an inch, 2: a centimetre); 0 is only the shape of pixels. */
function readJfif(bytes: Uint8Array, from: number, to: number): Told | null {
  const head = String.fromCharCode(...bytes.subarray(from, from + 5))
  if (head !== 'JFIF\0' || to - from < 14) return null
  const unit = bytes[from + 7]
  const scale = unit === 1 ? 1 : unit === 2 ? 2.54 : 0
  const x = ((bytes[from + 8] ?? 0) * 256 + (bytes[from + 9] ?? 0)) * scale
  const y = ((bytes[from + 10] ?? 0) * 256 + (bytes[from + 11] ?? 0)) * scale
  return x > 0 && y > 0 ? { x, y } : null
}

interface Exif {
  readonly told: Told | null
  readonly orientation: number
  readonly orientationAt: number | null
}

/** The first directory of Exif (CIPA DC-008): orientation and resolution. */
function readExif(bytes: Uint8Array, from: number, to: number): Exif | null {
  if (String.fromCharCode(...bytes.subarray(from, from + 6)) !== 'Exif\0\0' || to - from < 20) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + from + 6, to - from - 6)
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return null
  const little = order === 0x4949
  const inside = (at: number, length: number): boolean => at >= 0 && at + length <= view.byteLength
  const directory = view.getUint32(4, little)
  if (!inside(directory, 2)) return null
  let orientation = 1
  let orientationAt: number | null = null
  let unit = 2
  const density: { x: number; y: number } = { x: 0, y: 0 }
  const rational = (at: number): number => {
    if (!inside(at, 8)) return 0
    const below = view.getUint32(at + 4, little)
    return below === 0 ? 0 : view.getUint32(at, little) / below
  }
  const count = Math.min(view.getUint16(directory, little), 200)
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * 12
    if (!inside(at, 12)) break
    const tag = view.getUint16(at, little)
    if (tag === 0x112) {
      orientation = view.getUint16(at + 8, little)
      orientationAt = from + 6 + at + 8
    }
    if (tag === 0x11a) density.x = rational(view.getUint32(at + 8, little))
    if (tag === 0x11b) density.y = rational(view.getUint32(at + 8, little))
    if (tag === 0x128) unit = view.getUint16(at + 8, little)
  }
  const scale = unit === 3 ? 2.54 : 1
  return {
    told: density.x > 0 && density.y > 0 ? { x: density.x * scale, y: density.y * scale } : null,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    orientationAt,
  }
}

/** A copy whose Exif says "upright", so that no viewer turns it a second time; the coded picture stays as it is. */
export function withoutOrientation(bytes: Uint8Array, walk: JpegWalk): Uint8Array {
  const copy = bytes.slice(0, walk.end)
  if (walk.orientationAt === null) return copy
  // The two bytes hold 1 to 8 in either order; the zero one stays where it is.
  if (copy[walk.orientationAt] === 0) copy[walk.orientationAt + 1] = 1
  else copy[walk.orientationAt] = 1
  return copy
}
