// A program that sends parcels and comes to grief. `hang`: the province has the second parcel, its answer never comes.
// `forget`: what should be remembered together with a delivery cannot be written.
import { appendFileSync } from 'node:fs'
import { openAudit } from '../../main/audit/index.ts'
import { openOutbox } from '../../main/outbox/index.ts'
import { openStorage } from '../../main/storage/index.ts'

const [mode = '', file = '', key = '', migrations = '', province = ''] = process.argv.slice(2)
const storage = openStorage({ file, key: Buffer.from(key, 'hex'), migrations })
const now = (): Date => new Date()
const outbox = openOutbox({
  storage,
  audit: openAudit(Buffer.alloc(32, 1), now),
  log: () => undefined,
  now,
  changed: () => undefined,
})
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
process.on('unhandledRejection', () => tell('unhandled'))

storage.write((w) => {
  for (const lane of ['A', 'A', 'A'])
    outbox.put(w, { lane, laneName: lane, kind: 'copy', body: { title: 'Bằng tốt nghiệp' }, files: [] })
})
let sent = 0
outbox.start(async ({ id }) => {
  sent += 1
  appendFileSync(province, `${id}\n`)
  if (mode === 'hang' && sent === 2) {
    tell('hanging')
    setInterval(() => undefined, 1000)
    return new Promise(() => undefined)
  }
  const remember = (): void => {
    if (sent === 1) throw new Error('the disk is full just now')
  }
  return { ok: true, value: { provinceId: `H55-${sent}`, ...(mode === 'forget' ? { remember } : {}) } }
})
if (mode === 'forget')
  setTimeout(() => {
    outbox.wake()
    setTimeout(() => {
      tell(
        storage
          .read((r) => outbox.list(r))
          .map((one) => one.state)
          .join(' '),
      )
      process.exit()
    }, 500)
  }, 200)
