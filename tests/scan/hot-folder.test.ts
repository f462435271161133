// The watched folder: whole files go in once, half ones wait, bad ones are set aside with a reason, and no crash loses or doubles one.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type DroppedFile, type FolderWatch, watchFolder } from '../../main/scan/hot-folder.ts'
import { decide, isPassedOver, type Memory, remember, type Seen } from '../../main/scan/hot-folder-decide.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { HotFolder } from '../../preload/contract/scan.ts'
import { root } from '../setup/place.ts'
import { jpegOf, pdfOfPages } from './import/samples.ts'

const PATIENCE = { settleMs: 2000, patienceMs: 120_000, retryMs: 1000 }
const seen = (name: string, size = 10, mtimeMs = 1): Seen => ({ name, size, mtimeMs })

describe('what to do', () => {
  test('a file is looked at when it stopped changing, in the order people count', () => {
    const files = ['scan 10.pdf', 'scan 9.pdf', 'Scan 1.pdf'].map((name) => seen(name))
    const first = decide(new Map(), files, 1000, PATIENCE)
    expect(first.looks).toEqual([])
    expect(decide(first.memory, files, 2999, PATIENCE).looks).toEqual([])
    expect(decide(first.memory, files, 3000, PATIENCE).looks.map((look) => look.name)).toEqual([
      'Scan 1.pdf',
      'scan 9.pdf',
      'scan 10.pdf',
    ])
  })
  test('a half-written file is looked at once, and a last time after long patience', () => {
    const files = [seen('a.pdf')]
    let { memory } = decide(new Map(), files, 0, PATIENCE)
    const looks: string[] = []
    for (let now = 0; now <= 130_000; now += 500) {
      const decided = decide(memory, files, now, PATIENCE)
      memory = decided.memory
      for (const look of decided.looks) {
        looks.push(`${now} ${look.last}`)
        memory = remember(memory, look.name, look.last ? 'gone' : 'not-whole', now, PATIENCE)
        if (look.last) return expect(looks).toEqual(['2000 false', '120000 true'])
      }
    }
    expect(looks).toEqual([])
  })
  test('what failed is tried again, later each time', () => {
    let memory = decide(new Map(), [seen('a.pdf')], 0, PATIENCE).memory
    const tries: number[] = []
    for (let now = 0; now < 60_000; now += 250) {
      const decided = decide(memory, [seen('a.pdf')], now, PATIENCE)
      memory = decided.memory
      if (decided.looks.length === 0) continue
      tries.push(now)
      memory = remember(memory, 'a.pdf', 'failed', now, PATIENCE)
    }
    expect(tries).toEqual([2000, 3000, 5000, 9000, 17_000, 33_000])
  })
  test('hidden, temporary and system files are passed over', () => {
    const names = [
      '.a.pdf',
      'a.pdf.part',
      'a.TMP',
      'b.crdownload',
      '~$c.pdf',
      'Thumbs.db',
      'desktop.ini',
      'a.pdf',
      'part.pdf',
    ]
    expect(names.filter((name) => !isPassedOver(name))).toEqual(['a.pdf', 'part.pdf'])
  })
  test('whatever happens in the folder: nothing unsettled is looked at, nothing is given up early, nothing is forgotten', () => {
    const step = fc.record({
      wait: fc.integer({ min: -500, max: 40_000 }),
      files: fc.uniqueArray(
        fc.record({ name: fc.constantFrom('a1', 'a2', 'a10', '.x', 'b.tmp'), size: fc.integer({ min: 0, max: 2 }) }),
        {
          selector: (file) => file.name,
        },
      ),
      outcome: fc.constantFrom('gone', 'not-whole', 'failed', 'changed'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let memory: Memory = new Map()
        let now = 1_000_000
        const lastChange = new Map<string, { size: number; at: number }>()
        for (const { wait, files, outcome } of steps) {
          now += wait
          const listing = files.map(({ name, size }) => seen(name, size))
          for (const name of lastChange.keys()) if (!files.some((file) => file.name === name)) lastChange.delete(name)
          for (const { name, size } of files) {
            const old = lastChange.get(name)
            if (old?.size !== size) lastChange.set(name, { size, at: now })
            else lastChange.set(name, { size, at: Math.min(old.at, now) })
          }
          const decided = decide(memory, listing, now, PATIENCE)
          memory = decided.memory
          expect([...memory.keys()].sort()).toEqual(
            files
              .map((file) => file.name)
              .filter((name) => !isPassedOver(name))
              .sort(),
          )
          expect(new Set(decided.looks.map((look) => look.name)).size).toBe(decided.looks.length)
          for (const look of decided.looks) {
            const still = now - (lastChange.get(look.name)?.at ?? now)
            expect(still).toBeGreaterThanOrEqual(PATIENCE.settleMs)
            if (look.last) expect(still).toBeGreaterThanOrEqual(PATIENCE.patienceMs)
            memory = remember(memory, look.name, outcome, now, PATIENCE)
            if (outcome === 'gone') lastChange.delete(look.name)
            if (outcome === 'changed')
              lastChange.set(look.name, { size: lastChange.get(look.name)?.size ?? 0, at: now })
          }
        }
      }),
    )
  })
})

const running: FolderWatch[] = []
const made: string[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((watch) => watch.stop()))
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hot-'))
  made.push(folder)
  return folder
}

interface Watching {
  readonly folder: string
  readonly taken: Omit<DroppedFile, 'bytes' | 'modified'>[]
  readonly state: () => HotFolder
}

function watching(
  folder: string,
  take: (file: DroppedFile) => Promise<Result<void>> = async () => ok(undefined),
): Watching {
  const taken: Omit<DroppedFile, 'bytes' | 'modified'>[] = []
  let state: HotFolder = { state: 'off', folder, settling: 0, refused: [] }
  const watch = watchFolder({
    folder,
    settleMs: 80,
    patienceMs: 700,
    every: 20,
    now: () => new Date(),
    log: () => undefined,
    changed: (next) => {
      state = next
    },
    take: async (file) => {
      const answer = await take(file)
      if (answer.ok) taken.push({ name: file.name, sha256: file.sha256 })
      return answer
    },
  })
  running.push(watch)
  return { folder, taken, state: () => state }
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 1500) throw new Error(`it never happened: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const aside = (folder: string): string[] =>
  existsSync(join(folder, 'khong-nhan-duoc')) ? readdirSync(join(folder, 'khong-nhan-duoc')).sort() : []

describe('a real folder', () => {
  test('whole files are taken in order and leave the folder', async () => {
    const folder = newFolder()
    const jpeg = await jpegOf()
    for (const name of ['tờ 10.jpg', 'tờ 2.jpg', 'tờ 1.jpg']) writeFileSync(join(folder, name), jpeg)
    const { taken } = watching(folder)
    await until(() => taken.length === 3 && readdirSync(folder).length === 0)
    expect(taken).toEqual(['tờ 1.jpg', 'tờ 2.jpg', 'tờ 10.jpg'].map((name) => ({ name, sha256: sha(jpeg) })))
  })
  test('a file that is written slowly is taken once, whole, at its end', async () => {
    const folder = newFolder()
    const { taken, state } = watching(folder)
    const bytes = pdfOfPages([{ jpeg: { bytes: await jpegOf(), width: 496, height: 702 } }])
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 8)) {
      appendFileSync(join(folder, 'slow.pdf'), bytes.subarray(at, at + Math.ceil(bytes.length / 8)))
      await sleep(at === 0 ? 300 : 60)
      expect(taken).toEqual([])
      expect(state().settling).toBeLessThanOrEqual(1)
    }
    await until(() => taken.length === 1)
    expect(taken).toEqual([{ name: 'slow.pdf', sha256: sha(bytes) }])
    expect(aside(folder)).toEqual([])
  })
  test('what never becomes whole, or is of no known kind, is set aside with a reason in two languages', async () => {
    const folder = newFolder()
    const jpeg = await jpegOf()
    writeFileSync(join(folder, 'half.jpg'), jpeg.subarray(0, 5000))
    writeFileSync(join(folder, 'letter.docx'), 'PK\x03\x04')
    writeFileSync(join(folder, 'empty.pdf'), '')
    const { taken, state } = watching(folder)
    await until(() => state().refused.length === 3)
    expect(aside(folder)).toEqual([
      'empty.pdf',
      'empty.pdf.ly-do.txt',
      'half.jpg',
      'half.jpg.ly-do.txt',
      'letter.docx',
      'letter.docx.ly-do.txt',
    ])
    expect(new Map(state().refused.map(({ name, failure }) => [name, failure]))).toEqual(
      new Map([
        ['empty.pdf', { kind: 'refused', rule: 'file-unknown' }],
        ['half.jpg', { kind: 'refused', rule: 'file-damaged' }],
        ['letter.docx', { kind: 'refused', rule: 'file-unknown' }],
      ]),
    )
    const reason = readFileSync(join(folder, 'khong-nhan-duoc/half.jpg.ly-do.txt'), 'utf8')
    expect(reason).toContain('Tệp hỏng hoặc chưa được ghi hết')
    expect(reason).toContain('never written to its end')
    expect(taken).toEqual([])
    // Somebody clears the subfolder: it is no longer shown.
    rmSync(join(folder, 'khong-nhan-duoc/half.jpg'))
    await until(() => state().refused.length === 2)
  })
  test('a file that was refused is set aside at once, and never over an older one of that name', async () => {
    const folder = newFolder()
    const { state } = watching(folder, async () => refuse('file-locked'))
    const bytes = [await jpegOf({ dpi: 100 }), await jpegOf({ dpi: 200 }), await jpegOf({ dpi: 300 })]
    for (const [index, one] of bytes.entries()) {
      writeFileSync(join(folder, 'a.jpg'), one)
      await until(() => state().refused.length === index + 1)
    }
    const names = ['a (2).jpg', 'a (3).jpg', 'a.jpg']
    expect(aside(folder).filter((name) => !name.endsWith('.txt'))).toEqual(names)
    const kept = names.map((name) => sha(readFileSync(join(folder, 'khong-nhan-duoc', name))))
    expect(kept.sort()).toEqual(bytes.map(sha).sort())
  })
  test('disk full, or the program busy: the file stays where it is and is offered again', async () => {
    const folder = newFolder()
    const jpeg = await jpegOf()
    writeFileSync(join(folder, 'a.jpg'), jpeg)
    let offers = 0
    const { taken } = watching(folder, async () => {
      offers += 1
      if (offers === 1) return fail({ kind: 'storage', what: 'full' })
      return ok(undefined)
    })
    await until(() => offers === 1)
    expect(readdirSync(folder)).toEqual(['a.jpg'])
    await until(() => taken.length === 1 && readdirSync(folder).length === 0)
    expect(offers).toBe(2)
  })
  test('a file that breaks the program three times is set aside', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'a.jpg'), await jpegOf())
    let offers = 0
    const { state } = watching(folder, async () => {
      offers += 1
      throw new Error('the workshop died')
    })
    await until(() => state().refused.length === 1)
    expect(offers).toBe(3)
    expect(aside(folder)).toEqual(['a.jpg', 'a.jpg.ly-do.txt'])
  })
  test('links are not followed, folders and temporary names are left alone', async () => {
    const folder = newFolder()
    const outside = newFolder()
    writeFileSync(join(outside, 'secret.jpg'), await jpegOf())
    symlinkSync(join(outside, 'secret.jpg'), join(folder, 'link.jpg'))
    symlinkSync(outside, join(folder, 'linked'))
    mkdirSync(join(folder, 'inner'))
    writeFileSync(join(folder, 'inner/a.jpg'), await jpegOf())
    for (const name of ['.hidden.jpg', 'a.jpg.part', '~$b.jpg']) writeFileSync(join(folder, name), await jpegOf())
    writeFileSync(join(folder, 'z.jpg'), await jpegOf())
    const { taken } = watching(folder)
    await until(() => taken.length === 1)
    await sleep(900)
    expect(taken.map((file) => file.name)).toEqual(['z.jpg'])
    expect(readdirSync(folder).sort()).toEqual(['.hidden.jpg', 'a.jpg.part', 'inner', 'link.jpg', 'linked', '~$b.jpg'])
  })
  test('a file that changes while it is taken in is not deleted', async () => {
    const folder = newFolder()
    const [one, two] = [await jpegOf({ dpi: 100 }), await jpegOf({ dpi: 200 })]
    writeFileSync(join(folder, 'a.jpg'), one)
    const { taken } = watching(folder, async (file) => {
      if (file.sha256 === sha(one)) writeFileSync(join(folder, 'a.jpg'), two)
      return ok(undefined)
    })
    await until(() => taken.length === 2 && readdirSync(folder).length === 0)
    expect(taken.map((file) => file.sha256)).toEqual([sha(one), sha(two)])
  })
  test('the share goes away and comes back', async () => {
    const folder = newFolder()
    const { taken, state } = watching(folder)
    renameSync(folder, `${folder}.away`)
    await until(() => state().state === 'unreachable')
    writeFileSync(join(`${folder}.away`, 'a.jpg'), await jpegOf())
    renameSync(`${folder}.away`, folder)
    await until(() => taken.length === 1 && state().state === 'watching')
  })
})

/** FUZZ_LONG=1: a hundred kills. */
const KILLS = process.env.FUZZ_LONG === undefined ? 20 : 100

describe('killed at any moment', () => {
  test(`${KILLS} times in between: every file is taken exactly once, the bad ones are set aside exactly once`, {
    timeout: 300_000,
  }, async () => {
    const folder = newFolder()
    const store = newFolder()
    made.push(`${store}.offered`)
    const start = (): ChildProcess =>
      spawn(process.execPath, [join(root, 'tests/scan/import/hot-folder-child.ts'), folder, store], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
      })
    const dropped: string[] = []
    const jpeg = await jpegOf({ width: 1200, height: 1700 })
    for (let round = 0; round < KILLS; round += 1) {
      for (let count = 0; count < 3; count += 1) {
        const name = `r${round}-${count}.jpg`
        const bytes = Buffer.concat([jpeg, Buffer.from(`${round}.${count}`)])
        dropped.push(`${sha(bytes)} ${name}`)
        writeFileSync(join(folder, name), bytes)
      }
      if (round % 8 === 0) writeFileSync(join(folder, `bad-${round}.jpg`), jpeg.subarray(0, 3000 + round))
      const child = start()
      await new Promise((resolve) => child.stdout?.once('data', resolve))
      // Files settle in 60 to 100 ms; every kill falls at another moment after that.
      await sleep(70 + ((round * 37) % 110))
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    const child = start()
    try {
      await until(() => readdirSync(folder).filter((name) => name !== 'khong-nhan-duoc').length === 0)
    } finally {
      child.kill('SIGKILL')
    }
    const stored = readdirSync(store).filter((name) => !name.startsWith('.'))
    const names = stored.map((name) => name.replace(/^([0-9a-f]{64})-[\d.]+-(.*)$/, '$1 $2'))
    expect(names.sort()).toEqual(dropped.sort())
    for (const name of stored) expect(sha(readFileSync(join(store, name)))).toBe(name.slice(0, 64))
    const bad = aside(folder)
    const expected = Array.from({ length: Math.ceil(KILLS / 8) }, (_, index) => `bad-${index * 8}.jpg`)
    expect(bad.filter((name) => !name.endsWith('.txt'))).toEqual(expected.sort())
    expect(bad.filter((name) => name.endsWith('.txt')).length).toBe(expected.length)
    // Some were offered twice, or the kills never fell in between.
    const offers = readFileSync(`${store}.offered`, 'utf8').trim().split('\n').length
    expect(offers).toBeGreaterThan(dropped.length)
  })
})
