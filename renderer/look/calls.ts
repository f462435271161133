// Calls to main and the snapshots they answer. A call that breaks is a failure like any other; nothing is thrown at a screen.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure, Result } from '../../preload/contract/result.ts'

const BROKEN: Failure = { kind: 'bug', ref: 'window' }

async function settle<T>(asking: Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await asking
  } catch {
    return { ok: false, failure: BROKEN }
  }
}

export interface Calling {
  readonly busy: boolean
  readonly failure: Failure | null
  /** Waits for the answer; the failure, if any, is shown by the screen's notice. */
  readonly run: <T>(asking: Promise<Result<T>>) => Promise<T | undefined>
  readonly tell: (failure: Failure | null) => void
}

/** One place per screen that makes calls and keeps the last failure. */
export function useCall(): Calling {
  const [busy, setBusy] = useState(0)
  const [failure, tell] = useState<Failure | null>(null)
  const run = useCallback(async <T>(asking: Promise<Result<T>>): Promise<T | undefined> => {
    setBusy((count) => count + 1)
    const result = await settle(asking)
    setBusy((count) => count - 1)
    tell(result.ok ? null : result.failure)
    return result.ok ? result.value : undefined
  }, [])
  return { busy: busy > 0, failure, run, tell }
}

export interface Snapshot<T> {
  readonly value: T | null
  /** Main has answered: nothing is called empty before. */
  readonly known: boolean
  readonly failure: Failure | null
  readonly set: (value: T) => void
  readonly reload: () => void
}

/** What main says now; asked again when `key` changes or on `reload`. `null` as key: do not ask. */
export function useSnapshot<T>(ask: () => Promise<Result<T>>, key: string | null): Snapshot<T> {
  const [value, setValue] = useState<T | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [known, setKnown] = useState(false)
  const [round, setRound] = useState(0)
  const latest = useRef(ask)
  const shown = useRef(key)
  useEffect(() => {
    latest.current = ask
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again on purpose
  useEffect(() => {
    let wanted = true
    if (shown.current !== key) {
      setValue(null)
      setKnown(false)
    }
    shown.current = key
    if (key === null) return
    settle(latest.current()).then((result) => {
      if (!wanted) return
      if (result.ok) setValue(result.value)
      setFailure(result.ok ? null : result.failure)
      setKnown(true)
    })
    return () => {
      wanted = false
    }
  }, [key, round])
  const set = useCallback((next: T) => {
    setFailure(null)
    setValue(next)
    setKnown(true)
  }, [])
  const reload = useCallback(() => setRound((count) => count + 1), [])
  return { value, known, failure, set, reload }
}

/** Listens to a piece of news while the screen is shown. */
export function useNews<T>(subscribe: (listener: (value: T) => void) => () => void, hear: (value: T) => void): void {
  const latest = useRef(hear)
  const source = useRef(subscribe)
  useEffect(() => {
    latest.current = hear
  })
  useEffect(() => source.current((value) => latest.current(value)), [])
}
