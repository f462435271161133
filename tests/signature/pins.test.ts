// A new PIN, and a locked token opened again: main's handlers with a real store and audit, the PIN window's port, the real host
// and driver, over the faulting module. One entry is one try, and nothing of it is written down.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PinState } from '../../drivers/contract.ts'
import { pinStateOf, refuseChange, refuseUnblock } from '../../drivers/signature/pin.ts'
import { type Audit, openAudit } from '../../main/audit/index.ts'
import { auditEntry } from '../../main/audit/table.ts'
import { type DeviceWatch, passPort } from '../../main/devices/index.ts'
import { openPins, refuseTask } from '../../main/signature/pins.ts'
import type { Storage } from '../../main/storage/index.ts'
import type { Caller } from '../../preload/contract/border.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { PinQuestion } from '../../preload/contract/signature.ts'
import { adviceForTask, judgeNewPin, triesFor } from '../../renderer/signature/new-pin.ts'
import { buildFaultingModule } from '../bench/token/build.ts'
import { type Faults, openFaults } from '../bench/token/faults.ts'
import { pinBreaches, type Typed } from '../bench/token/ledger.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'
import { SO_PIN } from '../bench/token/plans.ts'
import { enter, startTokenHost, type TokenHost } from '../devices/token-host.ts'
import { storeIn } from '../storage/store.ts'

const pin = (what: string) => ({ ok: false, failure: { kind: 'pin', what } })
const device = (what: string) => ({ ok: false, failure: { kind: 'device', device: 'signature', what } })
const never = new AbortController().signal
const ready = missingTools().length === 0 && existsSync('/usr/include/p11-kit-1/p11-kit/pkcs11.h')
const clerk: Caller = { operatorId: 'mai', name: 'Trần Thị Mai Mẫu', roles: ['clerk'] }
const current = '123456'
const WRONG = '000000'
const FRESH = '2468135790'

/** What a person does in front of the PIN window. */
type Person = { readonly pin: string; readonly newPin?: string; readonly insist?: boolean } | 'closes it'

describe.skipIf(!ready)('a PIN of one’s own', () => {
  let dir = ''
  let module = ''
  let pki: Pki
  let faults: Faults
  let host: TokenHost
  let typed: Typed[] = []
  let store: Storage
  let audit: Audit
  let asked: Omit<PinQuestion, 'language'>[] = []
  let stories = 0

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-pins-'))
    const built = buildFaultingModule(join(dir, 'faulting-pkcs11.so'))
    pki = await makePki(dir)
    module = await built
  })
  afterEach(async () => {
    host.stop()
    expect(pinBreaches(await faults.ledger(), typed, faults.hashOf)).toEqual([])
    const written = JSON.stringify([audited(), host.heard, host.logged, asked])
    expect(store.read((r) => audit.verify(r))).toBeNull()
    store.close()
    expect([current, WRONG, FRESH, SO_PIN].filter((secret) => written.includes(secret))).toEqual([])
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  async function begin(...rules: readonly string[]): Promise<void> {
    stories += 1
    typed = []
    store = storeIn(await mkdtemp(join(dir, 'store-'))).open()
    audit = openAudit(Buffer.alloc(32, 7), () => new Date())
    asked = []
    faults = openFaults(dir, `story-${stories}`)
    await faults.say(...rules)
    host = startTokenHost(module, { ...pki.env, ...faults.env })
  }

  const audited = (): readonly string[] =>
    store.read((r) =>
      r
        .select()
        .from(auditEntry)
        .all()
        .map(({ event, detail }) => `${event} ${detail}`),
    )

  async function idOf(name = 'OFFICER'): Promise<string> {
    const seen = await host.driver.present(never)
    return seen.ok ? (seen.value.find((one) => one.name === name)?.id ?? '') : ''
  }

  function handlersFor(person: Person) {
    const devices: Pick<DeviceWatch, 'look'> = {
      look: async (kind) => {
        const seen = await host.driver.present(never)
        return { kind, devices: seen.ok ? seen.value : [], answered: seen.ok }
      },
    }
    return openPins({
      storage: store,
      audit,
      driver: host.driver,
      devices,
      askPin: async (question, session, insist): Promise<Result<unknown>> => {
        asked.push(question)
        const give = (port: unknown) => passPort(session, question.task, insist, port)
        if (person === 'closes it') {
          const answer = give({ number: -1, child: null, answers: [], wiped: false })
          host.children.at(-1)?.send({ is: 'closed', port: -1 })
          return answer
        }
        const { pin: text, ...more } = person
        if (text !== '') typed.push({ token: 'OFFICER', pin: text, insist: more.insist ?? false })
        const { main, window, wiped } = await enter(give, text, more)
        expect([window.ok, wiped]).toEqual([main.ok, true])
        return main
      },
    })
  }
  const change = async (person: Person) => handlersFor(person).changePin({ tokenId: await idOf() }, clerk)
  const unblock = async (person: Person) => handlersFor(person).unblock({ tokenId: await idOf() }, clerk)
  const lines = async () => (await faults.ledger()).map((line) => `${line.kind} ${line.code} left ${line.left}`)

  /** The PIN that the token takes now, tried once. */
  async function opensWith(text: string): Promise<boolean> {
    const opened = await host.driver.open(await idOf(), never)
    if (!opened.ok) throw new Error('not opened')
    typed.push({ token: 'OFFICER', pin: text, insist: true })
    const { main } = await enter((port) => opened.value.login(true, port), text)
    await opened.value.close()
    return main.ok
  }

  describe('a changed PIN', () => {
    test('the old one typed once, the new one taken: from then on only the new one opens the token', async () => {
      await begin()
      expect(await change({ pin: current, newPin: FRESH })).toEqual(ok({}))
      expect(await lines()).toEqual(['set-pin 0 left 3'])
      expect(audited()).toEqual(['signature.pin-change-began {"lastTry":false}', 'signature.pin-changed {}'])
      expect(asked).toMatchObject([{ task: 'change', holder: 'Nguyễn Văn Đức', tokenName: 'OFFICER' }])
      expect([await opensWith(current), await opensWith(FRESH)]).toEqual([false, true])
      expect(await change({ pin: FRESH, newPin: current })).toEqual(ok({}))
    })

    test('a wrong old PIN is one try, and the PIN stays what it was', async () => {
      await begin()
      expect(await change({ pin: WRONG, newPin: FRESH })).toEqual(pin('wrong'))
      expect(await lines()).toEqual(['set-pin 160 left 2'])
      expect(audited().at(-1)).toBe('signature.pin-not-changed {"why":"pin.wrong"}')
      expect(await opensWith(current)).toBe(true)
    })

    test('a new PIN of the wrong length costs nothing: the old one is not even tried', async () => {
      await begin('pin-min OFFICER 6', 'pin-max OFFICER 8')
      for (const newPin of ['12345', '123456789', '']) {
        const answer = await change({ pin: current, newPin })
        expect(answer).toEqual(pin(newPin === '' ? 'withheld' : 'new-refused'))
      }
      expect(await lines()).toEqual([])
    })

    test('a new PIN that only the token refuses is said to be refused, not wrong', async () => {
      await begin('set-pin-error OFFICER 0xa1')
      expect(await change({ pin: current, newPin: FRESH })).toEqual(pin('new-refused'))
      expect(await opensWith(current)).toBe(true)
    })

    test('on the last try the window’s person has to insist, or nothing is sent', async () => {
      await begin('tries OFFICER 1')
      expect(await change({ pin: current, newPin: FRESH })).toEqual(pin('last-try'))
      expect(await lines()).toEqual([])
      expect(asked[0]?.pin.finalTry).toBe(true)
      expect(await change({ pin: WRONG, newPin: FRESH, insist: true })).toEqual(pin('locked'))
      expect(await lines()).toEqual(['set-pin 160 left 0'])
      expect(await change({ pin: current, newPin: FRESH, insist: true })).toEqual(pin('locked'))
      expect([asked.length, (await lines()).length]).toEqual([2, 1])
    })

    test('of a locked token the window does not even open', async () => {
      await begin('tries OFFICER 0')
      expect(await change({ pin: current, newPin: FRESH })).toEqual(pin('locked'))
      expect([asked, audited(), await lines()]).toEqual([[], [], []])
    })

    test('a window that is closed changes nothing and costs nothing', async () => {
      await begin()
      expect(await change('closes it')).toEqual(pin('withheld'))
      expect(await lines()).toEqual([])
    })

    test('pulled before it was sent, or held by another program: nothing reaches a token', async () => {
      await begin('held OFFICER 0x30 after 6')
      expect(await change({ pin: current, newPin: FRESH })).toMatchObject({ failure: { kind: 'device' } })
      expect(await lines()).toEqual([])
      expect(await handlersFor('closes it').changePin({ tokenId: 'token-0' }, clerk)).toEqual(device('absent'))
    })

    test('on a reader with keys of its own all three are typed there', async () => {
      await begin('pin-pad OFFICER 1', `pad-pin OFFICER ${current}`, `pad-new-pin OFFICER ${FRESH}`)
      typed.push({ token: 'OFFICER', pin: current })
      expect(await change({ pin: '', newPin: '' })).toEqual(ok({}))
      await faults.say()
      expect(await change({ pin: FRESH, newPin: current })).toEqual(ok({}))
    })
  })

  describe('an unblocked token', () => {
    test('the code typed once brings all tries back, under a new PIN', async () => {
      await begin('tries OFFICER 0')
      expect(await unblock({ pin: SO_PIN, newPin: FRESH })).toEqual(ok({}))
      expect(await lines()).toEqual(['login-so 0 left 3', 'init-pin 0 left 3'])
      expect(audited()).toEqual(['signature.unblock-began {"lastTry":false}', 'signature.pin-unblocked {}'])
      expect(await opensWith(FRESH)).toBe(true)
      expect(await unblock({ pin: SO_PIN, newPin: current })).toEqual(ok({}))
      expect(await opensWith(current)).toBe(true)
    })

    test('a wrong code is one try of the code and none of the PIN', async () => {
      await begin('tries OFFICER 0')
      expect(await unblock({ pin: '87654321', newPin: FRESH })).toEqual(pin('code-wrong'))
      expect(await lines()).toEqual(['login-so 160 left 2'])
      expect(audited().at(-1)).toBe('signature.pin-not-unblocked {"why":"pin.code-wrong"}')
    })

    test('the last try of the code is not spent unless the person insists; spent, the token is locked for good', async () => {
      await begin('so-tries OFFICER 1')
      expect(await unblock({ pin: SO_PIN, newPin: FRESH })).toEqual(pin('code-last-try'))
      expect(await lines()).toEqual([])
      expect(await unblock({ pin: '87654321', newPin: FRESH, insist: true })).toEqual(pin('code-locked'))
      expect(await unblock({ pin: SO_PIN, newPin: FRESH, insist: true })).toEqual(pin('code-locked'))
      expect([await lines(), asked.length]).toEqual([['login-so 160 left 0'], 2])
    })

    test('a new PIN of the wrong length costs no try of the code', async () => {
      await begin('pin-min OFFICER 8')
      expect(await unblock({ pin: SO_PIN, newPin: '1234567' })).toEqual(pin('new-refused'))
      expect(await lines()).toEqual([])
    })

    test('a new PIN that only the token refuses: the code was right, the old PIN holds', async () => {
      await begin('init-pin-error OFFICER 0xa2')
      expect(await unblock({ pin: SO_PIN, newPin: FRESH })).toEqual(pin('new-refused'))
      expect(await lines()).toEqual(['login-so 0 left 3', 'init-pin 162 left 3'])
      expect(await opensWith(current)).toBe(true)
    })
  })
})

describe('what needs no token', () => {
  const text = (word: string) => new TextEncoder().encode(word)
  const spent = { countLow: false, finalTry: false, locked: false }
  const calm: PinState = { ...spent, pinPad: false, code: spent, length: { min: 6, max: 8 } }

  test('the flags of the PIN and of the code are read apart; lengths that nobody can mean are none', () => {
    const at = (flags: number, minPinLen: number, maxPinLen: number) => pinStateOf({ flags, minPinLen, maxPinLen })
    expect(at(0x100 | 0x10000 | 0x400000, 4, 16)).toEqual({
      ...{ countLow: true, finalTry: false, locked: false, pinPad: true },
      code: { countLow: false, finalTry: false, locked: true },
      length: { min: 4, max: 16 },
    })
    expect([at(0, 0, 0), at(0, 9, 8), at(0, 70, 99)].map((state) => state.length)).toEqual([null, null, null])
    expect(at(0, 4, 0xffffffff).length).toEqual({ min: 4, max: 64 })
  })

  test('whatever the flags and whatever is typed: on the last try nobody is sent without insisting, when locked nobody', () => {
    const flag = fc.boolean()
    const state = fc.record({
      ...{ countLow: flag, finalTry: flag, locked: flag, pinPad: flag },
      code: fc.record({ countLow: flag, finalTry: flag, locked: flag }),
      length: fc.constantFrom(null, { min: 4, max: 8 }),
    })
    fc.assert(
      fc.property(state, fc.string(), fc.string(), flag, (now, old, fresh, insist) => {
        const sent = refuseChange(now, text(old), text(fresh), insist) === undefined
        const tried = refuseUnblock(now, text(old), text(fresh), insist) === undefined
        if (sent) expect(now.locked || (now.finalTry && !insist)).toBe(false)
        if (tried) expect(now.code.locked || (now.code.finalTry && !insist)).toBe(false)
        const fits = now.length === null || (text(fresh).length >= 4 && text(fresh).length <= 8)
        if ((sent || tried) && !now.pinPad) expect([old !== '', fresh !== '', fits]).toEqual([true, true, true])
      }),
    )
  })

  test('main opens no window for what the token has refused already', () => {
    expect(refuseTask('change', { ...calm, locked: true })).toEqual({ kind: 'pin', what: 'locked' })
    expect(refuseTask('unblock', { ...calm, locked: true })).toBeNull()
    expect(refuseTask('unblock', { ...calm, code: { ...spent, locked: true } })).toEqual({
      kind: 'pin',
      what: 'code-locked',
    })
    expect(refuseTask('change', { ...calm, finalTry: true })).toBeNull()
  })

  test('the window judges a new PIN before the old one is spent on it', () => {
    const judged = (fresh: string, again: string, old = '111111') => judgeNewPin(old, fresh, again, { min: 6, max: 8 })
    expect([judged('', ''), judged('12345', '12345'), judged('123456789', '')]).toEqual(['missing', 'length', 'length'])
    expect([judged('mậtkhẩu', 'mậtkhẩu'), judged('đđđđđđ', 'đđđđđđ')]).toEqual(['letters', 'letters'])
    expect([judged('111111', '111111'), judged('222222', '22222'), judged('222222', '222222')]).toEqual([
      ...['same', 'differs', 'fine'],
    ])
    expect(judgeNewPin('1', 'x', 'x', null)).toBe('fine')
  })

  test('the window shows the tries of what will be spent: of the PIN, or of the code', () => {
    const now = { ...calm, countLow: true, code: { ...spent, finalTry: true } }
    expect([triesFor('sign', now), triesFor('change', now), triesFor('unblock', now)]).toEqual([
      ...['countLow', 'countLow', 'finalTry'],
    ])
  })

  test('after trouble with the device it says that nobody knows which PIN holds; after a wrong one that the old one does', () => {
    const removed = { kind: 'device', device: 'signature', what: 'removed' } as const
    expect(adviceForTask('change', removed, 'vi').safe).toContain('Chưa biết mã PIN đã đổi hay chưa')
    expect(adviceForTask('change', { kind: 'pin', what: 'wrong' }, 'en').safe).toBe('The PIN was not changed.')
    expect(adviceForTask('sign', { kind: 'pin', what: 'wrong' }, 'en').safe).toBe('No further document was signed.')
    expect(fail(removed).ok).toBe(false)
  })
})
