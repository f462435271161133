// Lays the words read on a page (OCR) over its picture as text that is never drawn (rendering mode 3, ISO 32000-1 §9.3.6), so
// that a reader finds, selects and copies them. Each word is as wide as its box and stands on the base line of its line.
// Pure geometry and operators; trusts no number it is given, draws nothing, corrects no reading.
import { type Alphabet, SPACE, widthOf } from './invisible-font.ts'
import { decimal } from './write-pdf.ts'

/** A word with its box in pixels of the upright page, from the top left. */
export interface PageWord {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Words of one line have the same number; lines are read in the order of their numbers. */
  readonly line: number
}

export interface PageWords {
  /** Pixels of the upright page. */
  readonly width: number
  readonly height: number
  readonly words: readonly PageWord[]
}

/** In points, y upwards from the bottom of the page. */
interface Box {
  readonly characters: readonly string[]
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Line {
  readonly boxes: readonly Box[]
  readonly size: number
  /** The base line is `y = rise + slope · x`. */
  readonly slope: number
  readonly rise: number
}

const MOST_WORDS = 20_000
const MOST_LETTERS = 200
/** Beyond this it is no slanting line but a mistake of the reading. */
const STEEPEST = 0.15
/** Parts of the font size by which a line must rise or fall from its first word to its last to count as slanting. */
const LEVEL = 0.25

/** The words fit to a page of this size (any unit): same proportions, so neither another picture nor another turn of it. */
export function fitPage(words: PageWords, [width, height]: readonly [number, number]): boolean {
  const [asked, read] = [width / height, words.width / words.height]
  return words.words.length <= MOST_WORDS && Math.abs(read / asked - 1) < 0.02
}

/** Operators from BT to ET for a page of so many points; empty without words. `font`: its name in the page's resources. */
export function layWords(words: PageWords, size: readonly [number, number], alphabet: Alphabet, font: string): Buffer {
  const parts: Buffer[] = []
  let before = 0
  for (const line of gatherLines(words, size)) {
    const points = Math.max(1, Math.round(line.size * 100) / 100)
    if (points !== before) parts.push(ascii(`/${font} ${decimal(points)} Tf\n`))
    before = points
    parts.push(...writeLine(line, points, alphabet))
  }
  return parts.length === 0 ? Buffer.alloc(0) : Buffer.concat([ascii('BT\n3 Tr\n'), ...parts, ascii('ET\n')])
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

function gatherLines({ width, height, words }: PageWords, page: readonly [number, number]): readonly Line[] {
  const lines = new Map<number, Box[]>()
  const [scaleX, scaleY] = [page[0] / width, page[1] / height]
  for (const word of words) {
    const characters = charactersOf(word.text)
    const [left, right] = [Math.max(0, word.left), Math.min(width, word.left + word.width)]
    const [top, bottom] = [Math.max(0, word.top), Math.min(height, word.top + word.height)]
    if (characters.length === 0 || !(right - left >= 1) || !(bottom - top >= 1)) continue
    const line = lines.get(word.line) ?? []
    lines.set(word.line, line)
    line.push({
      characters,
      left: left * scaleX,
      right: right * scaleX,
      top: page[1] - top * scaleY,
      bottom: page[1] - bottom * scaleY,
    })
  }
  return [...lines.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, boxes]) => lineOf(boxes.sort((one, other) => one.left - other.left)))
}

/** Composed letters (marks that have no composed form follow theirs); no white space and nothing that cannot be seen. */
function charactersOf(text: string): readonly string[] {
  const seen = text.normalize('NFC').replace(/[\s\p{C}]+/gu, '')
  return [...seen.replace(/^\p{M}+/u, '')].slice(0, MOST_LETTERS)
}

interface Shape {
  /** Highest and lowest ink of the word above the base line, in parts of the font size. */
  readonly above: number
  readonly below: number
  /** Letters or digits: what stands on a base line. */
  readonly sure: boolean
}

/** How high a text face of size 1 reaches with these characters. */
function shapeOf(characters: readonly string[]): Shape {
  let [above, below, sure] = [0.3, 0, false]
  for (const character of characters) {
    const [base = '', ...marks] = character.normalize('NFD')
    const upper = marks.filter((mark) => mark !== '\u0323' && mark !== '\u031b').length
    const letter = /[\p{L}\p{N}]/u.test(base)
    const tall = /[\p{Lu}\p{N}bdfhiklđß'"“”‘’!?|/\\()[\]{}]/u.test(base)
    const height = tall ? 0.72 : base === 't' ? 0.66 : letter ? 0.53 : 0.3
    above = Math.max(above, upper === 0 ? height : height + 0.03 + upper * 0.18)
    below = Math.max(below, /[gjpqyQ,;|()[\]{}]/.test(base) || marks.includes('\u0323') ? 0.21 : 0)
    sure ||= letter
  }
  return { above, below, sure }
}

function lineOf(boxes: readonly Box[]): Line {
  const shaped = boxes.map((box) => ({ box, ...shapeOf(box.characters) }))
  const sure = shaped.some((each) => each.sure) ? shaped.filter((each) => each.sure) : shaped
  const size = medianOf(sure.map(({ box, above, below }) => (box.top - box.bottom) / (above + below)))
  const feet = sure.map(({ box, below }) => ({ x: (box.left + box.right) / 2, y: box.bottom + below * size }))
  const slope = slopeOf(feet, size)
  return { boxes, size, slope, rise: medianOf(feet.map(({ x, y }) => y - slope * x)) }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? 0
}

/** The median of the slopes from the left half's words to the right half's: one odd word does not tilt the line. */
function slopeOf(feet: readonly { readonly x: number; readonly y: number }[], size: number): number {
  const half = feet.length >> 1
  const slopes = feet.slice(0, half).flatMap((from, index) => {
    const to = feet[index + feet.length - half]
    return to === undefined || to.x - from.x < size * 4 ? [] : [(to.y - from.y) / (to.x - from.x)]
  })
  const slope = slopes.length < 2 ? 0 : medianOf(slopes)
  const drift = Math.abs(slope) * ((feet.at(-1)?.x ?? 0) - (feet[0]?.x ?? 0))
  return drift < size * LEVEL || Math.abs(slope) > STEEPEST ? 0 : slope
}

/**
 * Each word has its own width (Tz) and begins where its box does; a space ends all but the last. A level line has one text
 * matrix. On a slanting line each word has its own and stays level: some readers break words whose letters climb.
 */
function writeLine({ boxes, slope, rise }: Line, size: number, alphabet: Alphabet): readonly Buffer[] {
  const start = boxes[0]?.left ?? 0
  const parts: Buffer[] = slope === 0 ? [ascii(`1 0 0 1 ${decimal(start)} ${decimal(rise)} Tm\n`)] : []
  let pen = start
  let edge = start
  for (const [index, { characters, ...box }] of boxes.entries()) {
    const left = Math.max(box.left, edge)
    const right = Math.max(box.right, left + size / 20)
    const natural = characters.reduce((sum, character) => sum + widthOf(character), 0)
    const stretch = Math.max(1, Math.round(((right - left) * 1e6) / (natural * size)) / 10)
    const unit = (size * stretch) / 100_000
    if (slope !== 0) {
      parts.push(ascii(`1 0 0 1 ${decimal(left)} ${decimal(rise + (slope * (left + right)) / 2)} Tm\n`))
      pen = left
    }
    const shift = Math.round((pen - left) / unit)
    const spaced = index < boxes.length - 1 ? [...characters, SPACE] : characters
    const text = literal(spaced.map((character) => alphabet.codeOf(character) ?? 0).filter((each) => each > 0))
    const head = `${decimal(stretch)} Tz`
    parts.push(shift === 0 ? ascii(head) : ascii(`${head}[${shift}`), text, ascii(shift === 0 ? 'Tj\n' : ']TJ\n'))
    edge = pen - shift * unit + natural * unit
    pen = edge + (index < boxes.length - 1 ? widthOf(SPACE) * unit : 0)
  }
  return parts
}

/** Codes of two bytes as a literal string (§7.3.4.2). */
function literal(codes: readonly number[]): Buffer {
  const bytes: number[] = [0x28]
  for (const code of codes)
    for (const byte of [code >> 8, code & 255]) {
      if (byte === 0x28 || byte === 0x29 || byte === 0x5c) bytes.push(0x5c, byte)
      else if (byte === 13) bytes.push(0x5c, 0x72)
      else bytes.push(byte)
    }
  bytes.push(0x29)
  return Buffer.from(bytes)
}
