// The program in a process that a test may kill at any moment: opens the counter, recovers, signs the list of one role.
// node batch-child.ts FOLDER ROLE; tells its parent every move, and the end if it lives to see it.
import { join } from 'node:path'
import { readUnit } from '../../main/operator/index.ts'
import type { SigningRole } from '../../preload/contract/signature.ts'
import { callerFor, must, NO_NEWS, openNodeCounter, PEOPLE } from '../bench/office.ts'
import { RIGHT_PINS, tokensOf, typePin } from './workplace.ts'

export interface ChildWord {
  readonly at: 'open' | 'pin' | 'moved' | 'end'
}

const [folder = '', wanted = 'officer'] = process.argv.slice(2)
const role: SigningRole = wanted === 'agency' ? 'agency' : 'officer'
const person = role === 'officer' ? PEOPLE.officer : PEOPLE.sealKeeper
const tell = (word: ChildWord): void => void process.send?.(word)

const unit = readUnit(join(folder, 'unit.json'))
if (unit === null) throw new Error('no unit')
const counter = openNodeCounter({
  folder,
  unit,
  workers: 1,
  drivers: { signature: tokensOf(unit.tokenModules[0] ?? '') },
  // A document has gone a step: prepared, signed, closed or filed.
  tell: { ...NO_NEWS, document: { ...NO_NEWS.document, changed: () => tell({ at: 'moved' }) } },
  askPin: (_question, session, insist) => {
    tell({ at: 'pin' })
    return typePin(RIGHT_PINS[role], session, insist)
  },
})
tell({ at: 'open' })
await counter.start()
const caller = callerFor(counter, person.login)
const batch = must(await counter.handlers.signature.next({ role }, caller))
if (batch !== null) {
  must(await counter.operators.signIn(person.login, person.password))
  must(await counter.operators.reauthenticate(caller, person.password))
  const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
  must(await counter.handlers.signature.start(ask, caller))
}
tell({ at: 'end' })
await counter.close()
process.disconnect()
