// A bench with jobs that go well, badly, and to their death.
import { serve } from '../../main/workshop/index.ts'

const jobs = {
  double: (number: number) => number * 2,
  bytes: (length: number) => new Uint8Array(length).fill(7),
  where: async (milliseconds: number) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    return process.pid
  },
  bug: (): number => {
    throw new RangeError('Nguyễn Thị Mẫu is out of range')
  },
  notAnError: (): number => {
    throw 'only a word'
  },
  die: (): number => process.exit(3),
  crash: (): Promise<number> => {
    setTimeout(() => {
      throw new Error('outside of any job')
    }, 5)
    return new Promise(() => undefined)
  },
  uncloneable: (): unknown => () => 1,
  swell: async (megabytes: number) => {
    const held: Buffer[] = []
    for (let n = 0; n < megabytes; n += 16) {
      held.push(Buffer.alloc(16 * 1024 * 1024, 1))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return held.length
  },
  echo: (value: unknown) => value,
}
export type OddJobs = typeof jobs
serve(jobs)
