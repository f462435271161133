// Scanners are found by DNS-SD: against a real avahi-daemon, against a second responder, and whatever else is on the line.
import { createSocket } from 'node:dgram'
import type { Answer } from 'dns-packet'
import fc from 'fast-check'
import multicastDns from 'multicast-dns'
import { afterEach, describe, expect, test } from 'vitest'
import { esclDriver } from '../../drivers/scan/escl.ts'
import { type Discovery, openDiscovery, ourInterfaces } from '../../drivers/scan/escl-discovery.ts'
import { isDeviceAddress, openBook, SERVICES } from '../../drivers/scan/escl-records.ts'
import { type Avahi, canRunAvahi, startAvahi } from '../bench/scanner/avahi.ts'
import { startScanner } from '../bench/scanner/escl-server.ts'

const never = new AbortController().signal
const [TLS, PLAIN] = SERVICES
const OURS = { ourselves: true }
const THEIRS = { ourselves: false }

/** What a scanner announces of itself. */
function records(
  options: {
    label?: string
    service?: string
    host?: string
    port?: number
    address?: string
    ttl?: number
    text?: readonly string[]
  } = {},
): Answer[] {
  const {
    label = 'Máy quét tầng 2',
    service = PLAIN,
    host = 'scanner-7.local',
    port = 8080,
    address = '192.0.2.7',
    ttl = 120,
  } = options
  const name = `${label}.${service}`
  return [
    { type: 'PTR', name: service, data: name, ttl },
    { type: 'SRV', name, data: { target: host, port, priority: 0, weight: 0 }, ttl },
    {
      type: 'TXT',
      name,
      data: (options.text ?? ['txtvers=1', 'rs=eSCL', 'ty=Mẫu 7', 'UUID=AB-7']).map((one) => Buffer.from(one)),
      ttl,
    },
    { type: 'A', name: host, data: address, ttl },
  ]
}

describe('what is announced', () => {
  test('a scanner is known when its name, its place and its address are', () => {
    const book = openBook()
    const all = records()
    const known = all.map((record) => {
      book.hear([record], THEIRS, 0)
      return book.announced(0).length
    })
    expect(known).toEqual([0, 0, 0, 1])
    expect(book.announced(0)).toEqual([
      {
        name: 'Máy quét tầng 2',
        uuid: 'ab-7',
        ways: [{ secure: false, host: '192.0.2.7', port: 8080, path: '/eSCL' }],
      },
    ])
  })

  test('one scanner that is announced plain and encrypted is one, and encrypted is tried first', () => {
    const book = openBook()
    book.hear([...records(), ...records({ service: TLS, port: 443 })], THEIRS, 0)
    expect(book.announced(0).map(({ ways }) => ways.map(({ secure, port }) => [secure, port]))).toEqual([
      [
        [true, 443],
        [false, 8080],
      ],
    ])
  })

  test('a goodbye takes it away, and so does silence; shorter and longer promises are cut to reason', () => {
    const count = (ttl: number, at: number, bye = false) => {
      const book = openBook()
      book.hear(records({ ttl }), THEIRS, 0)
      if (bye) book.hear(records({ ttl: 0 }), THEIRS, 1_000)
      return book.announced(at).length
    }
    expect([count(120, 119_000), count(120, 121_000), count(10, 30_000), count(9_999_999, 200_000)]).toEqual([
      1, 0, 1, 0,
    ])
    expect([count(120, 1_500, true), count(120, 2_500, true)]).toEqual([1, 0])
  })

  test('nobody else may say that a scanner lives on this computer, in a group or nowhere', () => {
    const mine = ['127.0.0.1', '127.1.2.3', '::1']
    expect(mine.map((address) => [isDeviceAddress(address, OURS), isDeviceAddress(address, THEIRS)])).toEqual(
      mine.map(() => [true, false]),
    )
    const bad = [
      '0.0.0.0',
      '224.0.0.251',
      '255.255.255.255',
      '240.1.1.1',
      'fe80::1',
      'ff02::fb',
      '::',
      '::ffff:127.0.0.1',
      'host',
      7,
    ]
    expect(bad.filter((address) => isDeviceAddress(address, OURS))).toEqual([])
    expect(
      ['10.0.0.7', '192.0.2.7', '169.254.3.4', 'fd00::7', '2001:db8::7'].every((one) => isDeviceAddress(one, THEIRS)),
    ).toBe(true)
  })

  test('a path that leads elsewhere, a port that is none and a foreign service are passed over', () => {
    const found = [
      records({ text: ['rs=../../admin'] }),
      records({ text: ['rs=eSCL?x=http://evil'] }),
      records({ text: ['rs=/a b'] }),
      records({ port: 0 }),
      records({ port: 70_000 }),
      records({ service: '_ipp._tcp.local' }),
    ].map((said) => {
      const book = openBook()
      book.hear(said, THEIRS, 0)
      return book.announced(0)
    })
    expect(found).toEqual([[], [], [], [], [], []])
  })

  test('ten thousand scanners are not remembered, and the one that was there first stays', () => {
    const book = openBook()
    book.hear(records({ label: 'ours' }), THEIRS, 0)
    for (let number = 0; number < 10_000; number++) {
      book.hear(records({ label: `flood ${number}`, host: `h${number}.local` }), THEIRS, number)
    }
    const names = book.announced(10_000).map(({ name }) => name)
    expect(names.length).toBeLessThanOrEqual(100)
    expect(names).toContain('ours')
  })

  const odd = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.constantFrom(PLAIN, TLS, `x.${PLAIN}`, 'scanner-7.local', '192.0.2.7', '::1'),
  )
  const record = fc.oneof(
    fc.constantFrom(...records()),
    fc.record({ type: fc.constantFrom('PTR', 'SRV', 'TXT', 'A', 'AAAA', 'NSEC'), name: odd, data: odd, ttl: odd }),
    fc.record({
      type: fc.constant('SRV'),
      name: fc.constantFrom(`x.${PLAIN}`, odd),
      data: fc.record({ target: odd, port: odd }),
      ttl: fc.integer(),
    }),
    fc.record({
      type: fc.constant('TXT'),
      name: fc.constant(`x.${PLAIN}`),
      data: fc.array(fc.oneof(fc.uint8Array(), odd)),
      ttl: fc.nat(),
    }),
  )

  test('whatever packets say, what is announced can be asked', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (said) => {
        const book = openBook()
        book.hear(said as Answer[], OURS, 0)
        for (const { name, ways } of book.announced(1)) {
          expect(name).not.toMatch(/[\p{C}\n]/u)
          for (const { host, port, path } of ways) {
            expect(isDeviceAddress(host, OURS) && port > 0 && port < 65_536 && /^(\/[\w.~%-]+)*$/.test(path)).toBe(true)
          }
        }
      }),
      { numRuns: 1_500 },
    )
  })
})

describe('on the line', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  const begin = <One extends { close(): unknown }>(one: One): One => {
    open.push(one)
    return one
  }
  const listen = (platform: NodeJS.Platform = 'linux'): Discovery =>
    begin(openDiscovery({ firstMs: 900, everyMs: 300, platform }))
  const loopback = ourInterfaces().some(({ address }) => address === '127.0.0.1')

  test.skipIf(!canRunAvahi())(
    'a scanner that a real avahi-daemon announces is found, listed and gone again',
    async () => {
      const scanner = begin(await startScanner({ name: 'Quay Bench Scanner' }))
      const avahi: Avahi = begin(await startAvahi())
      const text = ['rs=eSCL', 'ty=Quay Bench Scanner', 'UUID=1-2-3', 'pdl=image/jpeg']
      const withdraw = await avahi.publish('Máy quét (tầng 2)', '_uscan._tcp', scanner.port, text)
      const discovery = listen()
      const driver = esclDriver({ discovery, freshMs: 0 })
      const nudges: string[] = []
      driver.watch?.(() => nudges.push('look'))
      const ours = async () => {
        const listed = await driver.present(never)
        return listed.ok ? listed.value.filter(({ id }) => id.includes(`:${scanner.port}/`)) : listed
      }
      expect(await ours()).toEqual([{ id: scanner.url, kind: 'scan', name: 'Máy quét (tầng 2)', loaded: true }])
      expect(nudges).not.toEqual([])
      expect(await driver.open(scanner.url, never)).toMatchObject({ ok: true })
      await withdraw()
      await expect.poll(ours, { timeout: 5_000 }).toEqual([])
    },
  )

  /** A responder of another kind: it answers every question with the same records, by group or to the asker alone. */
  function responder(port: number, alone: boolean) {
    const ear = multicastDns({ interface: '127.0.0.1', bind: '0.0.0.0' })
    ear.on('warning', () => undefined)
    ear.on('query', (query, from) => {
      if (!query.questions.some(({ name }) => name === PLAIN)) return
      const answers = records({ label: `Second ${port}`, host: `second-${port}.local`, port, address: '127.0.0.1' })
      ear.respond({ answers }, alone ? { address: from.address, port: from.port } : undefined)
    })
    begin({ close: () => new Promise<void>((done) => ear.destroy(done)) })
    return new Promise<void>((ready) => ear.once('ready', () => ready()))
  }

  test.skipIf(!loopback)(
    'a responder that answers to the group, and one that answers only who asked, are both found',
    async () => {
      await responder(4_101, false)
      await responder(4_102, true)
      const both = [listen('linux'), listen('win32')]
      const found = await Promise.all(
        both.map(async (discovery) => {
          await discovery.settled()
          const names = discovery.found().map(({ name }) => name)
          return ['Second 4101', 'Second 4102'].filter((name) => names.includes(name))
        }),
      )
      expect(found).toEqual([
        ['Second 4101', 'Second 4102'],
        // From another port than 5353 the answers come to us alone.
        ['Second 4102'],
      ])
    },
  )

  test.skipIf(!loopback)(
    'noise on the line, and answers from another port than that of DNS-SD, change nothing',
    async () => {
      const discovery = listen()
      await discovery.settled()
      const socket = createSocket('udp4')
      begin({ close: () => socket.close() })
      await new Promise<void>((ready) => socket.bind(0, '127.0.0.1', ready))
      socket.setMulticastInterface('127.0.0.1')
      const send = (bytes: Uint8Array) =>
        new Promise<void>((sent) => socket.send(bytes, 5353, '224.0.0.251', () => sent()))
      for (const bytes of fc.sample(fc.uint8Array({ maxLength: 400 }), { numRuns: 300, seed: 1 })) await send(bytes)
      const stranger = multicastDns({ socket, multicast: false, bind: false })
      stranger.on('warning', () => undefined)
      stranger.respond(
        { answers: records({ label: 'Kẻ lạ', address: '127.0.0.1' }) },
        { address: '224.0.0.251', port: 5353 },
      )
      await new Promise((later) => setTimeout(later, 200))
      expect(discovery.found().filter(({ name }) => name === 'Kẻ lạ')).toEqual([])
      await responder(4_103, false)
      await expect.poll(() => discovery.found().map(({ name }) => name), { timeout: 5_000 }).toContain('Second 4103')
    },
  )
})
