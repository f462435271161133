// The report of a batch: what went in comes out, one line each; signed with the batch's own token while it is there, and it says
// when it is not. And the counter's own check of files, from the vault and from disk.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../preload/contract/document.ts'
import { must } from '../bench/office.ts'
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
  type Tokens,
  type Workplace,
} from './workplace.ts'

describe.skipIf(!hasAirscan || missingTools().length > 0)('a batch and its report', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let page: Buffer
  const room = mkdtempSync(join(tmpdir(), 'batch-report-'))
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
    for (const folder of [home, room]) rmSync(folder, { recursive: true, force: true })
  })

  async function papers(count: number): Promise<readonly Document[]> {
    const { id } = await openDossier(at)
    const wanted = Array.from({ length: count }, (_, index) => ({
      title: `Giấy tờ ${index + 1}`,
      copies: 1,
      pages: [page],
    }))
    return reviewed(at, id, wanted)
  }
  const report = async (batchId: string) =>
    must(await at.counter.handlers.signature.batchReport({ batchId }, at.officer))
  const bytesOf = (file: string): Uint8Array => new Uint8Array(must(at.counter.vault.get(file)))
  /** What stands in it, on one line. */
  function wordsOf(file: string): string {
    const path = join(room, `${file}.pdf`)
    writeFileSync(path, bytesOf(file))
    return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ')
  }
  const events = () =>
    at.raw((database) =>
      database.prepare("select event, subject, detail from audit_entry where event like 'signature.%report%'").all(),
    ) as { event: string; subject: string; detail: string }[]

  test('the officer’s and the agency’s reports are signed within their sittings, and everything that went in stands there', async () => {
    const documents = await papers(3)
    const officer = await signAll(at, 'officer')
    const first = await report(officer.id)
    expect(first.signed).toBe(true)
    const agency = await signAll(at, 'agency')
    const second = await report(agency.id)
    expect([agency.state, second.signed, at.pinWindows]).toEqual(['finished', true, 2])
    expect(wordsOf(first.file)).toContain('Cộng: 3 văn bản đưa vào = 3 đã ký + 0 để riêng + 0 chưa ký.')
    expect(wordsOf(first.file)).toContain('Duyệt: xem từng bản 3')
    const words = wordsOf(second.file).replaceAll(' ', '')
    for (const one of documents) {
      const now = must(await at.counter.handlers.document.list({ dossierId: one.dossierId }, at.clerk)).find(
        ({ id }) => id === one.id,
      )
      expect([now?.state, words.includes(`Giấytờ`)]).toEqual(['certified', true])
    }
    expect(words).toContain(agency.certificate?.issuer.replaceAll(' ', ''))
    // The same report again, not another one.
    expect(await report(agency.id)).toEqual(second)
    expect(events().map(({ subject, detail }) => [subject, JSON.parse(detail).signed])).toEqual([
      [officer.id, true],
      [agency.id, true],
    ])
  })

  test('a report is a file like any other: the check finds the batch’s signer in it, and PDF/A kept', async () => {
    await papers(1)
    const { id } = await signAll(at, 'officer')
    const { file } = await report(id)
    const { report: checked, file: kept } = must(
      await at.counter.handlers.signature.checkFile({ bytes: bytesOf(file) }, at.clerk),
    )
    expect(kept).toBeNull()
    expect(checked).toMatchObject({
      hash: file,
      verdict: 'reserved',
      archival: { claim: '2B', holds: true },
      notes: [],
    })
    expect(checked.signatures).toMatchObject([
      { integrity: true, path: 'trusted', faults: [], coversWholeFile: true, signer: { name: 'Nguyễn Văn Đức' } },
    ])
  })

  test('a token pulled in the middle: the report of the rest says it is not signed, and the finished one is', async () => {
    await papers(3)
    await tokens.faults.say('pull-after OFFICER 1')
    const batch = await offered(at, 'officer')
    const paused = signAll(at, 'officer')
    while (at.batch?.state !== 'waiting') await new Promise((resolve) => setTimeout(resolve, 50))
    must(await at.counter.handlers.signature.stopWaiting({}, at.officer))
    const resting = await paused
    const unsigned = await report(batch.id)
    expect([resting.state, unsigned.signed]).toEqual(['paused', false])
    const open = resting.total - resting.done
    expect(wordsOf(unsigned.file)).toContain(`= ${resting.done} đã ký + 0 để riêng + ${open} chưa ký.`)
    await tokens.faults.say()
    const done = await signAll(at, 'officer')
    const signed = await report(done.id)
    expect([done.id, done.state, signed.signed]).toEqual([batch.id, 'finished', true])
    expect(wordsOf(signed.file)).toContain(`Cộng: ${batch.total} văn bản đưa vào = ${batch.total} đã ký`)
  })

  test('the finished copy is checked from the vault, the report of it is printed, and both are in the audit', async () => {
    const [document] = await papers(1)
    await signAll(at, 'officer')
    await signAll(at, 'agency')
    const documentId = document?.id ?? ''
    const checked = must(await at.counter.handlers.signature.checkFile({ documentId }, at.clerk))
    expect(checked.report.signatures.map(({ verdict, signer, changes }) => [verdict, signer?.name, changes])).toEqual([
      ['reserved', 'Nguyễn Văn Đức', ['signature']],
      ['reserved', 'UBND Phường Mẫu', []],
    ])
    const printed = must(
      await at.counter.handlers.signature.printValidation(
        { checkId: checked.checkId, name: 'Giấy tờ 1.pdf' },
        at.clerk,
      ),
    )
    const words = wordsOf(printed.file)
    for (const expected of ['HỢP LỆ, CÓ ĐIỀU CẦN LƯU Ý', 'Giấy tờ 1.pdf', 'Nguyễn Văn Đức', 'MẪU – KHÔNG CÓ GIÁ TRỊ'])
      expect(words).toContain(expected)
    expect(words).not.toContain('001085000123')
    // Nobody prints what somebody else looked at, and nothing that was not looked at.
    expect(
      await at.counter.handlers.signature.printValidation({ checkId: checked.checkId, name: 'x' }, at.officer),
    ).toEqual({ ok: false, failure: { kind: 'stale' } })
    const looked = at.raw((database) =>
      database.prepare("select actor, subject from audit_entry where event = 'signature.file-checked'").all(),
    )
    expect(looked).toContainEqual({ actor: at.clerk.operatorId, subject: checked.report.hash })
  })

  test('a file that is no PDF is refused by name, and nothing of any checked file is kept', async () => {
    const bytes = Buffer.from('đây không phải PDF')
    expect(await at.counter.handlers.signature.checkFile({ bytes: new Uint8Array(bytes) }, at.clerk)).toEqual({
      ok: false,
      failure: { kind: 'refused', rule: 'file-damaged' },
    })
    const before = at.counter.vault.list().length
    const noise = Buffer.concat([bytesOf(at.counter.vault.list()[0] ?? ''), Buffer.from(' ')])
    await at.counter.handlers.signature.checkFile({ bytes: new Uint8Array(noise) }, at.clerk)
    expect(at.counter.vault.list()).toHaveLength(before)
  })
})
