// Promises: where an attestation, the agency's mark and the mark of who scanned stand when nobody has chosen a place.
// Never: a search for free space on the page.
import { type Appearance, naturalHeight, paddingOf, pictureSize } from './appearance.ts'
import type { StampPicture } from './appearance-picture.ts'
import { heightOf } from './appearance-text.ts'

type Rect = readonly [number, number, number, number]

const MARGIN = 34
const WIDTH = 292
/** Share of the attestation's width that the mark takes, and where it ends. */
const SEAL_SHARE = 0.42
const SEAL_EDGE = 0.46
/** Share of the signature that a seal in its real size covers, from the left. */
const SEAL_OVER = 1 / 3
/** Points: width of a signature that nobody has given a picture of. */
const USUAL_SIGNATURE = 100
/** Distance in points to the lines above and below. */
const BREATH = 1.5

/** At the foot of the page, at the right, where Vietnamese papers are signed; points from the page's lower left corner. */
export function placeAttestation(
  page: { readonly width: number; readonly height: number },
  appearance: Appearance,
): Rect {
  const margin = Math.min(MARGIN, page.width * 0.06)
  const width = attestationWidth(page)
  const height = Math.min(naturalHeight(appearance), page.height - 2 * margin)
  return [page.width - margin - width, margin, page.width - margin, margin + height]
}

/** Width in points that `placeAttestation` gives on this page: what its lines have to fit. */
export const attestationWidth = (page: { readonly width: number }): number =>
  Math.min(WIDTH, page.width - 2 * Math.min(MARGIN, page.width * 0.06))

/** Where the signature of the officer stands: the last gap between the lines, or the lower half when there is none. */
function gapIn([left, bottom, right, top]: Rect, attestation: Appearance): Rect {
  const padding = paddingOf(attestation)
  const natural = heightOf(attestation.lines)
  const inside = top - bottom - 2 * padding
  const shrink = Math.min(1, inside / natural)
  const gap = attestation.lines.map((line) => line.text).lastIndexOf('')
  if (gap < 0) return [left, bottom + padding, right, bottom + padding + (top - bottom) / 2]
  const above = heightOf(attestation.lines.slice(0, gap)) * shrink
  const high = heightOf(attestation.lines.slice(gap, gap + 1)) * shrink
  const upper = top - padding - Math.max(0, (inside - natural) / 2) - above
  return [left, upper - high, right, upper]
}

/**
 * Over the left third of the officer's signature (NĐ 30/2020/NĐ-CP Điều 33.1(b)): the gap that the attestation leaves for
 * the signature, or its lower half when it has none. `attestation` and its place as they were signed.
 */
export function placeSeal(place: Rect, attestation: Appearance): Rect {
  const [left, from, right, to] = gapIn(place, attestation)
  const edge = left + (right - left) * SEAL_EDGE
  return [edge - (right - left) * SEAL_SHARE, from + BREATH, edge, from + BREATH + Math.max(to - from - 3 * BREATH, 12)]
}

/**
 * The same for a picture of the seal in its real size (`seal`, points): its right edge lies a third of the way across the
 * officer's signature, whose picture is `signature` points large (null: the words alone, as wide as a usual signature). Kept on
 * the page, `page` points large.
 */
export function placeSealPicture(
  place: Rect,
  attestation: Appearance,
  page: { readonly width: number; readonly height: number },
  seal: readonly [width: number, height: number],
  signature: Pick<StampPicture, 'size'> | null,
): Rect {
  const [left, from, right, to] = gapIn(place, attestation)
  const [across, up] = seal
  const [wide] = signature === null ? [USUAL_SIGNATURE] : pictureSize(signature, right - left, to - from)
  const edge = (left + right) / 2 - wide / 2 + wide * SEAL_OVER
  const x = Math.min(Math.max(edge - across, 2), page.width - 2 - across)
  const y = Math.min(Math.max((from + to) / 2 - up / 2, 2), page.height - 2 - up)
  return [x, y, x + across, y + up]
}

/** Points (1/72 inch): the slot at the very corner that stays free for a QR (TCVN 7322), 20 mm square 6 mm from the edges. */
const QR_SLOT = { margin: 17, side: 57 }
const SCAN_MARK_WIDTH = 170
const COPY_MARK_WIDTH = 190
/** From the upper edge: no QR stands at this side, and the head of the paper begins soon. */
const COPY_MARK_TOP = 9
/** Narrower than this an agency's name takes too many lines. */
const LEAST_COPY_MARK = 120
const MARKS_APART = 6

/** Top left of the first page (TT 01/2023/TT-VPCP Đ.8), beside the slot that is kept for a QR. */
export function placeScanMark(page: { readonly width: number; readonly height: number }, appearance: Appearance): Rect {
  const left = Math.min(QR_SLOT.margin + QR_SLOT.side + 6, page.width / 3)
  const top = page.height - Math.min(QR_SLOT.margin, page.height * 0.04)
  const width = Math.min(SCAN_MARK_WIDTH, page.width - left - 4)
  return [left, top - Math.min(naturalHeight(appearance), page.height / 4), left + width, top]
}

/**
 * Top right of the first page (NĐ 30/2020/NĐ-CP, phụ lục I): the mark of a copy made by the agency itself (sao y). Clear of the mark
 * of who scanned (`beside`): narrower on a small page, below it where that leaves too little.
 */
export function placeCopyMark(
  page: { readonly width: number; readonly height: number },
  appearance: Appearance,
  beside: Rect | null = null,
): Rect {
  const margin = Math.min(QR_SLOT.margin, page.width * 0.04)
  const wanted = Math.min(COPY_MARK_WIDTH, page.width / 2 - margin)
  const room = beside === null ? wanted : page.width - margin - beside[2] - MARKS_APART
  const isBelow = beside !== null && room < Math.min(wanted, LEAST_COPY_MARK)
  const width = isBelow ? wanted : Math.min(wanted, room)
  const top = isBelow ? beside[1] - MARKS_APART : page.height - Math.min(COPY_MARK_TOP, page.height * 0.04)
  const height = Math.min(naturalHeight(appearance), page.height / 4)
  return [page.width - margin - width, top - height, page.width - margin, top]
}
