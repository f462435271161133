// Stands where PowerShell would: speaks the lines of the WIA helper, with a feeder of so many pages and one misfortune.
// `node fake-wia.ts PAGES MISFORTUNE`; it knows nothing of Windows and proves nothing about it.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const [pages = '3', misfortune = '', picture = ''] = process.argv.slice(2)
const code = (name: string) => Number(/^code:(0x[0-9a-f]+)$/i.exec(name)?.[1] ?? Number.NaN) | 0
const say = (fact: unknown) => process.stdout.write(`${JSON.stringify(fact)}\r\n`)
const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const next = async (): Promise<unknown> => {
  const line = await heard.next()
  return line.done === true ? undefined : JSON.parse(line.value)
}
const stay = () => new Promise(() => setInterval(() => undefined, 1_000))

if (misfortune === 'deaf') process.on('SIGTERM', () => undefined)
const order = (await next()) as { do: string; device?: string; folder?: string; handling?: number }
if (misfortune === 'hang' || misfortune === 'deaf') await stay()
if (misfortune === 'nonsense') {
  process.stdout.write('Windows PowerShell\r\nCopyright (C)\r\n')
  await stay()
}
if (misfortune === 'die') process.exit(3)
if (order.do === 'list') {
  if (misfortune.startsWith('list-code:')) say({ say: 'error', code: code(misfortune.slice(5)) })
  else {
    process.stdout.write('\uFEFF')
    say({ say: 'device', id: '{6BDD1FC6}\\0000', name: 'Máy quét bàn', port: '\\\\.\\Usbscan0' })
    say({ say: 'device', id: '{6BDD1FC6}\\0001', name: 'HP MFP (NET)', port: 'WSD-7' })
    say({ say: 'end' })
  }
}
if (order.do === 'look') {
  if (order.device !== '{6BDD1FC6}\\0000') say({ say: 'error', code: 0x80210015 | 0 })
  else if (misfortune.startsWith('look-code:')) say({ say: 'error', code: code(misfortune.slice(5)) })
  else {
    say({ say: 'abilities', handling: 7, dpi: [1200, 300, 200, 300, 50] })
    say({ say: 'end' })
  }
}
if (order.do === 'scan') {
  const last = order.handling === 2 ? 1 : Number(pages)
  for (let number = 1; ; number++) {
    say({ say: 'alive' })
    if (number > last) {
      if (misfortune === 'hang-after') await stay()
      if (misfortune === 'die-after') process.exit(3)
      say({ say: 'error', code: misfortune.startsWith('code:') ? code(misfortune) : 0x80210003 | 0 })
      break
    }
    const file = join(order.folder ?? '', `${number}.jpg`)
    if (misfortune === 'half' && number === 2) writeFileSync(file, 'half')
    else copyFileSync(picture, file)
    say({ say: 'page', number: misfortune === 'skip' ? number + 1 : number })
    if (order.handling === 2) {
      say({ say: 'end' })
      break
    }
    if ((await next()) === undefined) break
  }
}
process.exit(0)
