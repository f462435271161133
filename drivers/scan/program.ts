// Runs scanimage: arguments as an array, never a shell; a time limit on everything; TERM first, then KILL.
// It returns what happened and judges nothing.
import { type ChildProcess, spawn } from 'node:child_process'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Ran {
  readonly code: number | null
  readonly output: string
  /** `missing`: there is no such program. `late`: the limit was reached. */
  readonly trouble?: 'missing' | 'late' | 'aborted'
}

/** Longest output kept, in characters; an option list has some 20,000. */
const OUTPUT_LIMIT = 1_000_000

/** Our own environment in plain C locale, so that numbers have points. SANE_CONFIG_DIR and the like pass through. */
export const inPlainLocale = (environment: Environment) => ({ ...environment, LC_ALL: 'C' })

const started = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})
/** It ends with us at the latest: an orphan that hangs would hold the scanner against the next start. */
export function endWithUs(child: ChildProcess): void {
  started.add(child)
  child.once('exit', () => started.delete(child))
}

/** Asks a process to end and ends it after `graceMs` if it has not. A backend may hang in its own cancelling. */
export function stop(child: ChildProcess, graceMs: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const last = setTimeout(() => child.kill('SIGKILL'), graceMs)
  child.once('exit', () => clearTimeout(last))
}

/** Runs to the end and gives what was written to standard output. */
export function collect(
  program: string,
  args: readonly string[],
  limits: { readonly environment: Environment; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<Ran> {
  if (limits.signal.aborted) return Promise.resolve({ code: null, output: '', trouble: 'aborted' })
  return new Promise((done) => {
    let output = ''
    let trouble: Ran['trouble']
    const child = spawn(program, args, { env: inPlainLocale(limits.environment), stdio: ['ignore', 'pipe', 'ignore'] })
    endWithUs(child)
    const cut = (why: 'late' | 'aborted') => {
      trouble ??= why
      stop(child, 500)
    }
    const clock = setTimeout(() => cut('late'), limits.limitMs)
    const abort = () => cut('aborted')
    limits.signal.addEventListener('abort', abort, { once: true })
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      if (output.length < OUTPUT_LIMIT) output += text
    })
    const finish = (code: number | null) => {
      clearTimeout(clock)
      limits.signal.removeEventListener('abort', abort)
      done(trouble === undefined ? { code, output } : { code, output, trouble })
    }
    child.once('error', () => {
      trouble ??= 'missing'
      finish(null)
    })
    child.once('close', (code) => finish(code))
  })
}
