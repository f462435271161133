import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeviceName, isNetworkName, LIST_FORMAT, parseListing } from '../../drivers/scan/listing.ts'

const line = (...parts: string[]) => `${parts.join('\u001f')}\n`

test('scanners are called by maker and model, protocols and nobodies are left out', () => {
  const output =
    line('airscan:e0:Quay Bench Scanner', 'eSCL', 'Quay Bench Scanner') +
    line('epsonds:libusb:001:004', 'EPSON', 'DS-530') +
    line('fujitsu:fi-7160:42', 'FUJITSU', 'fujitsu fi-7160') +
    line('hpaio:/net/laserjet?ip=192.0.2.7', 'Hewlett-Packard', 'HP_LaserJet_MFP') +
    line('test:0', 'Noname', 'frontend-tester')
  expect(parseListing(output)).toEqual([
    { id: 'airscan:e0:Quay Bench Scanner', kind: 'scan', name: 'Quay Bench Scanner', loaded: true },
    { id: 'epsonds:libusb:001:004', kind: 'scan', name: 'EPSON DS-530', loaded: true },
    { id: 'fujitsu:fi-7160:42', kind: 'scan', name: 'fujitsu fi-7160', loaded: true },
    { id: 'hpaio:/net/laserjet?ip=192.0.2.7', kind: 'scan', name: 'Hewlett-Packard HP LaserJet MFP', loaded: true },
    { id: 'test:0', kind: 'scan', name: 'frontend-tester', loaded: true },
  ])
})

test('a webcam, a name twice and a foreign line are no scanners', () => {
  const output =
    line('v4l:/dev/video0', 'Noname', 'Webcam') +
    line('test:0', 'Noname', 'one') +
    line('test:0', 'Noname', 'two') +
    line('-d', 'x', 'y') +
    line('too', 'many', 'parts', 'here') +
    "default device is `test:0'\n"
  expect(parseListing(output).map(({ name }) => name)).toEqual(['one'])
})

test('which names are addresses on the network', () => {
  const names = [
    'airscan:e0:X',
    'escl:http://192.0.2.1:80',
    'net:192.0.2.1:test:0',
    'epson2:net:192.0.2.1',
    'epsonds:libusb:001:004',
    'test:0',
  ]
  expect(names.map(isNetworkName)).toEqual([true, true, true, true, false, false])
})

test('no listing makes it stumble, and every name it gives can be handed back', () => {
  const parts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('\u001f', '\n', 'test:0'),
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (pieces) => {
      const devices = parseListing(pieces.join(''))
      expect(devices.every(({ id, name }) => isDeviceName(id) && name.length > 0)).toBe(true)
      expect(new Set(devices.map(({ id }) => id)).size).toBe(devices.length)
    }),
    { numRuns: 800 },
  )
  expect(LIST_FORMAT.endsWith('%n')).toBe(true)
})
