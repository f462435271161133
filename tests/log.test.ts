// The diary for the help desk: codes, ids and hashes go in; people, numbers of people and PINs do not.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { harmless, type LogValue, openLog, traceOf } from '../main/log.ts'
import { canMount, smallDisk } from './storage/small-disk.ts'
import { tempFolders } from './storage/store.ts'

const folders = tempFolders()
afterEach(folders.clean)

const now = (): Date => new Date('2026-11-21T03:00:00Z')
const ID = '6f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d'
const HASH = '0123456789abcdef'.repeat(4)
/** What the file holds after these facts were logged. */
function written(facts: Readonly<Record<string, LogValue>>): string {
  const folder = folders.make()
  openLog(folder, now)('test.happened', facts)
  return readFileSync(join(folder, 'quay.log'), 'utf8')
}

describe('what passes', () => {
  test('one line of JSON an event, with its time', () => {
    expect(written({ kind: 'scan', count: 3, answered: false, code: null })).toBe(
      '{"at":"2026-11-21T03:00:00.000Z","event":"test.happened","kind":"scan","count":3,"answered":false,"code":null}\n',
    )
  })
  test.each([ID, HASH, 'SQLITE_IOERR_READ', 'CKR_PIN_INCORRECT', 'province.note', '45.4.1', 'fee.copy', ''])(
    '%s',
    (value) => {
      expect(harmless(value)).toBe(value)
      expect(JSON.parse(written({ value }))).toMatchObject({ value })
    },
  )
  test('numbers and truths as they are', () => {
    for (const value of [0, -1, 404, 1.5, true, false, null, undefined]) expect(harmless(value)).toBe(value)
  })
})

describe('what never reaches the file', () => {
  const people: readonly (readonly [string, string, readonly string[]])[] = [
    ['a name', 'Nguyễn Thị Mẫu', ['Nguy', 'Mẫu']],
    ['a name with its letters decomposed', 'Nguyễn Thị Mẫu'.normalize('NFD'), ['Nguy', 'Mau']],
    ['a name as the chip writes it', 'NGUYEN<<THI<MAU<<<<<<', ['NGUYEN']],
    ['the 12-digit number', '001190123456', ['001190', '123456']],
    ['the old number', '012345678', ['012345678', '0123']],
    ['a number inside a code', 'citizen/001190123456', ['001190', '123456']],
    [
      'the QR of the card',
      '001190123456|012345678|Nguyễn Thị Mẫu|01011990|Nữ|Số 1 phố Ví Dụ|01012025',
      ['001190', 'Mẫu', '01011990', 'phố'],
    ],
    [
      'the QR as a scanner with a wrong layout types it',
      '001190123456||Nguyen Thi Mau|01011990|Nu|So 1 pho Vi Du|01012025',
      ['001190', 'Mau', '1990'],
    ],
    ['the machine-readable line', 'IDVNM1901234567001190123456<<7', ['1901234567', '001190']],
    ['a birth date in one word', '01011990', ['1990']],
    ['a PIN of six or more digits', '12345678', ['1234']],
    ['a sentence', 'Không mở được hồ sơ của bà Mẫu', ['Mẫu', 'Kh']],
    ['two lines', 'a\nb', ['a\\nb']],
  ]
  test.each(people)('%s', (_, value, traces) => {
    const file = written({ value })
    for (const trace of traces) expect(file).not.toContain(trace)
    expect(file.split('\n')).toHaveLength(2)
  })

  const leaks: readonly (readonly [string, LogValue, string])[] = [
    ['a name without its diacritics', 'NGUYEN THI MAU', 'NGUYEN'],
    ['an address without its diacritics', 'So 1 pho Vi Du', 'pho'],
    ['an e-mail address', 'nguyenthimau@vi-du.vn', 'nguyenthimau'],
    ['a telephone number with blanks', '0912 345 678', '0912'],
    ['the 12-digit number in groups', '001 190 123 456', '190'],
    ['the 12-digit number with dots', '001.190.123.456', '190'],
    ['a citizen’s number as a number', 79_090_123_456, '79090123456'],
    ['a birth date', '01/01/1990', '1990'],
    ['a PIN of four digits', '1234', '1234'],
  ]
  test.each(leaks)('%s', (_, value, trace) => {
    expect(written({ value })).not.toContain(trace)
  })

  test('no run of six digits and no letter outside ASCII, whatever is logged; ids and hashes excepted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.stringMatching(/^[a-z0-9 ./-]{0,40}$/),
          fc.string({ unit: fc.constantFrom(...'0123456789abcdef-') }),
        ),
        (value) => {
          fc.pre(harmless(value) !== value || !/^[0-9a-f-]{36}$|^[0-9a-f]{64}$/.test(value))
          expect(String(harmless(value))).not.toMatch(/\d{6}|[^\x20-\x7e]/)
        },
      ),
    )
  })
})

describe('a thrown error', () => {
  function thrown(): Error {
    try {
      return JSON.parse('{"name":"Nguyễn Thị Mẫu 001190123456"')
    } catch (error) {
      return error as Error
    }
  }
  test('leaves its class and its code, not its text', () => {
    const error = Object.assign(new TypeError('Nguyễn Thị Mẫu is not a function'), { code: 'ERR_MAU' })
    const file = written(traceOf(error))
    expect(JSON.parse(file)).toMatchObject({ error: 'TypeError', code: 'ERR_MAU' })
    for (const one of [file, written(traceOf(thrown()))])
      for (const word of ['Nguy', 'Mẫu', 'function', '001190']) expect(one).not.toContain(word)
  })
  test('that is no error leaves only what it is', () => {
    for (const one of ['Nguyễn Thị Mẫu', 7, null, undefined, { name: 'Mẫu' }])
      expect(traceOf(one)).toEqual({ error: typeof one })
  })
  test('has no folder of the computer in its trace', () => {
    const { at } = traceOf(new Error('x'))
    expect(String(at)).toContain('log.test.ts')
    expect(String(at)).not.toMatch(/\/tests\/|\/work\/|file:|\\/)
  })
  test('is found again in the file by the place it was thrown', () => {
    expect(written(traceOf(new Error('x')))).toContain('log.test.ts')
  })
})

describe('the file', () => {
  test('is the owner’s only', () => {
    const folder = folders.make()
    openLog(folder, now)('test.happened')
    expect(statSync(join(folder, 'quay.log')).mode & 0o777).toBe(0o600)
  })
  test('is turned over when it is full: one old one is kept, no line is torn, the newest is at hand', () => {
    const folder = folders.make()
    const log = openLog(folder, now, 1000)
    for (let count = 0; count < 100; count += 1) log('test.happened', { count })
    expect(readdirSync(folder).sort()).toEqual(['quay.log', 'quay.log.1'])
    const lines = ['quay.log.1', 'quay.log'].flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').trim().split('\n'),
    )
    const counts = lines.map((line) => (JSON.parse(line) as { count: number }).count)
    expect(counts).toEqual(Array.from({ length: counts.length }, (_, at) => 100 - counts.length + at))
    for (const name of ['quay.log', 'quay.log.1']) expect(statSync(join(folder, name)).size).toBeLessThan(1200)
  })
  test('a folder is made when it is missing, and one with a diary goes on', () => {
    const folder = join(folders.make(), 'a', 'b')
    openLog(folder, now)('test.first')
    openLog(folder, now)('test.second')
    expect(readFileSync(join(folder, 'quay.log'), 'utf8').match(/test\.\w+/g)).toEqual(['test.first', 'test.second'])
  })
})

describe('trouble with the diary never stops the counter', () => {
  test('its folder vanished, or its name is taken by a folder', () => {
    const gone = folders.make()
    const log = openLog(gone, now)
    rmSync(gone, { recursive: true })
    expect(() => log('test.happened')).not.toThrow()
    const taken = folders.make()
    mkdirSync(join(taken, 'quay.log'))
    expect(() => openLog(taken, now)('test.happened')).not.toThrow()
  })
  test('its folder cannot be made', () => {
    const file = join(folders.make(), 'file')
    writeFileSync(file, '')
    expect(() => openLog(join(file, 'log'), now)('test.happened')).not.toThrow()
  })
  test.skipIf(!canMount)('the disk is full', () => {
    const disk = smallDisk(64)
    try {
      const log = openLog(disk.folder, now)
      for (let count = 0; count < 2000; count += 1) log('test.happened', { count })
      expect(statSync(join(disk.folder, 'quay.log')).size).toBeLessThanOrEqual(64 * 1024)
    } finally {
      disk.end()
    }
  })
})
