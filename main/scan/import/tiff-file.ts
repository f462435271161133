// Reads the directories of a TIFF 6.0 file without its pictures: size, kind of samples, density, and that all parts lie inside the file.
// Never decodes, cuts loops, never throws. BigTIFF is not read.
import type { Told } from './density.ts'
import { MOST_PAGES } from './shapes.ts'

export interface TiffPage {
  /** Place in the chain of directories, as decoders count. */
  readonly directory: number
  readonly width: number
  readonly height: number
  /** Bits a sample (the widest) and samples a pixel. */
  readonly bits: number
  readonly samples: number
  /** 1 to 8, like Exif. */
  readonly orientation: number
  readonly told: Told | null
  /** Largest tile or strip in pixels. */
  readonly piece: number
  /** Photometric interpretation: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr. */
  readonly photometric: number
}

const SIZES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
}
const MOST_ENTRIES = 500

export function isTiff(bytes: Uint8Array): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, 4))
  return head === 'II*\0' || head === 'MM\0*'
}

/** Null: not whole. More than `MOST_PAGES` directories are cut, one is kept more so that it shows. */
export function readTiffPages(bytes: Uint8Array): readonly TiffPage[] | null {
  if (!isTiff(bytes) || bytes.length < 16) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const little = bytes[0] === 0x49
  const pages: TiffPage[] = []
  const reduced: boolean[] = []
  const seen = new Set<number>()
  for (let at = view.getUint32(4, little); at !== 0; ) {
    if (seen.has(at) || at < 8 || at + 2 > bytes.length) return null
    seen.add(at)
    const count = view.getUint16(at, little)
    const after = at + 2 + count * 12
    if (count === 0 || count > MOST_ENTRIES || after + 4 > bytes.length) return null
    const read = readDirectory(view, little, at, count, pages.length)
    if (read === null) return null
    pages.push(read.page)
    reduced.push(read.reduced)
    if (pages.length > MOST_PAGES) break
    at = view.getUint32(after, little)
  }
  if (pages.length === 0) return null
  // Small previews stand beside their pages (NewSubfileType bit 0); they are no pages.
  const kept = pages.filter((_, index) => reduced[index] !== true)
  return kept.length > 0 ? kept : pages
}

function readDirectory(
  view: DataView,
  little: boolean,
  from: number,
  count: number,
  directory: number,
): { page: TiffPage; reduced: boolean } | null {
  const tags = new Map<number, readonly number[]>()
  for (let entry = 0; entry < count; entry += 1) {
    const at = from + 2 + entry * 12
    const kind = view.getUint16(at + 2, little)
    const size = SIZES[kind] ?? 0
    const length = view.getUint32(at + 4, little)
    if (size === 0) continue
    const place = size * length <= 4 ? at + 8 : view.getUint32(at + 8, little)
    if (place + size * length > view.byteLength) return null
    if (kind === 3 || kind === 4 || kind === 5 || kind === 1) {
      const values: number[] = []
      for (let index = 0; index < Math.min(length, 200_000); index += 1)
        values.push(valueAt(view, little, kind, place + index * size))
      tags.set(view.getUint16(at, little), values)
    }
  }
  const first = (tag: number, otherwise: number): number => tags.get(tag)?.[0] ?? otherwise
  const [starts, lengths] = [tags.get(273) ?? tags.get(324), tags.get(279) ?? tags.get(325)]
  if (starts === undefined || starts.length === 0) return null
  for (const [index, start] of starts.entries()) if (start + (lengths?.[index] ?? 1) > view.byteLength) return null
  const [width, height] = [first(256, 0), first(257, 0)]
  const scale = first(296, 2) === 3 ? 2.54 : first(296, 2) === 2 ? 1 : 0
  const [x, y] = [first(282, 0) * scale, first(283, 0) * scale]
  const tiled = tags.has(322)
  return {
    reduced: (first(254, 0) & 1) === 1,
    page: {
      directory,
      width,
      height,
      bits: Math.max(...(tags.get(258) ?? [1]).slice(0, 64)),
      samples: first(277, 1),
      orientation: Math.min(8, Math.max(1, first(274, 1))),
      told: x > 0 && y > 0 ? { x, y } : null,
      piece: tiled ? first(322, 0) * first(323, 0) : width * Math.min(height, first(278, height)),
      photometric: first(262, 1),
    },
  }
}

function valueAt(view: DataView, little: boolean, kind: number, at: number): number {
  if (kind === 3) return view.getUint16(at, little)
  if (kind === 4) return view.getUint32(at, little)
  if (kind === 1) return view.getUint8(at)
  const below = view.getUint32(at + 4, little)
  return below === 0 ? 0 : view.getUint32(at, little) / below
}
