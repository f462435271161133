// A register changed behind the program is found: rows, seals, the end of the chain, decisions beside rows, closed years, blocks.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { must } from '../bench/office.ts'
import { type Desk, openDesk, paper } from './desk.ts'

let at: Desk
beforeAll(async () => {
  at = await openDesk()
})
afterAll(() => at.close())

/** Seven certified numbers, the sixth annulled, the year closed; then a change in the database with its triggers taken away; answers what the check says. */
async function tamper(...statements: readonly string[]): Promise<number | null> {
  at.clear()
  at.clock = legalDate(2026, 12, 31, 9, 0)
  const { certification } = at.counter.handlers
  for (let index = 0; index < 7; index += 1) {
    const one = paper()
    at.take(one)
    at.change((w) => at.counter.certifications.certified(w, one.id, at.clock))
  }
  const decision = { decision: '12/QĐ-UBND', decidedOn: '2026-12-31', reason: 'Sai thẩm quyền' }
  must(await certification.annul({ book: '03/2026-SCT/BS', number: 6, ...decision }, at.supervisor))
  must(await certification.closeYear({ year: 2026, series: '03/2026-SCT/BS' }, at.supervisor))
  expect(at.check()).toBeNull()
  const first = at.rows()[0]?.seq ?? 0
  return at.raw((database) => {
    const triggers = database
      .prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name like 'certification_%'")
      .all() as { name: string; sql: string }[]
    for (const { name } of triggers) database.exec(`drop trigger ${name}`)
    for (const statement of statements) database.exec(statement.replaceAll('#', `${first} + `))
    for (const { sql } of triggers) database.exec(sql)
    const found = at.check()
    return found === null ? null : found - first + 1
  })
}

test('the database itself refuses to change or remove what was written', async () => {
  await tamper()
  at.raw((database) => {
    for (const statement of [
      'update certification_row set number = 99 where number = 7',
      "update certification_row set series = ''",
      "update certification_row set taken_day = '2026-01-01'",
      "update certification_row set requester = 'người khác'",
      "update certification_row set template = ''",
      'delete from certification_row where number = 7',
    ])
      expect(() => database.exec(statement)).toThrow(/register/)
    for (const statement of [
      'update certification_stretch set first = 2',
      'update certification_stretch set next = 3',
      'delete from certification_stretch',
      "update certification_annulment set reason = ''",
      'delete from certification_annulment',
      'update certification_closing set fee = 0',
      'delete from certification_closing',
      'delete from certification_authority',
    ])
      expect(() => database.exec(statement), statement).toThrow(/stays|does not change|not given out twice/)
  })
})

test.for([
  ['another number', 'update certification_row set number = 99 where seq = #2', 3],
  ['another run of numbers', "update certification_row set series = 'x' where seq = #2", 3],
  ['another day', "update certification_row set taken_day = '2026-01-01' where seq = #4", 5],
  ['another moment', "update certification_row set taken_at = '2026-01-01T00:00:00.000Z' where seq = #0", 1],
  ['another book', "update certification_row set book = '04/2026-SCT/BS' where seq = #6", 7],
  [
    'another link',
    "update certification_row set hash = '00' || substr(hash, 3) where seq = #1 and hash not like '00%'",
    2,
  ],
  ['a row dropped from the middle', 'delete from certification_row where seq = #3', 5],
  ['another requester in a finished row', "update certification_row set requester = 'người khác' where seq = #2", 3],
  ['another fee in a finished row', 'update certification_row set fee = 0 where seq = #2', 3],
  ['another attestation in a finished row', "update certification_row set template = 'x' where seq = #2", 3],
  ['another reason of an annulment', "update certification_annulment set reason = 'khác'", 6],
  ['another total of the year', 'update certification_closing set fee = 0', 1],
  ['a block that claims more numbers than have rows', 'update certification_stretch set next = 12', 1],
] as const)('%s', async ([, statement, found]) => {
  expect(await tamper(statement)).toBe(found)
})

test('two rows that changed places', async () => {
  const swap = (from: string, to: string) => `update certification_row set seq = ${to} where seq = ${from}`
  expect(await tamper(swap('#2', '-1'), swap('#3', '#2'), swap('-1', '#3'))).toBe(3)
})
test('the last row dropped', async () => {
  expect(await tamper('delete from certification_row where seq = #6')).not.toBeNull()
})
