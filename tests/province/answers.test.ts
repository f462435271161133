// Whatever bytes come back instead of an answer, the counter neither breaks nor believes them.
// And the words we send become exactly the fields and numbers of generation 2.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openGeneration2 } from '../../main/province/generation-2.ts'
import { codeOf, failureOf } from '../../main/province/generation-2-answers.ts'
import { dateField, dossierFields, statusFields } from '../../main/province/generation-2-fields.ts'
import { DossierCode } from '../../main/province/packet.ts'
import { mayFollow, STATUS_CODES, type Status, statusOfCode, TRANSITIONS } from '../../main/province/statuses.ts'
import { CapNhatTrangThai, NopHoSo } from './packets.ts'
import { NEXT } from './schema.ts'
import { changeTo, content, doneWith, dossierOf, fileOf } from './story.ts'

const CODE = 'H55.242-20261121-0000001'

/** A counter whose network gives this instead of a province. */
const against = (answer: () => Response | Promise<Response>) =>
  openGeneration2({
    baseUrl: 'http://province.example/',
    clientId: 'a',
    clientSecret: 'b',
    unitCode: 'H55.242',
    now: () => new Date('2026-11-21T12:00:00+07:00'),
    fetch: async (address) =>
      String(address).endsWith('/api/Token')
        ? Response.json({ data: { access_token: 't', expires_in: 60 } })
        : await answer(),
  })

const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
  fc.json(),
  fc.constant('<html>Đăng nhập mạng của tòa nhà</html>'),
  fc.record({ idHoSo: fc.anything(), maHoSo: fc.anything(), value: fc.anything() }).map((o) => JSON.stringify(o) ?? ''),
)

test('garbage instead of an answer is never a delivery and never an accident', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(200, 302, 400, 404, 409, 418, 429, 500, 503), body, async (status, bytes) => {
      const counter = against(() => new Response(bytes, { status }))
      const file = fileOf('a.pdf', content('a', 10))
      const results = [
        await counter.nextCode('k'),
        await counter.submit('k', dossierOf(CODE, [])),
        await counter.upload('k', file),
        await counter.status('k', changeTo(CODE, 'processing', 0)),
        await counter.health(),
      ]
      expect(results.map((result) => result.ok)).toEqual([false, false, false, false, false])
    }),
    { seed: 7, numRuns: 150 },
  )
})

test('an answer without end is cut off, and a foreign address in an answer is not visited', async () => {
  const endless = new ReadableStream<Uint8Array>({ pull: (out) => out.enqueue(new Uint8Array(65_536)) })
  expect(await against(() => new Response(endless)).nextCode('k')).toEqual({
    ok: false,
    failure: { kind: 'malformed', what: 'answer' },
  })
  const elsewhere = () => new Response(null, { status: 201, headers: { Location: 'http://khac.example/tus/1' } })
  expect(await against(elsewhere).upload('k', fileOf('a.pdf', content('a', 10)))).toEqual({
    ok: false,
    failure: { kind: 'malformed', what: 'answer' },
  })
})

test('an error code beside an identifier is an error, and only codes are passed on, never texts', async () => {
  const both = () => Response.json({ error_code: '3', idHoSo: '1', maHoSo: CODE })
  expect((await against(both).submit('k', dossierOf(CODE, []))).ok).toBe(false)
  expect(codeOf({ error_code: 'Ông Nguyễn Văn Mẫu đã nộp' })).toBeUndefined()
  expect(failureOf(400, { error_code: 3 })).toEqual({ kind: 'refused', rule: 'province-refused', detail: '3' })
  expect(failureOf(404, 'không có')).toEqual({ kind: 'refused', rule: 'province-refused', detail: 'HTTP-404' })
  expect([200, 204, 302, 408, 429, 502].map((status) => failureOf(status, undefined)?.kind)).toEqual([
    undefined,
    undefined,
    'unreachable',
    'unreachable',
    'unreachable',
    'unreachable',
  ])
})

test('a packet that is not complete does not leave the counter', async () => {
  const counter = against(() => Promise.reject(new Error('nothing may be sent')))
  const bad = { ok: false, failure: { kind: 'malformed', what: 'argument' } }
  expect(await counter.submit('k', { ...dossierOf(CODE, []), code: 'TAM-H55.242-1-20261121-1' })).toEqual(bad)
  const papers = { ...changeTo(CODE, 'processing', 0), results: [] } as ReturnType<typeof changeTo>
  expect(await counter.status('k', papers)).toEqual(bad)
  expect(await counter.progress('k', [])).toEqual(bad)
})

test('dates are written in Vietnamese time on a 24-hour clock', () => {
  expect(dateField('2026-11-21T15:04:05+07:00')).toBe('20261121150405')
  expect(dateField('2026-12-31T18:30:00Z')).toBe('20270101013000')
})

test('a dossier becomes the packet of generation 2, with reuse flags only when they are true', () => {
  const file = fileOf('trang-1.pdf', content('x', 10))
  const packet = dossierFields(dossierOf(CODE, [file]), 'H55.242')
  expect(JSON.parse(JSON.stringify(packet))).toEqual({
    MaHoSo: CODE,
    MaTTHC: '2.000815',
    KenhThucHien: 1,
    ChuHoSo: 'Nguyễn Thị Mẫu',
    SoGiayToChuHoSo: '001190123456',
    DinhDanhCHS: [{ LoaiDinhDanh: 1, SoDinhDanh: '001190123456' }],
    LoaiDoiTuong: 0,
    MaDonViTiepNhan: 'H55.242',
    TrichYeuHoSo: 'Chứng thực bản sao bằng tốt nghiệp',
    NgayNop: '20261121083000',
    NgayTiepNhan: '20261121083100',
    NgayHenTra: '20261121160000',
    ThanhPhanHoSo: [
      {
        MaThanhPhanHoSo: 'MAU-2.000815-01',
        TenThanhPhanHoSo: 'Bản chính giấy tờ, văn bản làm cơ sở để chứng thực bản sao',
        SoLuong: 1,
        LoaiBan: 0,
        GiayToDinhKem: [{ TenGiayTo: 'trang-1.pdf', HashTepTin: file.sha256, DuocSoHoa: 1, DuocLayTuKhoDMQG: 0 }],
      },
    ],
    ThongTinNguoiNop: { HoTen: 'Nguyễn Thị Mẫu', SoDinhDanh: '001190123456', SoDienThoai: '0900000001' },
  })
  expect(NopHoSo.safeParse(JSON.parse(JSON.stringify(packet))).success).toBe(true)
})

test('fees and result papers travel with “đã xử lý xong”, collected with the result', () => {
  const file = fileOf('ket-qua.pdf', content('x', 10))
  const row = JSON.parse(JSON.stringify(statusFields(doneWith(CODE, file, 'TEP-1'))))
  expect(row).toMatchObject({
    TrangThai: 9,
    DanhSachLePhi: [{ TenPhiLePhi: 'Phí chứng thực', Gia: 4000, HinhThucThu: 4, TrangThaiThanhToan: 1 }],
    DanhSachGiayToKetQua: [{ TenGiayTo: 'Bản sao đã chứng thực', GiayToId: 'TEP-1', HashTepTin: file.sha256 }],
  })
  expect(CapNhatTrangThai.safeParse([row]).success).toBe(true)
})

test('the counter and the sandbox agree which status may follow which', () => {
  const ours = (Object.keys(TRANSITIONS) as Status[]).map(
    (from) => [STATUS_CODES[from], TRANSITIONS[from].map((to) => STATUS_CODES[to])] as const,
  )
  expect(ours.filter(([, next]) => next.length > 0)).toEqual(
    Object.entries(NEXT).map(([from, next]) => [Number(from), [...next]]),
  )
  expect(mayFollow('done', 'handed-over')).toBe(true)
  expect(mayFollow('received', 'done')).toBe(false)
  expect([1, 10, 11].map(statusOfCode)).toEqual(['registered', 'handed-over', undefined])
})

test('dossier codes of all orders seen are known, a provisional number is not', () => {
  const known = ['H55.242-251121-0001', 'G09.20-20260609-0092637', '000.24.42.H55-210305-0004']
  expect(known.map((code) => DossierCode.safeParse(code).success)).toEqual([true, true, true])
  expect(DossierCode.safeParse('TAM-H55.242-Q1-20261121-7').success).toBe(false)
})
