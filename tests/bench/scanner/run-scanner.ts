// The virtual scanner as a program: `node tests/bench/scanner/run-scanner.ts --port 8092 [--config FOLDER]`.
// POST /bench changes it at run time, GET /bench says how it stands; it never leaves loopback.
//   {"load": "three-papers"} | {"load": 5} | {"load": ["birth", "land"]}   fills the feeder (and the first page lies on the glass)
//   {"jamAfter": 2} {"doubleFeedAt": 3} {"hangAfter": 2} {"vanishAfter": 2} {"coverOpen": true} {"hatchOpen": true} {"busy": true} {"hang": true} {"slow": 800} {"vanish": true}; null or false takes it back
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Faults, startScanner, type VirtualScanner } from './escl-server.ts'
import { drawPaper, type PaperKind, threePapers } from './paper.ts'
import { writeAirscanConfig } from './sane-config.ts'

const Kind = z.enum(['birth', 'diploma', 'land', 'residence'])
const Order = z.strictObject({
  load: z.union([z.literal('three-papers'), z.number().int().min(0).max(200), z.array(Kind)]).optional(),
  jamAfter: z.number().int().min(0).nullish(),
  doubleFeedAt: z.number().int().min(1).nullish(),
  vanishAfter: z.number().int().min(0).nullish(),
  hangAfter: z.number().int().min(0).nullish(),
  coverOpen: z.boolean().optional(),
  hatchOpen: z.boolean().optional(),
  busy: z.boolean().optional(),
  hang: z.boolean().optional(),
  slow: z.number().min(0).max(600_000).optional(),
  vanish: z.boolean().optional(),
  /** Empties the feeder. */
  empty: z.literal(true).optional(),
})
type Load = NonNullable<z.infer<typeof Order>['load']>

/** The pages an order asks for; a number takes that many sheets, cycling through the three papers. */
export async function pagesFor(load: Load): Promise<readonly Buffer[]> {
  if (Array.isArray(load)) {
    const papers = await Promise.all(load.map((kind: PaperKind) => drawPaper(kind)))
    return papers.flatMap((paper) => paper.pages)
  }
  const stack = (await threePapers()).flatMap((paper) => paper.pages)
  if (load === 'three-papers') return stack
  return Array.from({ length: load }, (_, index) => stack[index % stack.length]).filter((page) => page !== undefined)
}

/** Answers /bench; false for any other address. */
export async function control(request: IncomingMessage, response: ServerResponse, scanner: VirtualScanner) {
  if (request.url !== '/bench') return false
  const say = (code: number, words: unknown) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(words)}\n`)
    return true
  }
  if (request.method === 'GET') return say(200, scanner.state())
  if (request.method !== 'POST') return say(405, { error: 'GET or POST' })
  let heard = ''
  for await (const part of request) heard += part
  let order: z.infer<typeof Order>
  try {
    order = Order.parse(JSON.parse(heard))
  } catch {
    return say(400, { error: 'not an order' })
  }
  const { load, empty, jamAfter, doubleFeedAt, vanishAfter, hangAfter, ...rest } = order
  if (empty === true) scanner.load([])
  if (load !== undefined) {
    const pages = await pagesFor(load)
    scanner.load(pages)
    scanner.lay(pages[0])
  }
  const counted = Object.entries({ jamAfter, doubleFeedAt, vanishAfter, hangAfter }).filter(
    ([, after]) => after !== undefined,
  )
  const faults: Faults = { ...rest, ...Object.fromEntries(counted.map(([name, after]) => [name, after ?? undefined])) }
  scanner.set(faults)
  return say(200, scanner.state())
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, config: { type: 'string' } } })
  const scanner = await startScanner({ port: Number(values.port ?? '8092'), also: control })
  const pages = await pagesFor('three-papers')
  scanner.load(pages)
  scanner.lay(pages[0])
  if (values.config !== undefined) await writeAirscanConfig(values.config, scanner.url)
  console.log(
    `scanner ready: ${scanner.url}, ${pages.length} pages in the feeder; control: http://127.0.0.1:${scanner.port}/bench`,
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void scanner.close())
}
