// One run of the product's own engine, in a process of its own, so that its memory can be told: a store with reviewed papers
// is filled by one process, then in another the officer's and the agency's sitting are timed, with journal, vault, audit, register and verification on.
// node certify-ours.mjs fill|sign|weigh FOLDER WISH.json
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TokenSession } from '../../drivers/contract.ts'
import type { SigningSession } from '../../main/devices/index.ts'
import { documentDocument } from '../../main/document/table.ts'
import { keepHeapSmall } from '../../main/heap.ts'
import type { SigningRole } from '../../preload/contract/signature.ts'
import { callerFor, furnish, must, type NodeCounter, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { bringPapers } from '../bench/reviewed-papers.ts'
import { startDriverProcess } from '../bench/token/driver-process.ts'
import { root } from '../setup/place.ts'

const BUNDLE = join(root, '.build/main/work.cjs')

export interface OursWish {
  readonly papers: readonly string[]
  readonly module: string
  readonly trust: string
  readonly pins: Readonly<Record<'officer' | 'agency', string>>
  readonly roles: readonly ('officer' | 'agency')[]
  /** The token host's program. */
  readonly tokenHost: string
}
export interface OursResult {
  /** Seconds from the key that starts to the answer, by role. */
  readonly seconds: Readonly<Partial<Record<SigningRole, number>>>
  /** Processor seconds of all processes together while signing. */
  readonly cpuSeconds: number
  /** Sum of the most that each process ever held (VmHWM), and of their proportional sizes at the end, MB. */
  readonly peakMb: number
  /** Of the engine's own process. */
  readonly enginePeakMb: number
  readonly proportionalMb: number
  readonly bytesPerSignature: number
}

const children = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => statOf(one)?.parent === pid)
    .flatMap((one) => [one, ...children(one)])
function statOf(pid: number): { readonly parent: number; readonly ticks: number } | null {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ')
    return { parent: Number(words[1]), ticks: Number(words[11]) + Number(words[12]) }
  } catch {
    return null
  }
}
const kilobytes = (pid: number, file: string, name: string): number => {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'latin1'))
    return Number(found?.[1] ?? 0)
  } catch {
    return 0
  }
}
const everyone = (): readonly number[] => [process.pid, ...children(process.pid)]
const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + (statOf(pid)?.ticks ?? 0), 0) / 100

async function timeSitting(counter: NodeCounter, role: 'officer' | 'agency', count: number): Promise<number> {
  const who = role === 'officer' ? PEOPLE.officer : PEOPLE.sealKeeper
  const caller = callerFor(counter, who.login)
  must(await counter.operators.signIn(who.login, who.password))
  const batch = must(await counter.handlers.signature.next({ role }, caller))
  if (batch === null || batch.total !== count || batch.state !== 'ready')
    throw new Error(`not ready: ${batch?.total} of ${count}, ${JSON.stringify(batch?.trouble)}`)
  must(await counter.operators.reauthenticate(caller, who.password))
  const began = performance.now()
  const ask = { batchId: batch.id, listCode: batch.listCode, insist: false }
  const done = must(await counter.handlers.signature.start(ask, caller))
  const seconds = (performance.now() - began) / 1000
  if (done.state !== 'finished' || done.done !== count)
    throw new Error(`${done.done} of ${count} signed: ${JSON.stringify(done.trouble)}`)
  return seconds
}

function openStore(folder: string, wish: OursWish, signature: unknown): NodeCounter {
  const unit = { ...SPECIMEN_UNIT, trust: [wish.trust], tokenModules: [wish.module] }
  return openNodeCounter({
    folder,
    unit,
    drivers: signature === null ? {} : { signature: signature as never },
    askPin: (question, session, insist) => {
      const { role } = question as { readonly role: 'officer' | 'agency' }
      const pin = new TextEncoder().encode(wish.pins[role])
      return (session as unknown as Pick<TokenSession, 'login'> & SigningSession).login(pin, insist)
    },
    workers: 2,
    // The bundle that is shipped.
    work: existsSync(BUNDLE) ? BUNDLE : undefined,
  })
}

async function fill(folder: string, wish: OursWish): Promise<{ readonly bytes: number }> {
  await furnish(folder, { ...SPECIMEN_UNIT, trust: [wish.trust], tokenModules: [wish.module] })
  const counter = openStore(folder, wish, null)
  try {
    return { bytes: await bringPapers(counter, wish.papers) }
  } finally {
    await counter.close()
  }
}

async function sign(folder: string, wish: OursWish): Promise<Omit<OursResult, 'bytesPerSignature'>> {
  const token = startDriverProcess(wish.module, {}, wish.tokenHost)
  const counter = openStore(folder, wish, token.driver)
  try {
    const cpuBefore = cpuOf(everyone())
    const seconds: Partial<Record<SigningRole, number>> = {}
    for (const role of wish.roles) seconds[role] = await timeSitting(counter, role, wish.papers.length)
    const pids = everyone()
    const sum = (file: string, name: string): number =>
      pids.reduce((all, pid) => all + kilobytes(pid, file, name), 0) / 1024
    return {
      seconds,
      cpuSeconds: cpuOf(pids) - cpuBefore,
      peakMb: sum('status', 'VmHWM'),
      enginePeakMb: kilobytes(process.pid, 'status', 'VmHWM') / 1024,
      proportionalMb: sum('smaps_rollup', 'Pss'),
    }
  } finally {
    await counter.close()
    await token.kill()
  }
}

/** Bytes of the finished copies; 0 when there are none yet. */
async function weigh(folder: string, wish: OursWish): Promise<{ readonly copies: number; readonly bytes: number }> {
  const counter = openStore(folder, wish, null)
  try {
    const files = counter.storage.read((r) =>
      r
        .select({ file: documentDocument.copyFile })
        .from(documentDocument)
        .all()
        .flatMap(({ file }) => file ?? []),
    )
    return { copies: files.length, bytes: files.reduce((all, hash) => all + must(counter.vault.get(hash)).length, 0) }
  } finally {
    await counter.close()
  }
}

// As the program does when it starts.
keepHeapSmall()
const [mode = '', folder = '', wishFile = ''] = process.argv.slice(2)
const work = { fill, sign, weigh }[mode]
if (work === undefined) throw new Error(`fill, sign or weigh: ${mode}`)
process.stdout.write(`${JSON.stringify(await work(folder, JSON.parse(readFileSync(wishFile, 'utf8')) as OursWish))}\n`)
process.exit(0)
