// The pool of processes, with real ones: work goes on beside main, a dying bench takes one job with it and no more.
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { forkBench, openWorkshop, type Workshop, type WorkshopOptions } from '../../main/workshop/index.ts'
import type { OddJobs } from './odd-jobs.ts'

const open: Workshop<OddJobs>[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((workshop) => workshop.close()))
})
const bench = () => forkBench(fileURLToPath(new URL('./odd-jobs.ts', import.meta.url)))
function workshop(size: number, options: WorkshopOptions<OddJobs> = {}): Workshop<OddJobs> {
  const made = openWorkshop<OddJobs>(bench, size, options)
  open.push(made)
  return made
}
const benchesOf = async (pool: Workshop<OddJobs>, jobs: number): Promise<readonly number[]> =>
  Promise.all(Array.from({ length: jobs }, () => pool.run('where', 30)))

describe('work', () => {
  test('comes back to whoever asked for it, in any number', async () => {
    const pool = workshop(2)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => pool.run('double', number)))
    expect(answers).toEqual(Array.from({ length: 50 }, (_, number) => number * 2))
    expect(await pool.run('bytes', 3)).toEqual(new Uint8Array([7, 7, 7]))
  })
  test('is shared by as many workers as there may be, never more, and they are used again', async () => {
    const pool = workshop(2)
    const used = new Set([...(await benchesOf(pool, 6)), ...(await benchesOf(pool, 6))])
    expect(used.size).toBe(2)
  })
  test('of one worker is done one by one, in the order it was asked', async () => {
    const pool = workshop(1)
    const done: number[] = []
    await Promise.all([30, 1, 10].map((wait, at) => pool.run('where', wait).then(() => done.push(at))))
    expect(done).toEqual([0, 1, 2])
  })
})

describe('a job with a bug', () => {
  test('fails alone: its class and place come back, its text does not', async () => {
    const pool = workshop(1)
    const failed = await pool.run('bug').catch((error: unknown) => error as Error)
    expect(failed).toBeInstanceOf(Error)
    expect(failed).toMatchObject({ message: 'RangeError' })
    expect((failed as Error).stack).toContain('odd-jobs.ts')
    expect(await pool.run('double', 4)).toBe(8)
  })
  test('that throws a word instead of an error, is unknown, or makes what cannot be handed over', async () => {
    const pool = workshop(1)
    await expect(pool.run('notAnError')).rejects.toThrow('Error')
    await expect(pool.run('uncloneable')).rejects.toThrow('Error')
    await expect((pool as unknown as Workshop<{ gone: () => void }>).run('gone')).rejects.toThrow('Error')
    expect(await pool.run('double', 4)).toBe(8)
  })
  test('that was given what cannot be handed over does not keep the worker for ever', {
    timeout: 1_500,
  }, async () => {
    const pool = workshop(1)
    await expect(pool.run('echo', () => 1)).rejects.toThrow()
    expect(await pool.run('double', 4)).toBe(8)
  })
})

describe('a worker that dies', () => {
  test.each(['die', 'crash'] as const)(
    '(%s) fails its one job; those behind it are done by a new worker',
    async (end) => {
      const pool = workshop(1)
      const [first] = await benchesOf(pool, 1)
      const results = await Promise.allSettled([
        pool.run(end),
        pool.run('double', 1),
        pool.run('double', 2),
        pool.run('where', 0),
      ])
      expect(results.map((one) => one.status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
      expect(results[3]).toMatchObject({ status: 'fulfilled' })
      expect((results[3] as { value: number }).value).not.toBe(first)
    },
  )
  test('beside others does not disturb their jobs', async () => {
    const pool = workshop(3)
    const results = await Promise.allSettled([
      pool.run('where', 80),
      pool.run('die'),
      pool.run('where', 80),
      pool.run('die'),
      pool.run('double', 5),
    ])
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
  })
  test('again and again: each death costs one job', async () => {
    const pool = workshop(2)
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? pool.run('die') : pool.run('double', at))),
    )
    expect(results.map((one) => one.status)).toEqual(
      Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? 'rejected' : 'fulfilled')),
    )
  })
  test('because its program is missing fails each job and hangs none', async () => {
    const pool = openWorkshop<OddJobs>(() => forkBench('/nowhere/work.ts'), 1)
    open.push(pool)
    const results = await Promise.allSettled([pool.run('double', 1), pool.run('double', 2)])
    expect(results.map((one) => one.status)).toEqual(['rejected', 'rejected'])
  })
})

describe('who waits at the counter', () => {
  test('is served while the background is busy: the last bench is never taken by it', async () => {
    const pool = workshop(2, { background: ['where'] })
    const reading = Array.from({ length: 4 }, () => pool.run('where', 400))
    const order: string[] = []
    void reading[1]?.then(() => order.push('background'))
    await pool.run('double', 1).then(() => order.push('counter'))
    await reading[1]
    expect(order).toEqual(['counter', 'background'])
    await Promise.all(reading)
  })
  test('is served by the only bench too, when there is but one', async () => {
    const pool = workshop(1, { background: ['where'] })
    expect(await Promise.all([pool.run('where', 1), pool.run('double', 2)])).toHaveLength(2)
  })
})

describe('a job that takes too long', () => {
  test('is ended with its bench, and the next one is done by a new bench', async () => {
    const pool = workshop(1, { limits: { where: 200 } })
    const long = pool.run('where', 60_000).catch((error: unknown) => (error as Error).message)
    expect(await pool.run('double', 3)).toBe(6)
    expect(await long).toBe('a workshop job took too long')
  })
})

describe('a job that takes too much memory', () => {
  test('is ended with its bench before the PC is out of it', async () => {
    const pool = workshop(1, { memory: 400 * 1024 * 1024 })
    const greedy = pool.run('swell', 8_000).catch((error: unknown) => (error as Error).message)
    expect(await pool.run('double', 3)).toBe(6)
    expect(await greedy).toBe('a workshop job took too much memory')
    expect(await pool.run('swell', 64)).toBe(4)
  })
})

describe('closing time', () => {
  test('the job at work fails, and nothing new is taken', async () => {
    const pool = workshop(1)
    await pool.run('double', 1)
    const working = pool.run('where', 10_000).catch((error: unknown) => error as Error)
    await pool.close()
    expect(await working).toBeInstanceOf(Error)
    await expect(pool.run('double', 1)).rejects.toThrow('the workshop is closed')
  })
  test('jobs that still wait are told so too', { timeout: 1_500 }, async () => {
    const pool = workshop(1)
    await pool.run('double', 1)
    const working = pool.run('where', 10_000).catch(() => 'failed')
    const waiting = pool.run('double', 2).catch(() => 'failed')
    await pool.close()
    expect(await Promise.all([working, waiting])).toEqual(['failed', 'failed'])
  })
})
