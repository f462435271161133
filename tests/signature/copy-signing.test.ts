// A paper of a dossier becomes the agency's own electronic copy (sao y, NĐ 30/2020 Đ.25): a clerk asks, who scanned signs, the agency
// signs over it, top right, and the province has the file with both signatures. Never without the unit's adopted entry.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fitsRule } from '../../main/document/agency-copy.ts'
import { checkPdfA } from '../../main/document/index.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import type { Document } from '../../preload/contract/document.ts'
import type { ScanProfile } from '../../preload/contract/scan.ts'
import { must } from '../bench/office.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import {
  FEEDER,
  makeHome,
  makeTokens,
  offered,
  openDossier,
  openWorkplace,
  signAll,
  startBatch,
  type Tokens,
  type Workplace,
} from './workplace.ts'

/** Chứng thực chữ ký: its papers stay in the dossier. */
const OTHER = '2.000884'
const refused = (rule: string, detail?: string) => ({
  ok: false,
  failure: { kind: 'refused', rule, ...(detail === undefined ? {} : { detail }) },
})
const STALE = { ok: false, failure: { kind: 'stale' } }

describe('which pages the entry allows', () => {
  const page = { mode: 'colour', dpi: 200, lowResolution: false } as const
  const limits = { colour: true, leastDpi: 200 }
  test.each([
    ['colour at the least resolution', [page], { ok: true, value: undefined }],
    ['one grey page of two', [page, { ...page, mode: 'grey' }], refused('copy-not-colour', '2')],
    ['black and white', [{ ...page, mode: 'bitonal' }], refused('copy-not-colour', '1')],
    ['one dot too few', [page, page, { ...page, dpi: 199 }], refused('copy-too-coarse', '3: 199 < 200 dpi')],
    [
      'a file drawn finer than its picture',
      [{ ...page, dpi: 300, lowResolution: true }],
      refused('copy-too-coarse', '1: < 200 dpi'),
    ],
  ] as const)('%s', (_, pages, expected) => expect(fitsRule(pages, limits)).toEqual(expected))
  test('the limits are the entry’s: another entry, another answer', () => {
    expect(fitsRule([{ ...page, mode: 'grey', dpi: 150 }], { colour: false, leastDpi: 150 })).toMatchObject({
      ok: true,
    })
  })
})

describe.skipIf(!hasAirscan || missingTools().length > 0)('the agency’s own copies', () => {
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

  async function scanned(count: number, profile: ScanProfile = FEEDER, place = at) {
    const { scan, document } = place.counter.handlers
    const dossierId = (await openDossier(place, OTHER)).id
    place.scanner?.load(Array.from({ length: count }, () => page))
    const run = must(await scan.start({ dossierId, profile, place: null }, place.clerk))
    if (run.trouble !== null) throw new Error(JSON.stringify(run.trouble))
    for (const { id } of must(await scan.pages({ dossierId }, place.clerk)).pages)
      must(await scan.startPaper({ pageId: id, starts: true }, place.clerk))
    const papers = Array.from({ length: count }, (_, index) => ({ title: `Giấy khai sinh ${index + 1}`, copies: 1 }))
    return { dossierId, documents: must(await document.make({ dossierId, papers }, place.clerk)) }
  }
  const wish = (one: Pick<Document, 'id'> | undefined, wanted = true, place = at) =>
    place.counter.handlers.document.askAgencyCopy({ documentId: one?.id ?? '', wanted }, place.clerk)
  const listed = async (dossierId: string) => must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
  const next = async () => must(await at.counter.handlers.signature.next({ role: 'copy' }, at.sealKeeper))
  const parcelsOf = async (dossierId: string) =>
    must(await at.counter.handlers.outbox.list({}, at.clerk)).filter((one) => one.lane === dossierId)
  const audited = (subject: string): readonly string[] =>
    at.raw((database) =>
      database.prepare('select event from audit_entry where subject = ? order by seq').pluck().all(subject),
    ) as string[]
  const vaultFile = (hash: string | undefined): Buffer => must(at.counter.vault.get(hash ?? ''))
  const written = (hash: string | undefined, name: string): string => {
    const path = join(home, `${name}.pdf`)
    writeFileSync(path, vaultFile(hash))
    return path
  }

  test('asked for, signed by who scanned and then by the agency: both marks stand, strangers agree, PDF/A stays, one more parcel', async () => {
    const { dossierId, documents } = await scanned(3)
    const [first, second, third] = documents
    expect(must(await wish(first)).agencyCopy).toMatchObject({ by: 'Trần Thị Mai Mẫu', signed: null })
    must(await wish(second))
    // Nobody signs over a scan that who scanned has not signed.
    expect(await next()).toBeNull()
    await signAll(at, 'scanner')
    const offer = await offered(at, 'copy')
    const now = await listed(dossierId)
    expect(offer).toMatchObject({ signer: 'UBND Phường Mẫu', signerTitle: '', state: 'ready', total: 2 })
    expect(offer.items.map(({ documentId, state, number, file }) => ({ documentId, state, number, file }))).toEqual(
      now
        .slice(0, 2)
        .map((one) => ({ documentId: one.id, state: 'waiting', number: null, file: one.scanSigned?.file })),
    )
    const done = must(await startBatch(at, 'copy', offer))
    expect(done).toMatchObject({ state: 'finished', trouble: null, done: 2, total: 2 })
    expect(await next()).toBeNull()

    const after = await listed(dossierId)
    const [copied, , plain] = after
    expect(plain).toMatchObject({ id: third?.id, agencyCopy: null, state: 'made' })
    expect(copied).toMatchObject({
      state: 'made',
      number: null,
      copyFile: null,
      fee: 0,
      scanSigned: now[0]?.scanSigned,
      agencyCopy: { signed: { by: 'UBND Phường Mẫu' } },
    })
    const paths = after.slice(0, 2).map((one, index) => {
      const file = one.agencyCopy?.signed?.file
      const [copy, scan, capture] = [vaultFile(file), vaultFile(one.scanSigned?.file), vaultFile(one.file)]
      expect(copy.subarray(0, scan.length).equals(scan)).toBe(true)
      expect(scan.subarray(0, capture.length).equals(capture)).toBe(true)
      expect(checkPdfA(copy).ok).toBe(true)
      return written(file, `copy-${index}`)
    })
    const { verdicts, disagreements } = await askStrangers(paths, {
      trust: [tokens.pki.ca.pem],
      ours: async (file) => must(await verifySignatures(new Uint8Array(readFileSync(file)), [tokens.pki.ca.der])),
    })
    expect({ disagreements, clean: verdicts.map(({ clean, qpdf }) => [clean, qpdf]) }).toEqual({
      disagreements: [],
      clean: [
        [true, 'ok'],
        [true, 'ok'],
      ],
    })
    expect(verdicts.map(({ signatures }) => signatures.map(({ field, signer }) => [field, signer]))).toEqual(
      paths.map(() => [
        ['NguoiSaoChup', 'Trần Thị Mai Mẫu'],
        ['SaoY', 'UBND Phường Mẫu'],
      ]),
    )
    expect((await parcelsOf(dossierId)).map(({ kind }) => kind).sort()).toEqual(
      ['dossier', 'paper', 'paper', 'paper', 'paper', 'paper'].sort(),
    )
    expect(audited(first?.id ?? '')).toEqual([
      'document.made',
      'document.agency-copy-asked',
      'signature.scanner-signed',
      'signature.scan-filed',
      'signature.copy-signed',
      'signature.copy-filed',
    ])
    // No number was taken, and no row of a register was written.
    expect(at.raw((database) => database.prepare('select count(*) from certification_row').pluck().get())).toBe(0)
    // Signed, it can no longer be taken back; it is looked at by its own name.
    expect(await wish(first, false)).toEqual(refused('copy-signed-already'))
    const checked = must(await at.counter.handlers.signature.checkFile({ documentId: first?.id ?? '' }, at.clerk))
    expect(checked.file).toBe(copied?.agencyCopy?.signed?.file)
    expect(
      checked.report.signatures.map(({ fieldName, integrity, changes }) => [fieldName, integrity, changes]),
    ).toEqual([
      ['NguoiSaoChup', true, ['signature']],
      ['SaoY', true, []],
    ])

    // What stands there, and where: as poppler reads it.
    const path = paths[0] ?? ''
    const text = execFileSync('pdftotext', ['-layout', '-l', '1', path, '-'], { encoding: 'utf8' }).normalize('NFC')
    expect(text).toMatch(/Sao y/)
    expect(text).toMatch(/UBND Phường Mẫu/)
    const html = execFileSync('pdftotext', ['-bbox', '-l', '1', path, '-'], { encoding: 'utf8' }).normalize('NFC')
    const [, width = 0, height = 0] = (/<page width="([\d.]+)" height="([\d.]+)"/.exec(html) ?? []).map(Number)
    const placeOf = (word: string) => {
      const found = new RegExp(`xMin="([\\d.]+)" yMin="([\\d.]+)" xMax="([\\d.]+)" yMax="([\\d.]+)">${word}<`).exec(
        html,
      )
      const [, left = 0, top = 0, right = 0, bottom = 0] = (found ?? []).map(Number)
      return { left: left / width, right: right / width, top: top / height, high: bottom - top }
    }
    const [mark, scan] = [placeOf('Sao'), placeOf('chụp:')]
    expect(mark.left).toBeGreaterThan(0.5)
    expect(mark.top).toBeLessThan(0.05)
    expect(scan.right).toBeLessThan(0.45)
    expect(scan.top).toBeLessThan(0.05)
    // Ten points.
    expect(mark.high).toBeGreaterThan(9)
    expect(mark.high).toBeLessThan(16)
    expect(text.normalize('NFC')).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00/)
  })

  test('the reports of both sittings tell their own part, also afterwards', async () => {
    const { documents } = await scanned(1)
    must(await wish(documents[0]))
    const scans = await signAll(at, 'scanner')
    const copies = await signAll(at, 'copy')
    const said = async (batchId: string): Promise<string> => {
      const { file, signed } = must(await at.counter.handlers.signature.batchReport({ batchId }, at.sealKeeper))
      expect(signed).toBe(true)
      const path = written(file, `report-${batchId}`)
      return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).normalize('NFC')
    }
    for (const [batch, words] of [
      [scans, /Người sao chụp ký/],
      [copies, /Cơ quan ký bản sao y/],
    ] as const) {
      const text = await said(batch.id)
      expect(text).toMatch(words)
      expect(text).toMatch(/1 văn bản đưa vào = 1 đã ký \+ 0 để riêng \+ 0 chưa ký/)
    }
    // Printed anew when the row of the journal already tells of the agency.
    at.raw((database) => database.prepare('update signature_batch set report_file = null where id = ?').run(scans.id))
    const again = must(await at.counter.handlers.signature.batchReport({ batchId: scans.id }, at.clerk))
    const text = execFileSync('pdftotext', ['-layout', written(again.file, 'again'), '-'], { encoding: 'utf8' })
    expect(text.normalize('NFC')).toMatch(/1 văn bản đưa vào = 1 đã ký \+ 0 để riêng \+ 0 chưa ký/)
  })

  test('a wish taken back before the signature leaves the list, and can be made again', async () => {
    const { documents } = await scanned(1)
    must(await wish(documents[0]))
    await signAll(at, 'scanner')
    const offer = await offered(at, 'copy')
    expect(must(await wish(documents[0], false)).agencyCopy).toBeNull()
    expect(await next()).toBeNull()
    // What was shown is not what is there.
    expect(await startBatch(at, 'copy', offer)).toEqual(refused('batch-empty'))
    must(await wish(documents[0]))
    expect(await signAll(at, 'copy')).toMatchObject({ state: 'finished', done: 1 })
  })

  test('taken back while the agency’s token is signing: nothing is filed, nothing leaves, and it is said', async () => {
    const { dossierId, documents } = await scanned(1)
    must(await wish(documents[0]))
    await signAll(at, 'scanner')
    const before = (await parcelsOf(dossierId)).length
    await tokens.faults.say('sign-delay SEAL 900')
    const running = signAll(at, 'copy')
    await expect.poll(() => at.batch?.state, { timeout: 10_000 }).toBe('running')
    await new Promise((resolve) => setTimeout(resolve, 500))
    must(await wish(documents[0], false))
    expect(await running).toMatchObject({ state: 'finished', done: 0 })
    expect(at.batch?.items.map(({ state, failure }) => [state, failure?.kind])).toEqual([['set-aside', 'stale']])
    expect((await listed(dossierId))[0]).toMatchObject({ agencyCopy: null, scanSigned: {} })
    expect((await parcelsOf(dossierId)).length).toBe(before)
    await tokens.faults.say()
    must(await wish(documents[0]))
    expect(await signAll(at, 'copy')).toMatchObject({ state: 'finished', done: 1 })
    expect((await listed(dossierId))[0]?.agencyCopy?.signed).not.toBeNull()
  })

  test('the seal’s sitting runs beside that of who scanned, on papers already signed; neither disturbs the other', async () => {
    const early = await scanned(1)
    must(await wish(early.documents[0]))
    await signAll(at, 'scanner')
    const late = await scanned(3)
    for (const one of late.documents) must(await wish(one))
    const scans = await offered(at, 'scanner')
    await tokens.faults.say('sign-delay OFFICER 500')
    const scanning = startBatch(at, 'scanner', scans)
    await expect.poll(() => at.batch?.state, { timeout: 10_000 }).toBe('running')
    // Another person's list is none of the clerk's business, and the clerk's none of the seal keeper's.
    const { signature } = at.counter.handlers
    expect(await signature.next({ role: 'copy' }, at.clerk)).toEqual(refused('wrong-role'))
    expect(await signature.next({ role: 'scanner' }, at.sealKeeper)).toEqual(refused('wrong-role'))
    const copies = await signAll(at, 'copy')
    expect(copies).toMatchObject({ role: 'copy', state: 'finished' })
    expect(must(await scanning)).toMatchObject({ role: 'scanner', state: 'finished', done: 3, total: 3 })
    await tokens.faults.say()
    const rest = await next()
    expect(copies.done + (rest?.total ?? 0)).toBe(4)
    if (rest !== null) expect(await signAll(at, 'copy')).toMatchObject({ state: 'finished', done: rest.total })
    for (const { dossierId } of [early, late])
      for (const one of await listed(dossierId)) expect(one.agencyCopy?.signed).toMatchObject({ by: 'UBND Phường Mẫu' })
  })

  test('with another certificate than the agency’s nothing is asked for and nothing signed', async () => {
    const { documents } = await scanned(1)
    must(await wish(documents[0]))
    await signAll(at, 'scanner')
    await tokens.faults.say('pulled SEAL 1')
    const windows = at.pinWindows
    const offer = await offered(at, 'copy')
    expect(offer).toMatchObject({ state: 'blocked', certificate: null, trouble: { kind: 'refused' } })
    expect(must(await startBatch(at, 'copy', offer))).toMatchObject({ state: 'blocked' })
    expect(at.pinWindows).toBe(windows)
    await tokens.faults.say()
    expect(await signAll(at, 'copy')).toMatchObject({ state: 'finished', done: 1 })
  })

  test('a grey or coarse page is refused with its number; a certified copy cannot become one', async () => {
    const grey = await scanned(1, { ...FEEDER, mode: 'grey' })
    expect(await wish(grey.documents[0])).toEqual(refused('copy-not-colour', '1'))
    const coarse = await scanned(1, { ...FEEDER, dpi: 150 })
    expect(await wish(coarse.documents[0])).toEqual(refused('copy-too-coarse', '1: 150 < 200 dpi'))
    expect((await listed(coarse.dossierId))[0]?.agencyCopy).toBeNull()
    at.raw((database) =>
      database.prepare('update document_document set certified_copy = 1 where id = ?').run(coarse.documents[0]?.id),
    )
    expect(await wish(coarse.documents[0])).toEqual(STALE)
    expect(await wish({ id: '00000000-0000-4000-8000-000000000000' })).toEqual(STALE)
    await signAll(at, 'scanner')
  })

  test('an entry that nobody adopted, or that was taken away meanwhile, stops the asking and the signing', async () => {
    const { documents } = await scanned(2)
    must(await wish(documents[0]))
    await signAll(at, 'scanner')
    const adoption = at.raw((database) =>
      database.prepare("select * from dossier_adoption where key = 'document.agency-copy'").get(),
    ) as Record<string, unknown>
    at.raw((database) => database.exec('drop trigger if exists dossier_adoption_never_deleted'))
    at.raw((database) => database.prepare("delete from dossier_adoption where key = 'document.agency-copy'").run())
    const unadopted = { kind: 'refused', rule: 'rule-not-adopted', detail: 'document.agency-copy' }
    expect(await wish(documents[1])).toEqual({ ok: false, failure: unadopted })
    const windows = at.pinWindows
    expect(await offered(at, 'copy')).toMatchObject({ state: 'blocked', trouble: unadopted })
    expect(await signAll(at, 'copy')).toMatchObject({ state: 'blocked', trouble: unadopted })
    expect(at.pinWindows).toBe(windows)
    at.raw((database) => {
      const names = Object.keys(adoption)
      database
        .prepare(
          `insert into dossier_adoption (${names.map((name) => `"${name}"`).join()}) values (${names.map(() => '?').join()})`,
        )
        .run(...Object.values(adoption))
    })
    expect(await signAll(at, 'copy')).toMatchObject({ state: 'finished', done: 1 })
  })
})
