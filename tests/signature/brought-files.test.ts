// A citizen brings a PDF and the unit's rule lets it be certified as it is: accepted, mended or refused before anything is kept,
// compared page by page, signed by officer and agency beside whoever signed it before.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/index.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { type Document, NOT_KEPT } from '../../preload/contract/document.ts'
import type { Failure } from '../../preload/contract/result.ts'
import { nextToTick } from '../../renderer/document/page-ticks.tsx'
import { adviceFor } from '../../renderer/words/index.ts'
import { must } from '../bench/office.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { missingTools } from '../bench/token/pki.ts'
import { type BroughtSamples, type GoodKind, makeSamples } from './brought-samples.ts'
import {
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

const RULE = 'certification.brought-file'
const refused = (rule: string, detail?: string) => ({
  ok: false,
  failure: { kind: 'refused', rule, ...(detail === undefined ? {} : { detail }) },
})
const EVERY: readonly GoodKind[] = [
  'plain',
  'archival',
  'linearised',
  'version-2',
  'form',
  'encrypted',
  'broken-table',
  'full',
  'signed',
]

test('every reason for which a file is not kept has its own sentence in both languages', () => {
  for (const language of ['vi', 'en'] as const) {
    const said = [...NOT_KEPT, 'something-else'].map((detail) => {
      const failure: Failure = { kind: 'refused', rule: 'pdf-unsupported', detail }
      const { happened, safe, next } = adviceFor(failure, language)
      expect(
        [happened, safe, next].every((part) => /^\p{Lu}.+[.!?]$/u.test(part)),
        detail,
      ).toBe(true)
      return happened
    })
    expect(new Set(said).size).toBe(said.length)
  }
})

test('the next page to tick is the one behind, then the first that was left out', () => {
  expect([nextToTick([1], 3, 1), nextToTick([1, 3], 3, 3), nextToTick([1, 2, 3], 3, 3), nextToTick([], 1, 1)]).toEqual([
    2,
    2,
    null,
    1,
  ])
})

describe.skipIf(missingTools().length > 0)('a PDF that somebody brings', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let samples: BroughtSamples
  let dossierId: string
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home)
    Object.assign(process.env, tokens.env)
    samples = await makeSamples(home)
    at = await openWorkplace({ tokens })
    dossierId = (await openDossier(at)).id
  })
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })

  const keep = (bytes: Uint8Array, title = 'Giấy phép kinh doanh', dossier = dossierId) =>
    at.counter.handlers.document.keepFile({ dossierId: dossier, bytes, title, copies: 1 }, at.clerk)
  const vaultOf = (hash: string): Buffer => must(at.counter.vault.get(hash))
  const events = (documentId: string) =>
    (
      at.raw((database) =>
        database.prepare('select event, detail from audit_entry where subject = ? order by seq').all(documentId),
      ) as { event: string; detail: string }[]
    ).map(({ event, detail }) => ({ event, ...(JSON.parse(detail) as Record<string, unknown>) }))
  async function compare({ id, file, pages }: Document, caller = at.clerk): Promise<Document> {
    const { document } = at.counter.handlers
    for (let page = 1; page <= pages; page += 1)
      must(await document.comparePage({ documentId: id, seen: file, page }, caller))
    return must(await document.confirmCompared({ documentId: id, seen: file }, caller))
  }

  test('what cannot be certified is refused with its reason, and nothing of it is kept', async () => {
    const answers: Record<string, unknown> = {}
    const count = () => at.raw((database) => database.prepare('select count(*) as n from document_document').get())
    const before = count()
    for (const [kind, bytes] of Object.entries(samples.bad)) answers[kind] = await keep(bytes)
    expect(answers).toEqual({
      'no-pdf': refused('pdf-unsupported', 'no-header'),
      password: refused('pdf-unsupported', 'password'),
      locked: refused('pdf-unsupported', 'docmdp-p1'),
      'full-and-signed': refused('pdf-unsupported', 'signed-and-no-room'),
      altered: refused('pdf-unsupported', 'earlier-signature-broken'),
      program: refused('pdf-unsupported', 'javascript'),
    })
    expect(count()).toEqual(before)
  })

  test('it is not offered where nobody adopted the rule, nor in a dossier in which nothing is certified', async () => {
    const strict = await openWorkplace({ adopted: false })
    try {
      const { certification } = strict.counter.handlers
      for (const { key, state } of must(await certification.rules({}, strict.supervisor)))
        if (state === 'not-adopted' && !key.startsWith(RULE))
          must(await certification.adopt({ key, source: 'Đơn vị mẫu, chỉ để thử' }, strict.supervisor))
      const dossier = await openDossier(strict)
      const { document } = strict.counter.handlers
      const ask = { dossierId: dossier.id, bytes: samples.good.plain, title: 'Giấy phép', copies: 1 }
      expect([
        await document.mayKeepFile({ dossierId: dossier.id }, strict.clerk),
        await document.keepFile(ask, strict.clerk),
      ]).toEqual([
        { ok: true, value: { offered: true, why: refused('rule-not-adopted', RULE).failure, source: '' } },
        refused('rule-not-adopted', RULE),
      ])
    } finally {
      await strict.close()
    }
    const birth = await openDossier(at, '2.000884')
    expect(must(await at.counter.handlers.document.mayKeepFile({ dossierId: birth.id }, at.clerk))).toMatchObject({
      offered: false,
      why: null,
    })
    expect(await keep(samples.good.plain, 'Giấy khai sinh', birth.id)).toEqual(refused('rule-missing', RULE))
  })

  test('every page is ticked by the person who confirms, and each tick is written down', async () => {
    const { document } = at.counter.handlers
    const kept = must(await keep(samples.good.plain))
    const tick = (page: number, seen = kept.file) => document.comparePage({ documentId: kept.id, seen, page }, at.clerk)
    const confirm = (caller = at.clerk) => document.confirmCompared({ documentId: kept.id, seen: kept.file }, caller)
    expect(await confirm()).toEqual(refused('not-compared'))
    expect(await tick(2)).toEqual({ ok: true, value: [2] })
    expect(await tick(2)).toEqual({ ok: true, value: [2] })
    expect(await confirm()).toEqual(refused('not-compared'))
    expect(await tick(3)).toEqual({ ok: false, failure: { kind: 'malformed', what: 'argument' } })
    expect(await tick(1, '0'.repeat(64))).toEqual({ ok: false, failure: { kind: 'stale' } })
    // A colleague's ticks are hers: nobody confirms what somebody else has seen.
    must(await document.comparePage({ documentId: kept.id, seen: kept.file, page: 1 }, at.officer))
    expect(await confirm()).toEqual(refused('not-compared'))
    expect(must(await tick(1))).toEqual([1, 2])
    expect(must(await confirm())).toMatchObject({ state: 'compared', compared: { by: at.clerk.name } })
    const page = (number: number) => ({ event: 'document.page-compared', file: kept.file, page: number, of: 2 })
    expect(events(kept.id).map(({ event, ...detail }) => ({ event, ...detail }))).toMatchObject([
      { event: 'document.file-kept', file: kept.file, brought: kept.file, pages: 2, mended: null, earlier: 0 },
      page(2),
      page(1),
      page(1),
      { event: 'document.compared', file: kept.file },
    ])
    expect(await tick(1)).toEqual({ ok: false, failure: { kind: 'stale' } })
  })

  test('a file that was kept by mistake is given up again, and neither it nor what was mended of it lies about', async () => {
    const { document } = at.counter.handlers
    const kept = must(await keep(samples.good.encrypted, 'Giấy phép lái xe'))
    must(await document.comparePage({ documentId: kept.id, seen: kept.file, page: 1 }, at.clerk))
    const files = [kept.file, kept.brought?.file ?? '']
    expect(files.map((file) => at.counter.vault.get(file).ok)).toEqual([true, true])
    must(await document.takeApart({ documentId: kept.id }, at.clerk))
    expect(files.map((file) => at.counter.vault.get(file).ok)).toEqual([false, false])
  })

  test('a rule that stopped standing after the review blocks the list before anybody types a PIN, and no number is taken', async () => {
    const { certification } = at.counter.handlers
    const taken = () => at.raw((database) => database.prepare('select count(*) as n from certification_row').get())
    const kept = await compare(must(await keep(samples.good.plain, 'Giấy phép xây dựng')))
    must(await certification.review({ documentId: kept.id, seen: kept.file }, at.officer))
    const [before, shown] = [taken(), await offered(at, 'officer')]
    expect(shown.state).toBe('ready')
    // An adoption is for the entry as it reads; of another one it says nothing.
    const makeStand = (stands: boolean) =>
      at.raw((database) =>
        database
          .prepare(
            `update dossier_adoption set entry_hash = ${stands ? 'substr(entry_hash, 2)' : "'x' || entry_hash"} where key = ?`,
          )
          .run(RULE),
      )
    makeStand(false)
    const blocked = { state: 'blocked', trouble: refused('rule-not-adopted', RULE).failure }
    const windows = at.pinWindows
    expect(must(await startBatch(at, 'officer', shown))).toMatchObject(blocked)
    expect(await offered(at, 'officer')).toMatchObject(blocked)
    expect([at.pinWindows - windows, taken()]).toEqual([0, before])

    // With the rule back it goes on where it was; its seal is no act of certifying.
    makeStand(true)
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
    makeStand(false)
    expect(await signAll(at, 'agency')).toMatchObject({ state: 'finished', trouble: null })
    makeStand(true)
  })

  test('nine kinds of files are certified, earlier signatures stay valid, and strangers agree', async () => {
    const { certification } = at.counter.handlers
    const dossier = (await openDossier(at)).id
    const kept: { kind: GoodKind; document: Document }[] = []
    for (const kind of EVERY)
      kept.push({ kind, document: must(await keep(samples.good[kind], `Tệp ${kind}`, dossier)) })
    const facts = Object.fromEntries(
      kept.map(({ kind, document: { brought, level, pages, fee, file } }) => [
        kind,
        {
          level,
          pages,
          fee,
          mended: brought?.mended,
          added: brought?.addedPage,
          same: file === brought?.file,
          earlier: brought?.earlier.map(({ signer, state }) => `${signer}: ${state}`),
          carried: brought?.carried,
        },
      ]),
    )
    const plain = {
      level: 'none',
      pages: 2,
      fee: 4_000,
      mended: null,
      added: false,
      same: true,
      earlier: [],
      carried: [],
    }
    expect(facts).toEqual({
      plain,
      archival: { ...plain, level: '2b' },
      linearised: plain,
      'version-2': plain,
      form: { ...plain, pages: 1, fee: 2_000, carried: ['form'] },
      encrypted: { ...plain, mended: 'encrypted', same: false },
      'broken-table': { ...plain, mended: 'broken-xref', same: false },
      full: { ...plain, pages: 1, fee: 2_000, added: true, same: false },
      signed: { ...plain, earlier: ['UBND Phường Mẫu: unknown-issuer'] },
    })
    for (const { document } of kept) {
      await compare(document)
      must(await certification.review({ documentId: document.id, seen: document.file }, at.officer))
    }
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
    const batch = await signAll(at, 'agency')
    expect(batch).toMatchObject({ state: 'finished', trouble: null })
    expect(batch.items.map((item) => item.state)).toEqual(kept.map(() => 'filed'))

    const folder = join(home, 'copies')
    mkdirSync(folder)
    const now = must(await at.counter.handlers.document.list({ dossierId: dossier }, at.clerk))
    const paths = now.map((one, index) => {
      const [shown, copy] = [vaultOf(one.file), vaultOf(one.copyFile ?? '')]
      expect(copy.subarray(0, shown.length).equals(shown), 'the copy begins with what was compared').toBe(true)
      const path = join(folder, `${kept[index]?.kind}.pdf`)
      writeFileSync(path, copy)
      return path
    })
    expect(
      now.map((one) => [
        one.state,
        vaultOf(one.brought?.file ?? '').equals(samples.good[kept[now.indexOf(one)]?.kind ?? 'plain']),
      ]),
    ).toEqual(now.map(() => ['certified', true]))
    expect(checkPdfA(vaultOf(now[1]?.copyFile ?? '')).ok).toBe(true)
    const reports = must(await verifySignatures(vaultOf(now[8]?.copyFile ?? ''), [tokens.pki.ca.der]))
    expect(
      reports.map(({ fieldName, integrity, chain, laterChanges }) => [fieldName, integrity, chain, laterChanges]),
    ).toEqual([
      ['CongTyMau', true, expect.not.stringMatching('^trusted$'), 'signature-only'],
      ['NguoiThucHienChungThuc', true, 'trusted', 'signature-only'],
      ['CoQuanChungThuc', true, 'trusted', 'none'],
    ])
    const { verdicts, disagreements } = await askStrangers(paths, {
      trust: [tokens.pki.ca.pem, samples.stranger.rootPem],
    })
    expect(disagreements).toEqual([])
    expect(verdicts.map(({ file, clean, signatures }) => [file.split('/').at(-1), clean, signatures.length])).toEqual(
      EVERY.map((kind) => [`${kind}.pdf`, true, kind === 'signed' ? 3 : 2]),
    )
  })
})
