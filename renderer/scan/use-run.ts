// One run of the scanner, or one file taken in: its beginning, its end, its trouble, and the tones that go with them.
import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../preload/contract/result.ts'
import type { Page, ScanProfile, ScanRun } from '../../preload/contract/scan.ts'
import type { Calling } from '../look/calls.ts'
import { useTones } from './pedal.ts'
import { playTone, type Tone } from './tones.ts'

/** Largest file taken in at the window, bytes (the contract's LARGEST_IMPORT). */
export const LARGEST_FILE = 256 * 1024 * 1024
const TOO_LARGE: Failure = { kind: 'refused', rule: 'file-too-large', detail: '256 MB' }

export type Place = { readonly is: 'after' | 'instead'; readonly pageId: string } | null
export interface Ended {
  readonly run: ScanRun
  readonly from: 'scanner' | 'file'
}

export function useRun(dossierId: string | null, pages: readonly Page[], { run, tell }: Calling) {
  const { scan } = window.counter
  const [tones] = useTones()
  /** Pages there before the run; null when nothing runs. */
  const [before, setBefore] = useState<number | null>(null)
  const [file, setFile] = useState<string | null>(null)
  const [ended, setEnded] = useState<Ended | null>(null)
  const running = before !== null
  const sound = (tone: Tone) => tones && playTone(tone)

  // A separator sheet that was just recognised is heard; those that were there before are not.
  const known = useRef<Set<string> | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only new pages sound
  useEffect(() => {
    const sheets = pages.filter((page) => page.separator).map((page) => page.id)
    const isNew = known.current !== null && sheets.some((id) => known.current?.has(id) === false)
    if (isNew && (running || pages.some((page) => page.work === 'waiting'))) sound('separator')
    if (pages.length > 0 || known.current !== null) known.current = new Set(sheets)
  }, [pages])

  const finish = (answer: ScanRun | undefined, from: Ended['from']) => {
    if (answer === undefined) return sound('trouble')
    setEnded({ run: answer, from })
    sound(answer.trouble === null ? 'end' : 'trouble')
  }
  const start = async (profile: ScanProfile, place: Place) => {
    if (running) return
    tell(null)
    setEnded(null)
    setBefore(pages.length)
    const answer = await run(scan.start({ dossierId, profile, place }))
    setBefore(null)
    finish(answer, 'scanner')
  }
  const stop = () => running && file === null && void run(scan.stop({}))
  const takeFiles = async (files: readonly File[]) => {
    if (running || files.length === 0) return
    tell(null)
    setEnded(null)
    setBefore(pages.length)
    let received = 0
    for (const one of files) {
      if (one.size > LARGEST_FILE) {
        tell(TOO_LARGE)
        break
      }
      setFile(one.name)
      const bytes = new Uint8Array(await one.arrayBuffer())
      const answer = await run(scan.importFile({ dossierId, name: one.name.slice(-255), bytes }))
      if (answer === undefined) break
      received += answer.received
      setEnded({ run: { ...answer, received }, from: 'file' })
      if (answer.trouble !== null) break
    }
    setFile(null)
    setBefore(null)
  }
  return {
    running,
    /** Pages that came in this run so far. */
    received: before === null ? 0 : Math.max(0, pages.length - before),
    file,
    ended,
    start,
    stop,
    takeFiles,
  }
}
