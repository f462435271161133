// The watched folder: takes in what other programs and network scanners put there, when it is whole, and sets aside with a reason
// what cannot be used. A file leaves the folder only after it is durable elsewhere. Never follows links, never overwrites a file.
import { createHash } from 'node:crypto'
import { constants, watch } from 'node:fs'
import { type FileHandle, lstat, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Failure, type Result, refuse } from '../../preload/contract/result.ts'
import { type HotFolder, LARGEST_IMPORT } from '../../preload/contract/scan.ts'
import type { Log } from '../log.ts'
import {
  decide,
  type Look,
  type Memory,
  type Outcome,
  type Patience,
  remember,
  type Seen,
} from './hot-folder-decide.ts'
import { openAside } from './import/aside.ts'
import { isWhole, kindOf } from './import/kinds.ts'

export interface DroppedFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** SHA-256 of the bytes, lower-case hex. */
  readonly sha256: string
  /** Milliseconds: when it was last changed. With name and content it names the file: after a crash it is offered again as the same. */
  readonly modified: number
}

export interface HotFolderParts {
  readonly folder: string
  /** Milliseconds without change until a file is looked at. */
  readonly settleMs: number
  /** Milliseconds without change until a file that is not whole is set aside; two minutes unless told. */
  readonly patienceMs?: number
  /** Milliseconds between two looks at the folder. */
  readonly every: number
  readonly now: () => Date
  /**
   * Makes the file durable before it answers; the same file (name, content, time of change) again changes nothing.
   * Refused or malformed: it is set aside. Any other failure: it stays and is offered again.
   */
  readonly take: (file: DroppedFile) => Promise<Result<void>>
  readonly changed: (state: HotFolder) => void
  readonly log: Log
}

export interface FolderWatch {
  readonly state: () => HotFolder
  /** Look now instead of at the next turn. */
  readonly nudge: () => void
  /** Ends after the file at hand. */
  readonly stop: () => Promise<void>
}

const TWO_MINUTES = 120_000
/** A file that breaks the program so often is set aside. */
const MOST_BUGS = 3
const SOON = 150

export function watchFolder(parts: HotFolderParts): FolderWatch {
  const { folder, log } = parts
  const now = (): number => parts.now().getTime()
  const patience: Patience = {
    settleMs: parts.settleMs,
    patienceMs: parts.patienceMs ?? TWO_MINUTES,
    retryMs: Math.max(parts.every, 1000),
  }
  const aside = openAside(folder)
  const bugs = new Map<string, number>()
  let memory: Memory = new Map()
  let state: HotFolder = { state: 'watching', folder, settling: 0, refused: [] }
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let dueAt = 0
  let running: Promise<void> | null = null

  function show(next: HotFolder): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    if (next.state !== state.state) log('hot-folder.state', { state: next.state })
    state = next
    parts.changed(state)
  }

  async function setAside(name: string, failure: Failure): Promise<Outcome> {
    if (!(await aside.put(name, failure, new Date(now())))) return 'failed'
    log('hot-folder.set-aside', { why: failure.kind === 'refused' ? failure.rule : failure.kind })
    return 'gone'
  }

  async function look({ name, last }: Look): Promise<Outcome> {
    const seen = memory.get(name)
    if (seen === undefined) return 'gone'
    const path = join(folder, name)
    if (seen.size > LARGEST_IMPORT) return last ? setAside(name, tooLarge) : 'not-whole'
    const read = await readSettled(path, seen)
    if (!(read instanceof Uint8Array)) return read
    if (!isWhole(read)) return last ? setAside(name, kindOf(read) === null ? unknown : damaged) : 'not-whole'
    const sha256 = createHash('sha256').update(read).digest('hex')
    const taken = await parts.take({ name, bytes: read, sha256, modified: seen.mtimeMs }).catch((): Result<void> => bug)
    if (!taken.ok) return refused(name, taken.failure)
    bugs.delete(name)
    if (!(await isStill(path, seen))) return 'changed'
    const left = await unlink(path).then(
      () => true,
      (error: unknown) => codeOf(error) === 'ENOENT',
    )
    log('hot-folder.taken', { bytes: read.length, left })
    return left ? 'gone' : 'failed'
  }

  async function refused(name: string, failure: Failure): Promise<Outcome> {
    if (failure.kind === 'refused' && failure.rule.startsWith('file-')) return setAside(name, failure)
    if (failure.kind === 'malformed') return setAside(name, failure)
    if (failure.kind !== 'bug') return 'failed'
    bugs.set(name, (bugs.get(name) ?? 0) + 1)
    if ((bugs.get(name) ?? 0) < MOST_BUGS) return 'failed'
    bugs.delete(name)
    return setAside(name, failure)
  }

  async function round(): Promise<void> {
    const listing = await list(folder)
    if (listing === null) {
      // What is seen after the share comes back settles anew.
      memory = new Map()
      return show({ ...state, state: 'unreachable', settling: 0 })
    }
    const decided = decide(memory, listing, now(), patience)
    memory = decided.memory
    for (const one of decided.looks) {
      if (closed) return
      memory = remember(memory, one.name, await look(one), now(), patience)
      show({ state: 'watching', folder, settling: memory.size, refused: await aside.list() })
    }
    show({ state: 'watching', folder, settling: memory.size, refused: await aside.list() })
  }

  function plan(wait: number): void {
    if (closed) return
    clearTimeout(timer)
    dueAt = performance.now() + wait
    timer = setTimeout(() => {
      running = round()
        .catch((error: unknown) => log('hot-folder.failed', { code: codeOf(error) }))
        .finally(() => {
          running = null
          plan(parts.every)
        })
    }, wait)
  }
  /** The system's own news of a change, where it has any; the rounds do not depend on it. */
  const nudge = (): void => {
    if (running === null && dueAt - performance.now() > SOON) plan(SOON)
  }
  const ear = listenTo(folder, nudge)
  plan(0)
  return {
    state: () => state,
    nudge,
    stop: async () => {
      closed = true
      clearTimeout(timer)
      ear?.close()
      await running
    },
  }
}

const failureOf = (result: Result<never>): Failure => (result.ok ? { kind: 'bug', ref: 'hot-folder' } : result.failure)
const tooLarge = failureOf(refuse('file-too-large'))
const unknown = failureOf(refuse('file-unknown'))
const damaged = failureOf(refuse('file-damaged'))
const bug: Result<void> = { ok: false, failure: { kind: 'bug', ref: 'hot-folder' } }

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? 'none')

function listenTo(folder: string, nudge: () => void) {
  try {
    const ear = watch(folder, { persistent: false }, nudge)
    ear.on('error', () => ear.close())
    return ear
  } catch {
    return null
  }
}

/** Plain files only; null when the folder cannot be read. */
async function list(folder: string): Promise<readonly Seen[] | null> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const seen: Seen[] = []
    for (const entry of entries) {
      if (entry.isDirectory() || entry.isSymbolicLink()) continue
      const facts = await lstat(join(folder, entry.name)).catch(() => null)
      if (facts?.isFile() === true) seen.push({ name: entry.name, size: facts.size, mtimeMs: facts.mtimeMs })
    }
    return seen
  } catch {
    return null
  }
}

/** The bytes, if before and after reading the file is the one that was seen. */
async function readSettled(path: string, seen: Seen): Promise<Uint8Array | Outcome> {
  // Windows knows no O_NOFOLLOW; there a link is told apart by lstat before.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let handle: FileHandle | null = null
  try {
    if (!(await isStill(path, seen))) return 'changed'
    handle = await open(path, flags)
    const before = await handle.stat()
    if (!before.isFile() || before.size !== seen.size || before.mtimeMs !== seen.mtimeMs) return 'changed'
    const bytes = new Uint8Array(seen.size)
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(1 << 22, bytes.length - at), at)
      if (bytesRead === 0) return 'changed'
      at += bytesRead
    }
    const after = await handle.stat()
    return after.size === seen.size && after.mtimeMs === seen.mtimeMs ? bytes : 'changed'
  } catch (error) {
    // Gone in the meantime, turned into a link, or still held by the program that writes it.
    return codeOf(error) === 'ENOENT' ? 'gone' : 'failed'
  } finally {
    await handle?.close().catch(() => undefined)
  }
}

async function isStill(path: string, seen: Seen): Promise<boolean> {
  const facts = await lstat(path).catch(() => null)
  return facts?.isFile() === true && facts.size === seen.size && facts.mtimeMs === seen.mtimeMs
}
