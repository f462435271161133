// A program with a watched folder that may be killed at any moment: takes files into a store, durable before it answers.
// The store is a folder: one file for each taken one, named by its content and name, so that taking twice shows as nothing new.
import { appendFileSync, closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { watchFolder } from '../../../main/scan/hot-folder.ts'
import { ok } from '../../../preload/contract/result.ts'

const [folder = '', store = ''] = process.argv.slice(2)
watchFolder({
  folder,
  settleMs: 60,
  patienceMs: 400,
  every: 20,
  now: () => new Date(),
  changed: () => undefined,
  log: () => undefined,
  take: async ({ name, bytes, sha256, modified }) => {
    appendFileSync(`${store}.offered`, `${name}\n`)
    const temporary = join(store, `.${process.pid}.new`)
    const handle = openSync(temporary, 'w')
    writeSync(handle, bytes)
    fsyncSync(handle)
    closeSync(handle)
    renameSync(temporary, join(store, `${sha256}-${modified}-${name}`))
    // Time for a kill to fall between durable and deleted.
    await new Promise((resolve) => setTimeout(resolve, 10))
    return ok(undefined)
  },
})
process.stdout.write('watching\n')
setInterval(() => undefined, 1000)
