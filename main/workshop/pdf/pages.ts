// The pages of a PDF by its page tree (ISO 32000-1 §7.7.3), with what they inherit. Bounded, loops are cut.
// Gives what it finds and names what is odd; whether an odd tree will do, the caller decides.
import type { Pdf } from './file.ts'
import type { Look } from './filters.ts'
import { spend, troubled } from './tokens.ts'
import {
  asName,
  at,
  type Dictionary,
  isArray,
  isDictionary,
  isReference,
  type Reference,
  type Value,
} from './values.ts'

/** Left, bottom, right, top in units of the page. */
export type Box = readonly [number, number, number, number]

export interface PageNode {
  /** Null: a page written into its parent's list, which the standard forbids. */
  readonly reference: Reference | null
  readonly dictionary: Dictionary
  /** Resources, MediaBox, CropBox, Rotate: its own or inherited, as they stand (perhaps references); undefined for none. */
  readonly inherited: ReadonlyMap<string, Value>
}

/** `no-node`: something in the tree is no dictionary, stands there twice or too deep; `no-page`: a leaf that does not say so. */
export type PageOddity = 'no-node' | 'no-reference' | 'no-page' | 'no-kids'

const MOST_DEEP = 64
const MOST_NODES = 20_000
const INHERITED = ['Resources', 'MediaBox', 'CropBox', 'Rotate']

/** In order. An `odd` that throws ends the walk; otherwise what is no node is left out, the rest given. */
export function* walkPages(
  pdf: Pick<Pdf, 'look' | 'trailer' | 'budget'>,
  odd: (oddity: PageOddity) => void,
): Generator<PageNode, void> {
  const { look, budget } = pdf
  const seen = new Set<Dictionary>()
  function* visit(
    value: Value | undefined,
    above: ReadonlyMap<string, Value>,
    depth: number,
  ): Generator<PageNode, void> {
    const node = look(value)
    if (!isReference(value)) odd('no-reference')
    if (!isDictionary(node) || seen.has(node) || depth > MOST_DEEP) return odd('no-node')
    seen.add(node)
    spend(budget, 64)
    if (seen.size > MOST_NODES) throw troubled(budget, 'too-many-pages')
    const own = new Map(above)
    for (const key of INHERITED) {
      const value = at(node, key) ?? null
      if (value !== null) own.set(key, value)
    }
    const kids = look(at(node, 'Kids'))
    if (isArray(kids)) {
      for (const kid of kids) yield* visit(kid, own, depth + 1)
      return
    }
    if (at(node, 'Kids') !== undefined) odd('no-kids')
    if (asName(look(at(node, 'Type'))) !== 'Page') odd('no-page')
    yield { reference: isReference(value) ? value : null, dictionary: node, inherited: own }
  }
  const root = look(at(pdf.trailer, 'Root'))
  yield* visit(isDictionary(root) ? at(root, 'Pages') : undefined, new Map(), 0)
}

/** A rectangle (§7.9.5) put in order; undefined for anything else. */
export function readBox(look: Look, value: Value | undefined): Box | undefined {
  const items = look(value)
  if (!isArray(items) || items.length !== 4) return undefined
  const [a, b, c, d] = items.map(look)
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') return undefined
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
}

export const boxesMeet = (one: Box, other: Box): Box => [
  Math.max(one[0], other[0]),
  Math.max(one[1], other[1]),
  Math.min(one[2], other[2]),
  Math.min(one[3], other[3]),
]
