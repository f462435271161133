// What is not certified: refused in writing with one of the six reasons, or kept because it may be forged. No number, nothing deleted.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { contract } from '../../preload/contract/index.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { fail } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { hasPoppler, textOf } from '../document/peers.ts'
import { type Desk, openDesk } from './desk.ts'

let at: Desk
beforeAll(async () => {
  at = await openDesk()
})
afterAll(() => at.close())
beforeEach(() => {
  at.clear()
  at.clock = legalDate(2026, 11, 19, 9, 5)
})
const station = () => at.counter.handlers.certification
const item = async (id: string) =>
  must(await station().queue({}, at.officer)).items.find(({ document }) => document.id === id)
const printed = async (documentId: string) => {
  const { file } = must(await station().printRefusal({ documentId }, at.clerk))
  return hasPoppler ? textOf(must(at.counter.vault.get(file))) : ''
}
const events = () =>
  at.raw((database) =>
    database
      .prepare("select event from audit_entry where event like 'certification.%' order by seq desc")
      .pluck()
      .all(),
  ) as readonly string[]

test.skipIf(!hasPoppler)(
  'a foreign court decision without legalisation is refused with reason 5, in writing, and takes no number (T12)',
  async () => {
    const one = at.lay({ title: 'Quyết định của tòa án nước ngoài', originalPages: 4 })
    const reasons = must(await station().reasons({}, at.officer))
    must(
      await station().hold(
        { documentId: one.id, reason: 'reason-5', note: 'Đã hướng dẫn nơi hợp pháp hóa' },
        at.officer,
      ),
    )
    expect((await item(one.id))?.refusal).toEqual({
      kind: 'refusal',
      reason: reasons[4]?.text,
      note: 'Đã hướng dẫn nơi hợp pháp hóa',
      by: 'Nguyễn Văn Đức',
      at: at.clock.toISOString(),
    })
    const letter = await printed(one.id)
    for (const words of [
      'THÔNG BÁO TỪ CHỐI CHỨNG THỰC',
      'Kính gửi: Nguyễn Thị Mẫu',
      'Tên giấy tờ, văn bản: Quyết định của tòa án nước ngoài',
      'Số trang của bản chính: 4',
      'Mã hồ sơ: TAM-H55.242-03-20261119-1',
      reasons[4]?.text ?? '',
      'Căn cứ: NĐ 23/2015/NĐ-CP Đ.22.',
      'Giải thích thêm: Đã hướng dẫn nơi hợp pháp hóa',
      'Thời điểm từ chối: 09:05 19/11/2026',
      'Nguyễn Văn Đức',
      'ngày 19 tháng 11 năm 2026',
      'MẪU – KHÔNG CÓ GIÁ TRỊ',
    ])
      expect(letter).toContain(words)
    expect(at.rows()).toEqual([])
    expect(at.take()).toBe(1)
  },
)

test('a foreign diploma without legalisation is not refused for that: the dialog says for which papers it does not apply (T11)', async () => {
  const reasons = must(await station().reasons({}, at.officer))
  expect(reasons.map((one) => one.hint !== '')).toEqual([false, false, false, false, true, false])
  expect(reasons[4]?.hint).toContain('bằng tốt nghiệp')
  expect(reasons[4]?.hint).toContain('TT 01/2020/TT-BTP Đ.6 [C]')
  const one = at.lay({ title: 'Bằng tốt nghiệp đại học (nước ngoài)' })
  must(await station().review({ documentId: one.id, seen: one.file }, at.officer))
  expect(at.take(one)).toBe(1)
})

test('a secret stamp is reason 3: nothing is certified and no number is taken (T10)', async () => {
  const one = at.lay()
  must(await station().hold({ documentId: one.id, reason: 'reason-3', note: '' }, at.officer))
  expect((await item(one.id))?.document.heldFor).toContain('đóng dấu mật')
  expect(await station().review({ documentId: one.id, seen: one.file }, at.officer)).toEqual(fail({ kind: 'stale' }))
  expect(at.rows()).toEqual([])
  // Without an explanation the letter has no empty line for it.
  if (hasPoppler) expect(await printed(one.id)).not.toContain('Giải thích thêm')
})

test('a paper that only waits has no letter; one whose refusal was taken back neither, but both stay written', async () => {
  const [waits, refused] = [at.lay(), at.lay()]
  must(await station().hold({ documentId: waits.id, reason: 'wait', note: 'Chờ trang 2' }, at.officer))
  must(await station().hold({ documentId: refused.id, reason: 'reason-1', note: '' }, at.officer))
  expect(await station().printRefusal({ documentId: waits.id }, at.officer)).toEqual(fail({ kind: 'stale' }))
  must(await station().release({ documentId: refused.id }, at.officer))
  expect(await item(refused.id)).toMatchObject({ document: { state: 'compared', heldFor: null }, refusal: null })
  expect(await station().printRefusal({ documentId: refused.id }, at.officer)).toEqual(fail({ kind: 'stale' }))
  expect(
    at.raw((database) =>
      database.prepare('select document_id as id, withdrawn_by as by from certification_refusal').all(),
    ),
  ).toEqual([{ id: refused.id, by: at.officer.operatorId }])
})

test('the letter needs its form: not adopted it is not printed, and the form that was used stands in the audit', async () => {
  const one = at.lay()
  must(await station().hold({ documentId: one.id, reason: 'reason-2', note: '' }, at.officer))
  must(await station().printRefusal({ documentId: one.id }, at.clerk))
  const detail = at.raw((database) =>
    database.prepare("select detail from audit_entry where event = 'certification.letter-printed'").pluck().get(),
  )
  expect(JSON.parse(String(detail))).toEqual({
    kind: 'refusal',
    form: expect.stringMatching(/^certification\.refusal-letter@2015-04-10 sha256:[0-9a-f]{64}$/),
  })
  at.raw((database) => database.exec("delete from dossier_adoption where key = 'certification.refusal-letter'"))
  expect(await station().printRefusal({ documentId: one.id }, at.clerk)).toEqual(
    fail({ kind: 'refused', rule: 'rule-not-adopted', detail: 'certification.refusal-letter' }),
  )
  must(await station().adopt({ key: 'certification.refusal-letter@2015-04-10', source: 'Công văn mẫu' }, at.supervisor))
  must(await station().printRefusal({ documentId: one.id }, at.clerk))
})

test.skipIf(!hasPoppler)(
  'a suspected forgery is recorded and locked: nobody certifies, releases or deletes it until a supervisor ends it',
  async () => {
    const one = at.lay({ title: 'Bằng tốt nghiệp THPT', state: 'made', comparedAt: null })
    must(await station().forgery({ documentId: one.id, signs: 'Dấu nổi không có, số hiệu bị cạo sửa' }, at.clerk))
    expect(await item(one.id)).toMatchObject({
      document: { state: 'held', heldFor: 'Dấu nổi không có, số hiệu bị cạo sửa' },
      refusal: { kind: 'forgery', by: 'Trần Thị Mai Mẫu' },
    })
    const record = await printed(one.id)
    for (const words of [
      'BIÊN BẢN',
      'Về việc bản chính có dấu hiệu giả mạo',
      'Hôm nay, hồi 09:05 19/11/2026, tại Trung tâm PVHCC phường Mẫu',
      'Người lập biên bản: Trần Thị Mai Mẫu',
      'Dấu nổi không có, số hiệu bị cạo sửa',
      'Căn cứ: TT 01/2020/TT-BTP Đ.11.2.',
      'NGƯỜI YÊU CẦU CHỨNG THỰC',
    ])
      expect(record).toContain(words)
    const locked = fail({ kind: 'refused', rule: 'paper-locked' })
    const stale = fail({ kind: 'stale' })
    expect(await station().release({ documentId: one.id }, at.officer)).toEqual(locked)
    expect(await station().review({ documentId: one.id, seen: one.file }, at.officer)).toEqual(stale)
    expect(await station().hold({ documentId: one.id, reason: 'reason-1', note: '' }, at.officer)).toEqual(stale)
    expect(await station().forgery({ documentId: one.id, signs: 'lần nữa' }, at.officer)).toEqual(stale)
    const paper = { documentId: one.id, seen: one.file, authorityId: at.authority().id }
    expect(await station().onPaper(paper, at.clerk)).toEqual(stale)
    expect(contract.certification.endForgery.may).toEqual(['supervisor'])
    must(await station().endForgery({ documentId: one.id, why: 'Công an trả lời: thật' }, at.supervisor))
    // It goes back to where it was: nobody had compared it yet.
    expect(at.counter.storage.read((r) => at.counter.documents.find(r, one.id))).toMatchObject({
      state: 'made',
      heldFor: null,
      file: one.file,
    })
    expect(events().slice(0, 3)).toEqual([
      'certification.paper-unlocked',
      'certification.letter-printed',
      'certification.paper-locked',
    ])
    expect(at.rows()).toEqual([])
    expect(await station().endForgery({ documentId: one.id, why: 'hai lần' }, at.supervisor)).toEqual(stale)
  },
)

test('a paper that was refused can still turn out to be forged; a mere component of a dossier is another matter', async () => {
  const one = at.lay()
  must(await station().hold({ documentId: one.id, reason: 'reason-1', note: '' }, at.officer))
  must(await station().forgery({ documentId: one.id, signs: 'Chữ ký in màu' }, at.officer))
  expect((await item(one.id))?.refusal?.kind).toBe('forgery')
  if (hasPoppler) expect(await printed(one.id)).toContain('BIÊN BẢN')
  must(await station().endForgery({ documentId: one.id, why: 'Đã có kết luận' }, at.supervisor))
  expect(await station().printRefusal({ documentId: one.id }, at.clerk)).toEqual(fail({ kind: 'stale' }))
  const component = at.lay({ certifiedCopy: false, state: 'made' })
  expect(await station().forgery({ documentId: component.id, signs: 'Chữ ký in màu' }, at.officer)).toEqual(
    fail({ kind: 'stale' }),
  )
})
