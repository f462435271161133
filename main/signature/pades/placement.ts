// Promises: where an attestation, the agency's mark and the mark of who scanned stand when nobody has chosen a place.
// Never: a search for free space on the page.
import { type Appearance, naturalHeight } from './appearance.ts'

type Rect = readonly [number, number, number, number]

const MARGIN = 34
const WIDTH = 292
/** Share of the attestation's width that the mark takes, and where it ends. */
const SEAL_SHARE = 0.42
const SEAL_EDGE = 0.46
/** Distance in points to the lines above and below. */
const BREATH = 1.5

/** At the foot of the page, at the right, where Vietnamese papers are signed; points from the page's lower left corner. */
export function placeAttestation(
  page: { readonly width: number; readonly height: number },
  appearance: Appearance,
): Rect {
  const margin = Math.min(MARGIN, page.width * 0.06)
  const width = Math.min(WIDTH, page.width - 2 * margin)
  const height = Math.min(naturalHeight(appearance), page.height - 2 * margin)
  return [page.width - margin - width, margin, page.width - margin, margin + height]
}

/**
 * Over the left third of the officer's signature (NĐ 30/2020/NĐ-CP Điều 33.1(b)): the gap that the attestation leaves for
 * the signature, or its lower half when it has none. `attestation` and its place as they were signed.
 */
export function placeSeal(place: Rect, attestation: Appearance): Rect {
  const [left, bottom, right, top] = place
  const scale = (top - bottom) / naturalHeight(attestation)
  const linesHigh = (lines: Appearance['lines']): number =>
    (naturalHeight({ ...attestation, lines }) - naturalHeight({ ...attestation, lines: [] })) * scale
  const gap = attestation.lines.map((line) => line.text).lastIndexOf('')
  const padding = (naturalHeight({ ...attestation, lines: [] }) / 2) * scale
  const from = bottom + padding + (gap < 0 ? 0 : linesHigh(attestation.lines.slice(gap + 1)) + BREATH)
  const height = gap < 0 ? (top - bottom) / 2 : linesHigh(attestation.lines.slice(gap, gap + 1)) - 3 * BREATH
  const edge = left + (right - left) * SEAL_EDGE
  return [edge - (right - left) * SEAL_SHARE, from, edge, from + Math.max(height, 12)]
}

/** Points (1/72 inch): the slot at the very corner that stays free for a QR (TCVN 7322), 20 mm square 6 mm from the edges. */
const QR_SLOT = { margin: 17, side: 57 }
const SCAN_MARK_WIDTH = 170

/** Top left of the first page (TT 01/2023/TT-VPCP Đ.8), beside the slot that is kept for a QR. */
export function placeScanMark(page: { readonly width: number; readonly height: number }, appearance: Appearance): Rect {
  const left = Math.min(QR_SLOT.margin + QR_SLOT.side + 6, page.width / 3)
  const top = page.height - Math.min(QR_SLOT.margin, page.height * 0.04)
  const width = Math.min(SCAN_MARK_WIDTH, page.width - left - 4)
  return [left, top - Math.min(naturalHeight(appearance), page.height / 4), left + width, top]
}
