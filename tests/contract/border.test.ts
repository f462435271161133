// The door's rules without the door: each call takes exactly its argument, each person exactly their calls,
// and a call without a handler does not compile.
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  allowed,
  type Call,
  type Caller,
  call,
  channel,
  type HandlersOf,
  type News,
  news,
  nothing,
  ROLES,
} from '../../preload/contract/border.ts'
import { type Contract, contract, type Handlers } from '../../preload/contract/index.ts'
import { ok, type Result, refuse, resultOf } from '../../preload/contract/result.ts'

const ID = '6f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d'
const FILE = 'ab'.repeat(32)
const grant = {
  personName: 'Nguyễn Văn Mẫu',
  personNumber: '001085000123',
  operatorId: ID,
  titleLine: 'Phó Chủ tịch UBND phường',
  actingForm: 'KT.',
  decision: 'QĐ mẫu số 01',
  validFrom: '2026-01-01',
  validTo: '2027-12-31',
  kinds: ['SCT/BS'],
} as const

type Asks = {
  readonly [S in keyof Contract]: {
    readonly [K in keyof Handlers[S]]: Parameters<Extract<Handlers[S][K], (...all: never[]) => unknown>>[0]
  }
}
/** One lawful argument a call. A new call without one does not compile. */
const ASKS: Asks = {
  operator: {
    state: {},
    setUp: { passphrase: 'kho mẫu của quầy', login: 'mai', name: 'Trần Thị Mai Mẫu', password: 'mat-khau-mai' },
    openStore: { passphrase: 'kho mẫu của quầy' },
    signIn: { login: 'mai', password: 'mat-khau-mai' },
    signOut: {},
    lock: {},
    unlock: { password: 'mat-khau-mai' },
    reauthenticate: { password: 'mat-khau-mai' },
    list: {},
    add: { login: 'mai', name: 'Trần Thị Mai Mẫu', password: 'mat-khau-mai', roles: ['clerk'] },
    enable: { id: ID, enabled: false },
  },
  card: {
    readQr: { text: '001190123456||Nguyễn Thị Mẫu|01011990|Nữ|Phường Mẫu|01012025' },
    readChip: { number: '001190123456', birth: '1990-01-01', expiry: '2040-01-01' },
    type: { number: '001190123456', name: 'Nguyễn Thị Mẫu', birth: '1990-01-01' },
    current: {},
    clear: {},
  },
  dossier: {
    procedures: { query: 'chung thuc' },
    quote: { procedureCode: '2.000815' },
    open: { readingId: ID, procedureCode: '2.000815', phone: '0912 345 678', email: 'mau@vi-du.vn' },
    list: { query: 'mau' },
    show: { id: ID },
    printReceipt: { id: ID },
    counts: {},
  },
  scan: {
    abilities: {},
    profiles: {},
    saveProfile: { key: 'F2', name: 'Hai mặt, màu', source: 'duplex', mode: 'colour', dpi: 300 },
    lockProfiles: { locked: true },
    start: {
      dossierId: ID,
      profile: { source: 'feeder', mode: 'colour', dpi: 300 },
      place: { is: 'after', pageId: ID },
    },
    stop: {},
    importFile: { dossierId: ID, name: 'ban-chup.pdf', bytes: new Uint8Array([37, 80]) },
    pages: { dossierId: ID },
    unfinished: {},
    rotate: { pageId: ID, by: 90 },
    move: { pageId: ID, to: 2 },
    remove: { pageId: ID, removed: true },
    startPaper: { pageId: ID, starts: true },
    check: { pageId: ID },
    asScanned: { pageId: ID, asScanned: true },
    blank: { pageId: ID, blank: false },
    send: { pageId: ID, dossierId: ID },
    name: { pageId: ID, title: 'Giấy khai sinh' },
    counts: { dossierId: ID, counts: [3, 2, 4] },
    undo: { dossierId: ID },
    secret: { pageId: ID },
    separators: { dossierId: ID, titles: ['Giấy khai sinh'] },
    hotFolder: {},
  },
  document: {
    titles: { query: 'bang' },
    papers: { dossierId: ID },
    fields: { documentId: ID },
    confirmFields: { documentId: ID, values: [{ name: 'number', value: '12/2024' }] },
    make: { dossierId: ID, papers: [{ title: 'Bằng tốt nghiệp đại học', copies: 2 }] },
    list: { dossierId: ID },
    countPages: { documentId: ID, pages: 5 },
    takeApart: { documentId: ID },
    confirmCompared: { documentId: ID, seen: FILE },
    mayKeepFile: { dossierId: ID },
    keepFile: { dossierId: ID, bytes: new Uint8Array(4), title: 'Giấy phép kinh doanh', copies: 1 },
    pagesCompared: { documentId: ID },
    comparePage: { documentId: ID, seen: FILE, page: 1 },
    askAgencyCopy: { documentId: ID, wanted: true },
  },
  certification: {
    queue: {},
    reasons: {},
    review: { documentId: ID, seen: FILE },
    drawSample: {},
    reviewRest: { mode: 'all', list: [{ documentId: ID, seen: FILE }] },
    hold: { documentId: ID, reason: 'blurred', note: 'Bản chính mờ' },
    release: { documentId: ID },
    secret: { documentId: ID, seen: FILE },
    forgery: { documentId: ID, signs: 'Chữ ký bị cạo sửa' },
    endForgery: { documentId: ID, why: 'Công an đã trả lời' },
    printRefusal: { documentId: ID },
    onPaper: { documentId: ID, seen: FILE, authorityId: ID },
    printOnPaper: { documentId: ID },
    paperSigned: { documentId: ID },
    paperUndone: { documentId: ID },
    rules: {},
    adopt: { key: 'fee.copy', source: 'Đơn vị mẫu' },
    authorities: {},
    grant: { ...grant, kinds: [...grant.kinds] },
    endAuthority: { id: ID, why: 'Thôi giữ chức vụ' },
    register: { year: 2026 },
    annul: {
      book: '03/2026-SCT/BS',
      number: 7,
      decision: '12/QĐ-UBND',
      decidedOn: '2026-12-01',
      reason: 'Bản chính giả mạo',
    },
    books: { year: 2026 },
    numberSource: {},
    changeBook: { year: 2026, series: '03/2026-SCT/BS' },
    grantBlock: { year: 2026, form: 'paper', volume: '01', first: 1, last: 50, grant: 'Biên bản giao số' },
    closeBlock: { year: 2026, id: ID, why: 'Trả lại' },
    closeYear: { year: 2026, series: '03/2026-SCT/BS' },
    printRegister: { year: 2026, month: 11, book: '03/2026-SCT/BS' },
  },
  signature: {
    certificates: {},
    counts: {},
    next: { role: 'officer' },
    start: { batchId: ID, listCode: 'ab12cd34', insist: false },
    stopWaiting: {},
    inventory: {},
    changePin: { tokenId: 'token-1' },
    unblock: { tokenId: 'token-1' },
    evidence: {},
    retryEvidence: {},
    checkFile: { documentId: ID },
    printValidation: { checkId: ID, name: 'Quyết định.pdf' },
    batchReport: { batchId: ID },
  },
  outbox: { list: {}, state: {}, retry: { parcelId: ID } },
  province: { state: {}, arrivals: {} },
  support: { devices: {}, about: {}, language: { set: 'vi' } },
}

const declared = Object.entries(contract).flatMap(([station, entries]) =>
  (Object.entries(entries) as [string, Call | News][]).map(([name, one]) => ({ station, name, one })),
)
const calls = declared.flatMap(({ station, name, one }) => {
  if (one.is !== 'call') return []
  const ask = (ASKS as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[station]?.[name]
  return [{ name: channel(station, name), one, ask }]
})

/** The same value with one place changed, for every place: `change` may answer several. */
function* changed(value: unknown, change: (part: unknown) => readonly unknown[]): Generator<unknown> {
  yield* change(value)
  if (Array.isArray(value))
    for (const [at, part] of value.entries())
      for (const next of changed(part, change)) yield Object.assign([...value], { [at]: next })
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value))
      for (const next of changed(part, change)) yield { ...value, [key]: next }
}
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
const extra = (part: unknown): readonly unknown[] =>
  isRecord(part)
    ? [
        { ...(part as object), more: 1 },
        { ...(part as object), operatorId: 'someone-else', isAdmin: true },
      ]
    : []
const OTHERS: readonly unknown[] = [
  'text',
  12,
  true,
  [],
  {},
  [[]],
  { toString: 'x' },
  Number.NaN,
  1.5,
  10n,
  new Date(0),
  () => 1,
  Symbol('x'),
]
const otherType = (part: unknown): readonly unknown[] =>
  OTHERS.filter((other: unknown) => {
    if (isRecord(other) && isRecord(part) && other?.constructor === Object) return false
    if (typeof other === 'number' && typeof part === 'number') return !Number.isInteger(other)
    return Array.isArray(other) !== Array.isArray(part) || typeof other !== typeof part
  })

describe.each(calls)('$name', ({ one, ask }) => {
  test('takes its own argument', () => {
    expect(one.ask.safeParse(ask).success).toBe(true)
  })
  test('refuses one field more, at any depth', () => {
    for (const value of changed(ask, extra)) expect(one.ask.safeParse(value).success, JSON.stringify(value)).toBe(false)
  })
  test('refuses every place filled with something of another type', () => {
    for (const value of changed(ask, otherType)) expect(one.ask.safeParse(value).success, String(value)).toBe(false)
  })
  test('refuses what is no argument at all', () => {
    for (const value of [undefined, null, '', 'text', 0, 1, false, [], [ask], [1, 2], () => ask, ID])
      expect(one.ask.safeParse(value).success, String(value)).toBe(false)
  })
  test('foreign values never throw', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        (value) => {
          const parsed = one.ask.safeParse(value)
          if (parsed.success) expect(isRecord(value)).toBe(true)
        },
      ),
      { numRuns: 30 },
    )
  })
})

test('a channel is the station and the call, and no two are the same', () => {
  const names = declared.map(({ station, name }) => channel(station, name))
  expect(new Set(names).size).toBe(names.length)
  expect(names.every((name) => /^[a-z]+\.[a-zA-Z]+$/.test(name))).toBe(true)
})

test('text a person typed carries no control characters and no blank ends', () => {
  const hold = contract.certification.hold.ask
  expect(hold.safeParse({ documentId: ID, reason: 'x', note: 'a\u0000b' }).success).toBe(false)
  expect(hold.safeParse({ documentId: ID, reason: 'x', note: 'a\nb' }).success).toBe(false)
  expect(hold.parse({ documentId: ID, reason: 'x', note: '  mờ  ' }).note).toBe('mờ')
})

describe('who may', () => {
  const person = (...roles: Caller['roles']): Caller => ({ operatorId: ID, name: 'Trần Thị Mai Mẫu', roles })

  test('anyone: also when nobody is signed in, but then as nobody', () => {
    expect(allowed('anyone', null)).toEqual(ok({ operatorId: 'nobody', name: '', roles: [] }))
    expect(allowed('anyone', person('clerk'))).toEqual(ok(person('clerk')))
  })
  test('signed in: any role, also none, but not a locked screen', () => {
    expect(allowed('signed-in', null)).toEqual(refuse('not-signed-in'))
    for (const role of ROLES) expect(allowed('signed-in', person(role))).toEqual(ok(person(role)))
    expect(allowed('signed-in', person())).toEqual(ok(person()))
  })
  test('some roles: one of them is enough, the others are told that their role is wrong', () => {
    fc.assert(
      fc.property(fc.subarray([...ROLES]), fc.subarray([...ROLES]), (may, has) => {
        const fits = has.some((role) => may.includes(role))
        expect(allowed(may, person(...has))).toEqual(fits ? ok(person(...has)) : refuse('wrong-role'))
        expect(allowed(may, null)).toEqual(refuse('not-signed-in'))
      }),
    )
  })
  test('before sign-in only the door itself answers', () => {
    expect(calls.filter(({ one }) => one.may === 'anyone').map(({ name }) => name)).toEqual([
      'operator.state',
      'operator.setUp',
      'operator.openStore',
      'operator.signIn',
      'operator.signOut',
      'operator.unlock',
      'support.devices',
      'support.about',
      'support.language',
    ])
  })
  test('only an officer reviews and holds, only who signs signs, only a supervisor adopts and grants', () => {
    const may = (name: string) => calls.find((one) => one.name === name)?.one.may
    expect(may('certification.review')).toEqual(['officer'])
    expect(may('certification.hold')).toEqual(['officer'])
    expect(may('signature.start')).toEqual(['clerk', 'officer', 'seal-keeper', 'supervisor'])
    expect(may('scan.lockProfiles')).toEqual(['it'])
    expect(may('certification.adopt')).toEqual(['supervisor'])
    expect(may('certification.grant')).toEqual(['supervisor'])
    expect(may('operator.add')).toEqual(['supervisor', 'it'])
  })
})

describe('a new call is one line, and the compiler asks for the rest', () => {
  const stamp = {
    press: call(['clerk'], z.object({ times: z.number() }).strict(), z.object({ ink: z.string() })),
    rest: call('signed-in', nothing, nothing),
    changed: news(z.number()),
  }
  type Stamp = HandlersOf<typeof stamp>

  test('a handler for each call and for nothing else', () => {
    const whole: Stamp = { press: ({ times }) => ok({ ink: 'x'.repeat(times) }), rest: async () => ok({}) }
    // @ts-expect-error the handler of `rest` is missing
    const short: Stamp = { press: () => ok({ ink: '' }) }
    // @ts-expect-error news have no handler
    const long: Stamp = { ...whole, changed: () => ok({}) }
    // @ts-expect-error the answer has no ink
    const dry: Stamp = { ...whole, press: () => ok({}) }
    // @ts-expect-error a bare value is no Result
    const bare: Stamp = { ...whole, press: () => ({ ink: '' }) }
    // @ts-expect-error the argument has no such field
    const other: Stamp = { ...whole, press: ({ often }) => ok({ ink: String(often) }) }
    expect([whole, short, long, dry, bare, other]).toHaveLength(6)
    expectTypeOf<keyof Stamp>().toEqualTypeOf<'press' | 'rest'>()
    expectTypeOf<Parameters<Stamp['press']>>().toEqualTypeOf<[ask: { times: number }, caller: Caller]>()
  })
})

test('an answer is a value or a failure of the closed list, never something between', () => {
  const answer = resultOf(z.object({ file: z.string() }))
  const fits = (value: unknown): boolean => answer.safeParse(value).success
  expect(fits({ ok: true, value: { file: 'a' } } satisfies Result<{ file: string }>)).toBe(true)
  expect(fits({ ok: false, failure: { kind: 'stale' } })).toBe(true)
  expect(fits({ ok: false, failure: { kind: 'pin', what: 'guessed' } })).toBe(false)
  expect(fits({ ok: false, failure: { kind: 'bug' } })).toBe(false)
  expect(fits({ ok: true })).toBe(false)
  expect(fits({ value: { file: 'a' } })).toBe(false)
  expect(fits(null)).toBe(false)
})
