// Small words of content streams (ISO 32000-1 §8, §9): matrices, boxes, what changes the look, inline pictures.
// Never draws.
import { inflate } from '../../../workshop/pdf/filters.ts'
import { type Cursor, isWhite, isWord, readToken } from '../../../workshop/pdf/tokens.ts'
import { asBuffer, isArray, isDictionary, isName, isString, type Value } from '../../../workshop/pdf/values.ts'
import { stop } from '../shapes.ts'
import type { Matrix } from './matrix.ts'
import { nameOf, type Objects } from './objects.ts'
import type { Box } from './pages.ts'
import { checkNumbers } from './safety.ts'

export function matrixOf(values: readonly Value[]): Matrix | null {
  const [a, b, c, d, e, f] = values.slice(-6)
  const all = [a, b, c, d, e, f]
  return all.every((each) => typeof each === 'number') ? (all as unknown as Matrix) : null
}

export function boxFrom(values: readonly Value[]): Box | null {
  const [x, y, width, height] = values.slice(-4)
  if (typeof x !== 'number' || typeof y !== 'number' || typeof width !== 'number' || typeof height !== 'number')
    return null
  return [Math.min(x, x + width), Math.min(y, y + height), Math.max(x, x + width), Math.max(y, y + height)]
}

/** Up to a point outside: rounding of programs. */
export const holds = (outer: Box, inner: Box): boolean =>
  outer[0] <= inner[0] + 1 && outer[1] <= inner[1] + 1 && outer[2] >= inner[2] - 1 && outer[3] >= inner[3] - 1

export const hasText = (value: Value): boolean =>
  isString(value) ? value.length > 0 : isArray(value) && value.some((each) => isString(each) && each.length > 0)

/** Blending, masks and transparency of a graphics state (§8.4.5, §11). */
export function changesLook(value: Value, { get }: Objects): boolean {
  if (!isDictionary(value)) return false
  const mode = get(value.get('BM'))
  const blend = isArray(mode) ? get(mode[0]) : mode
  if (blend !== null && !['Normal', 'Compatible'].includes(nameOf(blend))) return true
  const mask = get(value.get('SMask'))
  if (mask !== null && nameOf(mask) !== 'None') return true
  return ['ca', 'CA'].some((key) => typeof get(value.get(key)) === 'number' && get(value.get(key)) !== 1)
}

/** An inline picture (§8.9.7): its numbers are checked as those of a stream, its data are skipped. */
export function skipInline(cursor: Cursor, objects: Objects): void {
  const entries = new Map<string, Value>([['Subtype', { name: 'Image' }]])
  for (;;) {
    const key = readToken(cursor, false)
    if (key === undefined || (isWord(key) && key.word === 'ID')) break
    if (!isName(key)) continue
    const value = readToken(cursor, false)
    if (value === undefined || isWord(value)) break
    entries.set(key.name, value)
  }
  const ceiling = checkNumbers(entries, objects.get)
  cursor.at += 1
  const data = asBuffer(cursor.bytes.subarray(cursor.at, cursor.end))
  const filter = entries.get('F') ?? entries.get('Filter')
  const names = isArray(filter) ? filter : [filter]
  if (names.some((each) => isName(each) && ['Fl', 'FlateDecode'].includes(each.name))) {
    cursor.budget.left -= inflate(data, { ceiling, budget: cursor.budget, lenient: true }).length >> 3
    if (cursor.budget.left < 0) throw stop('file-unsafe')
  }
  for (let at = data.indexOf('EI'); at >= 0; at = data.indexOf('EI', at + 2)) {
    const after = data[at + 2]
    if (!isWhite(data[at - 1]) || (after !== undefined && !isWhite(after))) continue
    cursor.at += at + 2
    return
  }
  cursor.at = cursor.end
}
