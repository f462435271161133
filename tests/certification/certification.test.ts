// The officer's desk: what she is shown, what she may hold and why, and the rules without which nothing is certified.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../preload/contract/document.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { hasAirscan } from '../scan/bench.ts'
import { compared, openDossier, openWorkplace, reviewed, type Workplace } from '../signature/workplace.ts'

const STALE = { ok: false, failure: { kind: 'stale' } }

describe.skipIf(!hasAirscan)('papers that wait for the officer', () => {
  let at: Workplace
  let page: Buffer
  beforeAll(async () => {
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({ scanner: true })
  })
  afterAll(() => at.close())

  const waiting = async (...titles: readonly string[]): Promise<readonly Document[]> =>
    compared(
      at,
      (await openDossier(at)).id,
      titles.map((title) => ({ title, copies: 1, pages: [page] })),
    )
  const station = () => at.counter.handlers.certification
  const inQueue = async (id: string) =>
    must(await station().queue({}, at.officer)).items.find((item) => item.document.id === id)?.document

  test('the queue shows the attestation as it will be printed, dots where the number comes, and says MẪU', async () => {
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const [birth] = await waiting('Giấy khai sinh')
    const queue = must(await station().queue({}, at.officer))
    expect(queue).toMatchObject({ reviewed: 0, held: 0, blocked: [], specimen: true })
    expect(queue.items.map((item) => [item.document.id, item.document.compared?.by])).toEqual([
      [birth?.id, 'Trần Thị Mai Mẫu'],
    ])
    expect(queue.items[0]?.attestation).toEqual([
      'CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH',
      'MẪU – KHÔNG CÓ GIÁ TRỊ',
      'Số chứng thực: ……    Quyển số: 03/2026-SCT/BS',
      'Ngày 19 tháng 11 năm 2026',
      'Người thực hiện chứng thực',
      'KT. Phó Chủ tịch UBND phường',
      '',
      'Nguyễn Văn Đức',
    ])
    at.clock = null
  })

  test('what nobody compared with the original does not come to the officer and cannot be reviewed', async () => {
    const dossierId = (await openDossier(at)).id
    at.scanner?.load([page])
    must(
      await at.counter.handlers.scan.start(
        { dossierId, profile: { source: 'feeder', mode: 'colour', dpi: 300 }, place: null },
        at.clerk,
      ),
    )
    const [made] = must(
      await at.counter.handlers.document.make({ dossierId, papers: [{ title: 'Hộ chiếu', copies: 1 }] }, at.clerk),
    )
    expect(await inQueue(made?.id ?? '')).toBeUndefined()
    expect(await station().review({ documentId: made?.id ?? '', seen: made?.file ?? '' }, at.officer)).toEqual(STALE)
    expect(await station().hold({ documentId: made?.id ?? '', reason: 'reason-1', note: '' }, at.officer)).toEqual(
      STALE,
    )
  })

  test('the officer reviews exactly the file that was shown to her, once', async () => {
    const [one, other] = (await waiting('Thẻ căn cước', 'Học bạ trung học cơ sở')) as [Document, Document]
    expect(
      await station().review(
        { documentId: one.id, seen: other.file.replace(/^./, (first) => (first === '0' ? '1' : '0')) },
        at.officer,
      ),
    ).toEqual(STALE)
    expect((await inQueue(one.id))?.state).toBe('compared')
    must(await station().review({ documentId: one.id, seen: one.file }, at.officer))
    expect((await inQueue(one.id))?.state).toBe('reviewed')
    expect(await station().review({ documentId: one.id, seen: one.file }, at.officer)).toEqual(STALE)
  })

  test('each of the six reasons of NĐ 23/2015 Đ.22 can be given, word for word; a released paper begins again', async () => {
    const reasons = must(await station().reasons({}, at.officer))
    expect(reasons.map((one) => [one.id, one.source])).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => [`reason-${number}`, 'NĐ 23/2015/NĐ-CP Đ.22 [C]']),
    )
    expect(reasons[2]?.text).toContain('đóng dấu mật')
    expect(reasons[4]?.text).toContain('chưa được hợp pháp hóa lãnh sự')
    const papers = await waiting(...reasons.map((one) => `Giấy tờ ${one.id}`))
    for (const [index, { id, text }] of reasons.entries()) {
      const documentId = papers[index]?.id ?? ''
      must(await station().hold({ documentId, reason: id, note: 'chữ này không thay lý do' }, at.officer))
      expect(await inQueue(documentId)).toMatchObject({ state: 'held', heldFor: text, number: null })
      expect(await station().review({ documentId, seen: papers[index]?.file ?? '' }, at.officer)).toEqual(STALE)
    }
    const documentId = papers[0]?.id ?? ''
    must(await station().release({ documentId }, at.officer))
    expect(await inQueue(documentId)).toMatchObject({ state: 'compared', heldFor: null })
  })

  test('a note may stand where none of the six fits; a paper reviewed too early can still be held', async () => {
    const [one] = await reviewed(at, (await openDossier(at)).id, [{ title: 'Quyết định', copies: 1, pages: [page] }])
    must(
      await station().hold(
        { documentId: one?.id ?? '', reason: 'other', note: 'Chờ đối chiếu lại trang 2' },
        at.officer,
      ),
    )
    expect(await inQueue(one?.id ?? '')).toMatchObject({ state: 'held', heldFor: 'Chờ đối chiếu lại trang 2' })
  })

  test('everything the officer did stands in the audit, with the file and without a name', async () => {
    const rows = at.raw((database) =>
      database.prepare("select event, detail from audit_entry where event like 'certification.%'").all(),
    ) as { event: string; detail: string }[]
    const count = (event: string) => rows.filter((row) => row.event === `certification.${event}`).length
    expect({ reviewed: count('reviewed'), held: count('held'), released: count('released') }).toEqual({
      reviewed: 2,
      held: 7,
      released: 1,
    })
    expect(rows.some((row) => row.detail.includes('Mẫu'))).toBe(false)
    expect(at.counter.storage.read((r) => at.counter.audit.verify(r))).toBeNull()
  })
})

describe('rules that are only data', () => {
  let at: Workplace
  beforeAll(async () => {
    at = await openWorkplace({ adopted: false })
  })
  afterAll(() => at.close())
  const station = () => at.counter.handlers.certification
  const blocked = async () => must(await station().queue({}, at.officer)).blocked
  const NEEDED = [
    'certification.attestation',
    'certification.register-form',
    'certification.fee',
    'certification.signer',
  ]
  const keyOf = async (key: string) =>
    must(await station().rules({}, at.supervisor)).find((rule) => rule.key.startsWith(`${key}@`))?.key ?? key

  test('a new unit certifies nothing until its supervisor has adopted every entry that is not confirmed', async () => {
    at.clock = legalDate(2026, 11, 19, 9, 0)
    const left = [...NEEDED]
    while (left.length > 0) {
      expect(await blocked()).toEqual(left.map((key) => ({ key, why: 'not-adopted' })))
      expect(at.counter.certifications.mayCertify()).toMatchObject({
        ok: false,
        failure: { rule: 'rule-not-adopted', detail: left[0] },
      })
      must(await station().adopt({ key: await keyOf(left.shift() ?? ''), source: 'Công văn mẫu số 5' }, at.supervisor))
    }
    expect(await blocked()).toEqual([])
    expect(at.counter.certifications.mayCertify()).toEqual({ ok: true, value: undefined })
  })

  test('who adopted, when and on what ground stays readable beside the entry', async () => {
    const fee = must(await station().rules({}, at.clerk)).find((rule) => rule.key.startsWith('certification.fee@'))
    expect(fee).toMatchObject({
      state: 'usable',
      mark: 'S',
      source: 'TT 226/2016/TT-BTC',
      adopted: { by: 'Lê Thị Lan Mẫu', on: '2026-11-19', source: 'Công văn mẫu số 5' },
    })
  })

  test('the last day of an entry is good, the day after is not, and an expired entry cannot be adopted back to life', async () => {
    at.clock = legalDate(2027, 12, 31, 23, 59, 59)
    expect(await blocked()).toEqual([])
    at.clock = legalDate(2028, 1, 1, 0, 0, 0)
    expect(await blocked()).toEqual(NEEDED.map((key) => ({ key, why: 'expired' })))
    expect(at.counter.certifications.mayCertify()).toMatchObject({ ok: false, failure: { rule: 'rule-expired' } })
    for (const key of NEEDED)
      expect(await station().adopt({ key: await keyOf(key), source: 'Công văn mẫu' }, at.supervisor)).toEqual({
        ok: false,
        failure: { kind: 'refused', rule: 'rule-expired', detail: key },
      })
    at.clock = legalDate(2026, 11, 19, 9, 0)
  })

  test('adopting twice is adopting once, and an entry nobody has is refused', async () => {
    const adoptions = () =>
      at.raw((database) => database.prepare('select count(*) from dossier_adoption').pluck().get())
    const before = adoptions()
    must(await station().adopt({ key: await keyOf('certification.fee'), source: 'Một lần nữa' }, at.supervisor))
    expect(adoptions()).toBe(before)
    expect(
      await station().adopt({ key: 'certification.none@2026-01-01', source: 'không có' }, at.supervisor),
    ).toMatchObject({
      ok: false,
      failure: { rule: 'rule-missing' },
    })
  })

  test('a delegation that ended yesterday signs nothing today (T15)', async () => {
    const given = {
      personName: 'Nguyễn Văn Đức',
      personNumber: '001085000123',
      operatorId: at.officer.operatorId,
      titleLine: 'Phó Chủ tịch UBND phường',
      actingForm: 'TUQ.' as const,
      decision: 'QĐ mẫu số 02',
      validFrom: '2026-01-01',
      validTo: '2026-11-19',
      kinds: ['SCT/BS' as const],
    }
    must(await station().grant(given, at.supervisor))
    const who = (at_: Date) => at.counter.certifications.authority(at.officer, at_)
    expect(who(legalDate(2026, 11, 19, 23, 59, 59))).toMatchObject({ ok: true, value: given })
    expect(who(legalDate(2026, 11, 20, 0, 0, 0))).toEqual({
      ok: false,
      failure: { kind: 'refused', rule: 'no-authority', detail: '2026-11-19' },
    })
    expect(at.counter.certifications.authority(at.clerk, legalDate(2026, 11, 19))).toMatchObject({ ok: false })
  })
})
