import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeviceName, isNetworkName, LIST_FORMAT, parseListing } from '../../drivers/scan/listing.ts'

const line = (id: string, vendor: string, model: string, type = 'scanner') =>
  `${[id, vendor, model, type].join('\u001f')}\n`
const devices = (output: string) => parseListing(output).map(({ device }) => device)

test('scanners are called by maker and model, protocols and nobodies are left out', () => {
  const output =
    line('airscan:e0:Quay Bench Scanner', 'eSCL', 'Quay Bench Scanner') +
    line('epsonds:libusb:001:004', 'EPSON', 'DS-530') +
    line('fujitsu:fi-7160:42', 'FUJITSU', 'fujitsu fi-7160') +
    line('hpaio:/net/laserjet?ip=192.0.2.7', 'Hewlett-Packard', 'HP_LaserJet_MFP') +
    line('test:0', 'Noname', 'frontend-tester')
  expect(devices(output)).toEqual([
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
    'too\u001fmany\u001fparts\u001fare\u001fhere\n' +
    'too\u001ffew\u001fparts\n' +
    "default device is `test:0'\n"
  expect(devices(output).map(({ name }) => name)).toEqual(['one'])
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

test('where a network scanner answers is read off its line, so that another driver can recognise it', () => {
  const output =
    line('airscan:e0:Quay Bench Scanner', 'eSCL', 'Quay Bench Scanner', 'ip=192.0.2.7') +
    line('airscan:e1:Other', 'eSCL', 'Other', 'ip=fd00::7') +
    line('escl:http://192.0.2.8:80', 'Maker', 'Model') +
    line('escl:https://[fd00::8]:443', 'Maker', 'Model two') +
    line('test:0', 'Noname', 'frontend-tester', 'ip=192.0.2.9')
  expect(parseListing(output).map(({ hosts }) => hosts)).toEqual([
    ['192.0.2.7'],
    ['fd00::7'],
    ['192.0.2.8'],
    ['fd00::8'],
    [],
  ])
})

test('no listing makes it stumble, and every name it gives can be handed back', () => {
  const parts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('\u001f', '\n', 'test:0'),
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (pieces) => {
      const found = devices(pieces.join(''))
      expect(found.every(({ id, name }) => isDeviceName(id) && name.length > 0)).toBe(true)
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
    }),
    { numRuns: 800 },
  )
  expect(LIST_FORMAT.endsWith('%n')).toBe(true)
})
