// The importer's small parts: densities, wholeness, the 1-bit PNG, the filters of PDF, its syntax.
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { writeBitonalPng } from '../../../main/scan/import/bitonal.ts'
import { chooseDensity, densityOnA4, squared } from '../../../main/scan/import/density.ts'
import { isWhole, kindOf } from '../../../main/scan/import/index.ts'
import { densityFor } from '../../../main/scan/import/pdf/draw.ts'
import { unfold } from '../../../main/scan/import/pdf/filters.ts'
import { joined, PLAIN, turnOf } from '../../../main/scan/import/pdf/matrix.ts'
import { readToken } from '../../../main/scan/import/pdf/tokens.ts'
import { ruleOf } from '../../../main/scan/import/shapes.ts'
import { drawPage, faxTiff, jpegOf, pdfOfPages } from './samples.ts'

describe('density', () => {
  test('what the file says counts when it makes a sheet of paper; else the picture fits A4', () => {
    expect(chooseDensity(2480, 3508, { x: 300, y: 300 })).toBe(300)
    expect(chooseDensity(1013, 638, { x: 300, y: 300 })).toBe(300)
    // The 72 and 96 of cameras and screens, and none at all.
    for (const told of [{ x: 72, y: 72 }, { x: 96, y: 96 }, { x: 0, y: 0 }, null])
      expect(chooseDensity(2480, 3508, told)).toBe(300)
    expect(densityOnA4(3508, 2480)).toBe(300)
  })
  test('any picture gets a density at which it fits the sheet', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 20_000 }), (width, height) => {
        const dpi = densityOnA4(width, height)
        expect(Number.isInteger(dpi) && dpi >= 1).toBe(true)
        expect(Math.max(width, height) / dpi).toBeLessThanOrEqual((297 / 25.4) * 1.5)
      }),
    )
  })
  test('faxes with flat dots get square ones', () => {
    expect(squared(1728, 1100, { x: 204, y: 98 })).toEqual({ width: 1728, height: 2290 })
    expect(squared(1728, 2200, { x: 204, y: 196 })).toBeNull()
  })
  test('large plans get fewer dots, down to what the law wants', () => {
    expect(densityFor(595, 842)).toBe(300)
    expect(densityFor(2384, 3370)).toBe(212)
    expect(() => densityFor(14_400, 14_400)).toThrow()
  })
})

describe('whole or not', () => {
  test('every kind is whole at its end and at no place before', async () => {
    const files = [
      await jpegOf({ width: 60, height: 80 }),
      await drawPage(60, 80),
      await faxTiff([[60, 80]]),
      pdfOfPages([{}]),
    ]
    expect(files.map(kindOf)).toEqual(['jpeg', 'png', 'tiff', 'pdf'])
    for (const file of files) {
      expect(isWhole(file)).toBe(true)
      for (let length = 0; length < file.length - 6; length += 7) expect(isWhole(file.subarray(0, length))).toBe(false)
    }
  })
  test('any bytes have an answer', () => {
    const heads = [
      [0xff, 0xd8, 0xff],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0x49, 0x49, 42, 0],
      [0x4d, 0x4d, 0, 42],
      [...Buffer.from('%PDF-')],
    ]
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        expect(typeof isWhole(Uint8Array.from([...head, ...rest]))).toBe('boolean')
      }),
      { numRuns: 2000 },
    )
  })
})

test('a PNG of one bit keeps every dot', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(fc.boolean()),
      async (width, height, dots) => {
        const grey = Uint8Array.from({ length: width * height }, () => (dots.next().value === true ? 255 : 0))
        const png = sharp(writeBitonalPng(grey, width, height, 300))
        const back = await png.clone().extractChannel(0).raw().toBuffer()
        expect(Buffer.compare(back, grey)).toBe(0)
        const { bitsPerSample, density } = await png.metadata()
        expect([bitsPerSample, density]).toEqual([1, 300])
      },
    ),
    { numRuns: 60 },
  )
})

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
        expect(unfold(packed, [{ name, parameters: null }], 100_000).data.equals(data)).toBe(true)
      }),
    )
  })
  test('nothing gives more than the ceiling, nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(packers)), fc.uint8Array({ maxLength: 400 }), (name, data) => {
        try {
          const { length } = unfold(Buffer.from(data), [{ name, parameters: null }], 1000).data
          expect(length).toBeLessThanOrEqual(Math.max(1000, data.length * 4))
        } catch (thrown) {
          expect(ruleOf(thrown)).toBe('file-unsafe')
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('PDF syntax', () => {
  const read = (text: string) => {
    const bytes = Buffer.from(text, 'latin1')
    return readToken({ bytes, at: 0, end: bytes.length, budget: { left: 100_000 } }, true)
  }
  test('values of every kind', () => {
    expect(read('<< /A#42 [1 -.5 true null (a\\(b\\)\\101) <4142> 7 0 R /N] % c\n /B<</C 1>> >>')).toEqual(
      new Map<string, unknown>([
        ['AB', [1, -0.5, true, null, { text: 'a(b)A' }, { text: 'AB' }, { object: 7 }, { name: 'N' }]],
        ['B', new Map([['C', 1]])],
      ]),
    )
    expect([read('--5'), read('1.2-3'), read('5 0 RG')]).toEqual([-5, 1.2, 5])
  })
  test('any text is read to an end, within the budget', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<<', '>>', '[', ']', '(', ')', '\\', '/A', '1 0 R', '<41', '{', '%', '\n', 'obj'), {
          maxLength: 200,
        }),
        (words) => {
          try {
            read(words.join(' '))
          } catch (thrown) {
            expect(ruleOf(thrown)).toBe('file-unsafe')
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
  test('quarter turns are told from matrices; a mirror or a slant is none', () => {
    const turn = (degrees: number) => {
      const angle = (-degrees * Math.PI) / 180
      return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0] as const
    }
    expect([0, 90, 180, 270, 45, 3].map((degrees) => turnOf(joined([600, 0, 0, 800, 0, 0], turn(degrees))))).toEqual([
      0,
      90,
      180,
      270,
      null,
      null,
    ])
    expect(turnOf(joined([-600, 0, 0, 800, 0, 0], PLAIN))).toBeNull()
  })
})
