// The signed papers of a dossier at the province: not files that lie about, but components of the dossier, each under the line of
// the checklist it answers, with its title, its content and who scanned it. Real HTTP, a real token.
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OpenedBody } from '../../main/dossier/index.ts'
import { type ArrivedPaper, packetOf } from '../../main/province/push-papers.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import {
  makeHome,
  makeTokens,
  openDossier,
  openWorkplace,
  scanPapers,
  signAll,
  type Workplace,
} from '../signature/workplace.ts'
import { OPERATORS } from './schema.ts'
import { type RunningProvince, startProvince } from './server.ts'

/** Đăng ký kết hôn: its papers stay in the dossier. */
const MARRIAGE = '1.000894'
const CODE = 'H55.242-20261122-0000001'

const opened: OpenedBody = {
  dossierId: 'd',
  provisionalCode: 'TAM-03-1122-001',
  procedure: MARRIAGE,
  summary: 'Đăng ký kết hôn',
  applicant: { name: 'Nguyễn Thị Mẫu', number: '001190123456', phone: '', email: '', address: 'Xã Mẫu' },
  receivedAt: '2026-11-22T01:00:00.000Z',
  dueAt: '2026-11-22T09:00:00.000Z',
  components: [
    { code: 'MAU-1', name: 'Tờ khai đăng ký kết hôn' },
    { code: 'MAU-2', name: 'Giấy xác nhận tình trạng hôn nhân (khi cơ sở dữ liệu chưa có)' },
  ],
  person: '',
}
const paper = (title: string, digit: string): ArrivedPaper => ({
  title,
  fileName: `${digit}.pdf`,
  file: digit.repeat(64),
  fileId: `TEP-${digit}`,
  pages: 1,
  level: '2u',
  scannedBy: 'Trần Thị Mai Mẫu',
  signedAt: '2026-11-22T02:00:00.000Z',
})

describe('a packet', () => {
  test('without papers is the dossier as it was opened', () => {
    const { components, details } = packetOf(CODE, opened)
    expect(components.map((line) => [line.code, line.copies, line.files])).toEqual([
      ['MAU-1', 1, []],
      ['MAU-2', 1, []],
    ])
    expect(details).toBeUndefined()
  })

  test('has each paper under the line it answers, and what no line asks for under one of its own', () => {
    const papers = [
      paper('GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN', 'a'),
      paper('Giấy khai sinh', 'b'),
      paper('Tờ khai đăng ký kết hôn', 'c'),
      paper('Giấy', 'd'),
    ]
    const { components, details } = packetOf(CODE, opened, papers)
    expect(components.map((line) => [line.code, line.name, line.copies, line.files.map((file) => file.name)])).toEqual([
      ['MAU-1', 'Tờ khai đăng ký kết hôn', 1, ['Tờ khai đăng ký kết hôn']],
      ['MAU-2', opened.components[1]?.name, 1, ['GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN']],
      ['KHAC', 'Giấy tờ khác', 2, ['Giấy khai sinh', 'Giấy']],
    ])
    expect(components[0]?.files).toEqual([
      { name: 'Tờ khai đăng ký kết hôn', sha256: 'c'.repeat(64), fileId: 'TEP-c', digitised: true },
    ])
    expect(details).toMatchObject({ papers: [{ title: papers[0]?.title, scannedBy: 'Trần Thị Mai Mẫu' }, {}, {}, {}] })
  })
})

describe.skipIf(!hasAirscan || missingTools().length > 0)('papers signed by who scanned them', () => {
  let home: string
  let province: RunningProvince
  let at: Workplace
  beforeAll(async () => {
    home = makeHome()
    const [running, tokens] = await Promise.all([startProvince(), makeTokens(home, { extras: ['clerk'] })])
    province = running
    Object.assign(process.env, tokens.env)
    at = await openWorkplace({ scanner: true, tokens, province })
    await at.counter.start()
  })
  afterAll(async () => {
    await at.close()
    await province.stop()
    rmSync(home, { recursive: true, force: true })
  })

  /** What the province itself says of a dossier. */
  async function thereOf(code: string) {
    const [unit] = OPERATORS
    const given = await fetch(`${province.url}/api/Token`, {
      method: 'POST',
      body: JSON.stringify({ client_id: unit?.clientId, client_secret: unit?.clientSecret }),
    })
    const { data } = (await given.json()) as { data: { access_token: string } }
    const answer = await fetch(`${province.url}/dossiers/${code}`, {
      headers: { Authorization: `Bearer ${data.access_token}` },
    })
    return (await answer.json()) as {
      giayTo: { MaThanhPhanHoSo: string; TenGiayTo: string; HashTepTin: string; IdTepTin: string | null }[]
      goiTin: { EformThongTinChiTiet?: { papers: { title: string; scannedBy: string; signedAt: string }[] } }
    }
  }

  test('are components of the dossier there, with file, title and metadata; lost answers list nothing twice', async () => {
    const page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    const { id } = await openDossier(at, MARRIAGE)
    await scanPapers(at, id, [[page], [page]])
    const titles = ['Giấy xác nhận tình trạng hôn nhân', 'Giấy khai sinh']
    const wanted = titles.map((title) => ({ title, copies: 1 }))
    must(await at.counter.handlers.document.make({ dossierId: id, papers: wanted }, at.clerk))
    await province.misbehave({ dropNext: 7, duplicateAnswer: true })
    expect(await signAll(at, 'scanner')).toMatchObject({ state: 'finished', trouble: null })
    const states = async () => {
      at.counter.outbox.wake()
      const parcels = must(await at.counter.handlers.outbox.list({}, at.clerk)).filter((one) => one.lane === id)
      return parcels.map((parcel) => [parcel.kind, parcel.state])
    }
    await expect.poll(states, { timeout: 25_000, interval: 50 }).toEqual([
      ['dossier', 'delivered'],
      ['paper', 'delivered'],
      ['paper', 'delivered'],
    ])
    const documents = must(await at.counter.handlers.document.list({ dossierId: id }, at.clerk))
    const { code } = must(await at.counter.handlers.dossier.show({ id }, at.clerk))
    const { giayTo, goiTin } = await thereOf(code ?? '')
    expect(giayTo.map((one) => [one.MaThanhPhanHoSo, one.TenGiayTo, one.HashTepTin])).toEqual([
      ['MAU-1.000894-02', titles[0], documents[0]?.scanSigned?.file],
      ['KHAC', titles[1], documents[1]?.scanSigned?.file],
    ])
    expect(giayTo.every((one) => one.IdTepTin !== null)).toBe(true)
    expect(goiTin.EformThongTinChiTiet?.papers.map((one) => [one.title, one.scannedBy])).toEqual(
      titles.map((title) => [title, 'Trần Thị Mai Mẫu']),
    )
    expect(documents.map((one) => one.state)).toEqual(['delivered', 'delivered'])
    expect(await province.counts()).toMatchObject({ dossiers: 1, files: 2, waiting: 0 })
  })

  test('stay there when the agency signs its own copy of one (sao y): the copy stands beside it, named after it', async () => {
    const [dossier] = must(await at.counter.handlers.dossier.list({}, at.clerk))
    const id = dossier?.id ?? ''
    const [paper] = must(await at.counter.handlers.document.list({ dossierId: id }, at.clerk))
    must(await at.counter.handlers.document.askAgencyCopy({ documentId: paper?.id ?? '', wanted: true }, at.clerk))
    await province.misbehave({ dropNext: 3, duplicateAnswer: true })
    expect(await signAll(at, 'copy')).toMatchObject({ state: 'finished', trouble: null, done: 1 })
    const states = async () => {
      at.counter.outbox.wake()
      return must(await at.counter.handlers.outbox.list({}, at.clerk)).map((parcel) => [parcel.kind, parcel.state])
    }
    await expect
      .poll(states, { timeout: 25_000, interval: 50 })
      .toEqual([['dossier', 'delivered'], ...[1, 2, 3].map(() => ['paper', 'delivered'])])
    const [signed] = must(await at.counter.handlers.document.list({ dossierId: id }, at.clerk))
    const { code } = must(await at.counter.handlers.dossier.show({ id }, at.clerk))
    const { giayTo, goiTin } = await thereOf(code ?? '')
    expect(giayTo.map((one) => [one.MaThanhPhanHoSo, one.TenGiayTo, one.HashTepTin])).toEqual([
      ['MAU-1.000894-02', signed?.title, signed?.scanSigned?.file],
      ['MAU-1.000894-02', `${signed?.title} (sao y)`, signed?.agencyCopy?.signed?.file],
      ['KHAC', 'Giấy khai sinh', expect.any(String)],
    ])
    expect(goiTin.EformThongTinChiTiet?.papers[1]).toMatchObject({
      title: signed?.title,
      scannedBy: 'Trần Thị Mai Mẫu',
      fileName: signed?.fileName.replace('.pdf', '_sao-y.pdf'),
      agencyCopy: { by: 'UBND Phường Mẫu' },
    })
    expect(await province.counts()).toMatchObject({ dossiers: 1, files: 3, waiting: 0 })
  })
})
