// A counter of its own process that says which pages are there, waits for `go`, feeds what lies in the scanner, and says of each
// page that it is safe the moment it is shown. Killed by feeding.ts whenever it likes.
import { once } from 'node:events'
import { esclDriver } from '../../drivers/scan/escl.ts'
import type { Pages } from '../../preload/contract/scan.ts'
import { callerFor, must, NO_NEWS, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'

const [folder = '', address = '', side = 'feeder'] = process.argv.slice(2)
const source = side === 'duplex' ? 'duplex' : 'feeder'
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const told = new Set<string>()
const tellNew = ({ pages }: Pages): void => {
  for (const page of pages)
    if (!told.has(page.id)) {
      told.add(page.id)
      say(`safe ${page.id} ${page.file}`)
    }
}
const counter = openNodeCounter({
  folder,
  unit: { ...SPECIMEN_UNIT, reading: false },
  drivers: { scan: esclDriver({ addresses: [address] }) },
  tell: { ...NO_NEWS, scan: { ...NO_NEWS.scan, changed: tellNew } },
})
const clerk = callerFor(counter, PEOPLE.clerk.login)
const { scan } = counter.handlers
await counter.start()
const { pages } = must(await scan.pages({ dossierId: null }, clerk))
for (const page of pages) {
  told.add(page.id)
  say(`there ${page.id} ${page.file} ${page.removed ? 'removed' : 'kept'}`)
}
must(await scan.abilities({}, clerk))
say('counted')
await once(process.stdin, 'data')
const run = must(
  await scan.start({ dossierId: null, profile: { source, mode: 'colour', dpi: 300 }, place: null }, clerk),
)
say(`ended ${run.received} ${run.trouble === null ? 'well' : JSON.stringify(run.trouble)}`)
await counter.close()
process.exit(0)
