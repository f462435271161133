// Runs a program and says what it cost: wall time, processor time of it and all it started, memory of them together.
// Works the same for ours and for every peer; needs bash and /proc.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Cost {
  /** Seconds. */
  readonly wall: number
  /** Seconds, user and system, everything it waited for included. */
  readonly cpu: number
  /** Most at any one moment, MB: proportional set size (proc(5), smaps_rollup) of all its processes added up. */
  readonly memory: number
}

const EVERY_MS = 120
export const isHere = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function memoryOf(pid: number): number {
  const family = [pid]
  for (let at = 0; at < family.length; at += 1) family.push(...childrenOf(family[at] ?? 0))
  // The first is the bash that holds the clock.
  return family.slice(1).reduce((sum, one) => {
    try {
      return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
    } catch {
      return sum
    }
  }, 0)
}

/** @throws when the program fails, with the end of what it said. */
export async function clock(command: readonly string[]): Promise<Cost> {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'clock', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
  })
  let said = ''
  child.stderr.on('data', (bytes) => {
    said = (said + String(bytes)).slice(-4000)
  })
  let memory = 0
  const timer = setInterval(() => {
    memory = Math.max(memory, memoryOf(child.pid ?? 0))
  }, EVERY_MS)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${said}`)
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = (said.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number)
  return { wall, cpu: user + system, memory }
}
