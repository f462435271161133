// Whose certificate lies on the token, and whose name ends up in the book; and a batch whose disk fails it.
// Certificates are taken off the officer's token and put back with the tools of the token, as an administrator would.
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../preload/contract/document.ts'
import { callerFor, must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import {
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

const refused = (rule: string, detail?: string) => ({
  kind: 'refused',
  rule,
  ...(detail === undefined ? {} : { detail }),
})

describe.skipIf(!hasAirscan || missingTools().length > 0)('the token of the officer', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let page: Buffer
  /** What a story wants to happen when a document has gone a step. */
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home, { extras: ['expired', 'stranger'] })
    Object.assign(process.env, tokens.env)
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({
      scanner: true,
      tokens,
    })
  })
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })

  const IDS = { officer: '01', expired: '10', stranger: '11' } as const
  const tool = (...words: readonly string[]) =>
    execFileSync(
      'pkcs11-tool',
      ['--module', tokens.pki.module, '--token-label', 'OFFICER', '--login', '--pin', '123456', ...words],
      { stdio: 'pipe' },
    )
  const takeOff = (name: keyof typeof IDS) => tool('--delete-object', '--type', 'cert', '--id', IDS[name])
  const putBack = (name: keyof typeof IDS) =>
    tool('--write-object', join(tokens.pki.dir, `${name}.der`), '--type', 'cert', '--id', IDS[name], '--label', name)

  async function papers(count: number): Promise<readonly Document[]> {
    const wanted = Array.from({ length: count }, (_, index) => ({
      title: `Giấy tờ ${index + 1}`,
      copies: 1,
      pages: [page],
    }))
    return reviewed(at, (await openDossier(at)).id, wanted)
  }
  const rows = (documents: readonly Document[]) =>
    documents.map((one) =>
      at.raw((database) =>
        database
          .prepare('select number, state, signer, signer_title as title from certification_row where document_id = ?')
          .all(one.id),
      ),
    )

  test("of three certificates the one that is the officer's and valid is chosen without asking", async () => {
    await papers(1)
    expect((await offered(at, 'officer')).certificate?.fingerprint).toBe(tokens.pki.officer.fingerprint)
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
  })

  test('only an expired certificate: refused with its last day, no PIN window, no try, no number', async () => {
    const documents = await papers(1)
    takeOff('officer')
    try {
      const [windows, tries] = [at.pinWindows, await tokens.faults.tries()]
      const yesterday = refused('certificate-expired', expect.stringMatching(/^20\d\d-\d\d-\d\d$/) as unknown as string)
      const batch = await offered(at, 'officer')
      expect(batch).toMatchObject({ state: 'blocked', trouble: yesterday, certificate: null })
      expect(must(await startBatch(at, 'officer', batch))).toMatchObject({ state: 'blocked', trouble: yesterday })
      takeOff('expired')
      // Now only another person's is left.
      const stranger = refused('certificate-not-the-signers')
      expect(await offered(at, 'officer')).toMatchObject({ state: 'blocked', trouble: stranger, certificate: null })
      expect(await signAll(at, 'officer')).toMatchObject({ state: 'blocked', trouble: stranger })
      expect([at.pinWindows, await tokens.faults.tries(), rows(documents)]).toEqual([windows, tries, [[]]])
    } finally {
      putBack('officer')
      putBack('expired')
    }
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
  })

  test('without a token the list waits, and says that none is there', async () => {
    await papers(1)
    await tokens.faults.say('pulled OFFICER 1', 'pulled SEAL 1')
    const absent = { kind: 'device', device: 'signature', what: 'absent' }
    expect(await offered(at, 'officer')).toMatchObject({ state: 'blocked', trouble: absent })
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'blocked', trouble: absent })
    await tokens.faults.say()
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
  })

  test('an officer whose delegation ended while the papers waited signs nothing', async () => {
    await papers(1)
    at.clock = new Date('2027-12-31T16:59:00Z')
    at.raw((database) => database.exec("update certification_authority set valid_to = '2027-12-30'"))
    expect(await offered(at, 'officer')).toMatchObject({
      state: 'blocked',
      trouble: refused('no-authority', '2027-12-30'),
    })
    at.raw((database) => database.exec("update certification_authority set valid_to = '2027-12-31'"))
    at.clock = null
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
  })
  test('papers prepared for one officer and signed by another: the book names who signed', async () => {
    const documents = await papers(1)
    await tokens.faults.say('sign-error OFFICER 5')
    expect(await signAll(at, 'officer')).toMatchObject({ state: 'paused' })
    await tokens.faults.say()
    const { operators, handlers } = at.counter
    must(
      await operators.add(
        { login: 'hoa', name: 'Trần Thị Mẫu', password: 'mat-khau-hoa', roles: ['officer'] },
        'program',
      ),
    )
    const hoa = callerFor(at.counter, 'hoa')
    const [given] = must(await handlers.certification.authorities({}, at.supervisor))
    if (given === undefined) throw new Error('no authority')
    const { id: _, ...delegation } = given
    const own = {
      personName: hoa.name,
      personNumber: '001190654321',
      operatorId: hoa.operatorId,
      titleLine: 'Chủ tịch UBND phường',
      actingForm: '' as const,
    }
    must(await handlers.certification.grant({ ...delegation, ...own }, at.supervisor))
    const batch = must(await handlers.signature.next({ role: 'officer' }, hoa))
    must(await operators.signIn('hoa', 'mat-khau-hoa'))
    must(await operators.reauthenticate(hoa, 'mat-khau-hoa'))
    at.pin = '123456'
    const done = must(
      await handlers.signature.start({ batchId: batch?.id ?? '', listCode: batch?.listCode ?? '', insist: false }, hoa),
    )
    expect(done).toMatchObject({ state: 'finished', trouble: null })
    expect(rows(documents)).toEqual([
      [expect.objectContaining({ signer: 'Trần Thị Mẫu', title: 'Chủ tịch UBND phường' })],
    ])
  })
  test('the disk fails between signing and closing; when it is well again the next start finishes the paper', async () => {
    await signAll(at, 'agency')
    const documents = await papers(2)
    const [one] = documents as [Document, Document]
    const path = join(at.folder, 'store/vault', one.file.slice(0, 2), one.file)
    const stateOf = (id: string) =>
      at.raw((database) => database.prepare('select state from signature_item where document_id = ?').pluck().get(id))
    await tokens.faults.say('sign-delay OFFICER 700')
    try {
      const signing = signAll(at, 'officer')
      await expect.poll(() => stateOf(one.id), { interval: 20, timeout: 20_000 }).toBe('prepared')
      renameSync(path, `${path}.away`)
      expect(await signing).toMatchObject({ state: 'paused', trouble: { kind: 'storage', what: 'damaged' } })
      expect(stateOf(one.id)).toBe('officer-signed')
    } finally {
      await tokens.faults.say()
      renameSync(`${path}.away`, path)
    }
    if (must(await at.counter.handlers.signature.next({ role: 'officer' }, at.officer)) !== null)
      expect(await signAll(at, 'officer')).toMatchObject({ state: 'finished', trouble: null })
    const filed = await signAll(at, 'agency')
    expect(filed.items.map((item) => item.documentId).sort()).toEqual(documents.map((each) => each.id).sort())
  })
})
