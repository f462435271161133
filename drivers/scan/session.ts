// A scan session as the contract wants it, whatever runs below: one scan at a time, ended by its signal or by hand.
// Closing waits until what runs has cleaned up behind itself.
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { ScanAbilities, ScannedPage, ScanRequest, ScanSession } from '../contract.ts'
import { scanFailure } from './codes.ts'

export type RunScan = (
  request: ScanRequest,
  page: (page: ScannedPage) => Promise<void>,
  closing: AbortSignal,
) => Promise<Result<{ readonly pages: number }>>

export function openSession(abilities: ScanAbilities, signal: AbortSignal, run: RunScan): ScanSession {
  const closing = new AbortController()
  const close = () => closing.abort()
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })
  let running: Promise<unknown> | undefined
  return {
    abilities: async () => ok(abilities),
    async scan(request, page) {
      if (closing.signal.aborted) return fail(scanFailure('failed'))
      if (running !== undefined) return fail(scanFailure('busy'))
      const work = run(request, page, closing.signal)
      running = work
      try {
        return await work
      } finally {
        running = undefined
      }
    },
    async close() {
      signal.removeEventListener('abort', close)
      close()
      await running?.then(
        () => undefined,
        () => undefined,
      )
    },
  }
}
