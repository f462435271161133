// Two listings in, what came, left and turned out: nothing is told twice and nothing is missed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Device } from '../../drivers/contract.ts'
import { type Change, compare } from '../../main/devices/index.ts'
import { isQuiet } from '../../main/devices/present.ts'

const device: fc.Arbitrary<Device> = fc.record({
  id: fc.constantFrom('usb:1', 'usb:2', 'usb:3', 'usb:4'),
  kind: fc.constant('card'),
  name: fc.constantFrom('ACS ACR39U', 'HID Omnikey 3121'),
  loaded: fc.boolean(),
})
const listing = fc.uniqueArray(device, { selector: (one) => one.id, maxLength: 4 })

/** What somebody who only hears the news believes is attached. */
const told = (before: readonly Device[], change: Change): ReadonlyMap<string, Device> => {
  const left = new Set(change.left.map((one) => one.id))
  return new Map(
    [...before.filter((one) => !left.has(one.id)), ...change.came, ...change.turned].map((one) => [one.id, one]),
  )
}

test('whoever knew the first listing and hears the change knows the second', () => {
  fc.assert(
    fc.property(listing, listing, (before, after) => {
      expect(told(before, compare(before, after))).toEqual(new Map(after.map((one) => [one.id, one])))
    }),
  )
})

test('a device is told at most once, as what it is now, or as what it was when it left', () => {
  fc.assert(
    fc.property(listing, listing, (before, after) => {
      const { came, left, turned } = compare(before, after)
      const ids = [...came, ...left, ...turned].map((one) => one.id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(after).toEqual(expect.arrayContaining([...came, ...turned]))
      expect(before).toEqual(expect.arrayContaining([...left]))
    }),
  )
})

test('nothing changed, whatever the order of the listing: nothing is told', () => {
  fc.assert(
    fc.property(listing, (before) => {
      expect(compare(before, [...before].reverse())).toEqual({ came: [], left: [], turned: [] })
      expect(isQuiet(compare(before, before))).toBe(true)
    }),
  )
})

test('told backwards, what came has left and what left has come', () => {
  fc.assert(
    fc.property(listing, listing, (before, after) => {
      const [there, back] = [compare(before, after), compare(after, before)]
      expect([back.came, back.left]).toEqual([there.left, there.came])
      expect(back.turned.map((one) => one.id).sort()).toEqual(there.turned.map((one) => one.id).sort())
      expect(isQuiet(there)).toBe(isQuiet(back))
    }),
  )
})

test('a card laid on the reader turns it; a reader on the same plug with another name turns too', () => {
  const reader: Device = { id: 'usb:1', kind: 'card', name: 'ACS ACR39U', loaded: false }
  const loaded = { ...reader, loaded: true }
  expect(compare([reader], [loaded])).toEqual({ came: [], left: [], turned: [loaded] })
  const other = { ...reader, name: 'HID Omnikey 3121' }
  expect(compare([reader], [other])).toEqual({ came: [], left: [], turned: [other] })
  expect(compare([], [reader])).toEqual({ came: [reader], left: [], turned: [] })
  expect(compare([reader], [])).toEqual({ came: [], left: [reader], turned: [] })
})
