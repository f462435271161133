// The program in a process that is killed at a moment it was told: opens the store, recovers, signs one role's list to the end.
// node certify-child.ts PLAN.json; tells its parent about the PIN and the end. It dies by its own SIGKILL before or after its
// N-th transaction, or lives until its parent kills it.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TokenSession } from '../../drivers/contract.ts'
import type { SigningSession } from '../../main/devices/index.ts'
import { callerFor, must, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { startDriverProcess } from '../bench/token/driver-process.ts'
import { type Death, dieAtTransaction } from './die-at-transaction.ts'

export interface CertifyPlan {
  readonly folder: string
  readonly module: string
  readonly trust: string
  readonly pins: Readonly<Record<'officer' | 'agency', string>>
  readonly role: 'officer' | 'agency' | 'copy'
  /** Counted from the PIN on; null: nobody dies by the count. */
  readonly dies: Death | null
  /** Transactions count from the start on, the recovery's too; left out: from the PIN on. */
  readonly fromStart?: boolean
}
export interface CertifyWord {
  readonly at: 'open' | 'pin' | 'end'
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CertifyPlan
const tell = (word: CertifyWord): void => void process.send?.(word)
const countFromNow = dieAtTransaction(plan.dies)

const token = startDriverProcess(plan.module, {})
const counter = openNodeCounter({
  folder: plan.folder,
  unit: { ...SPECIMEN_UNIT, trust: [plan.trust], tokenModules: [plan.module] },
  drivers: { signature: token.driver as never },
  workers: 2,
  askPin: (_question, session, insist) => {
    tell({ at: 'pin' })
    countFromNow()
    const pin = new TextEncoder().encode(plan.pins[plan.role === 'officer' ? 'officer' : 'agency'])
    return (session as unknown as Pick<TokenSession, 'login'> & SigningSession).login(pin, insist)
  },
})
tell({ at: 'open' })
if (plan.fromStart === true) countFromNow()
await counter.start()
const who = plan.role === 'officer' ? PEOPLE.officer : PEOPLE.sealKeeper
const caller = callerFor(counter, who.login)
for (let tries = 1; ; tries += 1) {
  const batch = must(await counter.handlers.signature.next({ role: plan.role }, caller))
  if (batch === null) break
  must(await counter.operators.signIn(who.login, who.password))
  must(await counter.operators.reauthenticate(caller, who.password))
  const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
  const done = must(await counter.handlers.signature.start(ask, caller))
  if (done.state === 'finished') break
  // A token that did not answer just now is asked again, as a person would; anything else is a fault of ours.
  const said = JSON.stringify(done.trouble)
  if (done.trouble?.kind !== 'device' || tries === 5) throw new Error(`${done.state}: ${said}`)
  process.stderr.write(`asked again: ${done.state} ${said}\n`)
  await sleep(500)
}
tell({ at: 'end' })
await counter.close()
await token.kill()
process.exit(0)
