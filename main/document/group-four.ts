// Packs a black-and-white picture as ITU-T T.6 (fax group 4), as CCITTFaxDecode with K −1 reads it (ISO 32000-1 §7.4.6).
// Promises one strip, nothing lost, the end-of-block code at the end. Pure: same picture, same bytes. Never decodes.
import type { BitonalPicture } from './bitonal-png.ts'
import { BLACK_RUNS, LONG_RUNS, type RunCode, WHITE_RUNS } from './group-four-codes.ts'

interface BitWriter {
  bytes: Uint8Array
  /** Whole bytes written. */
  length: number
  /** Bits not yet written, `held` of them, right-aligned. */
  bits: number
  held: number
}

const PASS: RunCode = [0b0001, 4]
const HORIZONTAL: RunCode = [0b001, 3]
/** From three to the left of b1 to three to the right. */
const VERTICAL: readonly RunCode[] = [
  [0b0000010, 7],
  [0b000010, 6],
  [0b010, 3],
  [0b1, 1],
  [0b011, 3],
  [0b000011, 6],
  [0b0000011, 7],
]
const END_OF_LINE: RunCode = [1, 12]

export function encodeGroupFour({ width, height, black }: BitonalPicture): Uint8Array {
  const row = (width + 7) >> 3
  const out: BitWriter = { bytes: new Uint8Array(Math.max(1024, row * 64)), length: 0, bits: 0, held: 0 }
  // Two lines of changes, each followed by three times `width`, so that looking ahead never leaves the line.
  let above = new Int32Array(width + 4).fill(width, 0, 3)
  let line = new Int32Array(width + 4)
  for (let y = 0; y < height; y += 1) {
    findChanges(black, y * row, row, width, line)
    encodeLine(out, line, above, width)
    const swap = above
    above = line
    line = swap
  }
  write(out, END_OF_LINE)
  write(out, END_OF_LINE)
  if (out.held > 0) write(out, [0, 8 - out.held])
  return out.bytes.slice(0, out.length)
}

/** Columns where the colour changes, beginning with the first black pixel; then `width` three times. */
function findChanges(black: Uint8Array, from: number, row: number, width: number, changes: Int32Array): void {
  let count = 0
  let before = 0
  for (let x = 0; x < row; x += 1) {
    const byte = black[from + x] ?? 0
    let turns = byte ^ ((byte >> 1) | (before << 7))
    before = byte & 1
    while (turns !== 0) {
      const bit = Math.clz32(turns) - 24
      const column = x * 8 + bit
      if (column < width) changes[count++] = column
      turns &= ~(0x80 >> bit)
    }
  }
  changes.fill(width, count, count + 3)
}

/** T.6 §2.2: a0, a1, a2 on this line, b1, b2 on the one above. */
function encodeLine(out: BitWriter, line: Int32Array, above: Int32Array, width: number): void {
  let a0 = -1
  let black = false
  let next = 0
  let b = 0
  while (a0 < width) {
    const a1 = line[next] ?? width
    while ((above[b] ?? width) <= a0 && (above[b] ?? width) < width) b += 2
    const b1 = above[b] ?? width
    const b2 = above[b + 1] ?? width
    if (b2 < a1) {
      write(out, PASS)
      a0 = b2
      continue
    }
    const code = VERTICAL[a1 - b1 + 3]
    if (code !== undefined) {
      write(out, code)
      a0 = a1
      black = !black
      next += 1
      // The change of the other colour: the one before, or the next where there is none before.
      b = b > 0 ? b - 1 : b + 1
    } else {
      const a2 = line[next + 1] ?? width
      write(out, HORIZONTAL)
      writeRun(out, a1 - Math.max(0, a0), black)
      writeRun(out, a2 - a1, !black)
      a0 = a2
      next += 2
    }
  }
}

function writeRun(out: BitWriter, length: number, black: boolean): void {
  const codes = black ? BLACK_RUNS : WHITE_RUNS
  let left = length
  while (left >= 2560) {
    write(out, LONG_RUNS[12] ?? END_OF_LINE)
    left -= 2560
  }
  if (left >= 1792) write(out, LONG_RUNS[(left - 1792) >> 6] ?? END_OF_LINE)
  else if (left >= 64) write(out, codes[63 + (left >> 6)] ?? END_OF_LINE)
  write(out, codes[left & 63] ?? END_OF_LINE)
}

function write(out: BitWriter, [code, length]: RunCode): void {
  out.bits = (out.bits << length) | code
  out.held += length
  while (out.held >= 8) {
    if (out.length === out.bytes.length) {
      const larger = new Uint8Array(out.bytes.length * 2)
      larger.set(out.bytes)
      out.bytes = larger
    }
    out.held -= 8
    out.bytes[out.length++] = out.bits >> out.held
  }
  out.bits &= (1 << out.held) - 1
}
