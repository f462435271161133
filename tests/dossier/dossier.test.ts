// A dossier is opened: reading, checklist, promise and audit together or not at all; its provisional code; its receipt.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { must } from '../bench/office.ts'
import { COPY, openDossier, openWorkplace, type Workplace } from '../signature/workplace.ts'

const THURSDAY = legalDate(2026, 11, 19, 9, 30)
/** What a person may take for a code of the province (NĐ 61/2018 Đ.26, TT 01/2018 Đ.19, practice since QĐ 20/2020). */
const OFFICIAL = /^[0-9A-Z]+(\.[0-9A-Z]+)*-\d{6}(\d{2})?-\d{4,7}$/

let shared: Workplace
beforeAll(async () => {
  shared = await openWorkplace()
})
afterAll(() => shared.close())

/** Rows that opening a dossier adds, counted behind the program's back. */
const count = (at: Workplace) =>
  at.raw((database) =>
    [
      'card_reading',
      'dossier_dossier',
      'dossier_component',
      'outbox_parcel',
      "audit_entry where event = 'dossier.opened'",
    ].map((from) => Number(database.prepare(`select count(*) from ${from}`).pluck().get())),
  )
const NOTHING = [0, 0, 0, 0, 0]
/** One reading, one dossier, its checklist, one parcel, one entry. */
const whole = (lines: number) => [1, 1, lines, 1, 1]

/** The counter at a moment of its own: each story has its legal day. `rows`: what was added since. */
function counterAt(clock: Date) {
  shared.clock = clock
  const before = count(shared)
  return { at: shared, rows: () => count(shared).map((now, index) => now - (before[index] ?? 0)) }
}

test('opening keeps the reading, the dossier with its checklist, the promise to the province and the audit entry', async () => {
  const { at, rows } = counterAt(THURSDAY)
  const dossier = await openDossier(at)
  expect(rows()).toEqual(whole(dossier.components.length))
  expect(dossier).toMatchObject({
    provisionalCode: 'TAM-H55.242-03-20261119-001',
    code: null,
    provinceId: null,
    citizenName: 'Nguyễn Thị Mẫu',
    citizenNumber: '001190•••456',
    status: 'received',
    receivedAt: '2026-11-19T02:30:00.000Z',
    dueAt: '2026-11-19T10:00:00.000Z',
    dueSameDay: true,
    pages: 0,
    documents: 0,
    certified: 0,
    fee: 0,
  })
  expect(dossier.components.length).toBeGreaterThan(0)
  const parcels = must(await at.counter.handlers.outbox.list({}, at.clerk))
  const parcel = parcels.find((one) => one.lane === dossier.id)
  expect(parcel).toMatchObject({
    lane: dossier.id,
    laneName: dossier.provisionalCode,
    kind: 'dossier',
    state: 'waiting',
  })
  expect(at.counter.storage.read((r) => at.counter.audit.verify(r))).toBeNull()
})

test('a reading that is gone opens nothing and leaves nothing behind', async () => {
  const { at, rows } = counterAt(THURSDAY)
  const { card, dossier } = at.counter.handlers
  const reading = must(
    await card.type({ number: '001190123456', name: 'Nguyễn Thị Mẫu', birth: '1990-01-15' }, at.clerk),
  )
  must(await card.clear({}, at.clerk))
  expect(await dossier.open({ readingId: reading.id, procedureCode: COPY, phone: '', email: '' }, at.clerk)).toEqual({
    ok: false,
    failure: { kind: 'refused', rule: 'no-reading' },
  })
  expect(rows()).toEqual(NOTHING)
})

test.for([
  ['dossier_component', 16],
  ['outbox_parcel', 17],
  ['audit_entry', 18],
] as const)('when %s cannot be written there is no half a dossier', async ([table, day]) => {
  const { at, rows } = counterAt(legalDate(2026, 11, day, 9, 0))
  at.raw((database) =>
    database.exec(`create trigger broken before insert on ${table} begin select raise(abort, 'no room'); end`),
  )
  await expect(openDossier(at)).rejects.toThrow('no room')
  expect(rows()).toEqual(NOTHING)
  at.raw((database) => database.exec('drop trigger broken'))
  const dossier = await openDossier(at)
  expect(dossier.provisionalCode).toBe(`TAM-H55.242-03-202611${day}-001`)
  expect(rows()).toEqual(whole(dossier.components.length))
})

test('an unknown procedure is refused by its code', async () => {
  const { at, rows } = counterAt(THURSDAY)
  await expect(openDossier(at, '9.999999')).rejects.toThrow('"rule":"procedure-unknown","detail":"9.999999"')
  expect(rows()).toEqual(NOTHING)
})

test('provisional numbers begin anew every legal day, and none can be taken for a code of the province', async () => {
  const { at } = counterAt(legalDate(2026, 11, 9, 23, 59, 58))
  const codes = [await openDossier(at), await openDossier(at)].map((dossier) => dossier.provisionalCode)
  at.clock = legalDate(2026, 11, 10, 0, 0, 0)
  codes.push((await openDossier(at)).provisionalCode)
  at.clock = legalDate(2026, 11, 9, 10, 0)
  codes.push((await openDossier(at)).provisionalCode)
  expect(codes).toEqual([
    'TAM-H55.242-03-20261109-001',
    'TAM-H55.242-03-20261109-002',
    'TAM-H55.242-03-20261110-001',
    'TAM-H55.242-03-20261109-003',
  ])
  expect(codes.filter((code) => OFFICIAL.test(code))).toEqual([])
  expect(
    ['H55.242-251121-0001', 'G09.20-20260609-0092637', '000.24.42.H55-210305-0004'].every((code) =>
      OFFICIAL.test(code),
    ),
  ).toBe(true)
})

test('a dossier is found again by name without diacritics, by number and by its provisional code', async () => {
  const { at } = counterAt(legalDate(2026, 11, 11, 9, 0))
  const dossier = await openDossier(at)
  const found = async (query: string) =>
    must(await at.counter.handlers.dossier.list({ query }, at.clerk)).map((one) => one.id)
  for (const query of ['mau', 'nguyen thi mau', '123456', '', ' ']) expect(await found(query)).toContain(dossier.id)
  expect(await found('TAM-H55.242-03-20261111-001')).toEqual([dossier.id])
  expect(await found('tran van thu')).toEqual([])
})

test('after 15:00 the clerk is told before opening that a slip is due, and why it is not tomorrow', async () => {
  const { at } = counterAt(legalDate(2026, 11, 23, 15, 0, 1))
  const quote = must(await at.counter.handlers.dossier.quote({ procedureCode: COPY }, at.clerk))
  expect(quote.due).toEqual({
    at: '2026-11-25T10:00:00.000Z',
    sameDay: false,
    slip: true,
    skipped: ['Ngày Văn hóa Việt Nam'],
  })
})

test('without an adopted calendar no due time is promised; without an adopted form no receipt is printed', async () => {
  const at = await openWorkplace({ adopted: false })
  at.clock = THURSDAY
  const { certification, dossier: station } = at.counter.handlers
  const adopt = (key: string) => certification.adopt({ key, source: 'Thông báo mẫu' }, at.supervisor)
  await expect(openDossier(at)).rejects.toThrow('"rule":"rule-missing","detail":"dossier.holidays 2026"')
  must(await adopt('dossier.holidays@2026-01-01'))
  const dossier = await openDossier(at)
  expect(await station.printReceipt({ id: dossier.id }, at.clerk)).toEqual({
    ok: false,
    failure: { kind: 'refused', rule: 'rule-not-adopted', detail: 'dossier.receipt-form' },
  })
  must(await adopt('dossier.receipt-form@2025-09-15'))
  const { file } = must(await station.printReceipt({ id: dossier.id }, at.clerk))
  expect(must(at.counter.vault.get(file)).subarray(0, 5).toString()).toBe('%PDF-')
  await at.close()
})
