// How the officer goes through the list (duyệt): each paper, a drawn sample, or all at once; which way is written down with every
// paper. What was shown is what is agreed to: a file that changed since makes the whole act stale.
import { createHash, randomInt } from 'node:crypto'
import type { Caller } from '../../preload/contract/border.ts'
import type { Queue, ReviewMode, Sample } from '../../preload/contract/certification.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { DocumentRow } from '../document/index.ts'
import type { CertificationParts } from './parts.ts'
import { ALL_MODES, type Waiting } from './queue.ts'

/** A tenth of the list, and never fewer than this. */
const LEAST = 5
const SHARE = 10

export const sampleSize = (count: number): number => Math.min(count, Math.max(LEAST, Math.ceil(count / SHARE)))

/** So many of them, in the list's order. `draw` answers a whole number below its argument. Pure but for `draw`. */
export function drawFrom<T>(list: readonly T[], count: number, draw: (below: number) => number): readonly T[] {
  const left = list.map((_, index) => index)
  const drawn = Array.from({ length: Math.min(count, list.length) }, () => left.splice(draw(left.length), 1)[0] ?? 0)
  return drawn.sort((one, other) => one - other).flatMap((index) => list[index] ?? [])
}

export interface Seen {
  readonly documentId: string
  readonly seen: string
}

export interface Reviews {
  review(seen: Seen, caller: Caller): Result<Queue>
  drawSample(caller: Caller): Result<Sample>
  reviewRest(ask: { readonly mode: 'sample' | 'all'; readonly list: readonly Seen[] }, caller: Caller): Result<Queue>
}

export function openReviews(parts: CertificationParts, waiting: Waiting, draw = randomInt): Reviews {
  const { storage, documents, audit, now } = parts
  const modes = parts.unit.reviewModes ?? ALL_MODES
  /** The sample each officer drew; it lasts as long as the program runs. */
  const samples = new Map<string, readonly string[]>()

  const reviewed = (caller: Caller, reviewMode: ReviewMode) =>
    ({ state: 'reviewed', reviewMode, reviewedBy: caller.operatorId, reviewedAt: now().toISOString() }) as const

  /** The sample was looked at paper by paper, and nothing in it was held back. */
  function sampleIsGood(caller: Caller): Result<void> {
    const ids = samples.get(caller.operatorId)
    if (ids === undefined) return refuse('sample-not-seen')
    const rows = storage.read((r) => ids.map((id) => documents.find(r, id)))
    if (rows.some((row) => row?.state === 'held')) return refuse('sample-held')
    return rows.some((row) => row?.state === 'compared') ? refuse('sample-not-seen') : ok(undefined)
  }

  return {
    review: ({ documentId, seen }, caller) =>
      waiting.turn(documentId, 'reviewed', caller, (w, row) => {
        const inSample = samples.get(caller.operatorId)?.includes(documentId) === true
        const set = reviewed(caller, inSample ? 'sample' : 'each')
        const done = row.file === seen && documents.turn(w, documentId, ['compared'], set)
        return done ? ok(undefined) : fail({ kind: 'stale' })
      }),
    drawSample: (caller) => {
      if (!modes.includes('sample')) return refuse('review-mode', 'sample')
      const open = storage.read((r) => documents.inStates(r, ['compared'])).map((row: DocumentRow) => row.id)
      const ids = drawFrom(open, sampleSize(open.length), (below) => draw(below))
      samples.set(caller.operatorId, ids)
      return ok({ ids: [...ids] })
    },
    reviewRest: ({ mode, list }, caller) => {
      if (!modes.includes(mode)) return refuse('review-mode', mode)
      const good = mode === 'sample' ? sampleIsGood(caller) : ok(undefined)
      if (!good.ok) return good
      const set = reviewed(caller, mode)
      const code = createHash('sha256').update(JSON.stringify(list)).digest('hex')
      const done = storage.write((w): boolean => {
        const rows = list.map(({ documentId }) => documents.find(w, documentId))
        if (rows.some((row, at) => row?.state !== 'compared' || row.file !== list[at]?.seen)) return false
        for (const { documentId, seen } of list) {
          documents.turn(w, documentId, ['compared'], set)
          const detail = { file: seen, mode }
          audit.append(w, { actor: caller.operatorId, event: 'certification.reviewed', subject: documentId, detail })
        }
        audit.append(w, {
          actor: caller.operatorId,
          event: 'certification.list-reviewed',
          subject: code.slice(0, 32),
          detail: { mode, count: list.length, list: code },
        })
        return true
      })
      if (!done) return fail({ kind: 'stale' })
      samples.delete(caller.operatorId)
      for (const { documentId } of list) documents.tell(documentId)
      return ok(waiting.tell())
    },
  }
}
