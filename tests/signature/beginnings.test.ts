import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBeginnings } from '../../main/signature/pades/beginnings.ts'

test('whatever beginnings are asked for, in whatever order, the digest is that of the bytes', () => {
  const ask = fc.record({ hash: fc.constantFrom('sha256', 'sha384'), to: fc.nat(4000), rest: fc.nat(4000) })
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4000, maxLength: 4000 }), fc.array(ask, { maxLength: 12 }), (file, asks) => {
      const begin = openBeginnings()
      for (const { hash, to, rest } of asks)
        expect(begin(hash, file, to).update(file.subarray(rest)).digest('hex')).toBe(
          createHash(hash).update(file.subarray(0, to)).update(file.subarray(rest)).digest('hex'),
        )
    }),
  )
})

test('behind the beginning the file may change and grow: a value is put into its place meanwhile', () => {
  const file = new Uint8Array(100)
  const begin = openBeginnings()
  begin('sha256', file, 60).digest()
  const longer = new Uint8Array(200)
  longer.fill(7, 60)
  expect(begin('sha256', longer, 60).update(longer.subarray(60)).digest('hex')).toBe(
    createHash('sha256').update(longer).digest('hex'),
  )
})
