// The program is killed while timestamps are made: between the answer of the service and the row, before and after transactions,
// and at moments nobody chose. Then every copy has one file with one timestamp and one parcel; and the province has it once.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPdf } from '../../main/signature/pades/file.ts'
import { listSignatureFields } from '../../main/workshop/pdf/form.ts'
import { must } from '../bench/office.ts'
import { missingTools } from '../bench/token/pki.ts'
import { OPERATORS } from '../province/schema.ts'
import { type RunningProvince, startProvince } from '../province/server.ts'
import type { EvidencePlan } from './evidence-child.ts'
import { type Desk, enter, fileCopies, openDesk, rowsOf } from './evidence-copies.ts'
import { type EvidenceRig, startRig } from './evidence-rig.ts'

const COPIES = 12

describe.skipIf(missingTools().length > 0)('timestamps of a program that is killed', () => {
  const home = mkdtempSync(join(tmpdir(), 'quay-evidence-kills-'))
  let rig: EvidenceRig
  let province: RunningProvince
  let desk: Desk
  let ids: readonly string[]
  let copy: Uint8Array
  beforeAll(async () => {
    ;[rig, province] = await Promise.all([startRig(home, { tsas: 1 }, { intermediate: true }), startProvince()])
    const [client] = OPERATORS
    const there = {
      name: 'Tỉnh mẫu',
      baseUrl: province.url,
      clientId: client?.clientId ?? '',
      clientSecret: client?.clientSecret ?? '',
    }
    desk = await openDesk(join(home, 'desk'), rig, { province: there })
    const counter = enter(desk)
    ;({ ids, copy } = await fileCopies(counter, rig, home, COPIES))
    await counter.close()
  }, 30_000)
  afterAll(async () => {
    await Promise.all([rig.trust.close(), province.stop()])
    rmSync(home, { recursive: true, force: true })
  })

  /** One life of the program; `after`: milliseconds from its first question to the service to its death. */
  async function live(dies: EvidencePlan['dies'], after: number | null): Promise<NodeJS.Signals | null> {
    const plan = join(home, 'plan.json')
    writeFileSync(plan, JSON.stringify({ desk, dies } satisfies EvidencePlan))
    const asked = rig.trust.tsas[0]?.counts().requests ?? 0
    const child = fork(new URL('./evidence-child.ts', import.meta.url), [plan], { execArgv: [] })
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('exit', (_code, signal) => resolve(signal)),
    )
    if (after !== null) {
      while ((rig.trust.tsas[0]?.counts().requests ?? 0) <= asked + 1 && child.exitCode === null) await wait(2)
      await wait(after)
      child.kill('SIGKILL')
    }
    return ended
  }

  test('have each copy stamped once, and none is lost', async () => {
    await rig.trust.tsas[0]?.behave({ slowMs: 25 })
    const kills = [
      await live({ when: 'before', transaction: 1 }, null),
      await live({ when: 'after', transaction: 1 }, null),
      await live({ when: 'before', transaction: 3 }, null),
      await live(null, 5),
      await live(null, 60),
    ]
    expect(kills).toEqual(kills.map(() => 'SIGKILL'))
    const counter = enter(desk)
    try {
      await counter.start()
      await expect
        .poll(() => rowsOf(counter).map(({ state }) => state), { timeout: 20_000 })
        .toEqual(ids.map(() => 'done'))
      const rows = rowsOf(counter)
      expect(new Set(rows.map(({ file }) => file)).size).toBe(COPIES)
      for (const { parentFile, file, documentId } of rows) {
        expect(counter.storage.read((r) => counter.documents.find(r, documentId))?.copyFile).toBe(parentFile)
        const stamped = must(counter.vault.get(file ?? ''))
        expect(stamped.subarray(0, copy.length).equals(copy)).toBe(true)
        const names = listSignatureFields(openPdf(stamped)).map(({ name }) => name)
        expect(names).toEqual(['Officer', 'Agency', 'DauThoiGian1'])
      }
      expect(counter.storage.read((r) => counter.audit.verify(r))).toBeNull()
      // The province: every copy and every stamped file once, each of the latter naming the one it continues.
      const parcels = () => counter.storage.read((r) => counter.outbox.list(r))
      const undelivered = () => {
        counter.outbox.wake()
        return parcels().filter(({ state }) => state !== 'delivered').length
      }
      await expect.poll(undelivered, { timeout: 20_000, interval: 100 }).toBe(0)
      expect(parcels().filter(({ kind }) => kind === 'evidence').length).toBe(COPIES)
      // Twelve copies are the same bytes here and still twelve files, as each has a key of its own.
      expect(await province.counts()).toMatchObject({ dossiers: 1, files: 2 * COPIES, steps: 2 * COPIES })
    } finally {
      await counter.close()
    }
  }, 60_000)
})
