// Whatever happens on the way, in the end the province has exactly one dossier with exactly the right files.
// Thirty random days, each from a fixed seed; a failing day prints the faults that made it.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../preload/contract/result.ts'
import { type RunningProvince, startProvince } from './server.ts'
import { changeTo, connect, content, doneWith, dossierOf, fileOf, good, stepOf } from './story.ts'

let province: RunningProvince
beforeAll(async () => {
  province = await startProvince()
}, 60_000)
afterAll(() => province.stop())

const CALM = {
  down: false,
  slowMs: 0,
  failNext: 0,
  dropNext: 0,
  duplicateAnswer: false,
  lie: null,
  breakUploadAfterBytes: null,
} as const

const fault = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.constant({ down: 'refused' as const }),
  fc.constant({ down: 'unavailable' as const }),
  fc.record({ failNext: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ dropNext: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ dropNext: fc.constant(1), duplicateAnswer: fc.constant(true) }),
  fc.constant({ slowMs: 250 }),
  fc.constant({ duplicateAnswer: true }),
  fc.constant({ forgetKeys: true }),
  fc.constant({ forgetTokens: true }),
  fc.constant({ tokenSeconds: 1 }),
  fc.record({ lie: fc.constantFrom('error-body' as const, 'no-id' as const) }),
  fc.record({ breakUploadAfterBytes: fc.integer({ min: 0, max: 40_000 }) }),
)

/** The counter is started anew with this try: what was only in its memory is gone. */
const restarts = fc.boolean()
const day = fc.array(fc.record({ mood: fault, restarts }), { minLength: 10, maxLength: 40 })

test('after thirty days of random faults every day ends with one dossier and its files', async () => {
  const tally = { tries: 0, failures: 0 }
  await fc.assert(
    fc.asyncProperty(day, async (faults) => {
      await province.reset()
      const open = () => connect(province, { limits: { answer: 150, piece: 150 }, pieceSize: 16_000 })
      let counter = open()
      let tries = 0
      /** What the outbox does: the same key until there is an answer. */
      async function deliver<T>(call: () => Promise<Result<T>>): Promise<T> {
        for (;;) {
          const next = faults[tries++]
          await province.misbehave({ ...CALM, ...next?.mood })
          if (next?.restarts) counter = open()
          const result = await call()
          tally.tries += 1
          if (result.ok) return result.value
          tally.failures += 1
          expect(['unreachable', 'malformed']).toContain(result.failure.kind)
          if (tries > 200) throw new Error(`never delivered: ${JSON.stringify(result.failure)}`)
        }
      }

      const files = [1, 2, 3].map((n) => fileOf(`trang-${n}.pdf`, content(`day ${n}`, 9_000 * n), { url: null }))
      const { code } = await deliver(() => counter.nextCode('k-code'))
      const { provinceId } = await deliver(() => counter.submit('k-submit', dossierOf(code, files)))
      const ids: string[] = []
      for (const [n, file] of files.entries()) {
        ids.push((await deliver(() => counter.upload(`k-file-${n}`, file))).fileId)
      }
      const last = files[2]
      if (last === undefined) throw new Error('three files')
      await deliver(() => counter.status('k-4', changeTo(code, 'processing', 0)))
      await deliver(() => counter.progress('k-steps', [stepOf(code, 'Đối chiếu bản chính')]))
      const done = await deliver(() => counter.status('k-9', doneWith(code, last, ids[2] ?? '')))
      const handed = await deliver(() => counter.status('k-10', changeTo(code, 'handed-over', 50)))
      expect([done.provinceId, handed.provinceId]).toEqual([provinceId, provinceId])

      await province.misbehave(CALM)
      expect(await province.counts()).toMatchObject({
        numbers: 1,
        dossiers: 1,
        files: 3,
        waiting: 0,
        steps: 1,
        changes: 3,
        results: 1,
      })
      // Asking once more for each file still names the same one.
      for (const [n, file] of files.entries()) {
        expect(good(await open().upload(`k-file-${n}`, file)).fileId).toBe(ids[n])
      }
    }),
    { seed: 20261121, numRuns: 30, endOnFailure: true },
  )
  expect(tally.failures).toBeGreaterThan(50)
  console.log(`faults: ${tally.tries} tries, ${tally.failures} failed and were repeated`)
}, 120_000)
