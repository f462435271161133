// The program dies (SIGKILL) after every transaction of a sitting in which the agency signs its own copies (sao y), and while it
// recovers. After the next start every paper has exactly one copy, one parcel of it and two good signatures; the signed scans are
// untouched.
import { fork } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COPY_FIELD } from '../../main/signature/copy-step.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { firstWrong, SCANNER_FIELD } from '../../main/signature/steps.ts'
import { callerFor, must, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import type { CertifyPlan } from './certify-child.ts'
import type { Death } from './die-at-transaction.ts'
import { makeHome, makeTokens, openDossier, openWorkplace, scanPapers, signAll, type Tokens } from './workplace.ts'

const PAPERS = 3
const NEVER: Death = { when: 'after', transaction: Number.MAX_SAFE_INTEGER }
/** More than a sitting of so few papers has. */
const MOST_TRANSACTIONS = 14

describe.skipIf(!hasAirscan || missingTools().length > 0)('a sitting for the agency’s own copies', () => {
  let home: string
  let tokens: Tokens
  let filled: string
  let dossierId: string
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home, { extras: ['clerk'] })
    Object.assign(process.env, tokens.env)
    const page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    const at = await openWorkplace({ scanner: true, tokens })
    try {
      const { document } = at.counter.handlers
      dossierId = (await openDossier(at, '2.000884')).id
      await scanPapers(
        at,
        dossierId,
        Array.from({ length: PAPERS }, () => [page]),
      )
      const papers = Array.from({ length: PAPERS }, () => ({ title: 'Giấy khai sinh', copies: 1 }))
      for (const one of must(await document.make({ dossierId, papers }, at.clerk)))
        must(await document.askAgencyCopy({ documentId: one.id, wanted: true }, at.clerk))
      await signAll(at, 'scanner')
      await at.counter.close()
      filled = join(home, 'filled')
      cpSync(at.folder, filled, { recursive: true })
    } finally {
      await at.close()
    }
  }, 60_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  /** Whether it was killed; false: it came to its end. */
  async function live(folder: string, dies: Death, fromStart = false): Promise<boolean> {
    const { module, pki } = { module: tokens.pki.module, pki: tokens.pki }
    const pins = { officer: pki.officer.pin, agency: pki.agency.pin }
    const plan: CertifyPlan = { folder, module, trust: pki.ca.pem, pins, role: 'copy', dies, fromStart }
    const planFile = join(home, 'plan.json')
    writeFileSync(planFile, JSON.stringify(plan))
    const child = fork(new URL('./certify-child.ts', import.meta.url), [planFile], { execArgv: [], detached: true })
    let ended = false
    child.on('message', (word: { at: string }) => {
      ended ||= word.at === 'end'
    })
    const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, why) => resolve(why)))
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // nobody of its processes is left
    }
    if (signal === null && !ended) throw new Error('the program ended by itself before its list did')
    return signal === 'SIGKILL'
  }

  async function judge(folder: string): Promise<void> {
    const unit = { ...SPECIMEN_UNIT, trust: [tokens.pki.ca.pem], tokenModules: [tokens.pki.module] }
    const counter = openNodeCounter({ folder, unit })
    try {
      const clerk = callerFor(counter, PEOPLE.clerk.login)
      const documents = must(await counter.handlers.document.list({ dossierId }, clerk))
      const files = documents.map((one) => one.agencyCopy?.signed?.file ?? '')
      expect(new Set(files).size).toBe(PAPERS)
      const expected = {
        signers: [
          { field: SCANNER_FIELD, fingerprint: tokens.pki.extras.clerk?.fingerprint ?? '' },
          { field: COPY_FIELD, fingerprint: tokens.pki.agency.fingerprint },
        ],
        trust: [tokens.pki.ca.der],
      }
      for (const [index, one] of documents.entries()) {
        const copy = must(counter.vault.get(files[index] ?? ''))
        const scan = must(counter.vault.get(one.scanSigned?.file ?? ''))
        expect(copy.subarray(0, scan.length).equals(scan)).toBe(true)
        expect(firstWrong(must(await verifySignatures(copy, expected.trust)), expected)).toBeNull()
        expect(one).toMatchObject({ number: null, state: 'made', heldFor: null })
      }
      const parcels = must(await counter.handlers.outbox.list({}, clerk)).filter(({ kind }) => kind === 'paper')
      // The scan of each paper, and its copy.
      expect(parcels.length).toBe(2 * PAPERS)
      expect(counter.storage.read((r) => counter.audit.verify(r))).toBeNull()
    } finally {
      await counter.close()
    }
  }

  test('killed after each of its transactions: every paper has its one copy after the next start', {
    timeout: 240_000,
  }, async () => {
    let kills = 0
    for (let transaction = 1; transaction <= MOST_TRANSACTIONS; transaction += 1) {
      const folder = join(home, `life-${transaction}`)
      mkdirSync(folder)
      cpSync(filled, folder, { recursive: true })
      const killed = await live(folder, { when: 'after', transaction })
      if (killed) {
        kills += 1
        // Now and then once more, while it recovers.
        if (transaction % 3 === 0 && (await live(folder, { when: 'after', transaction: 1 }, true))) kills += 1
        await live(folder, NEVER)
      }
      await judge(folder)
      rmSync(folder, { recursive: true, force: true })
      if (!killed) break
    }
    expect(kills).toBeGreaterThan(5)
  })
})
