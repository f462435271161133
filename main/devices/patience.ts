// A token that is busy for a moment, with another program or with ourselves, is asked again until it is free.
// Only `busy` is asked again, which spends no try and sends no PIN; whatever else a token says goes through at once.
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeviceId, Driver } from '../../drivers/contract.ts'
import type { Result } from '../../preload/contract/result.ts'
import type { SigningSession } from './remote.ts'

export interface Patience {
  /** Milliseconds between two askings, and in all. */
  readonly every: number
  readonly longest: number
  /** Nobody waits any more: the last answer holds. */
  readonly signal: AbortSignal
}

const isBusy = (answer: Result<unknown>): boolean =>
  !answer.ok && answer.failure.kind === 'device' && answer.failure.what === 'busy'

async function whileBusy<T>(ask: () => Promise<Result<T>>, { every, longest, signal }: Patience): Promise<Result<T>> {
  const until = performance.now() + longest
  for (;;) {
    const answer = await ask()
    if (!isBusy(answer) || signal.aborted || performance.now() >= until) return answer
    await sleep(every, undefined, { signal }).catch(() => undefined)
  }
}

/** Opens a token that may be looked at by somebody else this very moment. `signal` governs the session too. */
export const openSoon = <Session>(
  driver: Driver<Session>,
  device: DeviceId,
  signal: AbortSignal,
  longest: number,
): Promise<Result<Session>> => whileBusy(() => driver.open(device, signal), { every: 150, longest, signal })

/**
 * Another program holds the reader in the middle of a batch: the same signature is asked for in the same session until it
 * lets go. `held` is told once when the waiting begins, and once when it is over.
 */
export function signPatiently(
  session: Pick<SigningSession, 'sign'>,
  patience: Patience & { readonly held: (isHeld: boolean) => void },
): Pick<SigningSession, 'sign'> {
  let waiting = 0
  return {
    async sign(fingerprint, digest) {
      const ask = () => session.sign(fingerprint, digest)
      const first = await ask()
      if (!isBusy(first) || patience.signal.aborted) return first
      waiting += 1
      if (waiting === 1) patience.held(true)
      try {
        await sleep(patience.every, undefined, { signal: patience.signal }).catch(() => undefined)
        return await whileBusy(ask, patience)
      } finally {
        waiting -= 1
        if (waiting === 0) patience.held(false)
      }
    },
  }
}
