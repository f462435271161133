// The product's own workshop for the two benches of scanned pages: the same processes, the same jobs, no window and no store.
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { MadeRight, MakeRightInput } from '../../main/scan/picture/shapes.ts'
import type { WorkshopJobs } from '../../main/work.ts'
import { forkBench, openWorkshop, type Workshop } from '../../main/workshop/index.ts'
import type { Result } from '../../preload/contract/result.ts'
import type { Findings, Rotation } from '../../preload/contract/scan.ts'
import { root } from '../setup/place.ts'

/** As many as the program itself would start. */
export const PRODUCT_BENCHES = Math.max(1, Math.min(3, cpus().length - 1))

/** The bundle that `npm run perf` has just built; the source where there is none, which costs some start-up time. */
function entry(): string {
  const bundle = join(root, '.build/main/work.cjs')
  if (existsSync(bundle) && readFileSync(bundle, 'utf8').includes('makeRight')) return bundle
  process.stderr.write('perf · the workshop runs from its source, not from the bundle\n')
  return join(root, 'main/work.ts')
}

export interface PageWork {
  readonly workshop: Workshop<WorkshopJobs>
  makeRight(input: MakeRightInput): Promise<MadeRight>
  /** The way up by reading, as the product asks in the background. */
  readUpright(picture: Uint8Array, guess: Rotation, dpi: number): Promise<Findings['upright']>
  close(): Promise<void>
}

export function openPageWork(benches: number): PageWork {
  const file = entry()
  const workshop = openWorkshop<WorkshopJobs>(() => forkBench(file, join(root, '.build/main/files')), benches)
  return {
    workshop,
    makeRight: async (input) => {
      const made = (await workshop.run('makeRight', input)) as Result<MadeRight>
      if (!made.ok) throw new Error(`not made right: ${JSON.stringify(made.failure)}`)
      return made.value
    },
    readUpright: (picture, guess, dpi) => workshop.run('readUpright', picture, guess, dpi),
    close: async () => {
      // The processes do not keep Node awake, and their time is counted only once they were waited for.
      const awake = setInterval(() => undefined, 1000)
      await workshop.close()
      clearInterval(awake)
    },
  }
}

/** Pages in work at the same time, as in the product. */
const AT_ONCE = 2

/** `work` on every item, a few at a time, answers in order. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = []
  let next = 0
  const go = async (): Promise<void> => {
    while (next < items.length) {
      const at = next
      next += 1
      const item = items[at]
      if (item !== undefined) answers[at] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, go))
  return answers
}

/** One PDF/A of these pictures, as the document station has it made. */
export async function assemble(
  { workshop }: PageWork,
  pages: readonly { readonly picture: Uint8Array; readonly dpi: number; readonly rotation: Rotation }[],
): Promise<Uint8Array> {
  const metadata = {
    id: '6b43a9b5-51ed-4c00-8000-000000000001',
    now: new Date('2026-01-05T01:00:00Z'),
    title: 'Giấy tờ mẫu',
    creator: 'Nguyễn Thị Mẫu',
  }
  const words = pages.map((page) => ({ ...page, words: null }))
  const made = await workshop.run('makePdf', { pages: words, metadata, certified: false })
  if (!made.ok) throw new Error(`no PDF: ${JSON.stringify(made.failure)}`)
  return made.value.pdf
}
