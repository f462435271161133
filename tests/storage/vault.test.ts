// Files at rest: what was put comes back whole or is called damaged; a kill or a full disk leaves nothing half.
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { openVault, type Vault } from '../../main/storage/index.ts'
import { decrypt, encrypt as encryptInPieces, readSealed, writeSealed } from '../../main/storage/sealed-file.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { canMount, smallDisk } from './small-disk.ts'
import { tempFolders } from './store.ts'

const folders = tempFolders()
afterEach(folders.clean)

const KEY = Buffer.alloc(32, 7)
const CHUNK = 1024 * 1024
const HEAD = 24
const TAG = 16
const DAY = 86_400_000
const SALT = Buffer.alloc(16, 5)
const damaged = fail({ kind: 'storage', what: 'damaged' })
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')
const encrypt = (...input: Parameters<typeof encryptInPieces>): Buffer => Buffer.concat([...encryptInPieces(...input)])
const NAME = sha256(Buffer.alloc(0))
const placeOf = (folder: string, hash: string): string => join(folder, hash.slice(0, 2), hash)
const nameOf = (put: Result<string>): string => (put.ok ? put.value : 'refused')
const everything = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
/** As if the file had been written so long ago. */
const age = (file: string, days: number): void => {
  const then = new Date(Date.now() - days * DAY)
  utimesSync(file, then, then)
}

describe('put and get', () => {
  test('what was put comes back, whatever its size, under the name of its content', () => {
    const vault = openVault(folders.make(), KEY)
    for (const size of [0, 1, 15, 16, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 3]) {
      const content = randomBytes(size)
      const put = vault.put(content)
      expect(put).toEqual(ok(sha256(content)))
      expect(vault.get(sha256(content))).toEqual(ok(content))
      expect(vault.has(sha256(content))).toBe(true)
    }
    expect(vault.list()).toHaveLength(9)
  })

  test('the same content twice is one file', () => {
    const folder = folders.make()
    const vault = openVault(folder, KEY)
    const one = vault.put(Buffer.from('Bằng tốt nghiệp'))
    const before = readFileSync(placeOf(folder, nameOf(one)))
    expect(vault.put(Buffer.from('Bằng tốt nghiệp'))).toEqual(one)
    expect(everything(folder)).toEqual([nameOf(one)])
    expect(readFileSync(placeOf(folder, nameOf(one))).equals(before)).toBe(true)
  })

  test('a file that was never put is not there', () => {
    const vault = openVault(folders.make(), KEY)
    expect(vault.get('0'.repeat(64))).toEqual(damaged)
    expect(vault.has('0'.repeat(64))).toBe(false)
  })

  test('the disk holds no plain word, the same content in two vaults looks different, only the owner reads it', () => {
    const content = Buffer.from('Nguyễn Thị Mẫu 001190123456 '.repeat(9000))
    const [one, other] = [folders.make(), folders.make()]
    const [first, second] = [one, other].map((folder) => {
      const name = nameOf(openVault(folder, KEY).put(content))
      expect(statSync(placeOf(folder, name)).mode & 0o777).toBe(0o600)
      return readFileSync(placeOf(folder, name))
    })
    expect(first?.includes('001190123456')).toBe(false)
    expect(first?.subarray(HEAD).equals(second?.subarray(HEAD) ?? Buffer.alloc(0))).toBe(false)
    expect(openVault(one, Buffer.alloc(32, 8)).get(sha256(content))).toEqual(damaged)
  })
})

describe('a file that is not what it was', () => {
  const content = Buffer.from('Bản sao chứng thực số 000017 ngày 21/11/2026')
  function small(): { vault: Vault; file: string; name: string; bytes: Buffer } {
    const folder = folders.make()
    const vault = openVault(folder, KEY)
    const name = nameOf(vault.put(content))
    const file = placeOf(folder, name)
    return { vault, file, name, bytes: readFileSync(file) }
  }

  test('every changed bit of a small file is found', () => {
    const { vault, file, name, bytes } = small()
    const missed: string[] = []
    for (let at = 0; at < bytes.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        writeFileSync(file, changed)
        const got = vault.get(name)
        if (got.ok || got.failure.kind !== 'storage' || got.failure.what !== 'damaged')
          missed.push(`byte ${at} bit ${bit}`)
      }
    expect(missed).toEqual([])
    writeFileSync(file, bytes)
    expect(vault.get(name)).toEqual(ok(content))
  })

  test('cut anywhere, or with anything added, it is found', () => {
    const { vault, file, name, bytes } = small()
    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(vault.get(name), `cut to ${length}`).toEqual(damaged)
    }
    for (const more of [Buffer.from([0]), randomBytes(TAG), bytes.subarray(HEAD), bytes]) {
      writeFileSync(file, Buffer.concat([bytes, more]))
      expect(vault.get(name)).toEqual(damaged)
    }
  })

  test('chunks swapped, dropped, repeated or cut off at their border are found', () => {
    const big = randomBytes(3 * CHUNK + 100)
    const box = encrypt(KEY, SALT, sha256(big), big)
    const head = box.subarray(0, HEAD)
    const chunks = [0, 1, 2, 3].map((at) => box.subarray(HEAD + at * (CHUNK + TAG), HEAD + (at + 1) * (CHUNK + TAG)))
    const order = (...at: number[]): Buffer => Buffer.concat([head, ...at.map((one) => chunks[one] ?? Buffer.alloc(0))])
    expect(decrypt(KEY, sha256(big), order(0, 1, 2, 3))).toEqual(big)
    for (const wrong of [
      order(1, 0, 2, 3),
      order(0, 2, 1, 3),
      order(0, 1, 2),
      order(0, 1),
      order(0),
      order(),
      order(1, 2, 3),
      order(0, 0, 1, 2, 3),
      order(0, 1, 2, 3, 3),
      order(0, 1, 3),
    ])
      expect(decrypt(KEY, sha256(big), wrong)).toBe(null)
    expect(decrypt(KEY, NAME, order(0, 1, 2, 3)), 'under another name').toBe(null)
    const other = encrypt(randomBytes(32), SALT, sha256(big), big)
    expect(decrypt(KEY, sha256(big), Buffer.concat([head, other.subarray(HEAD)])), 'a chunk of another file').toBe(null)
  })

  test('a ticket to write is the key of that one file; a ticket to read opens no other', () => {
    const vault = openVault(folders.make(), KEY)
    const [one, other] = [Buffer.from('một tệp'), Buffer.from('một tệp nữa')]
    const keys = [vault.writing(), vault.writing()].map(({ fileKey }) => Buffer.from(fileKey).toString('hex'))
    expect(new Set(keys).size).toBe(2)
    const [name, hash] = [nameOf(vault.put(one)), nameOf(writeSealed(vault.writing(), other))]
    expect(vault.get(hash)).toEqual(ok(other))
    const [own, foreign] = [vault.reading(name), vault.reading(hash)]
    if (!own.ok || !foreign.ok) throw new Error('no tickets')
    expect(readSealed(own.value)).toEqual(ok(one))
    expect(readSealed({ ...own.value, fileKey: foreign.value.fileKey })).toEqual(damaged)
    expect(readSealed({ ...own.value, hash })).toEqual(damaged)
    expect(vault.reading('0'.repeat(64))).toEqual(damaged)
  })

  test('another healthy file under its name is found', () => {
    const { vault, file, name } = small()
    const other = vault.reading(nameOf(vault.put(Buffer.from('một giấy tờ khác'))))
    writeFileSync(file, readFileSync(other.ok ? other.value.path : ''))
    expect(vault.get(name)).toEqual(damaged)
  })

  test('foreign bytes are never content and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withHead) => {
        const box = withHead
          ? Buffer.concat([encrypt(KEY, SALT, NAME, Buffer.alloc(0)).subarray(0, HEAD), bytes])
          : Buffer.from(bytes)
        expect(decrypt(KEY, NAME, box)).toBe(null)
      }),
    )
  })
})

test('killed at any moment while putting: what was promised is there, nothing half is seen, leftovers go after a day', async () => {
  const folder = folders.make()
  const promised: string[] = []
  for (const round of [1, 2, 3, 4]) {
    const script = fileURLToPath(new URL('./put-and-die.ts', import.meta.url))
    const child = spawn(process.execPath, [script, folder, KEY.toString('hex'), String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let seen = 0
    for await (const line of createInterface({ input: child.stdout })) {
      if (!/^[0-9a-f]{64}$/.test(line)) continue
      promised.push(line)
      seen += 1
      // The next put has begun: what was told last is 3 MB ago.
      if (seen === round) setTimeout(() => child.kill('SIGKILL'), round * 3)
    }
    expect((await ended)[1]).toBe('SIGKILL')
  }
  const vault = openVault(folder, KEY)
  expect(vault.list()).toEqual(expect.arrayContaining(promised))
  for (const name of vault.list()) expect(vault.get(name).ok, name).toBe(true)

  const half = `${promised[0]}.0a1b2c3d4e5f.new`
  writeFileSync(
    join(folder, (promised[0] ?? '').slice(0, 2), half),
    encrypt(KEY, SALT, NAME, randomBytes(500)).subarray(0, 200),
  )
  const leftovers = everything(folder).filter((name) => name.endsWith('.new'))
  expect(leftovers).toContain(half)
  expect(vault.list().some((name) => name.endsWith('.new'))).toBe(false)
  const named = new Set(vault.list())
  expect(vault.sweep(named, new Date(Date.now() + 20 * 3_600_000)), 'not before a day').toBe(0)
  expect(vault.sweep(named, new Date(Date.now() + 25 * 3_600_000))).toBe(leftovers.length)
  expect(everything(folder).sort()).toEqual([...named].sort())
})

describe('the sweep', () => {
  test('takes what no row names and is older than a day, and nothing else', () => {
    const folder = folders.make()
    const vault = openVault(folder, KEY)
    const [named, orphan, young] = ['named', 'orphan', 'young'].map((text) => nameOf(vault.put(Buffer.from(text))))
    for (const name of [named, orphan]) age(placeOf(folder, name ?? ''), 3)
    writeFileSync(join(folder, 'readme.txt'), 'not ours')
    mkdirSync(join(folder, 'other'))
    writeFileSync(join(folder, 'other', 'file'), 'not ours')
    expect(vault.sweep(new Set([named ?? '']), new Date())).toBe(1)
    expect([...vault.list()].sort()).toEqual([named, young].sort())
    expect(everything(folder)).toEqual(expect.arrayContaining(['readme.txt', 'file']))
  })

  test('an old orphan that is put again is young again: its row is written a moment later', () => {
    const folder = folders.make()
    const vault = openVault(folder, KEY)
    const name = nameOf(vault.put(Buffer.from('trang 1')))
    age(placeOf(folder, name), 3)
    expect(vault.put(Buffer.from('trang 1'))).toEqual(ok(name))
    expect(vault.sweep(new Set(), new Date())).toBe(0)
    expect(vault.has(name)).toBe(true)
  })
})

describe.skipIf(!canMount)('a full disk', () => {
  test('is said in one word; what was there stays, nothing half stays, and with room again work goes on', () => {
    const disk = smallDisk(256)
    try {
      const folder = join(disk.folder, 'vault')
      const vault = openVault(folder, KEY)
      const kept = [1, 2].map(() => nameOf(vault.put(randomBytes(40_000))))
      const big = randomBytes(200_000)
      expect(vault.put(big)).toEqual(fail({ kind: 'storage', what: 'full' }))
      expect(everything(folder).sort()).toEqual([...kept].sort())
      for (const name of kept) expect(vault.get(name).ok).toBe(true)
      expect(vault.has(sha256(big))).toBe(false)
      for (const name of kept) age(placeOf(folder, name), 3)
      expect(vault.sweep(new Set(), new Date())).toBe(2)
      expect(vault.put(randomBytes(100_000)).ok).toBe(true)
    } finally {
      disk.end()
    }
  })

  test('filled file by file to the last one: every answer was true', () => {
    const disk = smallDisk(256)
    try {
      const vault = openVault(disk.folder, KEY)
      const answers = Array.from({ length: 80 }, (_, at) => vault.put(randomBytes(1 + at * 97)))
      const kept = answers.flatMap((put) => (put.ok ? [put.value] : []))
      expect(new Set(answers.flatMap((put) => (put.ok ? [] : [JSON.stringify(put.failure)])))).toEqual(
        new Set(['{"kind":"storage","what":"full"}']),
      )
      expect(everything(disk.folder).sort()).toEqual([...kept].sort())
      for (const name of kept) expect(vault.get(name).ok).toBe(true)
    } finally {
      disk.end()
    }
  })
})
