// Runs the fuzz child over a range of seeds and keeps book: crashes, hangs (30 s without a word), wrong answers, time and memory.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../setup/place.ts'

export interface Book {
  inputs: number
  readonly outcomes: Record<string, number>
  readonly troubles: { readonly seed: number; readonly what: string }[]
  slowest: { ms: number; seed: number }
  memoryMb: number
}

interface Line {
  readonly seed?: number
  readonly done?: number
  readonly how?: string
  readonly ms?: number
  readonly rss?: number
  readonly wrong?: string
}

const LONGEST = 30_000

export async function fuzz(from: number, to: number): Promise<Book> {
  const book: Book = { inputs: 0, outcomes: {}, troubles: [], slowest: { ms: 0, seed: 0 }, memoryMb: 0 }
  const middle = Math.floor((from + to) / 2)
  const half = async (start: number, end: number): Promise<void> => {
    for (let next = start; next < end; ) next = await runChild(next, end, book)
  }
  await Promise.all([half(from, middle), half(middle, to)])
  return book
}

/** Answers the seed to go on with. */
function runChild(from: number, to: number, book: Book): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'tests/scan/import/fuzz-child.ts'), String(from), String(to)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    })
    let at = from
    let next = from
    let hung = false
    let last = ''
    const clock = () =>
      setTimeout(() => {
        hung = true
        child.kill('SIGKILL')
      }, LONGEST)
    let timer = clock()
    child.stderr.on('data', (data: Buffer) => {
      last = data.toString().slice(-300)
    })
    createInterface({ input: child.stdout }).on('line', (text) => {
      clearTimeout(timer)
      timer = clock()
      if (!text.startsWith('{')) return
      const line = JSON.parse(text) as Line
      if (line.seed !== undefined) at = line.seed
      if (line.wrong !== undefined) book.troubles.push({ seed: at, what: line.wrong })
      if (line.done === undefined) return
      next = line.done + 1
      book.inputs += 1
      book.outcomes[line.how ?? '?'] = (book.outcomes[line.how ?? '?'] ?? 0) + 1
      if ((line.ms ?? 0) > book.slowest.ms) book.slowest = { ms: line.ms ?? 0, seed: line.done }
      book.memoryMb = Math.max(book.memoryMb, line.rss ?? 0)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (next >= to) return resolve(to)
      book.inputs += 1
      book.troubles.push({ seed: at, what: hung ? 'hung' : `crashed: ${code ?? signal} ${last}` })
      resolve(Math.max(at, next) + 1)
    })
  })
}
