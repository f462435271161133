// Signing as it happens at the counter: real stations, real PKCS#11 tokens behind a module that can be pulled, locked and
// made to fail. One PIN entry a batch, never one try more; what stops keeps its place; every copy leaves exactly once.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gapsIn } from '../../main/certification/register.ts'
import type { Document } from '../../preload/contract/document.ts'
import type { Batch } from '../../preload/contract/signature.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import { strangersAreHere, verdictOfStrangers } from './strangers.ts'
import {
  compared,
  makeHome,
  makeTokens,
  offered,
  openDossier,
  openWorkplace,
  reviewed,
  signAll,
  startBatch,
  type Tokens,
  type Workplace,
} from './workplace.ts'

const CKR = { OK: 0, GENERAL_ERROR: 5, PIN_INCORRECT: 0xa0 }
const STALE = { ok: false, failure: { kind: 'stale' } }
const device = (what: string) => ({ kind: 'device', device: 'signature', what })

describe.skipIf(!hasAirscan || missingTools().length > 0)('the batch', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let page: Buffer
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home)
    Object.assign(process.env, tokens.env)
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({ scanner: true, tokens })
  })
  afterEach(() => tokens.faults.say())
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })

  /** A dossier with this many reviewed papers. */
  async function papers(count: number): Promise<{ dossierId: string; documents: readonly Document[] }> {
    const dossierId = (await openDossier(at)).id
    const wanted = Array.from({ length: count }, (_, index) => ({
      title: `Giấy tờ ${index + 1}`,
      copies: 1,
      pages: [page],
    }))
    return { dossierId, documents: await reviewed(at, dossierId, wanted) }
  }
  const states = (batch: Batch) => batch.items.map((item) => item.state)
  const outcome = (batch: Batch) => ({ state: batch.state, trouble: batch.trouble, items: states(batch) })
  /** PIN tries that reached a token during `work`. */
  async function triesIn<T>(work: () => Promise<T>) {
    const before = (await tokens.faults.tries()).length
    const value = await work()
    return { value, tries: (await tokens.faults.tries()).slice(before) }
  }
  const right = (token: 'OFFICER' | 'SEAL') => ({ token, code: CKR.OK, left: 3 })
  const rows = () =>
    at.raw((database) =>
      database
        .prepare('select number, document_id as document, state, signer from certification_row order by number')
        .all(),
    ) as { number: number; document: string; state: string; signer: string }[]
  const registered = (documents: readonly Document[]) =>
    documents.map((one) =>
      rows()
        .filter((row) => row.document === one.id)
        .map((row) => row.state),
    )
  /** Both signatures, one row, one parcel for each; chains and numbers whole. */
  async function expectFiled(documents: readonly Document[], dossierId: string): Promise<void> {
    const now = must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
    expect(now.map((one) => one.state)).toEqual(documents.map(() => 'certified'))
    expect(registered(documents)).toEqual(documents.map(() => ['certified']))
    expect(gapsIn(rows().map((row) => row.number))).toEqual([])
    const parcels = must(await at.counter.handlers.outbox.list({}, at.clerk)).filter(
      (parcel) => parcel.lane === dossierId,
    )
    expect(parcels.map((parcel) => parcel.kind)).toEqual(['dossier', ...documents.map(() => 'copy'), 'returned'])
    for (const one of now) {
      const [original, copy] = [must(at.counter.vault.get(one.file)), must(at.counter.vault.get(one.copyFile ?? ''))]
      expect(copy.subarray(0, original.length).equals(original)).toBe(true)
    }
    const { storage, audit, certifications } = at.counter
    expect(storage.read((r) => [audit.verify(r), certifications.check(r)])).toEqual([null, null])
  }
  /** Signs until the token is pulled; nobody puts it back, and the person stops waiting. */
  async function signUntilPulled(role: 'officer' | 'agency', ...rules: string[]): Promise<Batch> {
    await tokens.faults.say(...rules)
    const signing = signAll(at, role)
    await expect.poll(() => at.batch?.state, { timeout: 20_000 }).toBe('waiting')
    must(await at.counter.handlers.signature.stopWaiting({}, role === 'officer' ? at.officer : at.sealKeeper))
    return signing
  }
  /** The rest of the way, when a story ends before its papers do. */
  async function finish(): Promise<void> {
    await tokens.faults.say()
    if (must(await at.counter.handlers.signature.next({ role: 'officer' }, at.officer)) !== null)
      expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
    expect(await signAll(at, 'agency')).toMatchObject({ state: 'finished', trouble: null })
  }

  test('three papers: the officer, then the agency; strangers find both signatures good', async () => {
    const { dossierId, documents } = await papers(3)
    // T14: the seal keeper comes first and finds nothing to sign.
    expect(must(await at.counter.handlers.signature.next({ role: 'agency' }, at.sealKeeper))).toBeNull()
    const first = await triesIn(() => signAll(at, 'officer'))
    expect(outcome(first.value)).toEqual({ state: 'finished', trouble: null, items: Array(3).fill('officer-closed') })
    expect(first.tries).toEqual([right('OFFICER')])
    expect(must(await at.counter.handlers.signature.next({ role: 'officer' }, at.officer))).toBeNull()
    const second = await triesIn(() => signAll(at, 'agency'))
    expect(outcome(second.value)).toEqual({ state: 'finished', trouble: null, items: Array(3).fill('filed') })
    expect(second.tries).toEqual([right('SEAL')])
    expect(second.value.items.map((item) => item.number)).toEqual(
      ['01', '02', '03'].map((number) =>
        `${number} · 03/2026-SCT/BS`.replace('2026', String(new Date().getFullYear())),
      ),
    )
    await expectFiled(documents, dossierId)
    const copies = must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
    if (!strangersAreHere) return
    for (const one of copies.slice(0, 1)) {
      const path = join(home, 'copy.pdf')
      writeFileSync(path, must(at.counter.vault.get(one.copyFile ?? '')))
      const good = { valid: true, trusted: true }
      expect(verdictOfStrangers(path, tokens.pki.ca.pem)).toEqual({
        pdfsig: [
          { field: 'NguoiThucHienChungThuc', signer: 'Nguyễn Văn Đức', ...good, whole: false },
          { field: 'CoQuanChungThuc', signer: 'UBND Phường Mẫu', ...good, whole: true },
        ],
        qpdf: 'ok',
        openssl: ['ok', 'ok'],
      })
    }
  })

  test('a wrong PIN costs exactly one try and signs nothing; the second start, with the right one, goes through', async () => {
    const { dossierId, documents } = await papers(2)
    const wrong = await triesIn(() => signAll(at, 'officer', { pin: '000000' }))
    expect(wrong.tries).toEqual([{ token: 'OFFICER', code: CKR.PIN_INCORRECT, left: 2 }])
    expect(outcome(wrong.value)).toEqual({
      state: 'paused',
      trouble: { kind: 'pin', what: 'wrong' },
      items: ['waiting', 'waiting'],
    })
    expect(registered(documents)).toEqual([[], []])
    const again = await offered(at, 'officer')
    expect(again.certificate?.pin).toMatchObject({ countLow: true, finalTry: false, locked: false })
    const { value, tries } = await triesIn(() => startBatch(at, 'officer', again))
    expect(must(value)).toMatchObject({ state: 'finished', trouble: null })
    expect(tries).toEqual([right('OFFICER')])
    await finish()
    await expectFiled(documents, dossierId)
  })

  test('the last try is not spent unasked, nor is a PIN window opened; who insists may', async () => {
    await papers(1)
    await tokens.faults.say('tries OFFICER 1')
    const windows = at.pinWindows
    const careful = await triesIn(() => signAll(at, 'officer'))
    expect(outcome(careful.value)).toEqual({
      state: 'blocked',
      trouble: { kind: 'pin', what: 'last-try' },
      items: ['waiting'],
    })
    expect([careful.tries, at.pinWindows - windows]).toEqual([[], 0])
    const insisting = await triesIn(() => signAll(at, 'officer', { insist: true }))
    expect(outcome(insisting.value)).toEqual({ state: 'finished', trouble: null, items: ['officer-closed'] })
    expect(insisting.tries).toEqual([right('OFFICER')])
    await finish()
  })

  test('a locked token is not asked, however much the officer insists', async () => {
    await papers(1)
    await tokens.faults.say('tries OFFICER 0')
    const windows = at.pinWindows
    for (const insist of [false, true]) {
      const { value, tries } = await triesIn(() => signAll(at, 'officer', { insist }))
      expect(outcome(value)).toEqual({ state: 'blocked', trouble: { kind: 'pin', what: 'locked' }, items: ['waiting'] })
      expect(tries).toEqual([])
    }
    expect(at.pinWindows).toBe(windows)
    await finish()
  })

  test('the token is pulled after one of three signatures; put back, the rest is signed and nothing twice', async () => {
    const { dossierId, documents } = await papers(3)
    await tokens.faults.say('pull-after OFFICER 1')
    const pulled = await triesIn(async () => {
      const signing = signAll(at, 'officer')
      await expect.poll(() => at.batch?.state, { timeout: 20_000 }).toBe('waiting')
      expect(at.batch).toMatchObject({ trouble: device('removed'), done: 1, total: 3 })
      expect(states(at.batch as Batch)).toEqual(['officer-closed', 'prepared', 'prepared'])
      // The agency's token lies in its reader all the time: it is not asked.
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(at.batch).toMatchObject({ state: 'waiting', done: 1 })
      await tokens.faults.say()
      return signing
    })
    expect(outcome(pulled.value)).toEqual({ state: 'finished', trouble: null, items: Array(3).fill('officer-closed') })
    expect(pulled.tries).toEqual([right('OFFICER'), right('OFFICER')])
    expect(await signUntilPulled('agency', 'pull-after SEAL 2')).toMatchObject({
      state: 'paused',
      trouble: device('removed'),
      done: 2,
      total: 3,
    })
    await finish()
    await expectFiled(documents, dossierId)
  })

  test('a paper reviewed while a batch runs is not signed with the old list; the list is looked at first', async () => {
    await papers(2)
    const dossierId = (await openDossier(at)).id
    const [late] = await compared(at, dossierId, [{ title: 'Giấy tờ đến sau', copies: 1, pages: [page] }])
    const windows = at.pinWindows
    const running = signUntilPulled('officer', 'sign-delay OFFICER 400', 'pull-after OFFICER 1')
    while (at.pinWindows === windows) await new Promise((resolve) => setTimeout(resolve, 10))
    const { review } = at.counter.handlers.certification
    must(await review({ documentId: late?.id ?? '', seen: late?.file ?? '' }, at.officer))
    const paused = await running
    expect(paused).toMatchObject({ state: 'paused', total: 2 })
    await tokens.faults.say()
    const again = await triesIn(() => startBatch(at, 'officer', paused))
    expect(again).toEqual({ value: STALE, tries: [] })
    expect((await offered(at, 'officer')).items.map((item) => item.documentId)).toContain(late?.id)
    await finish()
  })

  test('"general error" is not a wrong PIN: while signing the batch keeps its place, at login no try is counted', async () => {
    const { dossierId, documents } = await papers(2)
    await tokens.faults.say(`login-error OFFICER ${CKR.GENERAL_ERROR}`)
    const login = await triesIn(() => signAll(at, 'officer'))
    expect(outcome(login.value)).toEqual({ state: 'paused', trouble: device('failed'), items: ['waiting', 'waiting'] })
    expect(login.tries).toEqual([{ token: 'OFFICER', code: CKR.GENERAL_ERROR, left: 3 }])
    await tokens.faults.say(`sign-error OFFICER ${CKR.GENERAL_ERROR} after 1`)
    const signing = await signAll(at, 'officer')
    expect(signing).toMatchObject({ state: 'paused', trouble: device('failed'), done: 1 })
    expect(
      registered(documents)
        .flat()
        .every((state) => state === 'in-work'),
    ).toBe(true)
    await finish()
    await expectFiled(documents, dossierId)
  })

  test('whoever may not, did not prove it, or looks at an old list starts nothing and spends no try', async () => {
    const { dossierId, documents } = await papers(2)
    const batch = await offered(at, 'officer')
    const { signature, certification } = at.counter.handlers
    const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
    const { tries } = await triesIn(async () => {
      for (const caller of [at.clerk, at.sealKeeper, at.supervisor])
        expect(await signature.start(ask, caller)).toEqual({
          ok: false,
          failure: { kind: 'refused', rule: 'wrong-role' },
        })
      at.counter.operators.signOut()
      expect(await signature.start(ask, at.officer)).toEqual({
        ok: false,
        failure: { kind: 'refused', rule: 'password-needed' },
      })
      expect(await startBatch(at, 'officer', { ...batch, id: '00000000-0000-4000-8000-000000000000' })).toEqual(STALE)
      expect(await startBatch(at, 'officer', { ...batch, listCode: 'AAAA-0000' })).toEqual(STALE)
      must(await certification.hold({ documentId: documents[1]?.id ?? '', reason: 'reason-2', note: '' }, at.officer))
      expect(await startBatch(at, 'officer', batch)).toEqual(STALE)
    })
    expect(tries).toEqual([])
    expect(registered(documents)).toEqual([[], []])
    expect((await signAll(at, 'officer')).items.map((item) => item.documentId)).toEqual([documents[0]?.id])
    await finish()
    const list = must(await at.counter.handlers.document.list({ dossierId }, at.clerk))
    expect(list.map((one) => one.state)).toEqual(['certified', 'held'])
  })

  test('a proof of yesterday, or one already used, is not a proof', async () => {
    await papers(1)
    const batch = await offered(at, 'officer')
    const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
    must(await at.counter.operators.signIn('duc', 'mat-khau-duc'))
    must(await at.counter.operators.reauthenticate(at.officer, 'mat-khau-duc'))
    at.clock = new Date(Date.now() + 3 * 60_000)
    const needed = { ok: false, failure: { kind: 'refused', rule: 'password-needed' } }
    expect(await at.counter.handlers.signature.start(ask, at.officer)).toEqual(needed)
    at.clock = null
    expect(await at.counter.handlers.signature.start(ask, at.officer)).toEqual(needed)
    expect(must(await startBatch(at, 'officer', await offered(at, 'officer'))).state).toBe('finished')
    await finish()
  })

  test('a file put in the place of the reviewed one is not signed', async () => {
    const { dossierId, documents } = await papers(2)
    const [one, other] = documents as [Document, Document]
    const batch = await offered(at, 'officer')
    const put = (file: string) =>
      at.raw((database) => database.prepare('update document_document set file = ? where id = ?').run(file, one.id))
    put(other.file)
    const { value, tries } = await triesIn(() => startBatch(at, 'officer', batch))
    expect([value, tries, registered(documents)]).toEqual([STALE, [], [[], []]])
    put(one.file)
    await finish()
    await expectFiled(documents, dossierId)
  })
})
