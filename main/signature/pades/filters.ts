// Promises: the decoded bytes of the streams that structure needs: none or Flate, with PNG predictors (7.4.4).
// Never: more than 64 MB out of one stream, and never a filter that only images use.
import { inflateSync } from 'node:zlib'
import { broken } from './broken.ts'
import type { Stream, Value } from './syntax.ts'
import { asCount, asDictionary, asList, asName, at } from './values.ts'

const MOST_DECODED = 64 * 1024 * 1024

/** `look` follows references, for filters and parameters that stand elsewhere. */
export function decode(stream: Stream, look: (value: Value | undefined) => Value): Uint8Array {
  const filter = look(at(stream.dictionary, 'Filter'))
  const filters = asList(filter)?.items ?? (filter === null ? [] : [filter])
  if (filters.length === 0) return stream.data
  if (filters.length > 1 || asName(look(filters[0])) !== 'FlateDecode') broken('unknown-filter')
  const plain = inflateSync(stream.data, { maxOutputLength: MOST_DECODED })
  const parameters = look(at(stream.dictionary, 'DecodeParms'))
  const own = asDictionary(look(asList(parameters)?.items[0] ?? parameters))
  const predictor = own === undefined ? 1 : (asCount(look(at(own, 'Predictor'))) ?? 1)
  if (predictor === 1) return plain
  if (predictor < 10) broken('unknown-filter')
  const colours = asCount(look(at(own, 'Colors'))) ?? 1
  const bits = asCount(look(at(own, 'BitsPerComponent'))) ?? 8
  const columns = asCount(look(at(own, 'Columns'))) ?? 1
  return unfilter(plain, Math.ceil((colours * bits) / 8), Math.ceil((colours * bits * columns) / 8))
}

/** PNG row filters (ISO/IEC 15948 clause 9): `step` bytes a pixel, `width` bytes a row. */
function unfilter(bytes: Uint8Array, step: number, width: number): Uint8Array {
  if (!(step > 0 && width > 0 && width < MOST_DECODED)) broken('unknown-filter')
  const rows = Math.floor(bytes.length / (width + 1))
  const out = new Uint8Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const kind = bytes[row * (width + 1)] ?? 0
    const from = row * (width + 1) + 1
    const to = row * width
    for (let i = 0; i < width; i++) {
      const left = i >= step ? (out[to + i - step] ?? 0) : 0
      const up = row > 0 ? (out[to + i - width] ?? 0) : 0
      const corner = row > 0 && i >= step ? (out[to + i - width - step] ?? 0) : 0
      out[to + i] = (bytes[from + i] ?? 0) + predicted(kind, left, up, corner)
    }
  }
  return out
}

function predicted(kind: number, left: number, up: number, corner: number): number {
  if (kind === 0) return 0
  if (kind === 1) return left
  if (kind === 2) return up
  if (kind === 3) return (left + up) >> 1
  if (kind !== 4) return broken('unknown-filter')
  const estimate = left + up - corner
  const toLeft = Math.abs(estimate - left)
  const toUp = Math.abs(estimate - up)
  const toCorner = Math.abs(estimate - corner)
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
}
