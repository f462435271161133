// Promises: what every file of stories about evidence sets up: a home, the services, one counter open at a time.
// Never: what one story upset, in the next.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { NodeCounter } from '../bench/office.ts'
import { type Desk, enter, fileCopies, openDesk } from './evidence-copies.ts'
import { calmDown, type EvidenceRig, startRig } from './evidence-rig.ts'

interface Scene {
  readonly at: NodeCounter
  readonly desk: Desk
  readonly copy: Uint8Array
  readonly ids: readonly string[]
}

/** Inside a `describe`: two time-stamping services, and an authority between the root and everybody. */
export function openScenes() {
  const home = mkdtempSync(join(tmpdir(), 'quay-evidence-'))
  let opened: EvidenceRig | null = null
  let counter: NodeCounter | null = null
  let desks = 0
  const bench = {
    home,
    /** Milliseconds by which the clock of the counter and the services goes ahead. */
    shift: 0,
    get rig(): EvidenceRig {
      if (opened === null) throw new Error('no services yet')
      return opened
    },
    now: (): Date => new Date(Date.now() + bench.shift),
    leave: async (): Promise<void> => {
      await counter?.close()
      counter = null
    },
    reenter: async (desk: Desk, within?: number): Promise<NodeCounter> => {
      await bench.leave()
      counter = enter(desk, { now: bench.now, ...(within === undefined ? {} : { within }) })
      return counter
    },
    scene: async (count: number, more: Parameters<typeof openDesk>[2] = {}, within?: number): Promise<Scene> => {
      desks += 1
      const folder = join(home, `desk-${desks}`)
      const desk = await openDesk(folder, bench.rig, more)
      const counter = await bench.reenter(desk, within)
      return { ...(await fileCopies(counter, bench.rig, folder, count)), desk, at: counter }
    },
  }
  beforeAll(async () => {
    opened = await startRig(home, { tsas: 2, now: bench.now }, { intermediate: true })
  }, 30_000)
  afterEach(async () => {
    await bench.leave()
    bench.shift = 0
    await calmDown(bench.rig)
  })
  afterAll(async () => {
    await opened?.trust.close()
    rmSync(home, { recursive: true, force: true })
  })
  return bench
}
