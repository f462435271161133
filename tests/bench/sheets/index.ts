// Stacks of scanned sheets with their truth, for benches and tests: as many as asked, the same for the same seed.
// Drawn once into a folder and found there the next time; drawn anew when the drawing or the question has changed.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { runtime } from '../../setup/place.ts'
import type { Truth } from './glass.ts'
import { type Kind, type Mix, type Plan, planSheet } from './plan.ts'
import type { Job } from './render.ts'
import { printedSeparators } from './separators.ts'

export type { Box, Truth } from './glass.ts'
export { type Ground, KINDS, type Kind, type Mix, type Turn } from './plan.ts'

export interface SheetOptions {
  readonly mix?: Mix
  /** 300 unless told; `various`: four of seven at 300, two at 200, one at 150. */
  readonly dpi?: number | 'various'
  /** Only these kinds of the mix, as many as there are among `count` sheets. */
  readonly kinds?: readonly Kind[]
  /** Drawing processes, as many as there are cores unless told. */
  readonly processes?: number
}

/** Where benches keep a stack; ignored by git, safe to delete. */
export const sheetsFolder = (seed: number, count: number, name = 'sheets'): string =>
  join(runtime, `${name}-${seed}-${count}`)

/** Text of the code on a page that is no separator: the QR of an identity card, invented. */
const CARD_CODE = '001190123456|012345678|Nguyễn Thị Mẫu|15011990|Nữ|12 đường Mẫu, Phường Mẫu|01012022'
const PATCHES = ['2', '3', 'T'] as const

const DRAWS_NOTHING = /^(straightness|real-scans|.*\.test)\.ts$/

function stampOf(question: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(question))
  for (const file of globSync('*.ts', { cwd: import.meta.dirname }).sort())
    if (!DRAWS_NOTHING.test(file)) hash.update(readFileSync(join(import.meta.dirname, file)))
  return hash.digest('hex')
}

function render(job: Job): Promise<readonly Truth[]> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'render.ts'), [], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    child.once('message', (truths) => resolve(truths as readonly Truth[]))
    child.once('exit', (code) => reject(new Error(`a drawing process ended with ${code}`)))
    child.send(job)
  })
}

/** `count` sheets in `folder`, numbered from 001, and what is known about each, in the same order. */
export async function makeSheets(
  folder: string,
  count: number,
  seed: number,
  options: SheetOptions = {},
): Promise<readonly Truth[]> {
  const { mix = 'everything', dpi = 300, kinds } = options
  const stamp = stampOf({ count, seed, mix, dpi, kinds })
  const known = join(folder, 'truth.json')
  if (existsSync(known)) {
    const found = JSON.parse(readFileSync(known, 'utf8')) as {
      readonly stamp: string
      readonly truths: readonly Truth[]
    }
    if (found.stamp === stamp) return found.truths
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const plans = Array.from({ length: count }, (_one, index) => planSheet(mix, seed, index, dpi)).filter(
    ({ kind }) => kinds === undefined || kinds.includes(kind),
  )
  const separators = await printedSeparators(folder, plans.filter(({ kind }) => kind === 'separator').length, seed)
  let next = 0
  const sheetOf = (plan: Plan): Job['sheets'][number] => {
    const name = `${String(plan.index + 1).padStart(3, '0')}-${plan.kind}.jpg`
    if (plan.kind === 'separator') {
      const own = separators[next]
      next += 1
      return { plan, name, code: own?.code ?? null, printed: own?.file ?? null }
    }
    const code = plan.kind === 'patch' ? (PATCHES[plan.seed % 3] ?? '2') : plan.kind === 'coded' ? CARD_CODE : null
    return { plan, name, code, printed: null }
  }
  const sheets = plans.map(sheetOf)
  const processes = Math.max(1, Math.min(options.processes ?? cpus().length, Math.ceil(sheets.length / 4)))
  const shares = Array.from({ length: processes }, (_one, at) =>
    sheets.filter((_sheet, index) => index % processes === at),
  )
  const truths = (await Promise.all(shares.map((share) => render({ folder, sheets: share })))).flat()
  truths.sort((one, other) => (one.name < other.name ? -1 : 1))
  writeFileSync(known, JSON.stringify({ stamp, truths }))
  return truths
}
