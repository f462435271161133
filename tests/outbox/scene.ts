// An outbox on a real store with a clock that stands, a province that answers as told, and a program that can be killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openAudit } from '../../main/audit/index.ts'
import { auditEntry } from '../../main/audit/table.ts'
import { type Delivered, type NewParcel, type Outgoing, openOutbox } from '../../main/outbox/index.ts'
import type { OutboxState } from '../../preload/contract/outbox.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { MIGRATIONS, storeIn, type TestStore, tempFolders } from '../storage/store.ts'

const folders = tempFolders()
const open: { end(): Promise<void> }[] = []
/** For afterEach: ends what runs, removes what was written. */
export const tidy = async (): Promise<void> => {
  for (const one of open.splice(0)) await one.end()
  folders.clean()
}
export const newFolder = folders.make

export const FILE = 'ab'.repeat(32)
export const UNREACHABLE = fail({ kind: 'unreachable', system: 'province' })
export type Deliver = (parcel: Outgoing) => Promise<Result<Delivered>>

export const aParcel = (lane: string, title = 'Bằng tốt nghiệp'): NewParcel => ({
  lane,
  laneName: `TAM-${lane}`,
  kind: 'copy',
  body: { title },
  files: [{ hash: FILE, bytes: 1000 }],
})

/** One run of the program over this store. The clock stands until it is moved. */
export function office(store: TestStore = storeIn(folders.make())) {
  const storage = store.open()
  const clock = { at: Date.parse('2026-11-21T03:00:00Z') }
  const now = (): Date => new Date(clock.at)
  const told: OutboxState[] = []
  const logged: string[] = []
  const audit = openAudit(Buffer.alloc(32, 1), now)
  const outbox = openOutbox({
    storage,
    audit,
    log: (event, facts) => logged.push(`${event} ${JSON.stringify(facts)}`),
    now,
    changed: (state) => told.push(state),
  })
  const run = {
    store,
    storage,
    outbox,
    clock,
    told,
    logged,
    put: (...parcels: readonly NewParcel[]): readonly string[] =>
      storage.write((w) => parcels.map((parcel) => outbox.put(w, parcel))),
    list: () => storage.read((r) => outbox.list(r)),
    states: () => storage.read((r) => outbox.list(r)).map((one) => one.state),
    audit: () => storage.read((r) => r.select().from(auditEntry).all()).map((row) => `${row.event} ${row.subject}`),
    /** Until nothing is being sent and nothing may be sent now. */
    quiet: async () => {
      const busy = (): boolean =>
        run
          .list()
          .some(
            (one) =>
              one.state === 'sending' || (one.state === 'waiting' && one.notBefore === null && run.isHead(one.id)),
          )
      for (let count = 0; count < 3 || (busy() && count < 400); count += 1) await turn()
    },
    isHead: (id: string) => {
      const all = run.list()
      const one = all.find((candidate) => candidate.id === id)
      return all.find((candidate) => candidate.lane === one?.lane && candidate.state !== 'delivered')?.id === id
    },
    end: async () => {
      await outbox.stop()
      storage.close()
    },
  }
  open.push(run)
  return run
}
/** A province that remembers what it was sent, and answers as told; then with an id. */
export function province(...answers: readonly Result<Delivered>[]) {
  const sent: Outgoing[] = []
  const left = [...answers]
  const deliver: Deliver = async (parcel) => {
    sent.push(parcel)
    await turn()
    return left.shift() ?? ok({ provinceId: `H55-${sent.length}` })
  }
  return { sent, deliver, ids: () => sent.map((one) => one.id) }
}

/** Runs the sender until it ends, or until it hangs and is killed; what it said. */
export async function runSender(mode: 'hang' | 'forget', store: TestStore, book: string): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./sender.ts', import.meta.url))
  const sender = spawn(process.execPath, [script, mode, store.file, store.key.toString('hex'), MIGRATIONS, book], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(sender, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: sender.stdout })) {
    lines.push(line)
    if (line === 'hanging') sender.kill('SIGKILL')
  }
  await ended
  return lines
}
