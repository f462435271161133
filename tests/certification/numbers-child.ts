// A counter whose numbers come from a server, in a process that is killed at a moment it was told: opens the store, recovers, and
// signs whatever waits, the officer's list and then the seal's. node numbers-child.ts PLAN.json
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TokenSession } from '../../drivers/contract.ts'
import type { SigningSession } from '../../main/devices/index.ts'
import type { Unit } from '../../main/operator/index.ts'
import { callerFor, must, openNodeCounter, PEOPLE } from '../bench/office.ts'
import { startDriverProcess } from '../bench/token/driver-process.ts'
import { type Death, dieAtTransaction } from '../signature/die-at-transaction.ts'

export interface NumbersPlan {
  readonly folder: string
  readonly unit: Unit
  readonly module: string
  readonly pins: Readonly<Record<'officer' | 'agency', string>>
  /** Counted from the moment the officer starts the list, before any number is asked for. */
  readonly dies: Death | null
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as NumbersPlan
const countFromNow = dieAtTransaction(plan.dies)
const token = startDriverProcess(plan.module, {})
let role: 'officer' | 'agency' = 'officer'
const counter = openNodeCounter({
  folder: plan.folder,
  unit: plan.unit,
  drivers: { signature: token.driver as never },
  workers: 1,
  numberLimits: { answer: 2_000, pause: 50 },
  askPin: (_question, session, insist) =>
    (session as unknown as Pick<TokenSession, 'login'> & SigningSession).login(
      new TextEncoder().encode(plan.pins[role]),
      insist,
    ),
})
await counter.start()
countFromNow()
for (role of ['officer', 'agency'] as const)
  for (let tries = 1; ; tries += 1) {
    const who = role === 'officer' ? PEOPLE.officer : PEOPLE.sealKeeper
    const caller = callerFor(counter, who.login)
    const batch = must(await counter.handlers.signature.next({ role }, caller))
    if (batch === null) break
    must(await counter.operators.signIn(who.login, who.password))
    must(await counter.operators.reauthenticate(caller, who.password))
    const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
    const done = must(await counter.handlers.signature.start(ask, caller))
    if (done.state === 'finished') break
    // As a person would: what did not answer just now is asked again.
    if (tries === 8) throw new Error(`${done.state}: ${JSON.stringify(done.trouble)}`)
    await sleep(300)
  }
await counter.close()
await token.kill()
process.exit(0)
