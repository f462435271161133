// The plug is pulled at any moment while a stack of 200 pages is fed: what was shown as safe is there afterwards, once, and readable.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import sharp from 'sharp'
import { furnish, SPECIMEN_UNIT } from '../bench/office.ts'
import { startScanner } from '../bench/scanner/escl-server.ts'
import { threePapers } from '../bench/scanner/paper.ts'
import { root } from '../setup/place.ts'

export interface FeedingVerdict {
  kills: number
  /** Pages shown as safe before a kill. */
  acknowledged: number
  /** Of those: not there afterwards, or not readable. */
  lost: number
  /** Page rows beyond what a scanner delivered, or one page twice. */
  doubled: number
  /** Milliseconds from starting the program again until it can scan, each time. */
  readonly back: number[]
}

const STACK = 200

/** Two hundred different A4 pages, 300 dpi; a comment in the JPEG makes each its own file. */
async function stackOfPages(): Promise<readonly Buffer[]> {
  const papers = (await threePapers()).flatMap((paper) => paper.pages)
  const whole = await Promise.all(
    papers.map((page) =>
      sharp(page).resize(2480, 3508, { fit: 'fill' }).withMetadata({ density: 300 }).jpeg().toBuffer(),
    ),
  )
  return Array.from({ length: STACK }, (_, index) => {
    const page = whole[index % whole.length] ?? Buffer.alloc(0)
    const comment = Buffer.from(`sheet ${index}`)
    const marker = Buffer.from([0xff, 0xfe, 0, comment.length + 2])
    return Buffer.concat([page.subarray(0, 2), marker, comment, page.subarray(2)])
  })
}

interface Heard {
  readonly child: ChildProcess
  readonly lines: string[]
  /** Resolves at this line, or when the child is gone. */
  until(start: string): Promise<boolean>
  readonly gone: Promise<void>
}

function startChild(folder: string, address: string, what: 'feed' | 'look'): Heard {
  const child = spawn(process.execPath, [join(root, 'tests/scan/feeding-child.ts'), folder, address, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const listeners = new Set<() => void>()
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    for (const listener of [...listeners]) listener()
  })
  const gone = new Promise<void>((done) => void child.once('close', () => done()))
  return {
    child,
    lines,
    gone,
    until: (start) =>
      new Promise((done) => {
        const look = (): void => {
          if (!lines.some((line) => line.startsWith(start))) return
          listeners.delete(look)
          done(true)
        }
        listeners.add(look)
        void gone.then(() => done(false))
        look()
      }),
  }
}

/** `random` answers 0 to 1 and decides when the plug is pulled: anywhere from the first page to the last. */
export async function killWhileFeeding(
  kills: number,
  random: () => number,
  report: (line: string) => void = () => undefined,
): Promise<FeedingVerdict> {
  const verdict: FeedingVerdict = { kills: 0, acknowledged: 0, lost: 0, doubled: 0, back: [] }
  const pages = await stackOfPages()
  const scanner = await startScanner({ name: 'Quay Bench Scanner' })
  const home = mkdtempSync(join(process.platform === 'linux' ? '/var/tmp' : tmpdir(), 'quay-feed-'))
  try {
    scanner.set({ slow: 15 })
    while (verdict.kills < kills) {
      const folder = join(home, `counter-${verdict.kills}`)
      await furnish(folder, SPECIMEN_UNIT)
      scanner.load(pages)
      const first = startChild(folder, scanner.url, 'feed')
      const killAt = 1 + Math.floor(random() * (STACK - 1))
      await Promise.race([
        first.gone,
        (async () => {
          while (first.lines.filter((line) => line.startsWith('safe')).length < killAt)
            await new Promise((later) => setTimeout(later, 5))
          await new Promise((later) => setTimeout(later, random() * 120))
        })(),
      ])
      first.child.kill('SIGKILL')
      await first.gone
      const safe = first.lines.filter((line) => line.startsWith('safe')).map((line) => line.split(' ').slice(1))
      const began = Date.now()
      const second = startChild(folder, scanner.url, 'look')
      const ready = await second.until('ready')
      const back = Date.now() - began
      await second.gone
      const there = second.lines.filter((line) => line.startsWith('there')).map((line) => line.split(' ').slice(1))
      const lost = safe.filter(
        ([id, file]) => !there.some(([other, hash, state]) => other === id && hash === file && state === 'readable'),
      ).length
      const doubled = there.length - new Set(there.map(([, file]) => file)).size
      verdict.kills += 1
      verdict.acknowledged += safe.length
      verdict.lost += lost + (ready ? 0 : 1)
      verdict.doubled += doubled
      verdict.back.push(back)
      report(
        `${verdict.kills}: killed after ${safe.length} of ${STACK} pages, ${there.length} there, lost ${lost}, back in ${back} ms`,
      )
      rmSync(folder, { recursive: true, force: true })
    }
  } finally {
    await scanner.close()
    rmSync(home, { recursive: true, force: true })
  }
  return verdict
}
