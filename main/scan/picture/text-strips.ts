// Strips with the skew taken out and ruled lines removed, so that what is left is text. Pure.
// Frames, tables and dotted lines have the shape of lines in both directions and would outvote the letters.
import type { Strips } from './strips.ts'

/** Strips a ruled line runs through at least: about 32 mm. */
const RUN = 12
/** A ruled line is even: no strip has less than this share of the mean. Words have gaps. */
const EVEN = 0.75
/** Above this share of the mean something crosses it, which may be so for every fifth strip. */
const CROSSED = 1.35
/** Ink of a strip's row below which there is nothing to remove. */
const LEAST = 30
/** On one side at least, four rows off, there is at most this share of its ink. */
const BESIDE = 0.15
/** `slope`: rows down for each row to the right. */
export function textStrips(strips: Strips, slope: number): Strips {
  const { sums, count, length, step } = strips
  const straight = new Float32Array(sums.length)
  for (let strip = 0; strip < count; strip += 1)
    shiftStrip(sums, straight, strip * length, length, slope * (strip + 0.5 - count / 2) * step)
  const text = Float32Array.from(straight)
  const rules = markRules(straight, count, length)
  for (let at = 2; at < rules.length - 2; at += 1) if (rules[at] === 1) text.fill(0, at - 2, at + 3)
  return { sums: text, count, length, step }
}

/** Moves the rows of one strip up by a shift, between rows by parts of both. */
function shiftStrip(sums: Float32Array, straight: Float32Array, start: number, length: number, shift: number): void {
  const whole = Math.floor(shift)
  const part = shift - whole
  const last = Math.min(length, length - 1 - whole)
  for (let row = Math.max(0, -whole); row < last; row += 1) {
    const here = sums[start + row + whole] ?? 0
    straight[start + row] = here + ((sums[start + row + whole + 1] ?? 0) - here) * part
  }
}

/** 1 for the middle of each ruled line: rows of strips that, with the rows beside them, belong to a long even run. */
function markRules(straight: Float32Array, count: number, length: number): Uint8Array {
  const rules = new Uint8Array(straight.length)
  for (let row = 4; row < length - 4; row += 1) markRow(straight, rules, count, length, row)
  return rules
}

function markRow(straight: Float32Array, rules: Uint8Array, count: number, length: number, row: number): void {
  let from = 0
  let mean = 0
  let crossed = 0
  for (let strip = 0; strip <= count; strip += 1) {
    const at = strip * length + row
    // A thin line lies now in one row, now in two: three together are even.
    const middle = strip < count ? (straight[at] ?? 0) : 0
    const value = middle < LEAST / 2 ? 0 : middle + (straight[at - 1] ?? 0) + (straight[at + 1] ?? 0)
    const run = strip - from
    const isCrossed = run > 0 && value > mean * CROSSED
    const isAlone = Math.min(straight[at - 4] ?? 0, straight[at + 4] ?? 0) < value * BESIDE
    const isEven = run === 0 || value >= mean * EVEN
    if (value >= LEAST && isEven && isAlone && (!isCrossed || (crossed + 1) * 5 <= run + 3)) {
      if (isCrossed) crossed += 1
      else mean = (mean * (run - crossed) + value) / (run - crossed + 1)
      continue
    }
    if (run >= RUN) for (let one = from; one < strip; one += 1) rules[one * length + row] = 1
    from = value >= LEAST ? strip : strip + 1
    mean = value
    crossed = 0
  }
}
