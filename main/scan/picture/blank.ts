// Whether anything is written on a page. Pure.
// Not writing: the other side shining through, punch holes, folds, dust, shadows along the edge. Any line of text, stamp, signature
// or page number is writing; when in doubt the page is not blank.
import type { Ink } from './ink.ts'

export interface Blankness {
  readonly is: boolean
  /** Share of the paper that is written on. */
  readonly ink: number
  readonly confidence: number
}

/** Strength from which a pixel may be writing: a fifth of the way to black. Print of the other side stays below. */
const WRITTEN = 48
/** So many pixels of writing at 75 dpi are a page number. */
const LEAST_WRITING = 14
/** With more than this no blob needs to be looked at. */
const PLENTY = 6_000

interface Blob {
  area: number
  left: number
  right: number
  top: number
  bottom: number
  sum: number
  most: number
}

export function judgeBlank(ink: Ink, dpi: number): Blankness {
  const scale = (dpi / 75) ** 2
  const written = above(ink, WRITTEN)
  if (ink.area < 400) return { is: false, ink: 0, confidence: 0.2 }
  if (written > PLENTY * scale) {
    const share = written / ink.area
    return { is: false, ink: share, confidence: 1 }
  }
  const blobs = findBlobs(ink, WRITTEN)
  const mm = dpi / 25.4
  const kept = blobs.filter((blob) => !isDamage(blob, ink, mm))
  const specks = kept.filter((blob) => blob.area <= 4 * scale)
  const marks = kept.filter((blob) => blob.area > 4 * scale)
  const area = marks.reduce((sum, blob) => sum + blob.area, 0) / scale
  const close = crowded(specks, 5 * mm)
  const share = area / (ink.area / scale)
  if (area >= LEAST_WRITING) {
    const strongest = Math.max(...marks.map((blob) => blob.most))
    const confidence = Math.min(1, 0.45 + (area - LEAST_WRITING) / 120) * (strongest > 80 || area > 200 ? 1 : 0.6)
    return { is: false, ink: share, confidence }
  }
  if (close >= 14) return { is: false, ink: share, confidence: 0.3 }
  // Something faint in clusters may be pencil as well as the other side shining through.
  const doubt = Math.min(0.5, area / 40 + close / 60)
  return { is: true, ink: share, confidence: 0.97 - doubt }
}

function above({ histogram }: Ink, strength: number): number {
  let count = 0
  for (let value = strength + 1; value < 256; value += 1) count += histogram[value] ?? 0
  return count
}

/** Connected marks (eight neighbours) stronger than the threshold. */
function findBlobs({ strength, width, height }: Ink, threshold: number): readonly Blob[] {
  const seen = new Uint8Array(width * height)
  const stack: number[] = []
  const blobs: Blob[] = []
  for (let start = 0; start < seen.length; start += 1) {
    if ((strength[start] ?? 0) <= threshold || seen[start] === 1) continue
    const blob: Blob = { area: 0, left: width, right: 0, top: height, bottom: 0, sum: 0, most: 0 }
    seen[start] = 1
    stack.push(start)
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width
      const y = (at - x) / width
      const value = strength[at] ?? 0
      blob.area += 1
      blob.sum += value
      blob.most = Math.max(blob.most, value)
      blob.left = Math.min(blob.left, x)
      blob.right = Math.max(blob.right, x)
      blob.top = Math.min(blob.top, y)
      blob.bottom = Math.max(blob.bottom, y)
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1)
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
          const next = ny * width + nx
          if (seen[next] === 1 || (strength[next] ?? 0) <= threshold) continue
          seen[next] = 1
          stack.push(next)
        }
    }
    blobs.push(blob)
  }
  return blobs
}

/** Holes, folds and shadows of the paper; `mm`: pixels a millimetre. */
function isDamage(blob: Blob, { width, height }: Ink, mm: number): boolean {
  const across = blob.right - blob.left + 1
  const down = blob.bottom - blob.top + 1
  const fromEdge = Math.min(blob.left, blob.top, width - 1 - blob.right, height - 1 - blob.bottom)
  const short = Math.min(across, down)
  const long = Math.max(across, down)
  const filled = blob.area / (across * down)
  const isHole = short > 3.5 * mm && long < 9 * mm && long < short * 1.35 && filled > 0.66 && fromEdge < 25 * mm
  const isFold = long > 40 * mm && short < 2.5 * mm && blob.sum / blob.area < 90
  const isShadow = fromEdge < 5 * mm && short < 3 * mm && long > 12 * mm && filled > 0.3
  const isAtEdge = fromEdge < 2.5 * mm && short < 2.5 * mm
  return isHole || isFold || isShadow || isAtEdge
}

/** Specks that have another one near. */
function crowded(specks: readonly Blob[], reach: number): number {
  if (specks.length > 600) return specks.length
  return specks.filter((one) =>
    specks.some(
      (other) => other !== one && Math.abs(one.left - other.left) < reach && Math.abs(one.top - other.top) < reach / 2,
    ),
  ).length
}
