// The person who scanned signs what they scanned (TT 01/2023 Đ.8): top left of the first page, name and time, in one batch with
// one PIN. Only after that is the form of the paper confirmed. The capture itself stays unsigned.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/index.ts'
import type { Document } from '../../preload/contract/document.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import { strangersAreHere, verdictOfStrangers } from './strangers.ts'
import {
  makeHome,
  makeTokens,
  offered,
  openDossier,
  openWorkplace,
  scanPapers,
  signAll,
  startBatch,
  type Tokens,
  type Workplace,
} from './workplace.ts'

/** Chứng thực chữ ký: its papers are components of the dossier, no certified copies are made of them. */
const OTHER = '2.000884'

describe.skipIf(!hasAirscan || missingTools().length > 0)('papers of a dossier', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let page: Buffer
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home, { extras: ['clerk'] })
    Object.assign(process.env, tokens.env)
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({ scanner: true, tokens })
  })
  afterEach(() => tokens.faults.say())
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function scanned(count: number): Promise<{ dossierId: string; documents: readonly Document[] }> {
    const dossierId = (await openDossier(at, OTHER)).id
    await scanPapers(
      at,
      dossierId,
      Array.from({ length: count }, () => [page]),
    )
    const papers = Array.from({ length: count }, () => ({ title: 'Giấy khai sinh', copies: 1 }))
    return { dossierId, documents: must(await at.counter.handlers.document.make({ dossierId, papers }, at.clerk)) }
  }
  const listed = async (dossierId: string) => must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
  const next = (who: 'clerk' | 'supervisor') => at.counter.handlers.signature.next({ role: 'scanner' }, at[who])

  test('are signed in one batch by who scanned them; strangers find each signature good, and the file is still PDF/A', async () => {
    const { dossierId, documents } = await scanned(2)
    expect(documents.map((one) => [one.certifiedCopy, one.scannedBy, one.scanSigned])).toEqual(
      documents.map(() => [false, 'Trần Thị Mai Mẫu', null]),
    )
    // Another person has nothing to sign: the signature is personal.
    expect(must(await next('supervisor'))).toBeNull()
    const batch = await signAll(at, 'scanner')
    expect(batch).toMatchObject({ state: 'finished', trouble: null, done: 2, total: 2, signer: 'Trần Thị Mai Mẫu' })
    expect(batch.items.map((item) => item.state)).toEqual(['filed', 'filed'])
    const now = await listed(dossierId)
    for (const [index, one] of now.entries()) {
      expect(one).toMatchObject({ state: 'made', file: documents[index]?.file })
      const signed = must(at.counter.vault.get(one.scanSigned?.file ?? ''))
      const capture = must(at.counter.vault.get(one.file))
      expect(signed.subarray(0, capture.length).equals(capture)).toBe(true)
      expect(checkPdfA(signed).ok).toBe(true)
      if (!strangersAreHere) continue
      const path = join(home, `${one.id}.pdf`)
      writeFileSync(path, signed)
      expect(verdictOfStrangers(path, tokens.pki.ca.pem)).toEqual({
        pdfsig: [{ field: 'NguoiSaoChup', signer: 'Trần Thị Mai Mẫu', valid: true, trusted: true, whole: true }],
        qpdf: 'ok',
        openssl: ['ok'],
      })
    }
    const parcels = must(await at.counter.handlers.outbox.list({}, at.clerk)).filter((one) => one.lane === dossierId)
    expect(parcels.map((parcel) => parcel.kind)).toEqual(['dossier', 'paper', 'paper'])
    expect(must(await next('clerk'))).toBeNull()
  })

  test('have their form confirmed only after that signature', async () => {
    const { dossierId, documents } = await scanned(1)
    const documentId = documents[0]?.id ?? ''
    const { document } = at.counter.handlers
    const values = [{ name: 'number' as const, value: '12/2024' }]
    const form = must(await document.fields({ documentId }, at.clerk))
    expect(form.confirmed).toBeNull()
    expect(form.fields.find(({ name }) => name === 'title')).toMatchObject({ value: 'Giấy khai sinh', source: 'typed' })
    expect(form.fields.find(({ name }) => name === 'ownerId')).toMatchObject({ value: '001190123456', source: 'card' })
    expect(await document.confirmFields({ documentId, values }, at.clerk)).toEqual({
      ok: false,
      failure: { kind: 'refused', rule: 'scan-signature-missing' },
    })
    await signAll(at, 'scanner')
    const confirmed = must(await document.confirmFields({ documentId, values }, at.clerk))
    expect(confirmed.confirmed).toMatchObject({ by: 'Trần Thị Mai Mẫu' })
    expect(confirmed.fields.find(({ name }) => name === 'number')).toEqual({
      name: 'number',
      value: '12/2024',
      source: 'typed',
      confidence: 1,
      place: null,
    })
    expect((await listed(dossierId))[0]?.fields).toBe('confirmed')
  })

  test('of a clerk whose certificate is not on the token stay on the list, and nobody else signs them', async () => {
    const { documents } = await scanned(1)
    const offer = await offered(at, 'scanner')
    expect(offer.items.map((item) => item.documentId)).toEqual(documents.map((one) => one.id))
    const officer = await at.counter.handlers.signature.start(
      { batchId: offer.id, listCode: offer.listCode, insist: false },
      at.sealKeeper,
    )
    expect(officer).toEqual({ ok: false, failure: { kind: 'refused', rule: 'wrong-role' } })
    await tokens.faults.say()
    expect(must(await startBatch(at, 'scanner', offer))).toMatchObject({ state: 'finished', done: 1 })
  })

  test('of a certified copy are not signed by who scanned: the copy starts from the unsigned capture', async () => {
    const dossierId = (await openDossier(at)).id
    await scanPapers(at, dossierId, [[page]])
    must(await at.counter.handlers.document.make({ dossierId, papers: [{ title: 'Hộ chiếu', copies: 1 }] }, at.clerk))
    expect(must(await next('clerk'))).toBeNull()
  })
})
