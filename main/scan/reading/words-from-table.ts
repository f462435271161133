// The engine's table of what it read (TSV, tesseract(1) "TSV"), judged and put into lines from the top. Pure.
// Leaves out what is only noise, so that no stamp or scribble becomes text. Words are changed in their Unicode form only (NFC, eth to Đ).
import type { Word, Words } from './words.ts'

type Atom = Omit<Word, 'line'>

/** Below this a word is a guess of nothing. */
const LEAST = 0.3
/** The same for a word among others that are sure. */
const LEAST_AMONG = 0.1
/** Signs alone, and single letters alone on a line, must be surer than this. */
const LEAST_ALONE = 0.6

const right = (atom: Atom): number => atom.left + atom.width
const middle = (atom: Atom): number => atom.top + atom.height / 2
const meaningful = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

function mean(atoms: readonly Atom[]): number {
  return atoms.reduce((sum, atom) => sum + atom.confidence, 0) / Math.max(1, atoms.length)
}

/** A run of the engine (words it read in one go) is noise when it is short and unsure, or nearly all of it single signs. */
function isNoise(run: readonly Atom[]): boolean {
  const letters = run.map((atom) => atom.text).join('')
  const longest = Math.max(...run.map((atom) => [...atom.text].filter((letter) => meaningful(letter)).length))
  const sure = mean(run)
  if (!meaningful(letters)) return true
  if (longest <= 1 && run.length >= 4) return true
  if (longest <= 2 && sure < LEAST_ALONE + 0.15) return true
  return sure < 0.45
}

function withoutGuesses(run: readonly Atom[]): Atom[] {
  const least = run.length >= 3 && mean(run) >= 0.7 ? LEAST_AMONG : LEAST
  return run.filter(({ text, confidence }) =>
    meaningful(text) ? confidence >= least : confidence >= LEAST_ALONE && run.length > 1,
  )
}

/** One word a row of level 5: left, top, width, height, confidence 0–100, text. Rows of one block, paragraph and line are one run. */
export function readTable(table: string, width: number, height: number): Atom[][] {
  const runs = new Map<string, Atom[]>()
  for (const row of table.split('\n')) {
    const [level, , block, paragraph, line, , left, top, wide, high, sure, ...rest] = row.split('\t')
    // Vietnamese has no eth: it is a Đ.
    const text = rest.join(' ').normalize('NFC').replaceAll('Ð', 'Đ').replaceAll('ð', 'đ').trim()
    const confidence = Math.min(1, Math.round(Number(sure) * 10) / 1000)
    if (level !== '5' || text === '' || !(confidence >= LEAST_AMONG)) continue
    const x = Math.min(Math.max(0, Number(left)), width)
    const y = Math.min(Math.max(0, Number(top)), height)
    const atom: Atom = {
      text,
      confidence,
      left: x,
      top: y,
      width: Math.min(Number(wide), width - x),
      height: Math.min(Number(high), height - y),
    }
    if (!(atom.width > 0 && atom.height > 0)) continue
    const run = `${block} ${paragraph} ${line}`
    const known = runs.get(run)
    if (known === undefined) runs.set(run, [atom])
    else known.push(atom)
  }
  return [...runs.values()]
}

/** Runs that stand side by side on one height become one line: the nearest words must overlap by half, none may lie above another. */
function intoLines(runs: readonly (readonly Atom[])[]): Atom[][] {
  const lines: Atom[][] = []
  const fits = (line: readonly Atom[], run: readonly Atom[]): boolean => {
    const from = Math.min(...run.map((atom) => atom.left))
    const to = Math.max(...run.map(right))
    const apart = (atom: Atom): number => Math.max(from - right(atom), atom.left - to)
    const nearest = [...line].sort((a, b) => apart(a) - apart(b))[0]
    if (nearest === undefined || apart(nearest) < -0.3 * Math.min(nearest.height, to - from)) return false
    const beside = [...run].sort((a, b) => Math.abs(a.left - nearest.left) - Math.abs(b.left - nearest.left))[0]
    if (beside === undefined) return false
    const shared =
      Math.min(nearest.top + nearest.height, beside.top + beside.height) - Math.max(nearest.top, beside.top)
    return shared >= 0.5 * Math.min(nearest.height, beside.height)
  }
  for (const run of [...runs].sort((a, b) => mid(a) - mid(b))) {
    const line = lines.slice(-6).find((known) => fits(known, run))
    if (line === undefined) lines.push([...run])
    else line.push(...run)
  }
  return lines.sort((a, b) => mid(a) - mid(b)).map((line) => line.sort((a, b) => a.left - b.left))
}

const mid = (atoms: readonly Atom[]): number => atoms.reduce((sum, atom) => sum + middle(atom), 0) / atoms.length

/** What the engine's table says, without noise, in lines. Places are pixels of the picture that was read. */
export function wordsFromTable(table: string, read: { readonly width: number; readonly height: number }): Words {
  const { width, height } = read
  const runs = readTable(table, width, height)
    .map(withoutGuesses)
    .filter((run) => run.length > 0 && !isNoise(run))
  const words = intoLines(runs).flatMap((line, index) => line.map((atom): Word => ({ ...atom, line: index + 1 })))
  return { width, height, words }
}

/** The same words with places in pixels of the whole picture. */
export function enlarge(words: Words, width: number, height: number): Words {
  const across = width / words.width
  const down = height / words.height
  const place = (word: Word): Word => {
    const left = Math.min(width - 1, Math.round(word.left * across))
    const top = Math.min(height - 1, Math.round(word.top * down))
    return {
      ...word,
      left,
      top,
      width: Math.max(1, Math.min(Math.round(word.width * across), width - left)),
      height: Math.max(1, Math.min(Math.round(word.height * down), height - top)),
    }
  }
  return { width, height, words: words.words.map(place) }
}
