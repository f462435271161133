// The key of the store: only wrapped on disk, opened by its own keychain or passphrase and by nothing else.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Keychain, type Keys, keyIn, makeKey, openKey } from '../../main/storage/index.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { tempFolders } from './store.ts'

const folders = tempFolders()
afterEach(folders.clean)

const PASSPHRASE = 'kho mẫu của quầy 03'
const fileOf = (folder: string): string => join(folder, 'key.json')
const damaged = fail({ kind: 'storage', what: 'damaged' })
const locked = fail({ kind: 'storage', what: 'locked' })
const wrong = fail({ kind: 'storage', what: 'wrong-passphrase' })

/** A keychain as the OS gives one: what it wrapped it unwraps, and nothing else. */
function keychain(secret = 0x5a): Keychain {
  const turn = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ secret)
  return {
    wrap: (bytes) => Buffer.concat([Buffer.from([secret]), turn(bytes)]),
    unwrap: (box) => {
      if (box[0] !== secret) throw new Error('not mine')
      return turn(box.subarray(1))
    },
  }
}

describe('a store opened by a passphrase', () => {
  test('opens again with the same passphrase and gives the same three keys, all different', () => {
    const folder = folders.make()
    expect(keyIn(folder)).toBe(null)
    const made = makeKey(folder, { passphrase: PASSPHRASE })
    expect(keyIn(folder)).toBe('passphrase')
    expect(openKey(folder, { passphrase: PASSPHRASE })).toEqual(ok(made))
    const all = [made.database, made.vault, made.chain]
    expect(all.map((key) => key.length)).toEqual([32, 32, 32])
    expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(3)
  })

  test('does not open with another passphrase, nor with a keychain, nor with nothing', () => {
    const folder = folders.make()
    makeKey(folder, { passphrase: PASSPHRASE })
    for (const passphrase of ['', PASSPHRASE.toUpperCase(), `${PASSPHRASE} `, PASSPHRASE.normalize('NFD').slice(0, -1)])
      expect(openKey(folder, { passphrase })).toEqual(wrong)
    expect(openKey(folder, { keychain: keychain() })).toEqual(locked)
  })

  test('the passphrase fits however the keyboard composed its Vietnamese letters', () => {
    const folder = folders.make()
    const made = makeKey(folder, { passphrase: PASSPHRASE.normalize('NFD') })
    expect(openKey(folder, { passphrase: PASSPHRASE.normalize('NFC') })).toEqual(ok(made))
  })

  test('two stores with the same passphrase have different keys and different salts', () => {
    const [one, other] = [folders.make(), folders.make()]
    const [first, second] = [one, other].map((folder) => makeKey(folder, { passphrase: PASSPHRASE }))
    expect(first?.database.equals(second?.database ?? Buffer.alloc(0))).toBe(false)
    const salt = (folder: string): unknown =>
      (JSON.parse(readFileSync(fileOf(folder), 'utf8')) as { salt: string }).salt
    expect(salt(one)).not.toEqual(salt(other))
  })

  test('the file holds the wrapped key and its memory-hard cost, no key and no passphrase, and only its owner reads it', () => {
    const folder = folders.make()
    const made = makeKey(folder, { passphrase: PASSPHRASE })
    expect(readdirSync(folder)).toEqual(['key.json'])
    expect(statSync(fileOf(folder)).mode & 0o777).toBe(0o600)
    const text = readFileSync(fileOf(folder), 'utf8')
    const kept = JSON.parse(text) as { n: number; r: number; p: number; salt: string; box: string }
    expect(kept).toMatchObject({ version: 1, by: 'passphrase', n: 65_536, r: 8, p: 1 })
    expect(128 * kept.n * kept.r, 'bytes of memory for one guess').toBeGreaterThanOrEqual(64 * 2 ** 20)
    expect(Buffer.from(kept.salt, 'base64').length).toBe(16)
    expect(text).not.toContain(PASSPHRASE)
    for (const key of Object.values(made) as Buffer[])
      for (const form of ['hex', 'base64'] as const) expect(text).not.toContain(key.toString(form))
  })
})

describe('a store opened by the keychain', () => {
  test('opens with that keychain only', () => {
    const folder = folders.make()
    const made = makeKey(folder, { keychain: keychain() })
    expect(keyIn(folder)).toBe('keychain')
    expect(openKey(folder, { keychain: keychain() })).toEqual(ok(made))
    expect(openKey(folder, { keychain: keychain(0x33) }).ok).toBe(false)
  })
  test('is never opened by a passphrase: that would be a weaker door', () => {
    const folder = folders.make()
    makeKey(folder, { keychain: keychain() })
    expect(openKey(folder, { passphrase: PASSPHRASE })).toEqual(locked)
  })
})

describe('a damaged key file', () => {
  const base = (): { folder: string; bytes: Buffer; keys: Keys } => {
    const folder = folders.make()
    const keys = makeKey(folder, { passphrase: PASSPHRASE })
    return { folder, bytes: readFileSync(fileOf(folder)), keys }
  }
  test.each([
    ['empty', ''],
    ['cut in the middle', '{"version":1,"by":"passphrase","n":65536'],
    ['not JSON', 'PK\u0003\u0004'],
    ['JSON of something else', '{"hello":"world"}'],
    ['of an unknown way to keep it', '{"version":1,"by":"plain","key":"00"}'],
    ['of a newer version', '{"version":2,"by":"keychain","box":"AA=="}'],
    [
      'asking for more memory than any counter has',
      '{"version":1,"by":"passphrase","n":1073741824,"r":8,"p":1,"salt":"","nonce":"","box":""}',
    ],
  ])('%s is called damaged, and stays where it is', (_, text) => {
    const folder = folders.make()
    writeFileSync(fileOf(folder), text)
    expect(keyIn(folder)).toBe('damaged')
    expect(openKey(folder, { passphrase: PASSPHRASE })).toEqual(damaged)
    expect(openKey(folder, { keychain: keychain() })).toEqual(damaged)
    expect(readFileSync(fileOf(folder), 'utf8')).toBe(text)
  })

  test('no file at all is no key, and opening it is not making it', () => {
    const folder = folders.make()
    expect(keyIn(folder)).toBe(null)
    expect(openKey(folder, { passphrase: PASSPHRASE })).toEqual(damaged)
    expect(existsSync(fileOf(folder))).toBe(false)
  })

  test('with any byte changed it never gives another key and never throws', () => {
    const { folder, bytes, keys } = base()
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, turn) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ turn
        // The cost numbers themselves are left alone here: a larger one only makes this test slow.
        if (/"(n|r|p)":\d*$/.test(bytes.subarray(0, at).toString())) return
        writeFileSync(fileOf(folder), changed)
        const opened: Result<Keys> = openKey(folder, { passphrase: PASSPHRASE })
        if (opened.ok) expect(opened.value).toEqual(keys)
        else expect([damaged, wrong, locked]).toContainEqual(opened)
      }),
      { numRuns: 25 },
    )
  })

  test.each(['n', 'r', 'p'])('with an impossible cost %s it never gives another key and never throws', (name) => {
    const { folder, bytes, keys } = base()
    for (const value of [0, 3, -1]) {
      writeFileSync(fileOf(folder), JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), [name]: value }))
      // Node reads p = 0 as its default, 1, which is the right one.
      const opened = openKey(folder, { passphrase: PASSPHRASE })
      if (opened.ok) expect(opened.value).toEqual(keys)
      else expect([damaged, wrong]).toContainEqual(opened)
    }
  })
})

test('a half-written key of a killed program is not taken for a key', () => {
  const folder = folders.make()
  writeFileSync(`${fileOf(folder)}.new`, '{"version":1,"by":"pass')
  expect(keyIn(folder)).toBe(null)
  const made = makeKey(folder, { passphrase: PASSPHRASE })
  expect(openKey(folder, { passphrase: PASSPHRASE })).toEqual(ok(made))
})

test('a key that is there is never replaced: everything under it would be lost', () => {
  const folder = folders.make()
  const made = makeKey(folder, { passphrase: PASSPHRASE })
  expect(() => makeKey(folder, { passphrase: 'mật khẩu khác' })).toThrow()
  expect(openKey(folder, { passphrase: PASSPHRASE })).toEqual(ok(made))
})
