// What each sheet of a bench stack is and how it lies under the scanner, decided from a seed alone. Draws and reads nothing.
// Same seed, same index, same plan, whatever the number of sheets or of processes that draw them.
import { seeded } from '../scanner/ink.ts'

export const KINDS = [
  'decision',
  'letter',
  'faint',
  'form',
  'table',
  'landscape',
  'handwriting',
  'photo',
  'resume',
  'texture',
  'certificate',
  'card',
  'half',
  'coded',
  'one-line',
  'one-stamp',
  'one-signature',
  'blank',
  'blank-through',
  'separator',
  'patch',
] as const
export type Kind = (typeof KINDS)[number]
export type Turn = 0 | 90 | 180 | 270
/** `full`: paper fills the picture; `over`: dark ground all around; `dark`: dark where the paper does not reach; `lid`: white lid. */
export type Ground = 'full' | 'over' | 'dark' | 'lid'
export type Rgb = readonly [number, number, number]

export interface Plan {
  readonly index: number
  /** Of everything that is random while drawing. */
  readonly seed: number
  readonly kind: Kind
  readonly dpi: number
  /** The paper itself, upright, in millimetres. */
  readonly paper: { readonly width: number; readonly height: number; readonly size: 'A4' | 'A5' | 'ID-1' | 'other' }
  /** What the scanner sees, before it is turned by quarters, in millimetres. */
  readonly frame: { readonly width: number; readonly height: number }
  /** Middle of the paper away from the middle of the frame, in millimetres. */
  readonly shift: readonly [number, number]
  readonly ground: Ground
  /** Clockwise, degrees. */
  readonly skew: number
  /** By how much it lies turned clockwise. */
  readonly turned: Turn
  readonly tint: Rgb
  /** JPEG quality. */
  readonly quality: number
  /** Standard deviation of the grain, grey levels. */
  readonly grain: number
  /** Uneven light: grey levels from left to right, from top to bottom. */
  readonly light: readonly [number, number]
  readonly holes: boolean
  readonly crease: boolean
  /** How much of the other side shines through, 0 to 1. */
  readonly through: number
}

/** `everything`: all kinds, all ways to lie; `counter`: a plain stack of decisions with a blank in ten, as a counter feeds it. */
export type Mix = 'everything' | 'counter'

/** One deck of sixty sheets; shuffled anew for each sixty. */
const DECK: Readonly<Record<Kind, number>> = {
  decision: 7,
  letter: 4,
  faint: 1,
  form: 5,
  table: 3,
  landscape: 3,
  handwriting: 4,
  photo: 2,
  resume: 2,
  texture: 1,
  certificate: 2,
  card: 3,
  half: 3,
  coded: 2,
  'one-line': 2,
  'one-stamp': 2,
  'one-signature': 2,
  blank: 4,
  'blank-through': 3,
  separator: 4,
  patch: 1,
}

const A4 = { width: 210, height: 297, size: 'A4' } as const
const PAPERS: Partial<Record<Kind, Plan['paper']>> = {
  landscape: { width: 297, height: 210, size: 'A4' },
  half: { width: 148, height: 210, size: 'A5' },
  card: { width: 85.6, height: 54, size: 'ID-1' },
}
const COLOURED: readonly Rgb[] = [
  [250, 212, 222],
  [206, 225, 245],
  [251, 240, 186],
  [214, 238, 214],
]

/** Kinds whose printing says nothing about which way is up. */
const NO_UP = new Set<Kind>(['blank', 'blank-through', 'one-stamp', 'one-signature', 'texture'])

export const isBlank = (kind: Kind): boolean => kind === 'blank' || kind === 'blank-through'
export const showsUp = (kind: Kind): boolean => !NO_UP.has(kind)
/** Lines of print, or an edge that stands out: something that tells by how much the sheet is skewed. */
export const showsSkew = ({ kind, ground }: Pick<Plan, 'kind' | 'ground'>): boolean =>
  !isBlank(kind) && (showsUp(kind) || ground === 'over')

type Random = () => number
const between = (random: Random, from: number, to: number): number => from + random() * (to - from)
const pick = <T>(random: Random, from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0]
const mixed = (seed: number, index: number): number =>
  (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0

function deckOf(seed: number, round: number): readonly Kind[] {
  const random = seeded(mixed(seed, 1_000_000 + round))
  const deck = KINDS.flatMap((kind) => Array.from({ length: DECK[kind] }, () => kind))
  for (let at = deck.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const [mine, theirs] = [deck[at], deck[other]]
    if (mine !== undefined && theirs !== undefined) [deck[at], deck[other]] = [theirs, mine]
  }
  return deck
}
const DECK_SIZE = Object.values(DECK).reduce((sum, count) => sum + count, 0)

function skewOf(random: Random): number {
  const sort = random()
  const side = random() < 0.5 ? -1 : 1
  if (sort < 0.2) return 0
  return side * (sort < 0.85 ? between(random, 0.2, 3) : between(random, 3, 5))
}

function groundOf(kind: Kind, random: Random): Ground {
  if (kind === 'card' || kind === 'half') return random() < 0.5 ? 'over' : 'lid'
  const sort = random()
  return sort < 0.5 ? 'full' : sort < 0.7 ? 'over' : sort < 0.85 ? 'dark' : 'lid'
}

function turnOf(kind: Kind, random: Random): Turn {
  const sort = random()
  if (kind === 'landscape') return sort < 0.4 ? 90 : sort < 0.75 ? 270 : sort < 0.9 ? 0 : 180
  // Patch 3 upside down is patch T: such a sheet has one way to be fed.
  if (kind === 'patch') return 0
  return sort < 0.68 ? 0 : sort < 0.84 ? 180 : sort < 0.92 ? 90 : 270
}

/** Cards and half sheets lie anywhere on an A4 glass; sheets fill what the feeder sees, or a little less. */
function frameOf(paper: Plan['paper'], ground: Ground, turned: Turn): Plan['frame'] {
  const small = paper.size !== 'A4'
  const across = small ? turned % 180 !== 0 : paper.width > paper.height
  const [narrow, wide] = small || ground === 'full' || ground === 'dark' ? [210, 297] : [217, 306]
  return across ? { width: wide, height: narrow } : { width: narrow, height: wide }
}

function tintOf(kind: Kind, random: Random): Rgb {
  const colour = pick(random, COLOURED as [Rgb, ...Rgb[]])
  const coloured = kind === 'form' || (isBlank(kind) && random() < 0.2)
  const [red, green, blue] = coloured ? colour : [250, 248, 240]
  return [
    Math.round(red - random() * 8),
    Math.round(green - random() * 8),
    Math.round(blue - random() * (coloured ? 8 : 12)),
  ]
}

function planEverything(seed: number, index: number, dpi: number): Plan {
  const own = mixed(seed, index)
  const random = seeded(own)
  const kind = deckOf(seed, Math.floor(index / DECK_SIZE))[index % DECK_SIZE] ?? 'decision'
  const paper = PAPERS[kind] ?? A4
  const ground = groundOf(kind, random)
  const turned = turnOf(kind, random)
  const frame = frameOf(paper, ground, turned)
  const skew = skewOf(random)
  const reach = (Math.abs(skew) * Math.PI) / 180
  const room = (mine: number, other: number, all: number): number =>
    paper.size === 'A4' ? (ground === 'over' ? 1 : 0) : Math.max(0, (all - mine - other * reach) / 2 - 6)
  const [aside, down] = [room(paper.width, paper.height, frame.width), room(paper.height, paper.width, frame.height)]
  return {
    index,
    seed: own,
    kind,
    dpi,
    paper,
    frame,
    ground,
    skew,
    turned,
    shift: [between(random, -aside, aside), between(random, -down, down)],
    tint: tintOf(kind, random),
    quality: Math.round(between(random, 75, 90)),
    grain: pick(random, [1.6, 2.4, 3.2, 4.2]),
    light: [between(random, -10, 10), between(random, -10, 10)],
    holes: paper.size === 'A4' && random() < 0.15,
    crease: paper.size !== 'ID-1' && random() < 0.12,
    through: kind === 'blank-through' ? between(random, 0.03, 0.08) : random() < 0.15 ? 0.04 : 0,
  }
}

/** 50 sheets: 5 blank, 5 upside down, 2 sideways, 10 with a dark rim, ±0.5 to 3° all but the blank ones; 4 begin a dossier. */
function planCounter(seed: number, index: number, dpi: number): Plan {
  const own = mixed(seed, index)
  const random = seeded(own)
  const blank = index % 10 === 7
  const skew = (random() < 0.5 ? -1 : 1) * (0.5 + random() * 2.5)
  const dark = index % 5 === 2
  return {
    index,
    seed: own,
    kind: blank ? (index % 20 === 7 ? 'blank-through' : 'blank') : index % 15 === 0 ? 'separator' : 'decision',
    dpi,
    paper: dark ? { width: 203.2, height: 290.2, size: 'A4' } : A4,
    frame: A4,
    shift: [0, 0],
    ground: dark ? 'over' : 'full',
    skew: blank ? 0 : skew,
    turned: index % 10 === 3 || index === 30 ? 180 : index % 20 === 9 ? 90 : 0,
    tint: [250 - Math.round(random() * 8), 248 - Math.round(random() * 8), 240 - Math.round(random() * 12)],
    quality: 85,
    grain: 3.2,
    light: [between(random, -7, 7), between(random, -7, 7)],
    holes: false,
    crease: false,
    through: index % 20 === 7 ? 0.05 : 0,
  }
}

export function planSheet(mix: Mix, seed: number, index: number, dpi: number | 'various'): Plan {
  const dots = dpi === 'various' ? pick(seeded(mixed(seed, index) ^ 0x51ed), [300, 300, 300, 300, 200, 200, 150]) : dpi
  return mix === 'counter' ? planCounter(seed, index, dots) : planEverything(seed, index, dots)
}
