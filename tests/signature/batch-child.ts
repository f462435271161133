// The program in a process that a test may kill at any moment: opens the counter, recovers, signs the list of one role.
// node batch-child.ts FOLDER ROLE; tells its parent every move, and the end if it lives to see it.
import { join } from 'node:path'
import { readUnit } from '../../main/operator/index.ts'
import type { Batch, SigningRole } from '../../preload/contract/signature.ts'
import { callerFor, must, NO_NEWS, openNodeCounter, PEOPLE } from '../bench/office.ts'
import { RIGHT_PINS, tokensOf, typePin } from './workplace.ts'

export type ChildWord = { readonly at: 'open' | 'pin' | 'moved' } | { readonly at: 'end'; readonly batch: Batch | null }

const [folder = '', wanted = 'officer'] = process.argv.slice(2)
const role: SigningRole = wanted === 'agency' ? 'agency' : 'officer'
const person = role === 'officer' ? PEOPLE.officer : PEOPLE.sealKeeper
const tell = (word: ChildWord): void => void process.send?.(word)

const unit = readUnit(join(folder, 'unit.json'))
if (unit === null) throw new Error('no unit')
const counter = openNodeCounter({
  folder,
  unit,
  drivers: { signature: tokensOf(unit.tokenModules[0] ?? '') },
  tell: { ...NO_NEWS, signature: { ...NO_NEWS.signature, changed: () => tell({ at: 'moved' }) } },
  askPin: (_question, session, insist) => {
    tell({ at: 'pin' })
    return typePin(RIGHT_PINS[role], session, insist)
  },
})
tell({ at: 'open' })
await counter.start()
const caller = callerFor(counter, person.login)
const batch = must(await counter.handlers.signature.next({ role }, caller))
if (batch === null) tell({ at: 'end', batch: null })
else {
  must(await counter.operators.signIn(person.login, person.password))
  must(await counter.operators.reauthenticate(caller, person.password))
  const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
  tell({ at: 'end', batch: must(await counter.handlers.signature.start(ask, caller)) })
}
await counter.close()
process.disconnect()
