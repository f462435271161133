// Everything that is found out about a page, from its small picture alone. Pure: the same picture gives the same findings.
import { type Blankness, judgeBlank } from './blank.ts'
import { isColouredPaper } from './gains.ts'
import { findGroundTiles, type GroundTiles } from './ground-tiles.ts'
import { findInk, weighLetters, weighLines } from './ink.ts'
import { findPaper, type PaperEdge } from './paper-edge.ts'
import { rowSpans } from './row-spans.ts'
import type { SmallPage } from './shrink.ts'
import { measureSkew, type Skew } from './skew.ts'
import { makeStrips } from './strips.ts'
import { judgeUpright, type Upright } from './upright.ts'

export interface Measured {
  readonly paper: PaperEdge
  readonly ground: GroundTiles
  readonly skew: Skew
  readonly upright: Upright
  readonly blank: Blankness
  readonly colour: boolean
}

/** Millimetres along the edge that are not looked at: shadows, torn edges, the rim of the paper. */
const RIM = { ofPaper: 1.4, ofPicture: 1 } as const
/** Millimetres. */
const LONGEST_CARD = 120
/** Coloured pixels at 75 dpi that are more than chance: a fifth of a square centimetre. */
const LEAST_COLOUR = 60

export function measurePage(small: SmallPage): Measured {
  const { width, height, dpi } = small
  const paper = findPaper(small)
  const rim = ((paper.seen ? RIM.ofPaper : RIM.ofPicture) * dpi) / 25.4
  const spans = rowSpans([{ corners: paper.corners, inset: rim }], width, height)
  const ground = findGroundTiles(small, spans)
  const ink = findInk(small, ground, spans)
  const blank = judgeBlank(ink, dpi)
  const colour = small.colour && (isColouredPaper(ground) || ink.coloured > LEAST_COLOUR * (dpi / 75) ** 2)
  if (blank.is) {
    // Nothing to read: only the edges of the paper can tell how it lies.
    const skew = { degrees: paper.degrees ?? 0, confidence: paper.degrees === null ? 0 : paper.confidence }
    return { paper, ground, skew, upright: { turn: 0, confidence: 0 }, blank, colour }
  }
  const letters = makeStrips(ink, weighLetters(ink))
  const skew = measureSkew(letters, makeStrips(ink, weighLines(ink)), paper, dpi)
  return { paper, ground, skew, upright: judgeUpright(letters, skew, isCard(paper, dpi)), blank, colour }
}

/** The paper is no longer than a card; `dpi` of the small picture. */
const isCard = ({ seen, width, height }: PaperEdge, dpi: number): boolean =>
  seen && (Math.max(width, height) * 25.4) / dpi < LONGEST_CARD
