// A counter of its own process that feeds what lies in the scanner, and says of each page that it is safe the moment it is shown.
// Asked with `look`, it only says what is there. Killed by feeding.ts whenever it likes.
import { esclDriver } from '../../drivers/scan/escl.ts'
import type { Pages } from '../../preload/contract/scan.ts'
import { callerFor, must, NO_NEWS, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'

const [folder = '', address = '', what = 'feed'] = process.argv.slice(2)
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
await counter.start()
const clerk = callerFor(counter, PEOPLE.clerk.login)
const { scan } = counter.handlers
if (what === 'look') {
  const { pages } = must(await scan.pages({ dossierId: null }, clerk))
  for (const page of pages)
    say(`there ${page.id} ${page.file} ${counter.vault.get(page.file).ok ? 'readable' : 'gone'}`)
}
must(await scan.abilities({}, clerk))
say('ready')
if (what === 'feed') {
  const run = must(
    await scan.start({ dossierId: null, profile: { source: 'feeder', mode: 'colour', dpi: 300 }, place: null }, clerk),
  )
  say(`ended ${run.received} ${run.trouble === null ? 'well' : JSON.stringify(run.trouble)}`)
}
await counter.close()
process.exit(0)
