// Undoes the filters of PDF streams (ISO 32000-1 §7.4) up to the first image coding, with a ceiling on what comes out of each.
// Never gives more than the ceiling (`too-large`). Lenient: what breaks off gives what came before, as in viewers.
import { inflateSync } from 'node:zlib'
import { undoRowFilters } from './row-filters.ts'
import { type Budget, spend, troubled } from './tokens.ts'
import { asBuffer, asCount, asDictionary, type Dictionary, isArray, isName, type Value } from './values.ts'

export type Look = (value: Value | undefined) => Value

export interface Filter {
  /** In full; `?` for what is no name, which viewers pass over. */
  readonly name: string
  readonly parameters: Dictionary | null
}

export interface Unfolded {
  readonly data: Buffer
  /** The image coding that is left; null when there is none. */
  readonly rest: Filter | null
  /** A predictor was in use; `data` still has it unless it was to be undone. */
  readonly predicted: boolean
}

export interface Ways {
  /** Bytes that may come out of any one filter. */
  readonly ceiling: number
  readonly budget: Budget
  /** For parameters that stand elsewhere. */
  readonly look: Look
  readonly lenient: boolean
  /** Undo PNG predictors as well. */
  readonly undo: boolean
}

const FULL_NAMES: Readonly<Record<string, string>> = {
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  RL: 'RunLengthDecode',
  A85: 'ASCII85Decode',
  AHx: 'ASCIIHexDecode',
  DCT: 'DCTDecode',
  CCF: 'CCITTFaxDecode',
}
/** Nobody needs more than eight; the ninth of a longer list is given too, so that it can be refused. */
const MOST_FILTERS = 9

/** In the order in which they are undone; short names of inline pictures (§8.9.7) as well. */
export function filtersOf(dictionary: Dictionary, look: Look): readonly Filter[] {
  const filter = look(dictionary.get('Filter') ?? dictionary.get('F'))
  const parameters = look(dictionary.get('DecodeParms') ?? dictionary.get('DP'))
  const names = isArray(filter) ? filter.slice(0, MOST_FILTERS).map(look) : filter === null ? [] : [filter]
  return names.map((each, index) => ({
    name: isName(each) ? (FULL_NAMES[each.name] ?? each.name) : '?',
    parameters: asDictionary(isArray(parameters) ? look(parameters[index]) : parameters) ?? null,
  }))
}

export function unfold(raw: Uint8Array, filters: readonly Filter[], ways: Ways): Unfolded {
  let data = asBuffer(raw)
  let predicted = false
  for (const filter of filters) {
    if (filter.name === 'FlateDecode') data = inflate(data, ways)
    else if (filter.name === 'LZWDecode')
      data = unpackLzw(data, ways.look(filter.parameters?.get('EarlyChange')) !== 0, ways)
    else if (filter.name === 'RunLengthDecode') data = unpackRuns(data, ways)
    else if (filter.name === 'ASCII85Decode') data = decodeAscii85(data)
    else if (filter.name === 'ASCIIHexDecode') data = decodeHexadecimal(data)
    else if (filter.name !== 'Crypt') return { data, rest: filter, predicted }
    // Unfolding the same stream again and again must end too.
    if (filter.name !== 'Crypt') spend(ways.budget, data.length >> 3)
    const predictor = ways.look(filter.parameters?.get('Predictor'))
    if (typeof predictor !== 'number' || predictor <= 1) continue
    predicted = true
    if (ways.undo && filter.parameters !== null) data = undoPredictor(data, filter.parameters, ways)
  }
  return { data, rest: null, predicted }
}

/** Looks like zlib's two bytes (RFC 1950), as every reader of FlateDecode asks. */
export const isZlib = (data: Uint8Array): boolean =>
  ((data[0] ?? 0) & 0x0f) === 8 && ((data[0] ?? 0) * 256 + (data[1] ?? 0)) % 31 === 0 && ((data[1] ?? 0) & 0x20) === 0

export function inflate(data: Uint8Array, { ceiling, budget, lenient }: Omit<Ways, 'undo' | 'look'>): Buffer {
  try {
    // 2 is Z_SYNC_FLUSH: a stream that breaks off is given as far as it goes.
    return inflateSync(data, { maxOutputLength: Math.max(64, ceiling), ...(lenient ? { finishFlush: 2 } : {}) })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw troubled(budget, 'too-large')
    if (!lenient) throw troubled(budget, 'unreadable')
    // How far it went is not told; what it may have cost is paid.
    spend(budget, Math.min(ceiling, data.length * 1032) >> 5)
    return Buffer.alloc(0)
  }
}

class Growing {
  private bytes = Buffer.alloc(4096)
  length = 0
  private readonly ways: Ways
  constructor(ways: Ways) {
    this.ways = ways
  }
  room(more: number): Buffer {
    if (this.length + more > this.ways.ceiling) throw troubled(this.ways.budget, 'too-large')
    if (this.length + more > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(this.bytes.length * 2, this.length + more))
      this.bytes.copy(larger, 0, 0, this.length)
      this.bytes = larger
    }
    return this.bytes
  }
  done(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}

function unpackRuns(data: Buffer, ways: Ways): Buffer {
  const out = new Growing(ways)
  for (let at = 0; at < data.length; ) {
    const size = data[at] ?? 128
    at += 1
    if (size === 128) break
    const count = size < 128 ? Math.min(size + 1, data.length - at) : 257 - size
    const room = out.room(count)
    if (size < 128) data.copy(room, out.length, at, at + count)
    else room.fill(data[at] ?? 0, out.length, out.length + count)
    out.length += count
    at += size < 128 ? count : 1
  }
  return out.done()
}

/** §7.4.4.2: codes of 9 to 12 bits, 256 clears the table, 257 ends. */
function unpackLzw(data: Buffer, early: boolean, ways: Ways): Buffer {
  const out = new Growing(ways)
  // Where the text of each code stands in what came out already, and how long it is.
  const starts = new Int32Array(4096)
  const lengths = new Int32Array(4096)
  let [next, width, held, bits, before] = [258, 9, 0, 0, 0]
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xffffff
    bits += 8
    if (bits < width) continue
    bits -= width
    const code = (held >> bits) & ((1 << width) - 1)
    if (code === 257) break
    if (code === 256) {
      ;[next, width, before] = [258, 9, 0]
      continue
    }
    const from = out.length
    // `before` is the length of the text just written, which a code not yet known repeats with its first byte.
    const length = code < 256 ? 1 : code < next ? (lengths[code] ?? 0) : before > 0 ? before + 1 : 0
    if (length === 0) break
    const room = out.room(length)
    const source = code < next ? (starts[code] ?? 0) : from - before
    if (code < 256) room[from] = code
    else for (let index = 0; index < length; index += 1) room[from + index] = room[source + index] ?? 0
    out.length += length
    if (before > 0 && next < 4096) {
      starts[next] = from - before
      lengths[next] = before + 1
      next += 1
    }
    before = length
    const limit = next + (early ? 1 : 0)
    width = limit >= 2048 ? 12 : limit >= 1024 ? 11 : limit >= 512 ? 10 : 9
  }
  return out.done()
}

function decodeAscii85(data: Buffer): Buffer {
  const out = Buffer.alloc(data.length * 4 + 4)
  let [length, value, count] = [0, 0, 0]
  for (const byte of data) {
    if (byte === 0x7e) break
    if (byte === 0x7a && count === 0) {
      length += 4
      continue
    }
    if (byte < 0x21 || byte > 0x75) continue
    value = value * 85 + byte - 0x21
    count += 1
    if (count < 5) continue
    out.writeUInt32BE(value % 4294967296, length)
    ;[length, value, count] = [length + 4, 0, 0]
  }
  if (count > 1) {
    for (let index = count; index < 5; index += 1) value = value * 85 + 84
    out.writeUInt32BE(value % 4294967296, length)
    length += count - 1
  }
  return out.subarray(0, length)
}

function decodeHexadecimal(data: Buffer): Buffer {
  const stopAt = data.indexOf(0x3e)
  const digits = data.toString('latin1', 0, stopAt < 0 ? data.length : stopAt).replace(/[^0-9a-fA-F]+/g, '')
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex')
}

const MOST_ROW = 1 << 26

function undoPredictor(data: Uint8Array, parameters: Dictionary, { budget, lenient, look }: Ways): Buffer {
  const number = (key: string, otherwise: number): number => asCount(look(parameters.get(key))) ?? otherwise
  const bits = number('Colors', 1) * number('BitsPerComponent', 8)
  const [step, width] = [Math.ceil(bits / 8), Math.ceil((bits * number('Columns', 1)) / 8)]
  const known = number('Predictor', 1) >= 10 && step > 0 && width > 0 && width < MOST_ROW
  const undone = known ? undoRowFilters(data, step, width, lenient) : null
  if (undone === null) throw troubled(budget, 'unknown-filter')
  return undone
}
