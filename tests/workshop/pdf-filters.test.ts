// What the filters of PDF streams pack, our reader unpacks, and never more than it is allowed to.
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unfold } from '../../main/workshop/pdf/filters.ts'
import type { Value } from '../../main/workshop/pdf/values.ts'

/** LZW as PDF wants it (§7.4.4), written here to have something to read. */
function packLzw(data: Uint8Array): Buffer {
  const out: number[] = []
  let [held, bits, width] = [0, 0, 9]
  const put = (code: number): void => {
    held = (held << width) | code
    bits += width
    while (bits >= 8) {
      out.push((held >> (bits - 8)) & 255)
      bits -= 8
      held &= (1 << bits) - 1
    }
  }
  let known = new Map<string, number>()
  put(256)
  let text = ''
  const codeOf = (word: string): number => (word.length === 1 ? word.charCodeAt(0) : (known.get(word) ?? 0))
  for (const byte of data) {
    const sign = String.fromCharCode(byte)
    if (text === '' || known.has(text + sign)) {
      text += sign
      continue
    }
    put(codeOf(text))
    known.set(text + sign, 258 + known.size)
    // The reader is one entry behind; it widens one code early.
    const next = 257 + known.size
    if (next + 1 >= 4095) {
      put(256)
      known = new Map()
      width = 9
    } else width = next + 1 >= 2048 ? 12 : next + 1 >= 1024 ? 11 : next + 1 >= 512 ? 10 : 9
    text = sign
  }
  if (text !== '') put(codeOf(text))
  put(257)
  if (bits > 0) out.push((held << (8 - bits)) & 255)
  return Buffer.from(out)
}

function packAscii85(data: Uint8Array): Buffer {
  let text = ''
  for (let at = 0; at < data.length; at += 4) {
    const four = Buffer.alloc(4)
    four.set(data.subarray(at, at + 4))
    let value = four.readUInt32BE()
    let word = ''
    for (let digit = 0; digit < 5; digit += 1) {
      word = String.fromCharCode(33 + (value % 85)) + word
      value = Math.floor(value / 85)
    }
    text += data.length - at >= 4 ? (word === '!!!!!' ? 'z' : word) : word.slice(0, data.length - at + 1)
  }
  return Buffer.from(`${text.replace(/.{60}/g, '$&\n')}~>`)
}

const ways = (ceiling: number) => ({
  ceiling,
  budget: { left: 1_000_000 },
  look: (value: Value | undefined) => value ?? null,
  lenient: true,
  undo: true,
})

describe('filters', () => {
  const packers: Readonly<Record<string, (data: Uint8Array) => Buffer>> = {
    FlateDecode: deflateSync,
    LZWDecode: packLzw,
    ASCII85Decode: packAscii85,
    ASCIIHexDecode: (data) => Buffer.from(`${Buffer.from(data).toString('hex')}>`),
    RunLengthDecode: (data) =>
      Buffer.concat([
        ...Array.from({ length: Math.ceil(data.length / 100) }, (_, index) => {
          const piece = data.subarray(index * 100, index * 100 + 100)
          return Buffer.concat([Buffer.from([piece.length - 1]), piece])
        }),
        Buffer.from([128]),
      ]),
  }
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc.array(fc.constantFrom(0, 32, 65), { maxLength: 9000 }).map((list) => Uint8Array.from(list)),
  )
  test.each(Object.keys(packers))('%s gives back what was put in', (name) => {
    fc.assert(
      fc.property(bytes, (data) => {
        const packed = packers[name]?.(data) ?? Buffer.alloc(0)
        expect(unfold(packed, [{ name, parameters: null }], ways(100_000)).data.equals(data)).toBe(true)
      }),
    )
  })
  test('nothing gives more than the ceiling, nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(packers)), fc.uint8Array({ maxLength: 400 }), (name, data) => {
        try {
          const { length } = unfold(data, [{ name, parameters: null }], ways(1000)).data
          expect(length).toBeLessThanOrEqual(Math.max(1000, data.length * 4))
        } catch (thrown) {
          expect(thrown).toMatchObject({ message: 'broken pdf', cause: { pdf: 'too-large' } })
        }
      }),
      { numRuns: 3000 },
    )
  })
  test('rows that PNG would filter come back, whatever filter each of them has', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ minLength: 12, maxLength: 12 }))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 9 }), fc.constantFrom(1, 3), (rows, colours) => {
        const packed = rows.map(([kind, bytes], y) =>
          Uint8Array.from(
            [kind, ...bytes].map((byte, x) => (x === 0 ? byte : byte - guess(kind, rows, y, x - 1, colours))),
          ),
        )
        const parameters = new Map<string, Value>([
          ['Predictor', 15],
          ['Colors', colours],
          ['Columns', 12 / colours],
        ])
        const { data } = unfold(
          deflateSync(Buffer.concat(packed)),
          [{ name: 'FlateDecode', parameters }],
          ways(100_000),
        )
        expect([...data]).toEqual(rows.flatMap(([, bytes]) => [...bytes]))
      }),
    )
  })
})

/** What the filter of a row takes off a byte (ISO/IEC 15948 table 9.1). */
function guess(
  kind: number,
  rows: readonly (readonly [number, Uint8Array])[],
  y: number,
  x: number,
  step: number,
): number {
  const at = (row: number, column: number): number => (column < 0 ? 0 : (rows[row]?.[1][column] ?? 0))
  const [left, up, corner] = [at(y, x - step), at(y - 1, x), at(y - 1, x - step)]
  const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs) as [number, number, number]
  return [0, left, up, Math.floor((left + up) / 2), a <= b && a <= c ? left : b <= c ? up : corner][kind] ?? 0
}
