// A reader with a box of synthetic cards, for the demo and the journeys: node tests/bench/card/run-card.ts
// Commands, a line each, on standard input or on a Unix socket (--socket PATH): insert [person] | remove | list | quit.
// Every command is answered with one line. Needs pcscd and vpcd; starts the service when none runs (root or sudo).
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { createChip } from './chip.ts'
import { privatePcscd, publicPcscd } from './pcscd.ts'
import { mrzInformationOf, PEOPLE, qrOf } from './person.ts'
import { openSlot } from './vpcd.ts'

export interface CardBench {
  /** For PCSCLITE_CSOCK_NAME of the program under test. */
  readonly socket: string
  /** One command line; answers one line. */
  obey(line: string): Promise<string>
  close(): Promise<void>
}

export async function startCardBench(options: { isolated?: boolean; slot?: 0 | 1 } = {}): Promise<CardBench> {
  const service = options.isolated ? await privatePcscd() : await publicPcscd()
  const slot = openSlot({ port: service.slots[options.slot ?? 0] })
  return {
    socket: service.socket,
    async obey(line) {
      const [verb = '', who = 'mau'] = line.trim().split(/\s+/)
      switch (verb) {
        case 'insert': {
          if (who === 'foreign') {
            await slot.insert(createChip(PEOPLE.mau ?? raise('no specimen'), { withoutApplication: true }))
            return 'inserted foreign'
          }
          const person = PEOPLE[who]
          if (!person) return `unknown person ${who}`
          await slot.insert(createChip(person))
          return `inserted ${who}`
        }
        case 'remove':
          await slot.remove()
          return 'removed'
        case 'list':
          return Object.entries(PEOPLE)
            .map(([name, person]) => `${name} ${mrzInformationOf(person)} ${qrOf(person)}`)
            .concat('foreign')
            .join(' ; ')
        default:
          return 'commands: insert [person] | remove | list | quit'
      }
    },
    async close() {
      await slot.remove()
      await service.close()
    },
  }
}

function raise(message: string): never {
  throw new Error(message)
}

async function serve(bench: CardBench, input: Readable, output: Writable, quit: () => void): Promise<void> {
  for await (const line of createInterface({ input })) {
    if (line.trim() === 'quit') return quit()
    if (line.trim() !== '') output.write(`${await bench.obey(line)}\n`)
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { socket: { type: 'string' }, isolated: { type: 'boolean' } } })
  const bench = await startCardBench({ isolated: values.isolated ?? false })
  const doors = createServer((caller) => {
    caller.on('error', () => {})
    void serve(bench, caller, caller, quit).catch(() => {})
  })
  const quit = () => {
    doors.close()
    void bench.close().then(() => process.exit(0))
  }
  process.once('SIGTERM', quit)
  process.once('SIGINT', quit)
  if (values.socket) doors.listen(values.socket)
  process.stdout.write(`ready ${bench.socket}\n`)
  await serve(bench, process.stdin, process.stdout, quit)
}
