// Words into pieces: runs of words that stand side by side on one line, so that what stands left and right is not read as one.
// Folded text has the same length as the text, letter by letter, so that what a pattern finds leads back to the words. Pure.
import type { FieldName } from '../../preload/contract/document.ts'
import type { Word, Words } from '../scan/index.ts'

export interface Piece {
  readonly words: readonly Word[]
  /** The words with one blank between. */
  readonly text: string
  /** The same without diacritics, in small letters, of the same length. */
  readonly folded: string
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  /** The piece to the right on the same line. */
  readonly next: Piece | null
}

export interface Sheet {
  /** From 1. */
  readonly page: number
  readonly width: number
  readonly height: number
  /** From the top; on one line from the left. */
  readonly pieces: readonly Piece[]
  /** Height of a usual word, in pixels. */
  readonly usual: number
}

/** What was found for a field: which words say it and how sure the pattern is (0 to 1). */
export interface Found {
  readonly name: FieldName
  readonly value: string
  readonly page: number
  readonly words: readonly Word[]
  readonly strength: number
}

/** A gap wider than this many heights of a word parts two pieces. */
const GAP = 1.6
/** A closely printed A3 sheet has 4000; more is noise, and would only take time. */
const MOST_WORDS = 6000

function foldLetter(letter: string): string {
  if (letter === 'đ' || letter === 'Đ' || letter === 'ð' || letter === 'Ð') return 'd'
  const base = letter.normalize('NFD').charAt(0).toLowerCase()
  return base.length === 1 ? base : letter
}

/** Small letters without diacritics; as many UTF-16 units as before. */
export const fold = (text: string): string => text.split('').map(foldLetter).join('')

const middleOf = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

const finite = (word: Word): boolean =>
  [word.left, word.top, word.width, word.height, word.line, word.confidence].every(Number.isFinite) &&
  word.width > 0 &&
  word.height > 0

function pieceOf(words: readonly Word[], next: Piece | null): Piece {
  const text = words.map((word) => word.text).join(' ')
  return {
    words,
    text,
    folded: fold(text),
    left: Math.min(...words.map((word) => word.left)),
    top: Math.min(...words.map((word) => word.top)),
    right: Math.max(...words.map((word) => word.left + word.width)),
    bottom: Math.max(...words.map((word) => word.top + word.height)),
    next,
  }
}

/** The pieces of a page; words without a place or text are passed over. */
export function sheetOf(page: Words, number: number): Sheet {
  const lines = new Map<number, Word[]>()
  const heights: number[] = []
  for (const read of page.words.slice(0, MOST_WORDS)) {
    const word = { ...read, text: read.text.slice(0, 200).normalize('NFC').replace(/\s+/g, ' ').trim() }
    if (!finite(word) || word.text === '') continue
    heights.push(word.height)
    const line = lines.get(word.line)
    if (line === undefined) lines.set(word.line, [word])
    else line.push(word)
  }
  const pieces = [...lines.entries()]
    .sort(([one], [other]) => one - other)
    .flatMap(([, words]) => cutAtGaps(words.sort((a, b) => a.left - b.left)))
  return { page: number, width: page.width, height: page.height, pieces, usual: middleOf(heights) }
}

function cutAtGaps(line: readonly Word[]): Piece[] {
  const gap = GAP * middleOf(line.map((word) => word.height))
  const runs: Word[][] = []
  let end = Number.NEGATIVE_INFINITY
  for (const word of line) {
    const run = runs.at(-1)
    if (run === undefined || word.left - end > gap) runs.push([word])
    else run.push(word)
    end = Math.max(end, word.left + word.width)
  }
  const pieces: Piece[] = []
  for (const run of runs.reverse()) pieces.unshift(pieceOf(run, pieces[0] ?? null))
  return pieces
}

/** The words that letters `from` to `to` of the piece's text belong to. */
export function wordsIn(piece: Piece, from: number, to: number): Word[] {
  let start = 0
  return piece.words.filter((word) => {
    const begins = start
    start += word.text.length + 1
    return begins < to && begins + word.text.length > from
  })
}

/** The part of a piece from a letter on. */
export interface Rest {
  readonly piece: Piece
  readonly from: number
  readonly text: string
  readonly folded: string
}

/** What follows letter `from`: the rest of the piece, or the piece to its right when nothing is left. */
export function restAfter(piece: Piece, from: number): Rest | null {
  let start = from
  for (let at: Piece | null = piece; at !== null; at = at.next, start = 0) {
    start += /^[\s:;.,…·_-]*/.exec(at.text.slice(start))?.[0].length ?? 0
    if (start < at.text.length)
      return { piece: at, from: start, text: at.text.slice(start), folded: at.folded.slice(start) }
  }
  return null
}

/** Letters that OCR takes for each other once diacritics are off. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: '[aou]',
  o: '[oa0]',
  i: '[i1l|]',
  l: '[l1i|]',
  u: '[uov]',
  d: '[dđ]',
  ' ': '[\\s,.;]*',
}

/** A pattern for folded text from plain words: blanks and commas may be missing, look-alikes are taken. `(`, `)`, `|`, `?` keep their meaning. */
export const like = (words: string): string => [...words].map((letter) => LOOKALIKES[letter] ?? letter).join('')

/** Digits as meant: O is 0; l, I and | are 1. */
export const digitsOf = (text: string): string => text.replace(/[OoQ]/g, '0').replace(/[lI|i!]/g, '1')

/** Share of letters that are capitals, 0 to 1; 0 without letters. */
export function capitalsIn(text: string): number {
  const letters = text.match(/\p{L}/gu) ?? []
  return letters.length === 0 ? 0 : letters.filter((letter) => /\p{Lu}/u.test(letter)).length / letters.length
}

/** How alike two folded texts are, 0 to 1, blanks and signs apart; below 0.6 only roughly. */
export function alike(one: string, other: string): number {
  const a = one.replace(/[^a-z0-9]/g, '').slice(0, 200)
  const b = other.replace(/[^a-z0-9]/g, '').slice(0, 200)
  const longer = Math.max(a.length, b.length)
  if (longer === 0) return 0
  const atLeast = Math.abs(a.length - b.length) / longer
  if (atLeast > 0.4) return 1 - atLeast
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let down = 1; down <= a.length; down++) {
    const next = [down]
    for (let across = 1; across <= b.length; across++)
      next.push(
        Math.min(
          (row[across] ?? 0) + 1,
          (next[across - 1] ?? 0) + 1,
          (row[across - 1] ?? 0) + (a[down - 1] === b[across - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return 1 - (row[b.length] ?? longer) / longer
}

const MOTTO = ['cong hoa xa hoi chu nghia viet nam', 'doc lap tu do hanh phuc']

/** The national name or the motto (Quốc hiệu, Tiêu ngữ). */
export const isMotto = (piece: Piece): boolean => MOTTO.some((line) => alike(piece.folded, line) > 0.72)

/** Without signs at either end. */
export const trimSigns = (text: string): string => text.replace(/^[\s.,;:…"'“”_-]+|[\s.,;:…"'“”_-]+$/g, '')
