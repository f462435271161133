// The officer refuses a secret paper; the program is killed the moment the refusal is durable, before any file was removed.
import { callerFor, must, NO_NEWS, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'

const [folder = '', documentId = ''] = process.argv.slice(2)
const counter = openNodeCounter({
  folder,
  unit: { ...SPECIMEN_UNIT, reading: false },
  tell: { ...NO_NEWS, certification: { changed: () => process.kill(process.pid, 'SIGKILL') } },
})
const officer = callerFor(counter, PEOPLE.officer.login)
must(await counter.handlers.certification.hold({ documentId, reason: 'reason-3', note: '' }, officer))
