// Looks at every stream of a PDF before a large decoder does: how much comes out of it, and how large its pictures claim to be.
// Streams are found by their keyword, so one that hides from the index is seen too. Throws `file-unsafe` or `file-too-large`.
// Never keeps what it unfolds.
import { inflate, isZlib, type Look } from '../../../workshop/pdf/filters.ts'
import { cursorAt, type Desk } from '../../../workshop/pdf/indirect.ts'
import { dataAt, headBefore, nextOf } from '../../../workshop/pdf/search.ts'
import { readToken } from '../../../workshop/pdf/tokens.ts'
import { asName, type Dictionary, isDictionary, type Value } from '../../../workshop/pdf/values.ts'
import { firstFrame } from '../jpeg-file.ts'
import { checkSize, LONGEST_SIDE, MOST_PIXELS, stop } from '../shapes.ts'
import { filtersOf, type Objects, type Stream } from './objects.ts'
import { boxOf } from './pages.ts'

const MOST_STREAMS = 200_000
/** Bytes out of one stream that is no picture. */
const LARGEST_STREAM = 64 * 1024 * 1024
/** Bytes out of all streams together. */
const LARGEST_WHOLE = 4 * 1024 * 1024 * 1024
const MOST_LAYERS = 10_000
const LARGEST_OBJECT = 8_388_607
const LONGEST_HEAD = 64 * 1024

/** Readers that look for objects make a list as long as the largest number (Annex C allows 8,388,607). */
function checkNumbersOfObjects(bytes: Buffer): void {
  for (let at = bytes.indexOf('obj'); at >= 0; at = bytes.indexOf('obj', at + 3))
    if ((headBefore(bytes, at)?.object ?? 0) > LARGEST_OBJECT) throw stop('file-unsafe')
}

export function checkStreams(objects: Objects): void {
  checkNumbersOfObjects(objects.bytes)
  const { bytes, budget } = objects
  const desk: Desk = { bytes, budget, lenient: true }
  const nextEnd = nextOf(bytes, 'endstream')
  let whole = 0
  let count = 0
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    if (bytes.toString('latin1', Math.max(0, at - 3), at) === 'end') continue
    count += 1
    if (count > MOST_STREAMS) throw stop('file-unsafe')
    const near = bytes.subarray(Math.max(0, at - LONGEST_HEAD), at)
    const headAt = near.lastIndexOf('obj')
    const dictionaryAt = at - near.length + headAt + 3
    const head = headAt < 0 ? null : headBefore(bytes, dictionaryAt - 3)
    const place = head === null ? null : dataAt(desk, dictionaryAt, at, nextEnd)
    const dictionary = place === null ? null : readToken(cursorAt(desk, dictionaryAt, at), true)
    if (head !== null && place !== null && isDictionary(dictionary)) {
      whole += checkStream(objects, { ...head, dictionary, raw: bytes.subarray(place.from, place.to) })
    } else if (!objects.encrypted) {
      const start = /^[^\r\n]{0,60}(\r\n|\r|\n)/.exec(bytes.toString('latin1', at + 6, at + 70))?.[0].length ?? 0
      const data = bytes.subarray(at + 6 + start)
      if (isZlib(data)) whole += inflate(data, { ceiling: LARGEST_STREAM, budget, lenient: true }).length
    }
    if (whole > LARGEST_WHOLE) throw stop('file-unsafe')
  }
}

/** Answers how many bytes came out. */
function checkStream(objects: Objects, stream: Stream): number {
  const { get } = objects
  const { dictionary } = stream
  const ceiling = checkNumbers(dictionary, get)
  checkTiles(dictionary, get)
  const filters = filtersOf(dictionary, get)
  if (filters.length === 0) return stream.raw.length
  const { data, rest } = objects.open(stream, ceiling)
  if (rest?.name === 'DCTDecode') checkFrame(data)
  if (rest?.name === 'JPXDecode') checkJpeg2000(data)
  if (rest?.name === 'JBIG2Decode') checkJbig2(data)
  return data.length
}

/** The numbers that decoders make memory of. Answers the bytes that may come out of the stream. */
export function checkNumbers(dictionary: Dictionary, get: Look): number {
  const number = (from: Dictionary, ...keys: readonly string[]): number => {
    const value: Value = get(keys.map((key) => from.get(key)).find((each) => each !== undefined))
    return typeof value === 'number' ? value : 0
  }
  for (const filter of filtersOf(dictionary, get)) {
    const own = filter.parameters
    if (own === null) continue
    const row =
      number(own, 'Columns') * Math.max(1, number(own, 'Colors')) * Math.max(1, number(own, 'BitsPerComponent') / 8)
    if (row > 64 * LONGEST_SIDE || number(own, 'Rows') > 1_000_000 || number(own, 'Colors') > 64)
      throw stop('file-unsafe')
  }
  const [width, height] = [number(dictionary, 'Width', 'W'), number(dictionary, 'Height', 'H')]
  if (asName(get(dictionary.get('Subtype'))) !== 'Image') return LARGEST_STREAM
  if (Math.max(width, height) > LONGEST_SIDE || width * height > MOST_PIXELS) throw stop('file-too-large')
  const bits = number(dictionary, 'BitsPerComponent', 'BPC')
  if (bits > 16) throw stop('file-unsafe')
  // Four samples a pixel, one byte a row for a predictor, and some room; never less than other streams may have.
  return Math.max(LARGEST_STREAM, (width * 4 * Math.max(1, bits / 8) + 1) * height + 65_536)
}

/** A tiling pattern (§8.7.3) whose tiles lie over each other is drawn once for each of them at every place. */
function checkTiles(dictionary: Dictionary, get: Look): void {
  if (get(dictionary.get('PatternType')) !== 1) return
  const box = boxOf(get(dictionary.get('BBox')), get)
  const [across, down] = [get(dictionary.get('XStep')), get(dictionary.get('YStep'))]
  if (box === null || typeof across !== 'number' || typeof down !== 'number') return
  const layers = Math.ceil((box[2] - box[0]) / Math.abs(across)) * Math.ceil((box[3] - box[1]) / Math.abs(down))
  if (!(layers <= MOST_LAYERS)) throw stop('file-unsafe')
}

function checkFrame(data: Buffer): void {
  const start = data.indexOf(Buffer.from([0xff, 0xd8]))
  const frame = start < 0 ? null : firstFrame(data.subarray(start))
  if (frame !== null && frame.height > 0) checkSize(Math.max(1, frame.width), frame.height)
}

/** The SIZ segment of a JPEG 2000 codestream (ISO/IEC 15444-1 A.5.1), wherever it stands. */
function checkJpeg2000(data: Buffer): void {
  const mark = Buffer.from([0xff, 0x4f, 0xff, 0x51])
  let seen = 0
  for (let at = data.indexOf(mark); at >= 0 && seen < 100; at = data.indexOf(mark, at + 4)) {
    seen += 1
    if (at + 42 > data.length) return
    const [right, bottom, left, top] = [8, 12, 16, 20].map((offset) => data.readUInt32BE(at + offset)) as [
      number,
      number,
      number,
      number,
    ]
    checkSize(Math.max(1, right - left), Math.max(1, bottom - top))
    if (data.readUInt16BE(at + 40) > 8) throw stop('file-unsafe')
  }
}

const JBIG2_REGIONS = new Set([4, 6, 7, 16, 20, 22, 23, 36, 38, 39, 40, 42, 43, 48])

/** Sizes of pages and regions in the segments of a JBIG2 stream (ITU-T T.88 §7.2). */
function checkJbig2(data: Buffer): void {
  for (let at = 0; at + 11 <= data.length; ) {
    const segment = data.readUInt32BE(at)
    const flags = data[at + 4] ?? 0
    const short = (data[at + 5] ?? 0) >> 5
    const references = short === 7 ? data.readUInt32BE(at + 5) & 0x1fffffff : short
    if (references > 100_000) throw stop('file-unsafe')
    const counts = short === 7 ? 4 + ((references + 8) >> 3) : 1
    const wide = segment <= 256 ? 1 : segment <= 65_536 ? 2 : 4
    const body = at + 5 + counts + references * wide + (flags & 0x40 ? 4 : 1) + 4
    if (body > data.length) return
    const length = data.readUInt32BE(body - 4)
    if (JBIG2_REGIONS.has(flags & 63) && body + 8 <= data.length) {
      const [width, height] = [data.readUInt32BE(body), data.readUInt32BE(body + 4)]
      // A page of unknown height says so with all bits set.
      checkSize(Math.max(1, width), height === 0xffffffff ? 1 : Math.max(1, height))
    }
    if (length === 0xffffffff) return
    at = body + length
  }
}
