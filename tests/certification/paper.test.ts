// Copies on paper: number, row and attestation like any other, signed by hand; no token, no file, one fee.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/check-pdf.ts'
import { FeeRule, feeFor } from '../../main/document/fee.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { hasPoppler, pdfInfo, textOf } from '../document/peers.ts'
import { type Desk, openDesk } from './desk.ts'

let at: Desk
beforeAll(async () => {
  at = await openDesk()
})
afterAll(() => at.close())
beforeEach(() => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 0)
})
const station = () => at.counter.handlers.certification
type Paper = ReturnType<Desk['lay']>
const begin = (one: Paper, caller = at.clerk) =>
  station().onPaper({ documentId: one.id, seen: one.file, authorityId: at.authority().id }, caller)
const shown = async () => must(await station().register({ year: 2026 }, at.clerk))
const stateOf = (id: string) => at.counter.storage.read((r) => at.counter.documents.find(r, id))
const pdf = (file: string) => must(at.counter.vault.get(file))

test.skipIf(!hasPoppler)(
  'the number is taken, entered and printed on one sheet a copy, without a trace of a token',
  async () => {
    const one = at.lay({ title: 'Bằng tốt nghiệp', copies: 3, fee: 6_000 })
    const { file, queue } = must(await begin(one))
    expect(queue.items.map(({ document, onPaper }) => [document.id, document.number, onPaper])).toEqual([
      [one.id, '01 · 03/2026-SCT/BS', true],
    ])
    expect(queue.items[0]?.attestation).toContain('Số chứng thực: 01    Quyển số: 03/2026-SCT/BS')
    const sheet = pdf(file)
    expect(pdfInfo(sheet).Pages).toBe('3')
    expect(checkPdfA(sheet)).toMatchObject({ ok: true })
    const text = textOf(sheet)
    for (const words of [
      'CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH',
      'Số chứng thực: 01 Quyển số: 03/2026-SCT/BS',
      'Ngày 19 tháng 11 năm 2026',
      '(ký, ghi rõ họ tên, đóng dấu)',
      'KT. Phó Chủ tịch UBND phường',
      'Nguyễn Văn Đức',
      'MẪU – KHÔNG CÓ GIÁ TRỊ',
    ])
      expect(text).toContain(words)
    expect((await shown()).map(({ state, form, number }) => [state, form, number])).toEqual([['in-work', 'paper', 1]])
    must(await station().paperSigned({ documentId: one.id }, at.clerk))
    expect(await shown()).toEqual([
      expect.objectContaining({
        book: '03/2026-SCT/BS',
        number: 1,
        requester: 'Nguyễn Thị Mẫu',
        originalTitle: 'Bằng tốt nghiệp',
        signer: 'Nguyễn Văn Đức',
        signerTitle: 'KT. Phó Chủ tịch UBND phường',
        copies: 3,
        fee: 6_000,
        form: 'paper',
        state: 'certified',
        template: expect.stringMatching(/^certification\.attestation-paper@2015-04-10 sha256:[0-9a-f]{64}$/),
      }),
    ])
    expect(stateOf(one.id)).toMatchObject({ state: 'certified', copyFile: null, number: '01 · 03/2026-SCT/BS' })
    expect(at.check()).toBeNull()
  },
)

test('when its last copy is there, the dossier is done and the result is on its way to the province', async () => {
  const [one, other] = [at.lay(), at.lay()]
  const waiting = () => at.raw((database) => database.prepare('select kind from outbox_parcel').pluck().all())
  const before = waiting().length
  for (const paper of [one, other]) must(await begin(paper))
  must(await station().paperSigned({ documentId: one.id }, at.clerk))
  expect(waiting()).toHaveLength(before)
  must(await station().paperSigned({ documentId: other.id }, at.clerk))
  expect(waiting().slice(before)).toEqual(['returned'])
  expect(await station().paperSigned({ documentId: other.id }, at.clerk)).toEqual(fail({ kind: 'stale' }))
})

test('paper and electronic copies share the book and its numbers: no gap between them', async () => {
  expect(at.take()).toBe(1)
  const one = at.lay()
  must(await begin(one))
  expect(at.take()).toBe(3)
  must(await station().paperUndone({ documentId: one.id }, at.officer))
  expect(stateOf(one.id)).toMatchObject({ state: 'compared', number: null })
  // Given back today: an electronic copy may get it.
  expect(at.take()).toBe(2)
  expect((await shown()).map(({ number, form }) => [number, form])).toEqual([
    [1, 'electronic'],
    [2, 'electronic'],
    [3, 'electronic'],
  ])
})

test('only the file that was shown, only once, only what was compared and asked to be certified', async () => {
  const one = at.lay()
  const refused = fail({ kind: 'stale' })
  const ask = { documentId: one.id, seen: one.file, authorityId: at.authority().id }
  expect(await station().onPaper({ ...ask, seen: '0'.repeat(64) }, at.clerk)).toEqual(refused)
  const others = [at.lay({ state: 'made' }), at.lay({ state: 'held' }), at.lay({ certifiedCopy: false })]
  for (const other of others) expect(await begin(other)).toEqual(refused)
  must(await begin(one))
  expect(await begin(one)).toEqual(refused)
  expect(at.rows()).toHaveLength(1)
})

test('nobody signs on paper under a delegation that ended (T15)', async () => {
  const one = at.lay()
  const authorityId = at.authority().id
  at.clock = legalDate(2028, 1, 1, 0, 0)
  // By then the forms have expired as well; the delegation is looked at after them.
  const late = await station().onPaper({ documentId: one.id, seen: one.file, authorityId }, at.clerk)
  expect(late).toMatchObject({ ok: false, failure: { rule: 'rule-expired' } })
  at.clock = legalDate(2025, 12, 31, 23, 59)
  expect(await station().onPaper({ documentId: one.id, seen: one.file, authorityId }, at.clerk)).toEqual(
    fail({ kind: 'refused', rule: 'no-authority', detail: '2027-12-31' }),
  )
  expect(at.rows()).toEqual([])
})

test('without its adopted attestation nothing is certified on paper; electronic copies are not concerned', async () => {
  at.raw((database) => database.exec("delete from dossier_adoption where key = 'certification.attestation-paper'"))
  const one = at.lay()
  expect(await begin(one)).toMatchObject({
    failure: { rule: 'rule-not-adopted', detail: 'certification.attestation-paper' },
  })
  const { blocked, paperBlocked } = must(await station().queue({}, at.officer))
  expect([blocked, paperBlocked]).toEqual([[], [{ key: 'certification.attestation-paper', why: 'not-adopted' }]])
  must(
    await station().adopt({ key: 'certification.attestation-paper@2015-04-10', source: 'Công văn mẫu' }, at.supervisor),
  )
  must(await begin(one))
})

test('the sheet that got lost is printed again with the same number, also the next day', async () => {
  const one = at.lay()
  must(await begin(one))
  at.clock = legalDate(2026, 11, 20, 8, 0)
  const { file } = must(await station().printOnPaper({ documentId: one.id }, at.clerk))
  if (hasPoppler) expect(textOf(pdf(file))).toContain('Ngày 19 tháng 11 năm 2026')
  must(await station().paperSigned({ documentId: one.id }, at.clerk))
  expect((await shown())[0]).toMatchObject({ at: legalDate(2026, 11, 19, 9, 0).toISOString(), number: 1 })
  expect(at.rows()).toHaveLength(1)
})

test('the fee is by pages of the original and the same on paper as electronic, asked once (T8, T9)', async () => {
  const rule = must(at.counter.certifications.mayCertify())
  expect(rule).toBeUndefined()
  const rules = must(await station().rules({}, at.clerk))
  const fee = FeeRule.parse(JSON.parse(rules.find(({ key }) => key.startsWith('certification.fee@'))?.value ?? ''))
  for (const [pages, copies, due] of [
    [3, 2, 10_000],
    [250, 1, 200_000],
  ] as const) {
    at.clear()
    expect(feeFor(pages, copies, fee)).toBe(due)
    const [sheet, file] = [0, 1].map(() => at.lay({ originalPages: pages, copies, fee: feeFor(pages, copies, fee) }))
    if (sheet === undefined || file === undefined) throw new Error('nothing laid')
    must(await begin(sheet))
    must(await station().paperSigned({ documentId: sheet.id }, at.clerk))
    at.take(file)
    at.change((w) => at.counter.certifications.certified(w, file.id, at.clock))
    expect((await shown()).map((row) => [row.form, row.fee])).toEqual([
      ['paper', due],
      ['electronic', due],
    ])
    // Certified on paper, it cannot be signed electronically as well: no second fee, no second number.
    expect(at.counter.storage.read((r) => at.counter.documents.inStates(r, ['compared', 'reviewed'])).length).toBe(1)
  }
})
