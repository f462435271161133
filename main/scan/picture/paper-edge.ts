// Where the paper lies in the picture: a rectangle, perhaps turned a little, on a ground that is plainly not paper.
// Pure. A page that fills the picture has no edge, and that is a sure answer. It never cuts at a printed line with the same paper on
// both sides, and where the evidence is weak it says so.
import { hasSolidPart } from './border-crossings.ts'
import { findBorderGrounds, type Ground } from './border-ground.ts'
import type { Corner } from './corner.ts'
import { paperOn, type Rectangle, thingOn } from './edge-rectangle.ts'
import { seeShadows } from './lid-shadow.ts'
import type { SmallPage } from './shrink.ts'
import { SURE } from './sure.ts'

export interface PaperEdge {
  /** Corners in pixels of the small picture, clockwise from the top left; those of the picture when no edge was seen. */
  readonly corners: readonly Corner[]
  /** Across and down, in pixels of the small picture, along the paper's own sides. */
  readonly width: number
  readonly height: number
  /** Degrees clockwise, from the edges alone; null when none was seen. */
  readonly degrees: number | null
  readonly confidence: number
  /** True when there is ground around the paper to cut off. */
  readonly seen: boolean
}

/** How sure it is that the paper fills the picture: nothing else is there, a little darkness along the border, much of it or a shadow. */
const FILLS = { bare: 0.95, rim: 0.6, dark: 0.35 } as const

export function findPaper(small: SmallPage): PaperEdge {
  if (small.width < 60 || small.height < 60) return whole(small, FILLS.rim)
  const grounds = findBorderGrounds(small)
  const lightest = Math.max(...grounds.map((ground) => ground.grey))
  // Light ground may be the paper itself.
  const isLight = ({ grey }: Ground): boolean => grey > 150 && grey >= lightest - 30
  const dark = grounds.filter((ground) => !isLight(ground)).map((ground) => ({ ground, paper: paperOn(small, ground) }))
  const inside = surest(dark.map(({ paper }) => paper))
  if (inside !== null && inside.confidence >= SURE.edge) return { ...inside, seen: true }
  const light = grounds.filter(isLight).map((ground) => ({
    ...seeShadows(small, ground),
    thing: hasSolidPart(small, ground) ? thingOn(small, ground) : null,
  }))
  const best = surest([inside, ...light.flatMap(({ paper, thing }) => [paper, thing])])
  if (best !== null) return { ...best, seen: true }
  const unexplained = dark.filter(({ ground, paper }) => paper === null && ground.grey < lightest - 45)
  const share = Math.max(0, ...unexplained.map(({ ground }) => ground.share))
  if (share > 0.25 || light.some(({ isPuzzling }) => isPuzzling)) return whole(small, FILLS.dark)
  return whole(small, share > 0.06 ? FILLS.rim : FILLS.bare)
}

const surest = (found: readonly (Rectangle | null)[]): Rectangle | null =>
  found.reduce((best, one) => (one !== null && (best === null || one.confidence > best.confidence) ? one : best), null)

const whole = ({ width, height }: SmallPage, confidence: number): PaperEdge => ({
  corners: [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ],
  width,
  height,
  degrees: null,
  confidence,
  seen: false,
})
