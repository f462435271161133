// A PIN on its whole way: from the window's port through the host process to a token that asks every time, has a reader with
// keys of its own, or is held by another program. The ledger counts what reached the token.
import { createHash, verify, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { whereIs } from '../../drivers/signature/presence.ts'
import { type SigningSession, signPatiently } from '../../main/devices/index.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { buildFaultingModule } from '../bench/token/build.ts'
import { type Faults, openFaults } from '../bench/token/faults.ts'
import { pinBreaches, type Typed } from '../bench/token/ledger.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'
import { enter, openPinWindow, startTokenHost, type TokenHost } from '../devices/token-host.ts'

const device = (what: 'busy' | 'removed') => fail({ kind: 'device', device: 'signature', what })
const pin = (what: 'wrong' | 'withheld' | 'last-try' | 'locked' | 'pad') => fail({ kind: 'pin', what })
const never = new AbortController().signal
const digest = Uint8Array.from(createHash('sha256').update('bản sao y').digest())
const ready = missingTools().length === 0 && existsSync('/usr/include/p11-kit-1/p11-kit/pkcs11.h')
const RIGHT = '123456'
const WRONG = '000000'

function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

describe.skipIf(!ready)('a token behind its host', () => {
  let dir = ''
  let module = ''
  let pki: Pki
  let faults: Faults
  let host: TokenHost
  let typed: Typed[] = []
  let stories = 0

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-host-'))
    const built = buildFaultingModule(join(dir, 'faulting-pkcs11.so'))
    pki = await makePki(dir, { extras: ['asks-every-time'] })
    module = await built
  })
  afterEach(async () => {
    host.stop()
    expect(pinBreaches(await faults.ledger(), typed, faults.hashOf)).toEqual([])
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  async function begin(...rules: readonly string[]): Promise<void> {
    stories += 1
    typed = []
    faults = openFaults(dir, `story-${stories}`, { signatures: true })
    await faults.say(...rules)
    host = startTokenHost(module, { ...pki.env, ...faults.env })
  }

  async function idOf(name = 'OFFICER'): Promise<string> {
    return valueIn(await host.driver.present(never)).find((seen) => seen.name === name)?.id ?? ''
  }

  const open = async (): Promise<SigningSession> => valueIn(await host.driver.open(await idOf(), never))

  async function login(session: SigningSession, text: string, insist = false) {
    if (text !== '') typed.push({ token: 'OFFICER', pin: text, insist })
    const { main, window, wiped } = await enter((port) => session.login(insist, port), text)
    expect(window.ok ? ok({}) : window).toEqual(main.ok ? ok({}) : main)
    expect(wiped).toBe(true)
    return main
  }

  const sign = (session: SigningSession, fingerprint = pki.officer.fingerprint) => session.sign(fingerprint, digest)

  function expectGood(signature: Uint8Array, der = pki.officer.der): void {
    const { publicKey } = new X509Certificate(der)
    expect(verify('sha256', new TextEncoder().encode('bản sao y'), publicKey, signature)).toBe(true)
  }

  const kinds = async () => (await faults.ledger()).map((line) => `${line.kind} ${line.code}`)

  describe('a key that asks for its PIN before every signature', () => {
    test('twenty papers and one typed PIN: one login of the user, twenty for one signature each', async () => {
      await begin('always-auth OFFICER 1')
      const session = await open()
      expect(await login(session, RIGHT)).toEqual(ok({ pinPad: false }))
      const made = await Promise.all(Array.from({ length: 20 }, () => sign(session)))
      for (const one of made) expectGood(valueIn(one))
      expect(await kinds()).toEqual(['login 0', ...Array(20).fill('login-context 0')])
      expect((await faults.signatures()).length).toBe(20)
    })

    test('is known before the batch when the key can be seen, and always after the login', async () => {
      await begin('always-auth OFFICER 1')
      const session = await open()
      const facts = async () =>
        valueIn(await session.certificates()).map(({ fingerprint, everySignature }) => ({
          fingerprint,
          everySignature,
        }))
      expect(await facts()).toContainEqual({ fingerprint: pki.officer.fingerprint, everySignature: undefined })
      await login(session, RIGHT)
      expect(await facts()).toContainEqual({ fingerprint: pki.officer.fingerprint, everySignature: true })
    })

    test('of SoftHSM itself, beside a key that does not ask', async () => {
      await begin()
      const asks = pki.extras['asks-every-time']
      if (asks === undefined) throw new Error('not on the token')
      const session = await open()
      await login(session, RIGHT)
      for (const _paper of [1, 2, 3]) expectGood(valueIn(await sign(session, asks.fingerprint)), asks.der)
      expectGood(valueIn(await sign(session)))
      expect(await kinds()).toEqual(['login 0', ...Array(3).fill('login-context 0')])
    })

    test('a refusal in the middle is one try, and the batch stops: nothing is tried until somebody types again', async () => {
      await begin('always-auth OFFICER 1', 'login-error OFFICER 0xa0 after 3')
      const session = await open()
      await login(session, RIGHT)
      const made = await Promise.all(Array.from({ length: 6 }, () => sign(session)))
      expect(made.slice(0, 2).map((one) => one.ok)).toEqual([true, true])
      expect(made.slice(2)).toEqual([pin('wrong'), pin('withheld'), pin('withheld'), pin('withheld')])
      expect(await kinds()).toEqual(['login 0', 'login-context 0', 'login-context 0', 'login-context 160'])
      await faults.say('always-auth OFFICER 1')
      expect(await sign(session)).toEqual(pin('withheld'))
      await login(session, RIGHT)
      expectGood(valueIn(await sign(session)))
    })

    test('when somebody else used up tries meanwhile, the PIN is not repeated on the last one', async () => {
      await begin('always-auth OFFICER 1')
      const session = await open()
      await login(session, RIGHT)
      expectGood(valueIn(await sign(session)))
      await faults.say('always-auth OFFICER 1', 'tries OFFICER 1')
      expect(await sign(session)).toEqual(pin('last-try'))
      await faults.say('always-auth OFFICER 1', 'tries OFFICER 0')
      expect(await sign(session)).toEqual(pin('withheld'))
      expect(await kinds()).toEqual(['login 0', 'login-context 0'])
    })

    test('after the logout the PIN is gone', async () => {
      await begin('always-auth OFFICER 1')
      const session = await open()
      await login(session, RIGHT)
      await session.logout()
      expect(await sign(session)).toEqual(pin('withheld'))
      expect(await kinds()).toEqual(['login 0'])
    })

    test('pulled in the middle and put back, it asks a person again', async () => {
      await begin('always-auth OFFICER 1', 'pull-after OFFICER 2')
      const session = await open()
      await login(session, RIGHT)
      const made = await Promise.all(Array.from({ length: 5 }, () => sign(session)))
      expect(made.slice(2)).toEqual(Array(3).fill(device('removed')))
      await faults.say('always-auth OFFICER 1')
      await session.close()
      const next = await open()
      expect(await sign(next)).toEqual(pin('withheld'))
      await login(next, RIGHT)
      expectGood(valueIn(await sign(next)))
      expect(await kinds()).toEqual([
        ...['login 0', 'login-context 0', 'login-context 0', 'login-context 0', 'pull 4294967295'],
        ...['login 0', 'login-context 0'],
      ])
    })
  })

  describe('a reader that another program holds', () => {
    // CKR_DEVICE_ERROR, CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR: nobody says "held"; the token in its slot tells.
    test.each(['0x30', '0x6', '0x5'])(
      'that says %s: busy, and the same session goes on once it is free',
      async (code) => {
        await begin()
        const session = await open()
        await login(session, RIGHT)
        expectGood(valueIn(await sign(session)))
        await faults.say(`held OFFICER ${code}`)
        expect(await sign(session)).toEqual(device('busy'))
        expect(await session.pinState()).toEqual(device('busy'))
        expect(await sign(session)).toEqual(device('busy'))
        await faults.say()
        expectGood(valueIn(await sign(session)))
        expect(await kinds()).toEqual(['login 0'])
      },
    )

    test('is still listed meanwhile, and says busy to whoever opens it, also when nobody has read its label yet', async () => {
      await begin()
      const session = await open()
      const id = await idOf()
      await login(session, RIGHT)
      await faults.say('held OFFICER 0x30')
      expect(await idOf()).toBe(id)
      await session.close()
      // Another process by now, that has never seen it: something lies in the slot, and it may well be this token.
      expect(await host.driver.open(id, never)).toEqual(device('busy'))
      await faults.say()
      expect(await idOf()).toBe(id)
      await faults.say('held OFFICER 0x30')
      expect(await idOf()).toBe(id)
      expect(await host.driver.open(id, never)).toEqual(device('busy'))
      await faults.say()
      expect((await host.driver.open(id, never)).ok).toBe(true)
    })

    test('before the PIN was sent costs nothing; the PIN is wiped and has to be typed again', async () => {
      await begin()
      const session = await open()
      await faults.say('held OFFICER 0x30')
      expect(await login(session, RIGHT)).toEqual(device('busy'))
      await faults.say()
      typed = []
      expect(await login(session, RIGHT)).toEqual(ok({ pinPad: false }))
      expect(await kinds()).toEqual(['login 0'])
    })

    test('between two signatures of a key that asks every time: nothing is sent, and the batch goes on', async () => {
      await begin('always-auth OFFICER 1')
      const session = await open()
      await login(session, RIGHT)
      expectGood(valueIn(await sign(session)))
      await faults.say('always-auth OFFICER 1', 'held OFFICER 0x30')
      expect(await sign(session)).toEqual(device('busy'))
      await faults.say('always-auth OFFICER 1')
      expectGood(valueIn(await sign(session)))
      expect(await kinds()).toEqual(['login 0', 'login-context 0', 'login-context 0'])
    })

    test('in the middle of a batch: it waits, goes on by itself, and nobody types a PIN again', async () => {
      await begin('held OFFICER 0x30 after 12 times 5')
      const session = await open()
      await login(session, RIGHT)
      const told: boolean[] = []
      const held = (isHeld: boolean): void => void told.push(isHeld)
      const patient = signPatiently(session, { every: 20, longest: 30_000, signal: never, held })
      const made = await Promise.all(Array.from({ length: 12 }, () => patient.sign(pki.officer.fingerprint, digest)))
      for (const one of made) expectGood(valueIn(one))
      expect([told[0], told.at(-1)]).toEqual([true, false])
      expect(await kinds()).toEqual(['login 0'])
    })

    test('pulled while it was held: it is gone, and nothing else', async () => {
      await begin()
      const session = await open()
      await login(session, RIGHT)
      await faults.say('held OFFICER 0x30')
      expect(await sign(session)).toEqual(device('busy'))
      await faults.say('held OFFICER 0x30', 'pulled OFFICER 1')
      expect(await sign(session)).toEqual(device('removed'))
    })

    test('what is vague is judged by three questions, none of which spends a try', () => {
      const asked = (token: 'ours' | 'other' | number, slot: 'full' | 'empty' | number, session: 'alive' | number) =>
        whereIs({ token, slot, session })
      expect([asked('ours', 'full', 'alive'), asked('ours', 0x54, 'alive')]).toEqual(['there', 'there'])
      expect([asked(0x30, 'full', 'alive'), asked(0x5, 0x30, 0x30)]).toEqual(['held', 'held'])
      const gone = [
        asked('other', 'full', 'alive'),
        asked('ours', 'full', 0xb3),
        asked(0x30, 'empty', 'alive'),
        asked(0x5, 'full', 0x32),
        asked(0xe0, 'full', 'alive'),
        asked(0x5, 0x3, 'alive'),
      ]
      expect(new Set(gone)).toEqual(new Set(['gone']))
    })
  })

  describe('a reader with keys of its own', () => {
    const atReader = (count: number, pinThere = RIGHT): void =>
      void typed.push(...Array.from({ length: count }, () => ({ token: 'OFFICER', pin: pinThere })))

    test('no PIN comes from our window; the person types at the reader, once for the batch', async () => {
      await begin('pin-pad OFFICER 1', `pad-pin OFFICER ${RIGHT}`)
      const session = await open()
      expect(valueIn(await session.pinState()).pinPad).toBe(true)
      atReader(1)
      expect(await login(session, '')).toEqual(ok({ pinPad: true }))
      expectGood(valueIn(await sign(session)))
      expect(await kinds()).toEqual(['login 0'])
    })

    test('with a key that asks every time the person types at the reader for each paper', async () => {
      await begin('pin-pad OFFICER 1', `pad-pin OFFICER ${RIGHT}`, 'always-auth OFFICER 1')
      const session = await open()
      atReader(4)
      await login(session, '')
      for (const _paper of [1, 2, 3]) expectGood(valueIn(await sign(session)))
      expect(await kinds()).toEqual(['login 0', ...Array(3).fill('login-context 0')])
    })

    test('whoever walks away from the reader has not entered a PIN: the batch stops and no try is lost', async () => {
      await begin('pin-pad OFFICER 1')
      const session = await open()
      expect(await login(session, '')).toEqual(pin('withheld'))
      expect((await faults.ledger()).map(({ code, left }) => [code, left])).toEqual([[0x50, 3]])
    })

    test('a library that insists on a null pointer cannot be served from here, and that is said; no try is lost', async () => {
      await begin('pin-pad OFFICER 2', `pad-pin OFFICER ${RIGHT}`)
      const session = await open()
      expect(await login(session, '')).toEqual(pin('pad'))
      expect((await faults.ledger()).map(({ code, left }) => [code, left])).toEqual([[0x7, 3]])
    })

    test('a wrong PIN at the reader is one try', async () => {
      await begin('pin-pad OFFICER 1', `pad-pin OFFICER ${WRONG}`)
      const session = await open()
      atReader(1, WRONG)
      expect(await login(session, '')).toEqual(pin('wrong'))
      expect(await kinds()).toEqual(['login 160'])
    })
  })

  describe('the PIN window', () => {
    test('that sends twice is heard once', async () => {
      await begin()
      const session = await open()
      const glass = openPinWindow()
      const main = session.login(false, glass.port)
      typed.push({ token: 'OFFICER', pin: WRONG })
      const first = glass.type(WRONG)
      void glass.type(WRONG)
      void glass.type(RIGHT)
      expect([await first, await main]).toEqual([pin('wrong'), pin('wrong')])
      expect(await session.pinState()).toMatchObject({ value: { countLow: true } })
      expect(await kinds()).toEqual(['login 160'])
    })

    test('closed without a PIN, or broken, costs nothing', async () => {
      await begin()
      const session = await open()
      const closed = openPinWindow()
      const main = session.login(false, closed.port)
      closed.close()
      expect(await main).toEqual(pin('withheld'))
      for (const nonsense of [null, 'pin', { pin: RIGHT }, { pin: new Uint8Array(300) }, { pin: new Uint8Array(6) }]) {
        const broken = openPinWindow()
        const answer = session.login(false, broken.port)
        broken.send(nonsense)
        expect(await answer).toEqual(pin('withheld'))
      }
      expect(await kinds()).toEqual([])
    })

    test('closed while the PIN is being tried: main hears what the token said', async () => {
      await begin('login-delay OFFICER 100')
      const session = await open()
      const glass = openPinWindow()
      const main = session.login(false, glass.port)
      typed.push({ token: 'OFFICER', pin: RIGHT })
      void glass.type(RIGHT)
      glass.close()
      expect(await main).toEqual(ok({ pinPad: false }))
    })

    test('no PIN is in anything main heard, and its process ends with the session', async () => {
      await begin('always-auth OFFICER 1')
      const session = await open()
      await login(session, RIGHT)
      expectGood(valueIn(await sign(session)))
      const [child] = host.children
      const ended = new Promise((resolve) => child?.on('exit', (_code, signal) => resolve(signal)))
      await session.close()
      expect(await ended).toBe('SIGKILL')
      const all = Buffer.concat(host.heard.map((one) => Buffer.from(JSON.stringify(one))))
      expect([all.includes(RIGHT), host.logged.join().includes(RIGHT)]).toEqual([false, false])
      expect(all.includes(Buffer.from(RIGHT).join())).toBe(false)
    })
  })
})
