// From the counter's outbox to the province, over real HTTP: one refused dossier holds up nobody else, a province that is
// down for a whole day of work gets everything once it is back, a lost answer doubles nothing, a wrong clock is noticed.
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Parcel } from '../../preload/contract/outbox.ts'
import { must } from '../bench/office.ts'
import { type Paper, threePapers } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import {
  COPY,
  makeHome,
  makeTokens,
  openDossier,
  openWorkplace,
  reviewed,
  signAll,
  type Workplace,
} from '../signature/workplace.ts'
import { type RunningProvince, startProvince } from './server.ts'

/** Another procedure of the catalogue, with nothing to certify. */
const OTHER = '1.000894'
const OFFICIAL = /^H55\.242-\d{8}-\d{7}$/

describe.skipIf(!hasAirscan || missingTools().length > 0)('the outbox and the province', () => {
  let home: string
  let province: RunningProvince
  let at: Workplace
  let papers: readonly Paper[]
  beforeAll(async () => {
    home = makeHome()
    const [running, tokens, drawn] = await Promise.all([startProvince(), makeTokens(home), threePapers()])
    province = running
    papers = drawn
    Object.assign(process.env, tokens.env)
    at = await openWorkplace({ scanner: true, tokens, province })
  })
  afterAll(async () => {
    await at.close()
    await province.stop()
    rmSync(home, { recursive: true, force: true })
  })

  const parcelsOf = async (lane: string): Promise<readonly Parcel[]> =>
    must(await at.counter.handlers.outbox.list({}, at.clerk)).filter((parcel) => parcel.lane === lane)
  const statesOf = async (lane: string) => (await parcelsOf(lane)).map((parcel) => parcel.state)
  const online = async () => must(await at.counter.handlers.province.state({}, at.clerk))
  const dossier = async (id: string) => must(await at.counter.handlers.dossier.show({ id }, at.clerk))
  const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000, interval: 50 })
  /** What of ours has arrived over there, since `before`. */
  async function arrived(before: Awaited<ReturnType<RunningProvince['counts']>>) {
    const now = await province.counts()
    return {
      dossiers: now.dossiers - before.dossiers,
      files: now.files - before.files,
      results: now.results - before.results,
    }
  }
  /** A citizen's whole business, up to the agency's signature. */
  async function certify(count: number): Promise<string> {
    const { id } = await openDossier(at)
    const wanted = papers.slice(0, count).map((paper) => ({ title: paper.title, copies: 1, pages: paper.pages }))
    await reviewed(at, id, wanted)
    for (const role of ['officer', 'agency'] as const)
      expect(await signAll(at, role)).toMatchObject({ state: 'finished', trouble: null })
    return id
  }

  test('a province whose clock is five minutes ahead is online, and the difference is known', async () => {
    await province.misbehave({ clockSkewSeconds: 300 })
    expect(await online()).toMatchObject({ name: 'Tỉnh mẫu', configured: true, online: false, clockSkewSeconds: null })
    await at.counter.start()
    await eventually(async () => (await online()).online).toBe(true)
    // Local minus province; the Date header counts whole seconds.
    const skew = (await online()).clockSkewSeconds ?? 0
    expect(skew).toBeGreaterThanOrEqual(-301)
    expect(skew).toBeLessThanOrEqual(-298)
    await province.misbehave({ clockSkewSeconds: 0 })
  })

  test('a refused dossier waits for a person and the other lanes go on; asked again it arrives', async () => {
    const before = await province.counts()
    await province.misbehave({ reject: { procedure: COPY, code: 'THIEU_GIAY_TO' } })
    const refused = await openDossier(at)
    const other = await openDossier(at, OTHER)
    await eventually(() => statesOf(other.id)).toEqual(['delivered'])
    await eventually(() => statesOf(refused.id)).toEqual(['needs-a-person'])
    const [parcel] = await parcelsOf(refused.id)
    expect(parcel).toMatchObject({
      tries: 1,
      notBefore: null,
      provinceId: null,
      failure: { kind: 'refused', rule: 'province-refused' },
    })
    expect(await dossier(refused.id)).toMatchObject({ code: null, provinceId: null })
    expect((await dossier(other.id)).code).toMatch(OFFICIAL)
    // Time alone changes nothing; neither does the line coming back.
    at.counter.outbox.wake()
    const third = await openDossier(at, OTHER)
    await eventually(() => statesOf(third.id)).toEqual(['delivered'])
    expect((await parcelsOf(refused.id))[0]).toMatchObject({ state: 'needs-a-person', tries: 1 })
    await province.misbehave({ reject: null })
    must(await at.counter.handlers.outbox.retry({ parcelId: parcel?.id ?? '' }, at.clerk))
    await eventually(() => statesOf(refused.id)).toEqual(['delivered'])
    expect((await dossier(refused.id)).code).toMatch(OFFICIAL)
    expect(await arrived(before)).toEqual({ dossiers: 3, files: 0, results: 0 })
  })

  test('the province is down for the whole story; when it is back everything arrives once, in order, by itself', async () => {
    const before = await province.counts()
    await province.misbehave({ down: 'refused' })
    const id = await certify(3)
    expect((await statesOf(id)).includes('delivered')).toBe(false)
    expect((await parcelsOf(id)).map((parcel) => parcel.kind)).toEqual(['dossier', 'copy', 'copy', 'copy', 'returned'])
    expect(await dossier(id)).toMatchObject({ code: null, status: 'done', certified: 3 })
    expect((await online()).online).toBe(false)
    await province.misbehave({ down: false })
    await eventually(() => statesOf(id)).toEqual(Array(5).fill('delivered'))
    expect(await arrived(before)).toEqual({ dossiers: 1, files: 3, results: 3 })
    const sent = (await parcelsOf(id)).map((parcel) => parcel.deliveredAt ?? '')
    expect([...sent].sort()).toEqual(sent)
    expect(new Set((await parcelsOf(id)).map((parcel) => parcel.provinceId)).size).toBe(4)
    await eventually(async () => (await dossier(id)).status).toBe('returned')
    const documents = must(await at.counter.handlers.document.list({ dossierId: id }, at.clerk))
    expect(documents.map((one) => one.state)).toEqual(['delivered', 'delivered', 'delivered'])
    const arrivals = must(await at.counter.handlers.province.arrivals({}, at.clerk))
    expect(arrivals.find((one) => one.dossierCode.length > 0 && one.results === 3)).toMatchObject({
      citizenName: 'Nguyễn Thị Mẫu',
      procedure: COPY,
    })
  })

  test('answers get lost on the way back: the writes are told again and happen once', async () => {
    const before = await province.counts()
    await province.misbehave({ dropNext: 6 })
    const id = await certify(1)
    await eventually(async () => {
      at.counter.outbox.wake()
      return statesOf(id)
    }).toEqual(['delivered', 'delivered', 'delivered'])
    expect((await parcelsOf(id)).reduce((sum, parcel) => sum + parcel.tries, 0)).toBeGreaterThan(0)
    const after = await province.counts()
    expect(await arrived(before)).toEqual({ dossiers: 1, files: 1, results: 1 })
    expect(after.numbers - before.numbers).toBe(1)
    expect(after.repeatedKeys).toBeGreaterThan(before.repeatedKeys)
  })

  test('an upload that broke off goes on where it was, also after the program was started anew', async () => {
    const before = await province.counts()
    await province.misbehave({ down: 'refused' })
    const id = await certify(1)
    await at.reopen()
    await province.misbehave({ down: false, breakUploadAfterBytes: 300_000 })
    await at.counter.start()
    await eventually(async () => {
      at.counter.outbox.wake()
      return statesOf(id)
    }).toEqual(['delivered', 'delivered', 'delivered'])
    expect(await arrived(before)).toEqual({ dossiers: 1, files: 1, results: 1 })
    const size = must(await at.counter.handlers.document.list({ dossierId: id }, at.clerk)).map(
      (one) => must(at.counter.vault.get(one.copyFile ?? '')).length,
    )
    const { uploadedBytes } = await province.counts()
    expect(uploadedBytes - before.uploadedBytes).toBeLessThan((size[0] ?? 0) + 300_000)
    const { storage, audit } = at.counter
    expect(storage.read((r) => audit.verify(r))).toBeNull()
  })
})
