// One run of the scanner, or one file taken in: its beginning, its end, its trouble, and the tones that go with them.
import { useEffect, useRef, useState } from 'react'
import type { Failure, Result } from '../../preload/contract/result.ts'
import type { Page, ScanProfile, ScanRun } from '../../preload/contract/scan.ts'
import type { Calling } from '../look/calls.ts'
import { failureKey } from '../words/index.ts'
import { useTones } from './pedal.ts'
import { playTone, type Tone } from './tones.ts'

/** Largest file taken in at the window, bytes (the contract's LARGEST_IMPORT). */
export const LARGEST_FILE = 256 * 1024 * 1024
const TOO_LARGE: Failure = { kind: 'refused', rule: 'file-too-large', detail: '256 MB' }
export const BROKEN: Failure = { kind: 'bug', ref: 'window' }
/** A folder, or a file that was moved away meanwhile: its bytes cannot be had. */
const UNREADABLE: Failure = { kind: 'refused', rule: 'file-damaged' }

/** The bytes of a chosen file, unless it is too large or gone. */
export async function readFile(one: File): Promise<Result<Uint8Array>> {
  if (one.size > LARGEST_FILE) return { ok: false, failure: TOO_LARGE }
  const bytes = await one.arrayBuffer().catch(() => null)
  return bytes === null ? { ok: false, failure: UNREADABLE } : { ok: true, value: new Uint8Array(bytes) }
}

export type Place = { readonly is: 'after' | 'instead'; readonly pageId: string } | null
/** Files that were not taken in, and why; those with the same reason together. */
export interface RefusedFiles {
  readonly names: string
  readonly failure: Failure
}
export interface Ended {
  readonly run: ScanRun
  readonly from: 'scanner' | 'file'
}

/** The next file may well be good. */
const isOfFile = (failure: Failure): boolean =>
  failure.kind === 'malformed' || (failure.kind === 'refused' && failure.rule.startsWith('file-'))

function withRefused(before: readonly RefusedFiles[], name: string, failure: Failure): readonly RefusedFiles[] {
  const same = before.find((one) => failureKey(one.failure) === failureKey(failure))
  return same === undefined
    ? [...before, { names: name, failure }]
    : before.map((one) => (one === same ? { ...one, names: `${one.names}, ${name}` } : one))
}

export function useRun(dossierId: string | null, pages: readonly Page[], { run, tell }: Calling) {
  const { scan } = window.counter
  const [tones] = useTones()
  /** Pages there before the run; null when nothing runs. */
  const [before, setBefore] = useState<number | null>(null)
  const [file, setFile] = useState<string | null>(null)
  const [ended, setEnded] = useState<Ended | null>(null)
  const [refused, setRefused] = useState<readonly RefusedFiles[]>([])
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
  const begin = () => {
    tell(null)
    setEnded(null)
    setRefused([])
    setBefore(pages.length)
  }
  const start = async (profile: ScanProfile, place: Place) => {
    if (running) return
    begin()
    const answer = await run(scan.start({ dossierId, profile, place }))
    setBefore(null)
    finish(answer, 'scanner')
  }
  const stop = () => running && file === null && void run(scan.stop({}))
  const takeOne = async (one: File): Promise<Result<ScanRun>> => {
    const read = await readFile(one)
    if (!read.ok) return read
    const asked = scan.importFile({ dossierId, name: one.name.slice(-255), bytes: read.value })
    return asked.catch(() => ({ ok: false, failure: BROKEN }))
  }
  const takeFiles = async (files: readonly File[]) => {
    if (running || files.length === 0) return
    begin()
    let received = 0
    for (const one of files) {
      setFile(one.name)
      const answer = await takeOne(one)
      const failure = answer.ok ? answer.value.trouble : answer.failure
      if (answer.ok) {
        received += answer.value.received
        setEnded({ run: { ...answer.value, received, trouble: null }, from: 'file' })
      }
      if (failure === null) continue
      setRefused((before) => withRefused(before, one.name, failure))
      if (!isOfFile(failure)) break
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
    refused,
    start,
    stop,
    takeFiles,
  }
}
