// Opens a file that somebody brought: PDF, JPEG, PNG or TIFF, one page or many. Two jobs of the workshop, pure over bytes:
// `lookIntoFile` once, then `takePages` batch by batch, so that memory stays flat. Hostile and broken files are refused.
// Never throws, never trusts a name, never runs anything that is in a file, never touches disk or network.
import { ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { kindOf } from './kinds.ts'
import { lookIntoPdf, readPdf } from './pdf-file.ts'
import { lookIntoPicture, takePicture } from './picture-pages.ts'
import { type Batch, type ImportedPage, type ImportParts, type LookedInto, ruleOf } from './shapes.ts'

export type { Batch, ImportedPage, ImportParts, LookedInto } from './shapes.ts'

/** A batch ends with the page that goes beyond one of these: bytes of pictures, milliseconds, pages. */
const BATCH_BYTES = 24 * 1024 * 1024
const BATCH_TIME = 6000
const BATCH_PAGES = 50

/**
 * Job: what is it, how many pages, can it be trusted? Refusals: `file-unknown`, `file-locked`, `file-damaged`,
 * `file-unsafe` (made to do harm), `file-too-large` (20,000 px a side, 120 Mpx, 1000 pages, 14,400 units).
 */
export async function lookIntoFile(bytes: Uint8Array, parts: ImportParts): Promise<Result<LookedInto>> {
  try {
    const kind = kindOf(bytes)
    if (kind === null) return refuse('file-unknown')
    return ok(kind === 'pdf' ? await lookIntoPdf(bytes, parts) : lookIntoPicture(bytes, kind))
  } catch (thrown) {
    return refuse(ruleOf(thrown))
  }
}

/**
 * Job: pages from `from` (counted from 0) on, as many as fit a batch, at least one. `looked` is the answer of `lookIntoFile`
 * for the same bytes. A page that cannot be read refuses the file with the same words; pages of earlier batches are good.
 */
export async function takePages(
  bytes: Uint8Array,
  looked: LookedInto,
  from: number,
  parts: ImportParts,
): Promise<Result<Batch>> {
  const began = performance.now()
  const pages: ImportedPage[] = []
  let size = 0
  let close: (() => Promise<void>) | null = null
  try {
    const take = taker(bytes, looked, parts)
    close = take.close
    let index = from
    while (index < looked.pages) {
      const page = await take.take(index)
      pages.push(page)
      index += 1
      size += page.picture.length
      if (size > BATCH_BYTES || performance.now() - began > BATCH_TIME || pages.length >= BATCH_PAGES) break
    }
    return ok({ pages, next: index < looked.pages ? index : null })
  } catch (thrown) {
    return refuse(ruleOf(thrown))
  } finally {
    await close?.()
  }
}

function taker(bytes: Uint8Array, looked: LookedInto, parts: ImportParts) {
  if (looked.kind === 'pdf') return readPdf(bytes, looked, parts)
  return {
    take: async (index: number): Promise<ImportedPage> => {
      const page = await takePicture(bytes, looked, index)
      return { ...page, lowResolution: page.dpi < parts.lowestDpi }
    },
    close: async () => {},
  }
}

export interface ImportJobs {
  readonly lookIntoFile: (bytes: Uint8Array, parts: ImportParts) => Promise<Result<LookedInto>>
  readonly takePages: (
    bytes: Uint8Array,
    looked: LookedInto,
    from: number,
    parts: ImportParts,
  ) => Promise<Result<Batch>>
}

/**
 * Main's side: the pages of a file one after the other, each batch a job. Ends with the first failure. A job that the pool
 * had to end is a file that does harm; `run` may throw for it.
 */
export async function* eachPage(
  jobs: ImportJobs,
  bytes: Uint8Array,
  parts: ImportParts,
): AsyncGenerator<Result<ImportedPage>> {
  const looked = await jobs.lookIntoFile(bytes, parts).catch(() => refuse('file-unsafe'))
  if (!looked.ok) return void (yield looked)
  for (let from: number | null = 0; from !== null; ) {
    const batch: Result<Batch> = await jobs
      .takePages(bytes, looked.value, from, parts)
      .catch(() => refuse('file-unsafe'))
    if (!batch.ok) return void (yield batch)
    for (const page of batch.value.pages) yield ok(page)
    from = batch.value.next
  }
}
