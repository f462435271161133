// Tokens that are pulled, locked, slow, vague or dead: the real driver, in a process of its own, over the faulting module.
// The ledger counts every PIN that reached a token; no story may cost one more than its clerk meant to spend.
import { createHash, verify, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PinState, TokenSession } from '../../drivers/contract.ts'
import type { Result } from '../../preload/contract/result.ts'
import { buildFaultingModule } from '../bench/token/build.ts'
import { type DriverProcess, startDriverProcess } from '../bench/token/driver-process.ts'
import { type Faults, openFaults } from '../bench/token/faults.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const digest = Uint8Array.from(createHash('sha256').update('bản sao y').digest())
const device = (what: string) => ({ ok: false, failure: { kind: 'device', device: 'signature', what } })
const pin = (what: string) => ({ ok: false, failure: { kind: 'pin', what } })
const done = { ok: true, value: undefined }
const spent = { countLow: false, finalTry: false, locked: false }
/** SoftHSM takes 4 to 255 characters, the PIN window at most 64. */
const calm: PinState = { ...spent, pinPad: false, code: spent, length: { min: 4, max: 64 } }
const never = new AbortController().signal
const ready = missingTools().length === 0 && existsSync('/usr/include/p11-kit-1/p11-kit/pkcs11.h')

/** CKR numbers as the ledger shows them. */
const CKR = { OK: 0, GENERAL_ERROR: 5, FUNCTION_FAILED: 6, PIN_INCORRECT: 160 }

function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

describe.skipIf(!ready)('a token that misbehaves', () => {
  let dir = ''
  let module = ''
  let pki: Pki
  let faults: Faults
  let host: DriverProcess
  let stories = 0

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-faulty-'))
    const built = buildFaultingModule(join(dir, 'faulting-pkcs11.so'))
    pki = await makePki(dir)
    module = await built
  }, 30_000)
  afterEach(() => host.kill())
  afterAll(() => rm(dir, { recursive: true, force: true }))

  /** Each story has its own process, script and ledger; the tokens are the same. */
  async function begin(...rules: readonly string[]): Promise<void> {
    stories += 1
    faults = openFaults(dir, `story-${stories}`)
    await faults.say(...rules)
    host = startDriverProcess(module, { ...pki.env, ...faults.env })
  }

  async function names(): Promise<readonly string[]> {
    return valueIn(await host.driver.present(never))
      .map((seen) => seen.name)
      .sort()
  }

  async function idOf(name: string): Promise<string> {
    return valueIn(await host.driver.present(never)).find((seen) => seen.name === name)?.id ?? ''
  }

  async function open(name = 'OFFICER', signal = never): Promise<TokenSession> {
    return valueIn(await host.driver.open(await idOf(name), signal))
  }

  async function openWithPin(signal = never): Promise<TokenSession> {
    const session = await open('OFFICER', signal)
    expect(await session.login(utf8('123456'), false)).toEqual(done)
    return session
  }

  const sign = (session: TokenSession) => session.sign(pki.officer.fingerprint, digest)

  async function expectSigned(session: TokenSession): Promise<void> {
    const signature = valueIn(await sign(session))
    const publicKey = new X509Certificate(pki.officer.der).publicKey
    expect(verify('sha256', utf8('bản sao y'), publicKey, signature)).toBe(true)
  }

  describe('the PIN', () => {
    test('a wrong PIN costs exactly one try, and the token says that few are left', async () => {
      await begin()
      const session = await open()
      expect(await session.pinState()).toEqual({ ok: true, value: calm })
      expect(await session.login(utf8('000000'), false)).toEqual(pin('wrong'))
      expect(await faults.tries()).toEqual([{ token: 'OFFICER', code: CKR.PIN_INCORRECT, left: 2 }])
      expect(await session.pinState()).toEqual({ ok: true, value: { ...calm, countLow: true } })
    })

    test('the right PIN costs one C_Login, gives the tries back, and is wiped once it was sent', async () => {
      await begin('tries OFFICER 2')
      const session = await openWithPin()
      expect(await faults.tries()).toEqual([{ token: 'OFFICER', code: CKR.OK, left: 3 }])
      expect(host.wiped).toEqual([true])
      expect(await session.pinState()).toEqual({ ok: true, value: calm })
      await expectSigned(session)
    })

    test('the last try is not spent unless the clerk insists', async () => {
      await begin('tries OFFICER 1')
      const session = await open()
      expect(await session.pinState()).toEqual({ ok: true, value: { ...calm, countLow: true, finalTry: true } })
      expect(await session.login(utf8('123456'), false)).toEqual(pin('last-try'))
      expect(await faults.tries()).toEqual([])
      expect(await session.login(utf8('123456'), true)).toEqual(done)
      expect(await faults.tries()).toEqual([{ token: 'OFFICER', code: CKR.OK, left: 3 }])
      expect(host.wiped).toEqual([false, true])
    })

    test('a clerk who insists on a wrong last PIN hears that the token is locked now, and no later PIN reaches it', async () => {
      await begin('tries OFFICER 1')
      const session = await open()
      expect(await session.login(utf8('000000'), true)).toEqual(pin('locked'))
      expect(await session.login(utf8('123456'), true)).toEqual(pin('locked'))
      expect(await faults.tries()).toEqual([{ token: 'OFFICER', code: CKR.PIN_INCORRECT, left: 0 }])
    })

    test('a locked token is not asked, however much the clerk insists', async () => {
      await begin('tries OFFICER 0')
      const session = await open()
      expect(await session.pinState()).toEqual({ ok: true, value: { ...calm, countLow: true, locked: true } })
      expect(await session.login(utf8('123456'), true)).toEqual(pin('locked'))
      expect(await faults.tries()).toEqual([])
    })

    test('an empty PIN, and one that was wiped already, costs no try', async () => {
      await begin()
      const session = await open()
      expect(await session.login(new Uint8Array(), false)).toEqual(pin('withheld'))
      expect(await session.login(new Uint8Array(6), false)).toEqual(pin('withheld'))
      expect(await session.login(Uint8Array.of(0x31, 0xff), false)).toMatchObject({ failure: { kind: 'malformed' } })
      expect(await faults.tries()).toEqual([])
    })

    test('a token that only says "failed" has not said that the PIN was wrong', async () => {
      await begin(`login-error OFFICER ${CKR.FUNCTION_FAILED}`)
      const session = await open()
      expect(await session.login(utf8('123456'), false)).toEqual(device('failed'))
      expect(await faults.tries()).toEqual([{ token: 'OFFICER', code: CKR.FUNCTION_FAILED, left: 3 }])
    })

    test('the tries of one token are not those of the other', async () => {
      await begin('tries OFFICER 0')
      const session = await open('SEAL')
      expect(await session.login(utf8('654321'), false)).toEqual(done)
      expect(await faults.tries()).toEqual([{ token: 'SEAL', code: CKR.OK, left: 3 }])
    })
  })

  describe('the pull', () => {
    test('pulled between two signatures it is removed for good; put back it is the same token and wants its PIN', async () => {
      await begin()
      const id = await idOf('OFFICER')
      const session = await openWithPin()
      await expectSigned(session)
      await faults.say('pulled OFFICER 1')
      expect(await sign(session)).toEqual(device('removed'))
      expect(await names()).toEqual(['SEAL'])
      expect(await host.driver.open(id, never)).toEqual(device('absent'))

      await faults.say('pulled OFFICER 0')
      expect(await idOf('OFFICER')).toBe(id)
      expect(await sign(session)).toEqual(device('removed'))
      const next = await open()
      expect(await sign(next)).toEqual(pin('withheld'))
      expect(await next.login(utf8('123456'), false)).toEqual(done)
      await expectSigned(next)
      expect((await faults.tries()).map((one) => one.code)).toEqual([CKR.OK, CKR.OK])
    })

    test('pulled in the middle of a signature, of which the library only says "general error", it is removed', async () => {
      await begin('pull-after OFFICER 3')
      const session = await openWithPin()
      const answers = await Promise.all(Array.from({ length: 6 }, () => sign(session)))
      expect(answers.slice(0, 3).map((answer) => answer.ok)).toEqual([true, true, true])
      expect(answers.slice(3)).toEqual(Array(3).fill(device('removed')))
      expect(await names()).toEqual(['SEAL'])
    })

    test('pulled and put back before anybody looked, the old session is still over', async () => {
      await begin()
      const session = await openWithPin()
      await faults.say('pulled OFFICER 1')
      expect(await names()).toEqual(['SEAL'])
      await faults.say()
      expect(await session.pinState()).toEqual(device('removed'))
      expect(await session.login(utf8('123456'), false)).toEqual(device('removed'))
      expect((await faults.tries()).length).toBe(1)
    })

    test('pulled while it is still at work, the clerk hears it as soon as anybody looks', async () => {
      await begin()
      const session = await openWithPin()
      await faults.say('hang OFFICER 1')
      const waiting = sign(session)
      await expect.poll(() => faults.hangs()).toBe(1)
      await faults.say('hang OFFICER 1', 'pulled OFFICER 1')
      expect(await names()).toEqual(['SEAL'])
      expect(await waiting).toEqual(device('removed'))
    })

    test('pulled and put back while the clerk was elsewhere, it can be opened again at once', async () => {
      await begin()
      const id = await idOf('OFFICER')
      const seal = await open('SEAL')
      await openWithPin()
      await faults.say('pulled OFFICER 1')
      expect(await seal.pinState()).toEqual({ ok: true, value: calm })
      await faults.say()
      const next = valueIn(await host.driver.open(id, never))
      expect(await next.login(utf8('123456'), false)).toEqual(done)
      await expectSigned(next)
    })

    test('pulled before the PIN was sent, the PIN goes nowhere', async () => {
      await begin()
      const session = await open()
      await faults.say('pulled OFFICER 1')
      expect(await session.login(utf8('123456'), false)).toEqual(device('removed'))
      expect(await faults.tries()).toEqual([])
    })

    test('pulling one token does not end the batch of the other', async () => {
      await begin('sign-delay OFFICER 5')
      const session = await openWithPin()
      const batch = Promise.all(Array.from({ length: 10 }, () => sign(session)))
      await faults.say('sign-delay OFFICER 5', 'pulled SEAL 1')
      expect(await names()).toEqual(['OFFICER'])
      expect((await batch).every((answer) => answer.ok)).toBe(true)
    })
  })

  describe('another token', () => {
    test('another token in the very same slot is never given the PIN of the one that was pulled', async () => {
      await begin('slot OFFICER 7', 'slot SEAL 7', 'pulled SEAL 1')
      const session = await open()
      await faults.say('slot OFFICER 7', 'slot SEAL 7', 'pulled OFFICER 1')
      expect(await session.login(utf8('123456'), false)).toEqual(device('removed'))
      expect(await names()).toEqual(['SEAL'])
      expect(await faults.ledger()).toEqual([])
    })

    test('the same token with another certificate does not sign for the one it had before', async () => {
      await begin(`certificate OFFICER 01=${dir}/agency.der`)
      const session = await openWithPin()
      expect(await sign(session)).toEqual({ ok: false, failure: { kind: 'refused', rule: 'certificate-missing' } })
      await faults.say('hide OFFICER 01')
      expect(await session.certificates()).toEqual({ ok: true, value: [] })
    })
  })

  describe('the signature', () => {
    test('a vague error with the token in its place is a failure, and the next signature is made', async () => {
      await begin(`sign-error OFFICER ${CKR.GENERAL_ERROR} after 1`)
      const session = await openWithPin()
      await expectSigned(session)
      expect(await sign(session)).toEqual(device('failed'))
      await faults.say()
      await expectSigned(session)
      expect((await faults.tries()).length).toBe(1)
    })

    test('an error nobody knows is noted in full, and is a failure', async () => {
      await begin('sign-error OFFICER 0x80001234')
      const session = await openWithPin()
      expect(await sign(session)).toEqual(device('failed'))
      expect(host.notes).toEqual([0x80001234])
    })

    test('a token that forgot its PIN asks for it again, once, by way of the clerk', async () => {
      await begin('sign-error OFFICER 0x101')
      const session = await openWithPin()
      expect(await sign(session)).toEqual(pin('withheld'))
      await faults.say()
      expect(await sign(session)).toEqual(pin('withheld'))
      expect((await faults.tries()).length).toBe(1)
      expect(await session.login(utf8('123456'), false)).toEqual(done)
      await expectSigned(session)
    })

    test('a signature that hangs is answered when the signal aborts; the token stays busy, and waits for its turn', async () => {
      await begin()
      const controller = new AbortController()
      const session = await openWithPin(controller.signal)
      await faults.say('hang OFFICER 1')
      const stuck = sign(session)
      const behind = sign(session)
      await expect.poll(() => faults.hangs()).toBe(1)
      controller.abort()
      expect(await Promise.all([stuck, behind])).toEqual([device('timeout'), device('timeout')])
      expect(await host.driver.open(await idOf('OFFICER'), never)).toEqual(device('busy'))
      await faults.say()
      await session.close()
      await expect.poll(async () => (await host.driver.open(await idOf('OFFICER'), never)).ok).toBe(true)
    })

    test('a login that hangs blocks its process only, and the owner ends that; a new one works, and no PIN was tried', async () => {
      await begin('hang OFFICER 1')
      const session = await open()
      const stuck = session.login(utf8('123456'), false)
      const blocked = host.driver.present(never)
      await expect.poll(() => faults.hangs()).toBe(1)
      const ends = [expect(stuck).rejects.toThrow('has ended'), expect(blocked).rejects.toThrow('has ended')]
      expect(await host.kill()).toBe('SIGKILL')
      await Promise.all(ends)
      expect(await faults.tries()).toEqual([])

      await faults.say()
      host = startDriverProcess(module, { ...pki.env, ...faults.env })
      await expectSigned(await openWithPin())
      expect((await faults.tries()).map((one) => one.code)).toEqual([CKR.OK])
    })

    test('a signature with a wrong bit is not let through, and the next one is made', async () => {
      await begin('garble-after OFFICER 1')
      const session = await openWithPin()
      await expectSigned(session)
      expect(await sign(session)).toEqual(device('failed'))
      await expectSigned(session)
    })

    test('a library that crashes takes its process along; in the next one the token wants its PIN, and crashes no more', async () => {
      await begin('crash-after OFFICER 2')
      const session = await openWithPin()
      await expectSigned(session)
      await expectSigned(session)
      await expect(sign(session)).rejects.toThrow('has ended')
      host = startDriverProcess(module, { ...pki.env, ...faults.env })
      const next = await openWithPin()
      for (const _again of [1, 2, 3]) await expectSigned(next)
      const kinds = (await faults.ledger()).map((line) => line.kind)
      expect(kinds).toEqual(['login', 'crash', 'login'])
    })

    test('a token that fell out stays out for the next process too, until somebody puts it back', async () => {
      await begin('pull-after OFFICER 0')
      expect(await sign(await openWithPin())).toEqual(device('removed'))
      await host.kill()
      host = startDriverProcess(module, { ...pki.env, ...faults.env })
      expect(await names()).toEqual(['SEAL'])
      await faults.say()
      await expectSigned(await openWithPin())
    })

    test('a reader held by another program costs no try, and is free again later', async () => {
      await begin()
      const session = await open()
      await faults.say('held OFFICER 0x30 times 2')
      expect((await session.login(utf8('123456'), false)).ok).toBe(false)
      await faults.say()
      await session.close()
      const next = await open()
      expect(await next.login(utf8('123456'), false)).toEqual(done)
      expect((await faults.ledger()).every((line) => line.left === 3)).toBe(true)
    })
  })
})
