// A day's queue of papers, certified by a program that is killed again and again: before and after the transactions of its
// journal, and at moments nobody chose, sometimes with all its helpers. Then every paper is looked for, by us and by strangers.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gapsIn } from '../../main/certification/register.ts'
import { certificationRow } from '../../main/certification/table.ts'
import { documentDocument } from '../../main/document/table.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { AGENCY_FIELD, firstWrong, OFFICER_FIELD } from '../../main/signature/steps.ts'
import { callerFor, furnish, must, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { bringPapers } from '../bench/reviewed-papers.ts'
import { makePki, type Pki } from '../bench/token/pki.ts'
import { makePapers } from '../perf/certify-peer-papers.ts'
import { root } from '../setup/place.ts'
import type { CertifyPlan, CertifyWord } from './certify-child.ts'

export interface CertifySeen {
  readonly papers: number
  readonly kills: number
  /** Papers without a valid copy, originals that changed, parcels missing. */
  readonly lost: number
  /** Papers with two rows, two parcels, or a copy that another paper has too. */
  readonly doubled: number
  /** Numbers without a row. */
  readonly gaps: number
  readonly judgedByStrangers: number
  /** Of strangers with each other and with us. */
  readonly disagreements: number
}

/** Papers that a start may finish, so that something is left for the later kills; a dozen papers are about four transactions. */
const sharesOf = (papers: number, kills: number) => {
  const papersAKill = (2 * papers) / Math.max(1, kills)
  return { transactions: Math.max(4, Math.ceil(papersAKill / 3)), milliseconds: 40 + 10 * papersAKill }
}
/** Copies that strangers are asked about: forty, or a third of a long list. */
const judgedOf = (papers: number): number => Math.max(40, Math.ceil(papers / 3))

/** Whether it was killed; false: it had nothing more to do. */
async function live(planFile: string, plan: CertifyPlan, random: () => number, within: number): Promise<boolean> {
  writeFileSync(planFile, JSON.stringify(plan))
  const child = fork(new URL('./certify-child.ts', import.meta.url), [planFile], { execArgv: [], detached: true })
  const exit = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
  const whole = random() < 0.5
  const after = Math.floor(random() * within)
  let ended = false
  child.on('message', (word: CertifyWord) => {
    if (word.at === 'end') ended = true
    if (word.at !== 'pin' || plan.dies !== null) return
    void wait(after).then(() => {
      try {
        // The power goes for all its processes at once, or the program dies alone.
        process.kill(whole ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL')
      } catch {
        // it was quicker
      }
    })
  })
  const signal = await exit
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // nobody of its processes is left
  }
  if (signal === null && !ended) throw new Error('the program ended by itself before its list did')
  return signal === 'SIGKILL'
}

export async function killWhileCertifying(
  wanted: number,
  count: number,
  random: () => number,
  tell: (line: string) => void,
): Promise<CertifySeen> {
  const home = mkdtempSync(join(tmpdir(), 'quay-certify-'))
  try {
    const pki = await makePki(join(home, 'pki'))
    Object.assign(process.env, pki.env)
    const folder = join(home, 'data')
    mkdirSync(folder)
    const unit = { ...SPECIMEN_UNIT, trust: [pki.ca.pem], tokenModules: [pki.module] }
    await furnish(folder, unit)
    const papers = await makePapers(join(root, '.runtime/certify-papers'), count)
    const filling = openNodeCounter({ folder, unit })
    await bringPapers(filling, papers)
    await filling.close()
    const originals = new Set(papers.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex')))

    const planFile = join(home, 'plan.json')
    const pins = { officer: pki.officer.pin, agency: pki.agency.pin }
    const common = { folder, module: pki.module, trust: pki.ca.pem, pins }
    const within = sharesOf(count, wanted)
    // A token is a device of its own: what a power cut tears in the files of the simulated one, no real one loses.
    const [tokens, whole] = [join(home, 'pki', 'tokens'), join(home, 'tokens-whole')]
    cpSync(tokens, whole, { recursive: true })
    const lives: typeof live = (...life) => {
      rmSync(tokens, { recursive: true, force: true })
      cpSync(whole, tokens, { recursive: true })
      return live(...life)
    }
    let kills = 0
    for (const role of ['officer', 'agency'] as const) {
      const half = role === 'officer' ? Math.ceil(wanted / 2) : wanted
      while (kills < half) {
        const byCount = random() < 0.6
        const when = random() < 0.5 ? ('before' as const) : ('after' as const)
        const transaction = 1 + Math.floor(random() * within.transactions)
        const dies = byCount ? { when, transaction } : null
        if (!(await lives(planFile, { ...common, role, dies }, random, within.milliseconds))) break
        kills += 1
        if (kills % 10 === 0) tell(`${kills} kills, the ${role}'s sitting`)
      }
      // The last start of this sitting: nobody kills it.
      await lives(
        planFile,
        { ...common, role, dies: { when: 'after', transaction: Number.MAX_SAFE_INTEGER } },
        random,
        0,
      )
    }
    return { papers: count, kills, ...(await judge(home, folder, unit, pki, originals)) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function judge(
  home: string,
  folder: string,
  unit: typeof SPECIMEN_UNIT,
  pki: Pki,
  originals: ReadonlySet<string>,
): Promise<Omit<CertifySeen, 'papers' | 'kills'>> {
  const counter = openNodeCounter({ folder, unit })
  try {
    const { documents, rows } = counter.storage.read((r) => ({
      documents: r.select().from(documentDocument).all(),
      rows: r.select().from(certificationRow).all(),
    }))
    const expected = {
      signers: [
        { field: OFFICER_FIELD, fingerprint: pki.officer.fingerprint },
        { field: AGENCY_FIELD, fingerprint: pki.agency.fingerprint },
      ],
      trust: [pki.ca.der],
    }
    const judged: string[] = []
    let lost = [...originals].filter((hash) => !counter.vault.get(hash).ok).length
    for (const document of documents) {
      const copy = document.copyFile === null ? null : counter.vault.get(document.copyFile)
      const original = counter.vault.get(document.file)
      const reports = copy?.ok === true ? await verifySignatures(copy.value, expected.trust) : null
      const good =
        reports?.ok === true &&
        firstWrong(reports.value, expected) === null &&
        original.ok &&
        copy?.ok === true &&
        copy.value.subarray(0, original.value.length).equals(original.value)
      if (!good) lost += 1
      else if (judged.length < judgedOf(documents.length)) {
        const path = join(home, `${judged.length}.pdf`)
        writeFileSync(path, copy.value)
        judged.push(path)
      }
    }
    const clerk = callerFor(counter, PEOPLE.clerk.login)
    const copies = must(await counter.handlers.outbox.list({}, clerk)).filter(({ kind }) => kind === 'copy')
    const certified = rows.filter(({ state }) => state === 'certified')
    const more = (all: readonly unknown[]): number => all.length - new Set(all).size
    lost += Math.max(0, documents.length - new Set(certified.map(({ documentId }) => documentId)).size)
    lost += Math.max(0, documents.length - copies.length)
    const doubled =
      more(certified.map(({ documentId }) => documentId)) +
      more(rows.map(({ book, number }) => `${book} ${number}`)) +
      more(documents.map(({ copyFile }) => copyFile)) +
      Math.max(0, copies.length - documents.length)
    const whole = counter.storage.read((r) => [counter.audit.verify(r), counter.certifications.check(r)])
    if (whole.some((one) => one !== null)) throw new Error(`a chain is broken: ${JSON.stringify(whole)}`)
    const { disagreements, verdicts } = await askStrangers(judged, { trust: [pki.ca.pem] })
    return {
      lost: lost + verdicts.filter(({ clean }) => !clean).length,
      doubled,
      gaps: gapsIn(rows.map(({ number }) => number)).length,
      judgedByStrangers: judged.length,
      disagreements: disagreements.length,
    }
  } finally {
    await counter.close()
  }
}
