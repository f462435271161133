// TLV: what is written is read back, and no byte string can make it crash or read beyond its end.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findTlv, readTlv, readTlvs } from '../../main/card/tlv.ts'
import { tlv } from '../bench/card/person.ts'

const tag = fc.constantFrom(0x02, 0x30, 0x61, 0x6d, 0x87, 0x5f1f, 0x5f36)

test('objects in a row are read back as written', () => {
  const object = fc.record({ tag, value: fc.uint8Array({ maxLength: 400 }) })
  fc.assert(
    fc.property(fc.array(object, { maxLength: 5 }), (objects) => {
      const bytes = Buffer.concat(objects.map((one) => tlv(one.tag, one.value)))
      expect(readTlvs(new Uint8Array(bytes))?.map(({ tag, value }) => ({ tag, value }))).toEqual(objects)
    }),
  )
})

test('a truncated object is nothing, and the first of its tag is found', () => {
  const bytes = new Uint8Array([...tlv(0x02, Uint8Array.of(1)), ...tlv(0x02, Uint8Array.of(2))])
  expect(findTlv(bytes, 0x02)).toEqual(Uint8Array.of(1))
  expect(findTlv(bytes, 0x30)).toBeNull()
  expect(readTlvs(bytes.slice(0, -1))).toBeNull()
})

test('any bytes give objects that fit inside them, or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const object = readTlv(bytes)
      if (object) expect(object.size).toBeLessThanOrEqual(bytes.length)
      const all = readTlvs(bytes)
      if (all) expect(all.reduce((sum, { size }) => sum + size, 0)).toBe(bytes.length)
    }),
    { numRuns: 1000 },
  )
})

test('lengths of 0x80 (indefinite) and beyond four bytes are not known here', () => {
  expect(readTlv(Uint8Array.of(0x30, 0x80, 0, 0))).toBeNull()
  expect(readTlv(Uint8Array.of(0x30, 0x85, 0, 0, 0, 0, 1, 0))).toBeNull()
  expect(readTlv(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0))).toBeNull()
})
