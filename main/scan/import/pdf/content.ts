// Reads what a page paints (ISO 32000-1 §8, §9) as far as needed to know: is it one picture and nothing else?
// Invisible text (OCR layers) and marks do not count as painting; whatever is not understood counts as painting.
// Never draws, never decodes a picture.
import { type Cursor, isWord, readToken, type Word } from '../../../workshop/pdf/tokens.ts'
import { type Dictionary, isArray, isDictionary, isName, type Value } from '../../../workshop/pdf/values.ts'
import { stop } from '../shapes.ts'
import { boxFrom, changesLook, hasText, holds, matrixOf, skipInline } from './content-words.ts'
import { boxAfter, joined, type Matrix, PLAIN } from './matrix.ts'
import { nameOf, type Objects, type Stream } from './objects.ts'
import { type Box, boxOf, type PdfPage } from './pages.ts'

export interface Placed {
  readonly stream: Stream
  readonly matrix: Matrix
}

export interface Painted {
  readonly pictures: readonly Placed[]
  /** Something else is seen, or a picture is not seen as it is: clipped, blended, masked. */
  readonly other: boolean
}

const LARGEST_CONTENT = 32 * 1024 * 1024
/** Forms in forms; real files have three or four. */
const MOST_DEEP = 24
const MOST_PICTURES = 5000
/** Of one page; drawing plans have some hundred thousand. */
const MOST_OPERATORS = 1_500_000
const PAINTS = new Set(['S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'sh'])
const SHOWS = new Set(['Tj', 'TJ', "'", '"'])
const MAKES_PATH = new Set(['m', 'l', 'c', 'v', 'y', 'h'])
/** Tr 3: neither filled nor stroked (§9.3.6). */
const INVISIBLE = 3

interface State {
  readonly matrix: Matrix
  readonly text: number
}

export function readContent(page: PdfPage, objects: Objects): Painted {
  const start = startRun(page, objects)
  const parts = contentsOf(page, objects)
  const content = Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]))
  run(content, page.resources, PLAIN, 0, start)
  return start.found
}

/** What marks on top of a page draw (§12.5.5) ends too; throws `file-unsafe` where it does not. */
export function checkMarks(page: PdfPage, objects: Objects): void {
  const marks = objects.get(page.dictionary.get('Annots'))
  const start = startRun(page, objects)
  if (!isArray(marks)) return
  for (const each of marks.slice(0, MOST_PICTURES)) {
    const mark = objects.get(each)
    const looks = isDictionary(mark) ? objects.get(mark.get('AP')) : null
    const normal = isDictionary(looks) ? looks.get('N') : undefined
    const states = objects.get(normal)
    const streams = objects.stream(normal) !== null ? [normal] : isDictionary(states) ? [...states.values()] : []
    for (const stream of streams) paint(stream, PLAIN, null, 0, start)
  }
}

function contentsOf(page: PdfPage, objects: Objects): readonly Buffer[] {
  const contents = page.dictionary.get('Contents')
  const list = objects.get(contents)
  const parts = isArray(list) ? list.slice(0, 2000) : [contents]
  let left = LARGEST_CONTENT
  return parts.map((part) => {
    const stream = objects.stream(part)
    if (stream === null) return Buffer.alloc(0)
    const { data, rest } = objects.open(stream, left)
    left -= data.length
    if (left < 0) throw stop('file-unsafe')
    return rest === null ? data : Buffer.alloc(0)
  })
}

interface Run {
  /** Numbers of the forms, patterns and glyphs around. */
  readonly within: readonly number[]
  /** Patterns, glyphs and masks that were looked into already. */
  readonly explored: Set<number>
  readonly count: { forms: number; operators: number }
  readonly page: PdfPage
  readonly objects: Objects
  readonly found: { pictures: Placed[]; other: boolean }
}

const startRun = (page: PdfPage, objects: Objects): Run => ({
  within: [],
  explored: new Set(),
  count: { forms: 0, operators: 0 },
  page,
  objects,
  found: { pictures: [], other: false },
})

function run(content: Buffer, resources: Dictionary | null, start: Matrix, depth: number, at: Run): void {
  const { objects, found } = at
  const cursor: Cursor = { bytes: content, at: 0, end: content.length, budget: objects.budget, lenient: true }
  const waiting: State[] = []
  let state: State = { matrix: start, text: 0 }
  let operands: Value[] = []
  let path: 'none' | 'box' | 'more' = 'none'
  let box: Box | null = null
  let clips = false
  const named = (kind: string, key: Value | undefined): Value | undefined => {
    const group = objects.get(resources?.get(kind))
    return isDictionary(group) && isName(key) ? group.get(key.name) : undefined
  }
  for (;;) {
    const token: Value | Word | undefined = readToken(cursor, false)
    if (token === undefined) return
    if (!isWord(token)) {
      operands.push(token)
      if (operands.length > 64) operands.shift()
      continue
    }
    const { word } = token
    at.count.operators += 1
    if (at.count.operators > MOST_OPERATORS) throw stop('file-unsafe')
    if (word === 'q') {
      waiting.push(state)
      if (waiting.length > 1000) throw stop('file-unsafe')
    } else if (word === 'Q') state = waiting.pop() ?? state
    else if (word === 'cm') state = { ...state, matrix: joined(matrixOf(operands) ?? PLAIN, state.matrix) }
    else if (word === 'Tr') state = { ...state, text: typeof operands[0] === 'number' ? operands[0] : 0 }
    else if (SHOWS.has(word)) found.other ||= state.text !== INVISIBLE && operands.some(hasText)
    else if (PAINTS.has(word)) found.other = true
    else if (MAKES_PATH.has(word)) path = 'more'
    else if (word === 're') {
      box = path === 'none' ? boxFrom(operands) : null
      path = path === 'none' ? 'box' : 'more'
    } else if (word === 'W' || word === 'W*') clips = true
    else if (word === 'n') {
      if (clips && !(box !== null && path === 'box' && holds(boxAfter(box, state.matrix), at.page.box)))
        found.other = true
      clips = false
    } else if (word === 'gs') {
      const change = objects.get(named('ExtGState', operands[0]))
      found.other ||= changesLook(change, objects)
      const mask = isDictionary(change) ? objects.get(change.get('SMask')) : null
      if (isDictionary(mask)) look(mask.get('G'), resources, depth, at)
    } else if (word === 'scn' || word === 'SCN')
      look(named('Pattern', operands[operands.length - 1]), resources, depth, at)
    else if (word === 'Tf') lookAtGlyphs(objects.get(named('Font', operands[0])), resources, depth, at)
    else if (word === 'BDC' && isName(operands[0]) && operands[0].name === 'OC') found.other = true
    else if (word === 'BI') {
      found.other = true
      skipInline(cursor, objects)
    } else if (word === 'Do') paint(named('XObject', operands[0]), state.matrix, resources, depth, at)
    if (word === 'n' || PAINTS.has(word)) {
      path = 'none'
      box = null
    }
    operands = []
  }
}

function paint(value: Value | undefined, matrix: Matrix, resources: Dictionary | null, depth: number, at: Run): void {
  const { objects, found } = at
  const stream = objects.stream(value)
  if (stream === null) return
  const kind = nameOf(objects.get(stream.dictionary.get('Subtype')))
  if (kind === 'Image') {
    found.pictures.push({ stream, matrix })
    if (found.pictures.length > MOST_PICTURES) throw stop('file-unsafe')
    return
  }
  if (kind !== 'Form' || stream.dictionary.has('OC')) found.other = true
  if (kind !== 'Form') return
  const list = objects.get(stream.dictionary.get('Matrix'))
  const inner = joined(matrixOf(isArray(list) ? list.map(objects.get) : []) ?? PLAIN, matrix)
  const box = boxOf(objects.get(stream.dictionary.get('BBox')), objects.get)
  if (box === null || !holds(boxAfter(box, inner), at.page.box)) found.other = true
  enter(stream, inner, resources, depth, at)
}

/** What draws itself would be drawn for ever (§8.10.1 forbids it). */
function enter(stream: Stream, matrix: Matrix, resources: Dictionary | null, depth: number, at: Run): void {
  const { objects } = at
  at.count.forms += 1
  if (at.within.includes(stream.object) || depth >= MOST_DEEP || at.count.forms > MOST_PICTURES)
    throw stop('file-unsafe')
  const own = objects.get(stream.dictionary.get('Resources'))
  const { data, rest } = objects.open(stream, LARGEST_CONTENT)
  const within = [...at.within, stream.object]
  if (rest === null) run(data, isDictionary(own) ? own : resources, matrix, depth + 1, { ...at, within })
}

/** Looks into a pattern, a mask or a glyph only to see that it ends; what it paints is not part of the answer. */
function look(value: Value | undefined, resources: Dictionary | null, depth: number, at: Run): void {
  const stream = at.objects.stream(value)
  if (stream === null) return
  if (at.explored.has(stream.object) && !at.within.includes(stream.object)) return
  at.explored.add(stream.object)
  enter(stream, PLAIN, resources, depth, { ...at, found: { pictures: [], other: false } })
}

/** Fonts whose glyphs are content streams (Type 3, §9.6.5). */
function lookAtGlyphs(font: Value, resources: Dictionary | null, depth: number, at: Run): void {
  if (!isDictionary(font) || nameOf(at.objects.get(font.get('Subtype'))) !== 'Type3') return
  const glyphs = at.objects.get(font.get('CharProcs'))
  const own = at.objects.get(font.get('Resources'))
  if (!isDictionary(glyphs)) return
  for (const glyph of glyphs.values()) look(glyph, isDictionary(own) ? own : resources, depth, at)
}
