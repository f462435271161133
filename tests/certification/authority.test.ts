// Who may sign today: dated delegations, to the day, never on another person's behalf.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { authorityAt, signerTitle } from '../../main/certification/authority.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'

const DUC = '00000000-0000-4000-8000-000000000001'
const delegation = (special: Partial<Authority> = {}): Authority => ({
  id: '00000000-0000-4000-8000-00000000000a',
  personName: 'Nguyễn Văn Đức',
  personNumber: '001085000123',
  operatorId: DUC,
  titleLine: 'Phó Chủ tịch UBND phường',
  actingForm: 'KT.',
  decision: 'QĐ mẫu số 01/QĐ-UBND',
  validFrom: '2026-01-01',
  validTo: '2026-11-20',
  kinds: ['SCT/BS'],
  ...special,
})
/** At noon of this legal day. */
const noon = (day: string) => new Date(`${day}T12:00:00+07:00`)
const on = (day: string, ...list: readonly Authority[]) => authorityAt(list, DUC, 'SCT/BS', noon(day))
const nobody = (until?: string) => ({
  ok: false,
  failure: { kind: 'refused', rule: 'no-authority', ...(until === undefined ? {} : { detail: until }) },
})

test('a delegation that ended yesterday is refused, and says until when it was good (T15)', () => {
  expect(on('2026-11-21', delegation())).toEqual(nobody('2026-11-20'))
})

test('it holds on its first and on its last day', () => {
  expect(on('2026-01-01', delegation())).toEqual({ ok: true, value: delegation() })
  expect(on('2026-11-20', delegation())).toEqual({ ok: true, value: delegation() })
  expect(on('2025-12-31', delegation())).toEqual(nobody('2026-11-20'))
})

test('it holds from the first second of its first day to the last of its last, in legal time (T15)', () => {
  const at = (...moment: Parameters<typeof legalDate>) =>
    authorityAt([delegation()], DUC, 'SCT/BS', legalDate(...moment)).ok
  expect(at(2025, 12, 31, 23, 59, 59)).toBe(false)
  expect(at(2026, 1, 1, 0, 0, 0)).toBe(true)
  expect(at(2026, 11, 20, 23, 59, 59)).toBe(true)
  expect(at(2026, 11, 21, 0, 0, 0)).toBe(false)
})

test('one that was withdrawn at two in the afternoon held until then, and says so afterwards (T15)', () => {
  const ended = { at: legalDate(2026, 6, 1, 14, 0).toISOString(), why: 'Thôi ủy quyền' }
  const list = [delegation({ ended })]
  const at = (hour: number, minute: number, second = 0) =>
    authorityAt(list, DUC, 'SCT/BS', legalDate(2026, 6, 1, hour, minute, second))
  expect(at(13, 59, 59)).toEqual({ ok: true, value: list[0] })
  expect(at(14, 0)).toEqual(nobody('2026-06-01'))
  const older = delegation({ validFrom: '2025-01-01', titleLine: 'Công chức' })
  expect(authorityAt([...list, older], DUC, 'SCT/BS', legalDate(2026, 6, 1, 15, 0))).toEqual({ ok: true, value: older })
})

test("another person's authority, or one for nobody at the keyboard, is not ours", () => {
  const other = delegation({ operatorId: '00000000-0000-4000-8000-000000000002' })
  expect(on('2026-11-20', other, delegation({ operatorId: null }))).toEqual(nobody())
  expect(on('2026-11-20')).toEqual(nobody())
})

test('an authority for other kinds of certification does not reach copies', () => {
  expect(on('2026-11-20', delegation({ kinds: [] }))).toEqual(nobody())
})

test('of two that hold the newer one is printed', () => {
  const newer = delegation({ validFrom: '2026-06-01', actingForm: 'TUQ.', titleLine: 'Công chức tư pháp – hộ tịch' })
  expect(on('2026-05-31', newer, delegation())).toEqual({ ok: true, value: delegation() })
  expect(on('2026-06-01', delegation(), newer)).toEqual({ ok: true, value: newer })
})

test('above the name stands the form of acting, then the title; the chairman himself acts in no form', () => {
  expect(signerTitle(delegation())).toBe('KT. Phó Chủ tịch UBND phường')
  expect(signerTitle(delegation({ actingForm: '', titleLine: 'Chủ tịch UBND phường' }))).toBe('Chủ tịch UBND phường')
})

test('on any day: what is given is own, in time and of the right kind; what is refused leaves nothing that fits', () => {
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-02-${String(n).padStart(2, '0')}`)
  const one = fc
    .record({ validFrom: day, validTo: day, mine: fc.boolean(), fits: fc.boolean() })
    .map(({ mine, fits, ...dates }) =>
      delegation({ ...dates, operatorId: mine ? DUC : null, kinds: fits ? ['SCT/BS'] : [] }),
    )
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), day, (list, today) => {
      const fitting = list.filter(
        (each) => each.operatorId === DUC && each.kinds.length > 0 && each.validFrom <= today && today <= each.validTo,
      )
      const found = authorityAt(list, DUC, 'SCT/BS', noon(today))
      expect(found.ok).toBe(fitting.length > 0)
      if (found.ok) expect(fitting).toContain(found.value)
    }),
  )
})
