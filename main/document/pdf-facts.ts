// Walks everything reachable from the trailer of an open PDF once and writes down what the rules ask for.
// Decides nothing. Loops are cut by object number, work is paid from the file's budget.
import { type JpegFacts, readJpegFacts } from '../workshop/jpeg-facts.ts'
import { type ContentFacts, scanContent } from './pdf-content.ts'
import { filtersOf, type PdfFile } from './pdf-file.ts'
import {
  brokenPdf,
  isArray,
  isDictionary,
  isName,
  isReference,
  isStream,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
  spend,
} from './pdf-objects.ts'
import { readXmp, type Xmp } from './read-xmp.ts'

export interface PageFacts {
  readonly dictionary: PdfDictionary
  /** Boxes by name, inherited values included; null where a box is no four numbers. */
  readonly boxes: ReadonlyMap<string, readonly number[] | null>
  /** Its own or inherited. */
  readonly resources: PdfDictionary | undefined
}

export interface ContentUse extends ContentFacts {
  readonly ownResources: boolean
  readonly resources: PdfDictionary | undefined
}

export interface PdfFacts {
  readonly file: PdfFile
  readonly catalog: PdfDictionary
  readonly info: PdfDictionary | null
  readonly pages: readonly PageFacts[]
  /** /Count of the page tree's root. */
  readonly declaredPages: number
  readonly dictionaries: readonly PdfDictionary[]
  readonly streams: readonly PdfStream[]
  readonly annotations: readonly PdfDictionary[]
  readonly fonts: readonly PdfDictionary[]
  readonly images: readonly PdfStream[]
  readonly jpegs: readonly { readonly image: PdfStream; readonly facts: JpegFacts | null }[]
  readonly forms: readonly PdfStream[]
  readonly graphicsStates: readonly PdfDictionary[]
  readonly contents: readonly ContentUse[]
  /** Every value that stands where a colour space stands. */
  readonly colourSpaces: readonly PdfValue[]
  readonly intents: readonly { readonly dictionary: PdfDictionary; readonly profile: Uint8Array | null }[]
  readonly metadata: PdfStream | null
  readonly xmp: Xmp | null
}

const BOXES = ['MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox']
const INHERITED = ['MediaBox', 'CropBox', 'Resources']
const MOST_PAGES = 20_000
const MOST_COLOURS = 200_000

export const nameOf = (file: PdfFile, value: PdfValue | undefined): string | undefined => {
  const found = file.get(value)
  return isName(found) ? found.name : undefined
}
export const dictionaryOf = (file: PdfFile, value: PdfValue | undefined): PdfDictionary | undefined => {
  const found = file.get(value)
  return isDictionary(found) ? found : isStream(found) ? found.dictionary : undefined
}
export const arrayOf = (file: PdfFile, value: PdfValue | undefined): readonly PdfValue[] => {
  const found = file.get(value)
  return isArray(found) ? found : []
}

export function gatherFacts(file: PdfFile): PdfFacts {
  const catalog = file.get(file.trailer.get('Root'))
  if (!isDictionary(catalog)) throw brokenPdf('own-structure')
  const info = file.get(file.trailer.get('Info'))
  const pagesRoot = dictionaryOf(file, catalog.get('Pages'))
  const pages = walkPages(file, catalog.get('Pages'))
  const found = walkObjects(file)
  const metadata = file.get(catalog.get('Metadata'))
  const packet = isStream(metadata) ? file.decode(metadata) : undefined
  const declared = file.get(pagesRoot?.get('Count'))
  const images = found.streams.filter(({ dictionary }) => nameOf(file, dictionary.get('Subtype')) === 'Image')
  const fonts = found.dictionaries.filter((each) => nameOf(file, each.get('Type')) === 'Font')
  const forms = found.streams.filter(({ dictionary }) => nameOf(file, dictionary.get('Subtype')) === 'Form')
  return {
    file,
    catalog,
    info: isDictionary(info) ? info : null,
    pages,
    declaredPages: typeof declared === 'number' ? declared : -1,
    ...found,
    annotations: found.dictionaries.filter((each) => isAnnotation(file, each)),
    fonts,
    images,
    jpegs: images
      .filter(({ dictionary }) => filtersOf(dictionary, file.get).join() === 'DCTDecode')
      .map((image) => ({ image, facts: readJpegFacts(image.raw) })),
    forms,
    contents: scanContents(file, pages, forms, fonts, found.streams),
    colourSpaces: gatherColourSpaces(file, found.dictionaries),
    intents: arrayOf(file, catalog.get('OutputIntents')).map((each) => {
      const dictionary = dictionaryOf(file, each) ?? new Map<string, PdfValue>()
      const profile = file.get(dictionary.get('DestOutputProfile'))
      return { dictionary, profile: isStream(profile) ? (file.decode(profile) ?? null) : null }
    }),
    metadata: isStream(metadata) ? metadata : null,
    xmp: packet === undefined ? null : readXmp(packet),
  }
}

function walkPages(file: PdfFile, root: PdfValue | undefined): readonly PageFacts[] {
  const pages: PageFacts[] = []
  const seen = new Set<number>()
  type Waiting = { readonly node: PdfValue | undefined; readonly inherited: PdfDictionary; readonly depth: number }
  const waiting: Waiting[] = [{ node: root, inherited: new Map(), depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, inherited, depth } = next
    if (isReference(node)) {
      if (seen.has(node.object)) throw brokenPdf('own-structure')
      seen.add(node.object)
    }
    const dictionary = file.get(node)
    if (!isDictionary(dictionary) || depth > 64 || pages.length > MOST_PAGES) throw brokenPdf('own-structure')
    spend(file.budget, 64)
    const passed = new Map(inherited)
    for (const key of INHERITED) {
      const value = dictionary.get(key)
      if (value !== undefined) passed.set(key, value)
    }
    const type = nameOf(file, dictionary.get('Type'))
    if (type === 'Pages') {
      const kids = [...arrayOf(file, dictionary.get('Kids'))].reverse()
      for (const kid of kids) waiting.push({ node: kid, inherited: passed, depth: depth + 1 })
    } else if (type === 'Page')
      pages.push({
        dictionary,
        boxes: boxesOf(file, dictionary, passed),
        resources: dictionaryOf(file, passed.get('Resources')),
      })
    else throw brokenPdf('own-structure')
  }
  return pages
}

function boxesOf(
  file: PdfFile,
  page: PdfDictionary,
  inherited: PdfDictionary,
): ReadonlyMap<string, readonly number[] | null> {
  const boxes = new Map<string, readonly number[] | null>()
  for (const key of BOXES) {
    const value = page.get(key) ?? inherited.get(key)
    if (value === undefined) continue
    const numbers = arrayOf(file, value)
      .slice(0, 5)
      .map((each) => file.get(each))
    const sound = numbers.length === 4 && numbers.every((each) => typeof each === 'number')
    boxes.set(key, sound ? (numbers as number[]) : null)
  }
  return boxes
}

interface Found {
  readonly dictionaries: PdfDictionary[]
  readonly streams: PdfStream[]
  readonly graphicsStates: PdfDictionary[]
}

function walkObjects(file: PdfFile): Found {
  const found: Found = { dictionaries: [], streams: [], graphicsStates: [] }
  const seen = new Set<number>()
  const states = new Set<PdfDictionary>()
  const waiting: PdfValue[] = [file.trailer]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isReference(next)) {
      if (seen.has(next.object)) continue
      seen.add(next.object)
    }
    const value = file.get(next)
    spend(file.budget, 8)
    if (isArray(value)) for (const each of value) waiting.push(each)
    const dictionary = isStream(value) ? value.dictionary : isDictionary(value) ? value : undefined
    if (dictionary === undefined) continue
    if (isStream(value)) found.streams.push(value)
    if (value !== file.trailer) found.dictionaries.push(dictionary)
    for (const each of dictionary.values()) waiting.push(each)
    if (nameOf(file, dictionary.get('Type')) === 'ExtGState') states.add(dictionary)
    const named = file.get(dictionary.get('ExtGState'))
    if (isDictionary(named)) {
      spend(file.budget, named.size * 4)
      for (const each of named.values()) {
        const state = dictionaryOf(file, each)
        if (state !== undefined) states.add(state)
      }
    }
  }
  found.graphicsStates.push(...states)
  return found
}

/** Annotations carry /Rect and /Subtype; /Type is optional (ISO 32000-1 §12.5.2, Table 164). */
const isAnnotation = (file: PdfFile, each: PdfDictionary): boolean =>
  nameOf(file, each.get('Type')) === 'Annot' || (each.has('Rect') && each.has('Subtype'))

function scanContents(
  file: PdfFile,
  pages: readonly PageFacts[],
  forms: readonly PdfStream[],
  fonts: readonly PdfDictionary[],
  streams: readonly PdfStream[],
): readonly ContentUse[] {
  const uses: ContentUse[] = []
  const scan = (parts: readonly PdfValue[], own: PdfDictionary, resources?: PdfDictionary): void => {
    spend(file.budget, parts.length * 8)
    const pieces = parts.map((part) => {
      const stream = file.get(part)
      const bytes = isStream(stream) ? file.decode(stream) : new Uint8Array()
      if (bytes === undefined) throw brokenPdf('own-filter')
      spend(file.budget, bytes.length >> 2)
      return bytes
    })
    const [only] = pieces
    // Parts of a page's content join with white space (ISO 32000-1 §7.8.2).
    const whole =
      pieces.length === 1 && only !== undefined
        ? only
        : Buffer.concat(pieces.flatMap((each) => [each, Buffer.from('\n')]))
    uses.push({
      ...scanContent(whole, file.budget, file.notes),
      ownResources: own.has('Resources'),
      resources: resources ?? dictionaryOf(file, own.get('Resources')),
    })
  }
  for (const { dictionary, resources } of pages) {
    const contents = file.get(dictionary.get('Contents'))
    scan(isArray(contents) ? contents : [contents], dictionary, resources)
  }
  for (const form of forms) scan([form], form.dictionary)
  for (const stream of streams)
    if (file.get(stream.dictionary.get('PatternType')) === 1) scan([stream], stream.dictionary)
  for (const font of fonts)
    if (nameOf(file, font.get('Subtype')) === 'Type3')
      for (const glyph of dictionaryValues(file, font.get('CharProcs'))) scan([glyph], font)
  return uses
}

const dictionaryValues = (file: PdfFile, value: PdfValue | undefined): readonly PdfValue[] => {
  const found = file.get(value)
  return isDictionary(found) ? [...found.values()] : []
}

/** Colour spaces of pictures, shadings and groups, those named in resources, and the ones they are built on. */
function gatherColourSpaces(file: PdfFile, dictionaries: readonly PdfDictionary[]): readonly PdfValue[] {
  const spaces: PdfValue[] = []
  const waiting: { readonly value: PdfValue; readonly depth: number }[] = []
  for (const dictionary of dictionaries) {
    const own = file.get(dictionary.get('ColorSpace'))
    spend(file.budget, isDictionary(own) ? own.size * 8 : 1)
    if (isDictionary(own)) for (const each of own.values()) waiting.push({ value: each, depth: 0 })
    else if (own !== null) waiting.push({ value: own, depth: 0 })
    const group = dictionary.get('CS')
    if (group !== undefined) waiting.push({ value: group, depth: 0 })
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    spend(file.budget, 8)
    if (spaces.length > MOST_COLOURS) throw brokenPdf('own-budget')
    const value = file.get(next.value)
    spaces.push(value)
    if (!isArray(value) || next.depth > 8) continue
    const family = nameOf(file, value[0])
    const base =
      family === 'Indexed' || family === 'Pattern'
        ? value[1]
        : family === 'Separation' || family === 'DeviceN'
          ? value[2]
          : undefined
    if (base !== undefined) waiting.push({ value: base, depth: next.depth + 1 })
  }
  return spaces
}
