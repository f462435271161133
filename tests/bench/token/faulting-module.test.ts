// The faulting PKCS#11 module itself, asked directly: what it bends, what it forwards, and what it writes down.
// One process, one module; each story speaks to it by another script, and looks at its own part of the ledger.
import { constants, createHash, randomBytes, verify, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pkcs11js, { type Handle, type Mechanism, type RsaPSS } from 'pkcs11js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildFaultingModule } from './build.ts'
import { openFaults } from './faults.ts'
import { pinBreaches, readLedger } from './ledger.ts'
import { type IssuingPki, makePki, missingTools } from './pki.ts'

const ready = missingTools().length === 0 && existsSync('/usr/include/p11-kit-1/p11-kit/pkcs11.h')
const CKR = { OK: 0, DEVICE_ERROR: 0x30, PIN_INCORRECT: 0xa0, PIN_LEN: 0xa2, PIN_LOCKED: 0xa4, NOT_LOGGED_IN: 0x101 }
const [PIN, WRONG] = ['123456', '000000']
const { CKU_SO, CKU_USER, CKU_CONTEXT_SPECIFIC, CKF_SERIAL_SESSION, CKF_RW_SESSION } = pkcs11js

/** The CKR number that `call` answers. */
function code(call: () => unknown): number {
  try {
    call()
    return CKR.OK
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number') return thrown.code
    throw thrown
  }
}

describe.skipIf(!ready)('the faulting module', () => {
  const module = new pkcs11js.PKCS11()
  let dir = ''
  let pki: IssuingPki
  let faults: ReturnType<typeof openFaults>
  const digest = createHash('sha256').update('bản sao y').digest()

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-module-'))
    const built = buildFaultingModule(join(dir, 'faulting-pkcs11.so'))
    pki = await makePki(dir, { extras: ['p384', 'rsa3072', 'pss', 'asks-every-time', 'stranger'], spare: 'renewed' })
    faults = openFaults(dir, 'module', { signatures: true })
    await faults.say()
    Object.assign(process.env, pki.env, faults.env)
    module.load(await built)
    module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK })
  }, 40_000)
  afterEach(async () => {
    await faults.say()
    for (const slot of module.C_GetSlotList(true)) module.C_CloseAllSessions(slot)
  })
  afterAll(async () => {
    module.C_Finalize()
    module.close()
    await rm(dir, { recursive: true, force: true })
  })

  const infoOf = (slot: Handle) => module.C_GetTokenInfo(slot)
  const slotOf = (label: string): Handle => {
    const found = module.C_GetSlotList(true).find((slot) => infoOf(slot).label.trimEnd() === label)
    if (found === undefined) throw new Error(`${label} is out`)
    return found
  }
  const open = (label = 'OFFICER') => module.C_OpenSession(slotOf(label), CKF_SERIAL_SESSION | CKF_RW_SESSION)
  const login = (session: Handle, pin: string, user = CKU_USER) => code(() => module.C_Login(session, user, pin))
  const keyOf = (session: Handle, id: string): Handle => {
    module.C_FindObjectsInit(session, [
      { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
      { type: pkcs11js.CKA_ID, value: Buffer.from(id, 'hex') },
    ])
    const [key] = module.C_FindObjects(session, 1)
    module.C_FindObjectsFinal(session)
    if (key === undefined) throw new Error('no such key')
    return key
  }
  const begin = (session: Handle, id = '01') =>
    module.C_SignInit(session, { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS }, keyOf(session, id))
  const sign = (session: Handle) => module.C_Sign(session, digest, Buffer.alloc(512))
  const beginAndSign = (session: Handle): Buffer => {
    begin(session)
    return sign(session)
  }
  const signing = (session: Handle) => code(() => beginAndSign(session))
  const newLines = async (from: number) =>
    (await faults.ledger()).slice(from).map(({ kind, code: answer, before, left }) => [kind, answer, before, left])
  const written = async () => (await faults.ledger()).length

  test('every PIN that is tried is written down as a salted hash, with the tries before and after', async () => {
    const from = await written()
    const session = open()
    expect(login(session, WRONG)).toBe(CKR.PIN_INCORRECT)
    expect(login(session, PIN)).toBe(CKR.OK)
    const lines = (await faults.ledger()).slice(from)
    expect(lines.map(({ at, ...line }) => line)).toEqual([
      {
        ...{ token: 'OFFICER', kind: 'login', code: CKR.PIN_INCORRECT, before: 3, left: 2, first: 3 },
        ...{ process: process.pid, pin: faults.hashOf('OFFICER', WRONG), newPin: null },
      },
      {
        ...{ token: 'OFFICER', kind: 'login', code: CKR.OK, before: 2, left: 3, first: 3 },
        ...{ process: process.pid, pin: faults.hashOf('OFFICER', PIN), newPin: null },
      },
    ])
    expect(await readFile(join(dir, 'module.ledger'), 'utf8')).not.toMatch(/123456|000000/)
  })

  test('a PIN that nobody typed, typed once and sent twice, or sent to a last or no try, is a breach', async () => {
    const from = await written()
    const session = open()
    login(session, WRONG)
    login(session, WRONG)
    login(session, PIN)
    login(session, PIN)
    const lines = (await faults.ledger()).slice(from)
    const typed = [
      { token: 'OFFICER', pin: WRONG },
      { token: 'OFFICER', pin: PIN },
    ]
    expect(pinBreaches(lines, typed, faults.hashOf)).toEqual([
      'line 2, login on OFFICER: sent without being typed for it',
      'line 3, login on OFFICER: the last try, and nobody insisted',
      'line 4, login on OFFICER: sent without being typed for it',
    ])
    const insisting = [typed[0], typed[0], { ...typed[1], insist: true }, typed[1]] as typeof typed
    expect(pinBreaches(lines, insisting, faults.hashOf)).toEqual([])
    const locked = lines.map((line) => ({ ...line, before: 0 }))
    expect(pinBreaches(locked, insisting, faults.hashOf)).toEqual(
      [1, 2, 3, 4].map((line) => `line ${line}, login on OFFICER: the token was locked`),
    )
  })

  test('a token tells of few, one and no tries, unless it is one that never tells', async () => {
    const low = pkcs11js.CKF_USER_PIN_COUNT_LOW
    const [last, gone] = [pkcs11js.CKF_USER_PIN_FINAL_TRY, pkcs11js.CKF_USER_PIN_LOCKED]
    const flags = async (...rules: string[]) => {
      await faults.say(...rules)
      return infoOf(slotOf('OFFICER')).flags & (low | last | gone)
    }
    expect([await flags(), await flags('tries OFFICER 2'), await flags('tries OFFICER 1')]).toEqual([
      0,
      low,
      low | last,
    ])
    expect(await flags('tries OFFICER 0')).toBe(low | gone)
    expect(await flags('tries OFFICER 1', 'silent OFFICER 1')).toBe(0)
    expect(await flags('max-tries OFFICER 10')).toBe(0)
    await faults.say('pin-min OFFICER 8', 'pin-max OFFICER 12')
    const { minPinLen, maxPinLen } = infoOf(slotOf('OFFICER'))
    expect([minPinLen, maxPinLen, login(open(), PIN)]).toEqual([8, 12, CKR.PIN_LEN])
  })

  test('the PIN is changed and unblocked with the care of a real token: old PIN and PUK have counters of their own', async () => {
    const from = await written()
    const session = open()
    const change = (old: string, fresh: string) => code(() => module.C_SetPIN(session, old, fresh))
    expect(change(WRONG, '222222')).toBe(CKR.PIN_INCORRECT)
    expect(change(PIN, '222222')).toBe(CKR.OK)
    await faults.say('tries OFFICER 0')
    expect([change('222222', PIN), login(session, '222222')]).toEqual([CKR.PIN_LOCKED, CKR.PIN_LOCKED])
    expect([login(session, WRONG, CKU_SO), login(session, pki.soPin, CKU_SO)]).toEqual([CKR.PIN_INCORRECT, CKR.OK])
    await faults.say('tries OFFICER 0', 'init-pin-error OFFICER 0x30 times 1')
    expect(code(() => module.C_InitPIN(session, PIN))).toBe(CKR.DEVICE_ERROR)
    expect(code(() => module.C_InitPIN(session, PIN))).toBe(CKR.OK)
    module.C_Logout(session)
    expect(login(session, PIN)).toBe(CKR.OK)
    expect(await newLines(from)).toEqual([
      ['set-pin', CKR.PIN_INCORRECT, 3, 2],
      ['set-pin', CKR.OK, 2, 3],
      ['set-pin', CKR.PIN_LOCKED, 0, 0],
      ['login', CKR.PIN_LOCKED, 0, 0],
      ['login-so', CKR.PIN_INCORRECT, 3, 2],
      ['login-so', CKR.OK, 2, 3],
      ['init-pin', CKR.DEVICE_ERROR, 0, 0],
      ['init-pin', CKR.OK, 0, 3],
      ['login', CKR.OK, 3, 3],
    ])
    await faults.say('so-tries OFFICER 0')
    module.C_Logout(session)
    expect(login(session, pki.soPin, CKU_SO)).toBe(CKR.PIN_LOCKED)
    expect(infoOf(slotOf('OFFICER')).flags & pkcs11js.CKF_SO_PIN_LOCKED).not.toBe(0)
  })

  test('at a reader with its own keys the PIN is typed there: right, wrong, or not at all', async () => {
    const from = await written()
    const session = open()
    const typing = async (...rules: string[]) => {
      await faults.say('pin-pad OFFICER 1', ...rules)
      return login(session, '')
    }
    expect(await typing()).toBe(0x50)
    expect(infoOf(slotOf('OFFICER')).flags & pkcs11js.CKF_PROTECTED_AUTHENTICATION_PATH).not.toBe(0)
    expect(await typing(`pad-pin OFFICER ${WRONG}`)).toBe(CKR.PIN_INCORRECT)
    expect(login(session, PIN)).toBe(0x7)
    expect(await typing(`pad-pin OFFICER ${PIN}`)).toBe(CKR.OK)
    expect(signing(session)).toBe(CKR.OK)
    expect(await newLines(from)).toEqual([
      ['login', 0x50, 3, 3],
      ['login', CKR.PIN_INCORRECT, 3, 2],
      ['login', 0x7, 2, 2],
      ['login', CKR.OK, 2, 3],
    ])
  })

  test('a key that asks every time gives one signature a PIN, whether the real token or the script says so', async () => {
    for (const [id, ...rules] of [['13'], ['01', 'always-auth OFFICER 1']] as const) {
      await faults.say(...rules)
      const session = open()
      expect(login(session, PIN)).toBe(CKR.OK)
      const from = await written()
      begin(session, id)
      expect(code(() => sign(session))).toBe(CKR.NOT_LOGGED_IN)
      begin(session, id)
      expect(login(session, WRONG, CKU_CONTEXT_SPECIFIC)).toBe(CKR.PIN_INCORRECT)
      expect(login(session, PIN, CKU_CONTEXT_SPECIFIC)).toBe(CKR.OK)
      expect(code(() => sign(session))).toBe(CKR.OK)
      const [asks] = module.C_GetAttributeValue(session, keyOf(session, id), [
        { type: pkcs11js.CKA_ALWAYS_AUTHENTICATE },
      ])
      expect(asks?.value).toEqual(Buffer.of(1))
      expect(await newLines(from)).toEqual([
        ['login-context', CKR.PIN_INCORRECT, 3, 2],
        ['login-context', CKR.OK, 2, 3],
      ])
      module.C_CloseSession(session)
    }
  })

  test('a simulated token takes exactly its time for every signature, one after the other', async () => {
    await faults.say('sign-time OFFICER 40')
    const [one, other] = [open(), open()]
    login(one, PIN)
    const from = (await faults.signatures()).length
    begin(one)
    begin(other)
    await Promise.all([one, other].map((session) => module.C_SignAsync(session, digest, Buffer.alloc(512))))
    const lines = (await faults.signatures()).slice(from)
    expect(lines.map(({ token, code: answer, digest: what }) => [token, answer, what])).toEqual(
      Array(2).fill(['OFFICER', CKR.OK, digest.toString('hex')]),
    )
    // No timed assertion upwards: the machine may be busy. It never answers too early, and never two at once.
    expect(lines.every(({ ms }) => ms >= 40)).toBe(true)
    const [first = 0, second = 0] = lines.map(({ at }) => at)
    expect(second - first).toBeGreaterThanOrEqual(39)
  })

  test('a signature may come back with a wrong bit, once', async () => {
    await faults.say('garble-after OFFICER 1')
    const session = open()
    login(session, PIN)
    const { publicKey } = new X509Certificate(pki.officer.der)
    const good = [1, 2, 3].map(() => verify('sha256', digest, publicKey, beginAndSign(session)))
    expect(good).toEqual([true, false, true])
  })

  test('a reader that another program holds refuses a few calls, then all is as before, and no try was spent', async () => {
    const session = open()
    const from = await written()
    await faults.say('held OFFICER 0x30 times 2')
    expect([login(session, PIN), login(session, PIN), login(session, PIN)]).toEqual([0x30, 0x30, CKR.OK])
    expect(signing(session)).toBe(CKR.OK)
    expect((await newLines(from)).map(([, , before, left]) => [before, left])).toEqual(Array(3).fill([3, 3]))
  })

  test('tokens that come and go are slot events; another token may come into the very same slot', async () => {
    await faults.say('slot OFFICER 7', 'slot SPARE 7', 'pulled SPARE 1')
    const wait = () => module.C_WaitForSlotEvent(pkcs11js.CKF_DONT_BLOCK)?.readUIntLE(0, 6) ?? null
    while (wait() !== null) {
      // what happened before
    }
    const session = open()
    login(session, PIN)
    await faults.say('slot OFFICER 7', 'slot SPARE 7', 'pulled OFFICER 1', 'label SPARE OFFICER')
    expect([wait(), wait(), wait()]).toEqual([7, 7, null])
    expect(code(() => module.C_GetSessionInfo(session))).toBe(0x32)
    const slot = slotOf('OFFICER')
    expect(slot.readUIntLE(0, 6)).toBe(7)
    const other = module.C_OpenSession(slot, CKF_SERIAL_SESSION)
    expect([login(other, PIN), login(other, '135790')]).toEqual([CKR.PIN_INCORRECT, CKR.OK])
    expect((await faults.ledger()).at(-1)?.token).toBe('SPARE')
  })

  test('the same token may come back with another certificate, or without one', async () => {
    const session = open()
    const certificate = () => {
      module.C_FindObjectsInit(session, [
        { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_CERTIFICATE },
        { type: pkcs11js.CKA_ID, value: Buffer.of(1) },
      ])
      const [found] = module.C_FindObjects(session, 4)
      module.C_FindObjectsFinal(session)
      if (found === undefined) return null
      return module.C_GetAttributeValue(session, found, [{ type: pkcs11js.CKA_VALUE }])[0]?.value
    }
    expect(certificate()).toEqual(Buffer.from(pki.officer.der))
    await faults.say(`certificate OFFICER 01=${dir}/stranger.der`)
    expect(certificate()).toEqual(Buffer.from(pki.extras.stranger?.der ?? []))
    await faults.say('hide OFFICER 01')
    expect(certificate()).toBe(null)
  })

  test('it signs with RSA of 3072 bits, with PSS, and on P-384', async () => {
    const session = open()
    login(session, PIN)
    const data = randomBytes(100)
    const make = (id: string, mechanism: Mechanism, input = data) => {
      module.C_SignInit(session, mechanism, keyOf(session, id))
      return module.C_Sign(session, input, Buffer.alloc(512))
    }
    const publicKeyOf = (name: 'p384' | 'rsa3072' | 'pss') =>
      new X509Certificate(pki.extras[name]?.der ?? Buffer.of()).publicKey
    const rsa3072 = make('11', { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS })
    expect([rsa3072.length, verify('sha256', data, publicKeyOf('rsa3072'), rsa3072)]).toEqual([384, true])

    const parameter: RsaPSS = {
      type: pkcs11js.CK_PARAMS_RSA_PSS,
      hashAlg: pkcs11js.CKM_SHA256,
      mgf: pkcs11js.CKG_MGF1_SHA256,
      saltLen: 32,
    }
    const pss = make('12', { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS_PSS, parameter })
    const key = publicKeyOf('pss')
    const padded = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    expect([key.asymmetricKeyType, verify('sha256', data, padded, pss)]).toEqual(['rsa-pss', true])

    const hashed = createHash('sha384').update(data).digest()
    const elliptic = make('10', { mechanism: pkcs11js.CKM_ECDSA }, hashed)
    const raw = { key: publicKeyOf('p384'), dsaEncoding: 'ieee-p1363' } as const
    expect([elliptic.length, verify('sha384', data, raw, elliptic)]).toEqual([96, true])
  })

  test('a rule with a slip in it is refused, and half a line of the ledger is not read', async () => {
    await expect(faults.say('sing-error OFFICER 5')).rejects.toThrow('not a rule')
    await expect(faults.say('tries OFFICER')).rejects.toThrow('not a rule')
    expect(readLedger('OFFICER 0 3 3 1700000000\nOFFICER 160 2')).toEqual([
      {
        ...{ token: 'OFFICER', code: 0, left: 3, first: 3, at: 1_700_000_000_000, process: 0, kind: 'login' },
        ...{ before: null, pin: null, newPin: null },
      },
    ])
  })
})
