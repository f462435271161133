// The pages of a PDF by its page tree (ISO 32000-1 §7.7.3), with what they inherit. Bounded, loops are cut.
// Never draws.
import { LONGEST_PAGE, MOST_PAGES, stop } from '../shapes.ts'
import type { Objects } from './objects.ts'
import { type Dictionary, isArray, isDictionary, type Value } from './tokens.ts'

/** Left, bottom, right, top; units of the page. */
export type Box = readonly [number, number, number, number]

export interface PdfPage {
  readonly dictionary: Dictionary
  readonly resources: Dictionary | null
  /** The crop box inside the media box: what is seen. */
  readonly box: Box
  /** Clockwise, degrees: 0, 90, 180, 270. */
  readonly rotate: number
  /** Points a unit. */
  readonly unit: number
}

const MOST_NODES = 20_000
const INHERITED = ['Resources', 'MediaBox', 'CropBox', 'Rotate'] as const
const LETTER: Box = [0, 0, 612, 792]

export function readPages(objects: Objects): readonly PdfPage[] {
  const { get } = objects
  const pages: PdfPage[] = []
  const seen = new Set<Dictionary>()
  const visit = (value: Value | undefined, from: ReadonlyMap<string, Value>, depth: number): void => {
    const node = get(value)
    if (!isDictionary(node) || seen.has(node) || depth > 64) return
    seen.add(node)
    if (seen.size > MOST_NODES) throw stop('file-unsafe')
    const inherited = new Map(from)
    for (const key of INHERITED) {
      const own = node.get(key)
      if (own !== undefined && own !== null) inherited.set(key, own)
    }
    const children = get(node.get('Kids'))
    if (isArray(children)) for (const child of children) visit(child, inherited, depth + 1)
    else {
      pages.push(pageOf(node, inherited, objects))
      if (pages.length > MOST_PAGES) throw stop('file-too-large')
    }
  }
  visit(objects.root.get('Pages'), new Map(), 0)
  return pages
}

function pageOf(dictionary: Dictionary, inherited: ReadonlyMap<string, Value>, { get }: Objects): PdfPage {
  const media = boxOf(get(inherited.get('MediaBox')), get) ?? LETTER
  const crop = boxOf(get(inherited.get('CropBox')), get) ?? media
  const inside: Box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ]
  const resources = get(inherited.get('Resources'))
  const rotate = get(inherited.get('Rotate'))
  const unit = get(dictionary.get('UserUnit'))
  return {
    dictionary,
    resources: isDictionary(resources) ? resources : null,
    box: inside[2] > inside[0] && inside[3] > inside[1] ? inside : media,
    rotate: typeof rotate === 'number' && rotate % 90 === 0 ? ((rotate % 360) + 360) % 360 : 0,
    unit: typeof unit === 'number' && unit > 0 ? unit : 1,
  }
}

export function boxOf(value: Value, get: Objects['get']): Box | null {
  if (!isArray(value) || value.length !== 4) return null
  const [a, b, c, d] = value.map(get)
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') return null
  const box: Box = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
  return box[2] > box[0] && box[3] > box[1] ? box : null
}

/** Throws `file-too-large` for a page that no reader must show (ISO 32000-1 Annex C: 14,400 units). */
export function checkPageSize(width: number, height: number): void {
  if (!(width > 0 && height > 0)) throw stop('file-damaged')
  if (Math.max(width, height) > LONGEST_PAGE) throw stop('file-too-large')
}
