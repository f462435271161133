// The real driver, the real binding and the real PC/SC service; only the card below the virtual reader is simulated.
// The service is a private one (own socket, own slots), so nothing else on the machine is disturbed.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { pcscDriver } from '../../drivers/card/pcsc.ts'
import type { CardSession, Device, Driver } from '../../drivers/contract.ts'
import { judgeEvidence, mergeIdentity } from '../../main/card/judge.ts'
import type { Result } from '../../preload/contract/result.ts'
import { createChip } from '../bench/card/chip.ts'
import { canRunPrivatePcscd, type PcscService, privatePcscd } from '../bench/card/pcscd.ts'
import { filesOf, MAU } from '../bench/card/person.ts'
import { openSlot, type Slot } from '../bench/card/vpcd.ts'

const KEY = { documentNumber: '190123456', birth: '900115', expiry: '300115' }
const trouble = (what: string) => ({ ok: false, failure: { kind: 'device', device: 'card', what } })
const quiet = () => {}
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe.skipIf(!canRunPrivatePcscd())('a reader on the real PC/SC service', () => {
  let service: PcscService
  let slot: Slot
  let driver: Driver<CardSession>
  let nudges = 0
  let look: () => void = quiet
  let unwatch: () => void = quiet

  beforeAll(async () => {
    service = await privatePcscd()
    process.env.PCSCLITE_CSOCK_NAME = service.socket
    slot = openSlot({ port: service.slots[0] })
    driver = pcscDriver()
    unwatch =
      driver.watch?.(() => {
        nudges += 1
        look()
      }) ?? quiet
  })
  afterEach(() => slot.remove())
  afterAll(async () => {
    unwatch()
    await service.close()
  })

  const present = async (): Promise<readonly Device[]> => {
    const devices = await driver.present(AbortSignal.timeout(5000))
    if (!devices.ok) throw new Error(JSON.stringify(devices.failure))
    return devices.value
  }

  /** Waits for nudges, looks each time, and ends when what is attached is as described. */
  async function until(claim: (devices: readonly Device[]) => boolean): Promise<readonly Device[]> {
    for (;;) {
      const nudged = new Promise<void>((resolve) => {
        look = resolve
      })
      const devices = await present()
      if (claim(devices)) return devices
      await nudged
    }
  }

  const loaded = (devices: readonly Device[]) => devices.filter((device) => device.loaded).length
  async function openCard(signal = AbortSignal.timeout(15_000)): Promise<CardSession> {
    const [reader] = (await until((devices) => loaded(devices) === 1)).filter((device) => device.loaded)
    const session = await driver.open(reader?.id ?? '', signal)
    if (!session.ok) throw new Error(JSON.stringify(session.failure))
    return session.value
  }

  test('two empty readers are attached; a card put on one of them shows', async () => {
    const names = ['Virtual PCD 00 00', 'Virtual PCD 00 01']
    const reader = (name: string, loaded: boolean) => ({ id: `pcsc:${name}`, kind: 'card', name, loaded })
    expect(await until((devices) => loaded(devices) === 0 && devices.length === 2)).toEqual(
      names.map((name) => reader(name, false)),
    )
    const before = nudges
    await slot.insert(createChip(MAU))
    expect(await until((devices) => loaded(devices) === 1)).toEqual(names.map((name, at) => reader(name, at === 0)))
    expect(nudges).toBeGreaterThan(before)
    await slot.remove()
    expect(loaded(await until((devices) => loaded(devices) === 0))).toBe(0)
  })

  test('without anybody watching, present looks for itself', async () => {
    const alone = pcscDriver()
    // One look is a snapshot; a service that is busy may not have told of both readers yet.
    await vi.waitFor(
      async () => {
        const devices = await alone.present(AbortSignal.timeout(5000))
        expect(devices.ok && devices.value.map(({ name }) => name)).toEqual(['Virtual PCD 00 00', 'Virtual PCD 00 01'])
      },
      { timeout: 10_000, interval: 200 },
    )
  })

  test('the specimen card is read, judged, and read again in the same session', async () => {
    const chip = createChip(MAU)
    await slot.insert(chip)
    const session = await openCard()
    const steps: string[] = []
    const evidence = await session.read(KEY, (step) => steps.push(step))
    if (!evidence.ok) throw new Error(JSON.stringify(evidence.failure))
    expect({ ...evidence.value, readAt: '' }).toEqual({
      atr: '3B80800101',
      access: 'bac',
      files: Object.fromEntries(Object.entries(filesOf(MAU)).map(([name, file]) => [name, Uint8Array.from(file)])),
      readAt: '',
    })
    expect([...new Set(steps)]).toEqual(['connect', 'select', 'access', 'COM', 'DG1', 'DG13', 'done'])
    const judged = judgeEvidence(evidence.value)
    expect(judged.ok && mergeIdentity({ chip: judged.value }).name.value).toBe('Nguyễn Thị Mẫu')
    expect((await session.read(KEY, quiet)).ok).toBe(true)
    expect(chip.counts()).toEqual({ commands: 20, keyTries: 2, masterFile: 0 })
    await session.close()
    await session.close()
    expect(await session.read(KEY, quiet)).toEqual(trouble('timeout'))
  })

  test('a wrong key is tried once; the right one then opens the card in the same session', async () => {
    const chip = createChip(MAU)
    await slot.insert(chip)
    const session = await openCard()
    const refused = { ok: false, failure: { kind: 'refused', rule: 'card-key-wrong' } }
    expect(await session.read({ ...KEY, birth: '900116' }, quiet)).toEqual(refused)
    expect(chip.counts().keyTries).toBe(1)
    expect((await session.read(KEY, quiet)).ok).toBe(true)
    await session.close()
  })

  test('a card pulled at any command is a removed card, and the next card is read', async () => {
    for (const count of [1, 3, 10]) {
      await slot.insert(createChip(MAU))
      const session = await openCard()
      slot.removeAfter(count)
      expect([count, await session.read(KEY, quiet)]).toEqual([count, trouble('removed')])
      await session.close()
      await until((devices) => loaded(devices) === 0)
    }
    await slot.insert(createChip(MAU))
    const session = await openCard()
    expect((await session.read(KEY, quiet)).ok).toBe(true)
    await session.close()
  }, 20_000)

  test('a card lifted between opening and reading is a removed card', async () => {
    await slot.insert(createChip(MAU))
    const session = await openCard()
    await slot.remove()
    expect(await session.read(KEY, quiet)).toEqual(trouble('removed'))
    await session.close()
  })

  test('another kind of card is an unknown card; an empty or a foreign reader cannot be opened', async () => {
    await slot.insert(createChip(MAU, { withoutApplication: true }))
    const session = await openCard()
    expect(await session.read(KEY, quiet)).toEqual({ ok: false, failure: { kind: 'refused', rule: 'card-unknown' } })
    await session.close()
    const signal = AbortSignal.timeout(5000)
    expect(await driver.open('pcsc:Virtual PCD 00 01', signal)).toEqual(trouble('absent'))
    expect(await driver.open('pcsc:No such reader', signal)).toEqual(trouble('absent'))
    expect(await driver.open('Virtual PCD 00 00', signal)).toEqual(trouble('absent'))
  })

  test('an aborted signal ends a reading and gives the reader back', async () => {
    await slot.insert(createChip(MAU))
    const ending = new AbortController()
    const session = await openCard(ending.signal)
    const reading: Promise<Result<unknown>> = session.read(KEY, (step) => {
      if (step === 'DG1') ending.abort()
    })
    expect(await reading).toEqual(trouble('timeout'))
    const next = await openCard()
    expect((await next.read(KEY, quiet)).ok).toBe(true)
    await next.close()
    expect(await driver.open('pcsc:Virtual PCD 00 00', ending.signal)).toEqual(trouble('timeout'))
  })

  test('two readings at a time are one too many', async () => {
    await slot.insert(createChip(MAU))
    const session = await openCard()
    const [first, second] = await Promise.all([session.read(KEY, quiet), session.read(KEY, quiet)])
    expect([first.ok, second]).toEqual([true, trouble('busy')])
    await session.close()
  })

  test.each(['politely', 'crash'] as const)(
    'the service stops (%s): no readers; it starts again: the card is read',
    async (how) => {
      await slot.insert(createChip(MAU))
      const session = await openCard()
      await service.stop(how)
      expect(await until((devices) => devices.length === 0)).toEqual([])
      expect(await session.read(KEY, quiet)).toEqual(trouble('removed'))
      await session.close()
      await service.start()
      const next = await openCard()
      expect((await next.read(KEY, quiet)).ok).toBe(true)
      await next.close()
      // The binding's finalizers must find nothing to complain about: an error there would end the whole process.
      collectGarbage()
      await new Promise((resolve) => setTimeout(resolve, 50))
    },
    20_000,
  )
})
