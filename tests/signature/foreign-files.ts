// Every PDF of a list taken through the counter's own steps, each with a limit of time and memory, and what came of it judged by
// programs of others. Never: an outcome that is neither signed and valid nor refused with a reason left uncounted.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import type { ForeignAnswer, ForeignTask } from './foreign-child.ts'
import { judgeForeign, makeStore } from './foreign-judges.ts'
import { makePki } from './pades-pki.ts'

export interface ForeignSeen {
  readonly files: number
  /** Signed as they were brought. */
  readonly signed: number
  /** Written anew, then signed. */
  readonly repaired: number
  readonly refused: number
  /** Signed, and somebody says that it is not as it should be. */
  readonly corrupt: number
  /** Ended the process, took too long or too much memory, or failed after it had been accepted. */
  readonly crashed: number
  /** Files with signatures of others that were signed further. */
  readonly signedBefore: number
  readonly judgedByJava: number
  readonly disagreements: number
  readonly slowestMs: number
  readonly peakMb: number
  /** Outcome and reason → how many, most frequent first. */
  readonly reasons: Readonly<Record<string, number>>
  /** What was carried along → how many signed files. */
  readonly carried: Readonly<Record<string, number>>
  /** A line for everything that must not happen. */
  readonly troubles: readonly string[]
}

export interface ForeignOptions {
  /** PEM of roots that earlier signers are trusted by. */
  readonly trust: readonly string[]
  /** Processes at once. */
  readonly atOnce?: number
  /** Every how many signed files go to the Java judge; 0: none. */
  readonly javaEvery?: number
  readonly tell?: (line: string) => void
}

const LONGEST_MS = 20_000
const MOST_MB = 2048
/** A process is started anew after so many files, so that memory is measured of a few at most. */
const FILES_A_CHILD = 200

interface Worker {
  readonly work: (task: ForeignTask) => Promise<ForeignAnswer | string>
  readonly end: () => void
}

/** Answers each task, or says why the process could not. */
function startWorker(words: readonly string[]): Worker {
  let child: ChildProcess | null = null
  let done = 0
  const end = (): void => {
    child?.kill('SIGKILL')
    child = null
    done = 0
  }
  const work = (task: ForeignTask): Promise<ForeignAnswer | string> =>
    new Promise((resolve) => {
      if (done >= FILES_A_CHILD) end()
      done += 1
      child ??= fork(new URL('./foreign-child.ts', import.meta.url), words, {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      })
      const here = child
      const finish = (answer: ForeignAnswer | string): void => {
        clearTimeout(limit)
        here.removeAllListeners('message').removeAllListeners('exit')
        if (typeof answer === 'string') end()
        resolve(answer)
      }
      const limit = setTimeout(() => finish(`took longer than ${LONGEST_MS} ms`), LONGEST_MS)
      here.once('exit', (code, signal) => finish(`ended with ${code ?? signal}`))
      here.once('message', (answer: ForeignAnswer) => finish(answer))
      here.send(task)
    })
  return { work, end }
}

export async function signForeignFiles(paths: readonly string[], options: ForeignOptions): Promise<ForeignSeen> {
  const home = mkdtempSync(join(tmpdir(), 'quay-foreign-'))
  try {
    for (const name of ['pki', 'store', 'out']) mkdirSync(join(home, name))
    const pki = makePki(join(home, 'pki'), 'rsa')
    const store = makeStore(join(home, 'store'))
    const tally = openTally()
    const queue = [...paths.entries()]
    const one = async (): Promise<void> => {
      const worker = startWorker([join(home, 'pki'), ...options.trust])
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, path] = next
        const task = {
          path,
          signed: join(home, 'out', `${index}.pdf`),
          accepted: join(home, 'out', `${index}-new.pdf`),
        }
        const answer = await worker.work(task)
        const keep = await tally.take(index, task, answer, store, options.javaEvery ?? 0)
        rmSync(task.accepted, { force: true })
        if (!keep) rmSync(task.signed, { force: true })
        if (index % 200 === 199) options.tell?.(`${index + 1} of ${paths.length} files`)
      }
      worker.end()
    }
    await Promise.all(Array.from({ length: options.atOnce ?? 2 }, one))
    return await tally.close([pki.rootPem, ...options.trust])
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function openTally() {
  const counts = { files: 0, signed: 0, repaired: 0, refused: 0, corrupt: 0, crashed: 0, signedBefore: 0 }
  const peaks = { slowestMs: 0, peakMb: 0 }
  const reasons = new Map<string, number>()
  const carried = new Map<string, number>()
  const troubles: string[] = []
  const sample: Sample[] = []
  const more = (of: Map<string, number>, key: string): unknown => of.set(key, (of.get(key) ?? 0) + 1)

  /** True when the signed file is kept for the Java judge. */
  const take = async (
    index: number,
    task: ForeignTask,
    answer: ForeignAnswer | string,
    store: string,
    javaEvery: number,
  ): Promise<boolean> => {
    counts.files += 1
    const trouble = (kind: 'corrupt' | 'crashed', what: string): void => {
      counts[kind] += 1
      more(reasons, kind)
      troubles.push(`${kind}: ${basename(task.path)}: ${what}`)
    }
    if (typeof answer === 'string') trouble('crashed', answer)
    else {
      const { as, reason, pages, earlier, ms, peakMb } = answer
      peaks.slowestMs = Math.max(peaks.slowestMs, ms)
      peaks.peakMb = Math.max(peaks.peakMb, peakMb)
      if (peakMb > MOST_MB) trouble('crashed', `${peakMb} MB`)
      else if (as === 'failed') trouble('crashed', reason)
      else if (as === 'refused') {
        counts.refused += 1
        more(reasons, `refused ${reason}`)
      } else {
        const repaired = as === 'repaired'
        const accepted = repaired ? task.accepted : task.path
        const wrong = await judgeForeign({ brought: task.path, accepted, signed: task.signed, pages, repaired }, store)
        if (wrong !== null) trouble('corrupt', wrong)
        else {
          counts[repaired ? 'repaired' : 'signed'] += 1
          if (earlier > 0) counts.signedBefore += 1
          more(reasons, repaired ? `repaired ${reason}` : 'signed')
          for (const what of answer.carried) more(carried, what)
          if (javaEvery > 0 && (index % javaEvery === 0 || earlier > 0))
            return sample.push({ signed: task.signed, before: earlier > 0 ? task.path : null }) > 0
        }
      }
    }
    return false
  }

  const close = async (trust: readonly string[]): Promise<ForeignSeen> => {
    const doubts = sample.length === 0 ? null : await askAbout(sample, trust)
    troubles.push(...(doubts?.lines ?? []))
    const sorted = (of: Map<string, number>) => Object.fromEntries([...of].sort((one, other) => other[1] - one[1]))
    return {
      ...counts,
      ...peaks,
      judgedByJava: doubts?.judged ?? 0,
      disagreements: doubts?.lines.length ?? 0,
      reasons: sorted(reasons),
      carried: sorted(carried),
      troubles,
    }
  }
  return { take, close }
}

interface Sample {
  readonly signed: string
  /** The file that carried earlier signatures. */
  readonly before: string | null
}

/** What strangers, Java among them, say of our signatures, and whether earlier ones are to them what they were before. */
async function askAbout(
  sample: readonly Sample[],
  trust: readonly string[],
): Promise<{ readonly judged: number; readonly lines: readonly string[] }> {
  const { verdicts, missing } = await askStrangers(
    sample.map(({ signed }) => signed),
    { trust },
  )
  const befores = sample.flatMap(({ before }) => before ?? [])
  const earlier = new Map((await askStrangers(befores, { trust })).verdicts.map((verdict) => [verdict.file, verdict]))
  const lines: string[] = missing.filter((line) => !line.includes('JDK'))
  for (const [index, { signatures, file, java }] of verdicts.entries()) {
    const before = earlier.get(sample[index]?.before ?? '')?.signatures ?? []
    const doubt = (what: string): unknown =>
      lines.push(`strangers: ${basename(sample[index]?.before ?? file)}: ${what}`)
    for (const name of ['Officer', 'Agency']) {
      const answers = signatures.find(({ field }) => field === name)?.answers
      const all = [answers?.sound, answers?.unchanged, answers?.trusted].flatMap((each) =>
        Object.values(each ?? { no: false }),
      )
      if (!all.every(Boolean)) doubt(`${name} ${java?.signatures?.find(({ field }) => field === name)?.later}`)
    }
    for (const { field, answers } of before) {
      const now = signatures.find((one) => one.field === field)?.answers
      if (JSON.stringify(now?.sound) !== JSON.stringify(answers.sound))
        doubt(`${field} was ${JSON.stringify(answers.sound)}`)
      if (answers.unchanged.java === true && now?.unchanged.java !== true) doubt(`${field} counts as changed`)
    }
  }
  return { judged: verdicts.filter(({ java }) => java !== null).length, lines }
}
