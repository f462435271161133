// The pages that a rewritten file has: its own page tree where that is as it should be (ISO 32000-1 §7.7.3), else a flat one
// with every page that is found, each given what it inherited. Never drops a page in silence: what was odd is told.
import type { Pdf } from './file.ts'
import { type Box, boxesMeet, type PageNode, type PageOddity, readBox, walkPages } from './pages.ts'
import { troubled } from './tokens.ts'
import { asCount, asDictionary, asReference, at, type Dictionary, isDictionary, type Value } from './values.ts'

/** Numbers from here on stand for objects that the old file does not have. */
export const SYNTHETIC = 1_000_000_000

export interface FoundPages {
  readonly pages: number
  /** The page tree is as it should be, and counts as many pages as it has. */
  readonly sound: boolean
  readonly oddities: readonly PageOddity[]
  /** By number: what is written in place of the object. */
  readonly replaced: ReadonlyMap<number, Value>
  /** Number of the catalogue. */
  readonly root: number
}

/** What viewers take for a page without a size: US Letter. */
const LETTER: Box = [0, 0, 612, 792]

export function findPages(pdf: Pdf): FoundPages {
  const oddities = new Set<PageOddity>()
  const nodes = [...walkPages(pdf, (oddity) => oddities.add(oddity))]
  const reference = asReference(at(pdf.trailer, 'Root'))
  const catalogue = asDictionary(pdf.look(at(pdf.trailer, 'Root')))
  if (catalogue === undefined) throw troubled(pdf.budget, 'no-catalog')
  const root = reference?.object ?? SYNTHETIC
  const typed = new Map([...catalogue, ['Type', { name: 'Catalog' }] as const])
  const replaced = new Map<number, Value>([[root, typed]])
  // Some viewers believe the count, others the list (§7.7.3.2).
  const counted = asCount(pdf.look(at(asDictionary(pdf.look(at(catalogue, 'Pages'))), 'Count'))) === nodes.length
  const sound = counted && oddities.size === 0 && nodes.every((node) => isSound(pdf, node))
  if (!sound) {
    const tree = SYNTHETIC + 1
    const kids = nodes.map((node, index) => node.reference ?? { object: tree + 1 + index, generation: 0 })
    for (const [index, node] of nodes.entries())
      replaced.set(kids[index]?.object ?? 0, completed(pdf, node, { object: tree, generation: 0 }))
    replaced.set(
      tree,
      new Map<string, Value>([
        ['Type', { name: 'Pages' }],
        ['Kids', kids],
        ['Count', nodes.length],
      ]),
    )
    typed.set('Pages', { object: tree, generation: 0 })
  }
  return { pages: nodes.length, sound, oddities: [...oddities], replaced, root }
}

const isTurn = (value: Value): value is number => typeof value === 'number' && value % 90 === 0
const hasArea = (box: Box | undefined): box is Box => box !== undefined && box[2] > box[0] && box[3] > box[1]

function isSound({ look }: Pdf, { inherited }: PageNode): boolean {
  const media = readBox(look, inherited.get('MediaBox'))
  const crop = readBox(look, inherited.get('CropBox'))
  const turn = look(inherited.get('Rotate') ?? 0)
  const cut =
    look(inherited.get('CropBox')) === null || (crop !== undefined && media && hasArea(boxesMeet(media, crop)))
  return hasArea(media) && cut === true && isTurn(turn)
}

/** The page with everything it inherited, as viewers complete it. */
function completed({ look }: Pdf, { dictionary, inherited }: PageNode, parent: Value): Dictionary {
  const page = new Map<string, Value>([...dictionary, ...inherited])
  const own = readBox(look, inherited.get('MediaBox'))
  if (!hasArea(own)) page.set('MediaBox', LETTER)
  // One that has an area and shows nothing of the page stays: viewers do not agree about it.
  if (!hasArea(readBox(look, inherited.get('CropBox')))) page.delete('CropBox')
  if (!isTurn(look(inherited.get('Rotate') ?? 0))) page.delete('Rotate')
  if (!isDictionary(look(page.get('Resources')))) page.set('Resources', new Map())
  return page.set('Type', { name: 'Page' }).set('Parent', parent)
}
