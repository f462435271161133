// By how much a page lies turned: from its lines, or from the paper's edges where it has few or none.
// Pure. Angles in degrees clockwise. Where what it goes by contradicts itself it answers all the same, with a low confidence.
import { bendOf, type LineSkew, type LinesSeen, lineSkew, type Skew, seeLines } from './line-skew.ts'
import type { PaperEdge } from './paper-edge.ts'
import { type PageStrips, pixelsOf } from './strips.ts'
import { SURE } from './sure.ts'

export type { Skew } from './line-skew.ts'

export interface PageSkew extends Skew {
  /** Lines from left to right, and from top to bottom. */
  readonly across: LinesSeen
  readonly down: LinesSeen
}

/** Fully dark pixels at 75 dpi below which a page has too few lines to trust them more than its edges: a card, a few words. */
const FEW = 5_000
/** A paper no longer than this has short lines and clear edges; millimetres. */
const SMALL = 160
/** Where there is little ink, lines must be so much more prominent: a signature is no line. */
const SCANT = 1.5
const SCANT_BELOW = 3_000
/** Below this prominence there are no lines at all. */
const NO_LINES = 1.5
/** Degrees by which two answers may differ and still be one. */
const SAME = 0.25
/** Degrees by which print may lie crooked on its paper without a question. */
const CROOKED = 1
/** Lines of the other direction with so much of the prominence have a say; ruled ones, which are this sharp, with less. */
const RIVAL = 0.56
const RULED_RIVAL = 0.4
const RULED = 0.35
/** Degrees: the parts of a flat sheet differ by less. */
const BENT = 0.95
const UNSURE = 0.45

/** The page's skew; `letters` tell in which direction lines run, `rules` by how much they are turned. */
export function measureSkew(letters: PageStrips, rules: PageStrips, paper: PaperEdge, dpi: number): PageSkew {
  const across = seeLines(letters.across, 1)
  const down = seeLines(letters.down, -1)
  const ink = pixelsOf(letters.across, LETTER) / (dpi / 75) ** 2
  const lines = linesOf(rules, across, down, ink)
  return { ...decide(lines, Math.max(across.prominence, down.prominence), ink, paper, dpi), across, down }
}

/** Weight of a fully dark pixel. */
const LETTER = 150

function linesOf(rules: PageStrips, across: LinesSeen, down: LinesSeen, ink: number): Skew {
  const isAcross = across.prominence >= down.prominence
  const measure = (level: boolean): LineSkew =>
    level ? lineSkew(rules.across, 1, across) : lineSkew(rules.down, -1, down)
  const found = measure(isAcross)
  const scant = limit(1 - ink / SCANT_BELOW)
  const [most, least] = isAcross ? [across, down] : [down, across]
  const prominent = limit((most.prominence - 1.2 - SCANT * scant) / 1.4)
  const confidence = Math.min(found.confidence, prominent) * limit(0.35 + ink / SCANT_BELOW)
  if (confidence < SURE.skew || ink < FEW) return { degrees: found.degrees, confidence }
  const rivalry = least.prominence > NO_LINES ? least.prominence / most.prominence : 0
  const rival = rivalry > RULED_RIVAL ? measure(!isAcross) : null
  const isContested =
    rival !== null &&
    Math.abs(rival.degrees - found.degrees) > SAME &&
    (rivalry > RIVAL || (rival.width < RULED && rival.confidence > UNSURE))
  const isBent = bendOf(isAcross ? rules.across : rules.down, isAcross ? 1 : -1, found.degrees) > BENT
  return { degrees: found.degrees, confidence: isContested || isBent ? Math.min(UNSURE, confidence) : confidence }
}

const limit = (value: number): number => Math.max(0, Math.min(1, value))

/** Lines or edges. */
function decide(lines: Skew, prominence: number, ink: number, paper: PaperEdge, dpi: number): Skew {
  const { degrees, confidence } = paper
  if (degrees === null || confidence < SURE.edge) return lines
  const edges = { degrees, confidence: confidence * 0.8 }
  const isSmall = (Math.max(paper.width, paper.height) * 25.4) / dpi < SMALL
  if (ink < FEW || isSmall || prominence < NO_LINES) return edges
  const isCrooked = Math.abs(lines.degrees - degrees) > CROOKED
  if (lines.confidence >= SURE.skew)
    return isCrooked ? { ...lines, confidence: Math.min(UNSURE, lines.confidence) } : lines
  return Math.abs(lines.degrees - degrees) < SAME ? edges : { degrees, confidence: Math.min(UNSURE, edges.confidence) }
}
