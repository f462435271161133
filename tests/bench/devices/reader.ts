// A card reader made of a control file, with the chip of tests/bench/card on it, read by the product's own `readChip`.
// Behaves as the contract says and as drivers/card does over PC/SC; a card that was lifted never answers again.
import { randomBytes } from 'node:crypto'
import { appendFileSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { toHex } from '../../../drivers/card/apdu.ts'
import { readChip } from '../../../drivers/card/read-chip.ts'
import type { Transceive } from '../../../drivers/card/transceive.ts'
import type { CardSession, Driver } from '../../../drivers/contract.ts'
import { fail, ok } from '../../../preload/contract/result.ts'
import { type Chip, createChip } from '../card/chip.ts'
import { MAU, PEOPLE } from '../card/person.ts'
import { type Desk, rulesIn, textOf, watchFile } from './desk.ts'

const READER = 'bench:reader'
/** Between command and answer, milliseconds. */
const THINKING = 2

const trouble = (what: 'absent' | 'removed' | 'busy' | 'timeout' | 'unreadable') =>
  fail({ kind: 'device', device: 'card', what })

interface Lying {
  readonly attached: boolean
  /** The word on the card, empty when there is none. */
  readonly card: string
  /** Another one each time that something was put there. */
  readonly moment: string
}

function look(desk: Desk): Lying {
  const text = textOf(desk.reader)
  const word = rulesIn(text)[0]?.[0] ?? ''
  const written = statSync(desk.reader, { throwIfNoEntry: false })
  const attached = word !== 'away'
  return { attached, card: attached ? word : '', moment: `${text} ${written?.mtimeMs} ${written?.ino}` }
}

function chipNamed(word: string): Chip | null {
  if (word === 'foreign') return createChip(MAU, { withoutApplication: true })
  const person = PEOPLE[word]
  return person === undefined ? null : createChip(person)
}

export function benchReader(desk: Desk): Driver<CardSession> {
  return {
    name: 'bench reader',
    watch: (nudge) => watchFile(desk.reader, nudge),

    async present(signal) {
      if (signal.aborted) return trouble('timeout')
      const { attached, card } = look(desk)
      return ok(attached ? [{ id: READER, kind: 'card', name: 'Bench reader (mô phỏng)', loaded: card !== '' }] : [])
    },

    async open(device, signal) {
      if (signal.aborted) return trouble('timeout')
      const lying = look(desk)
      if (device !== READER || lying.card === '') return trouble('absent')
      const chip = chipNamed(lying.card)
      return chip === null ? trouble('unreadable') : ok(openSession(desk, lying, chip, signal))
    },
  }
}

function openSession(desk: Desk, lying: Lying, chip: Chip, signal: AbortSignal): CardSession {
  let closed = false
  let reading = false
  const over = () => closed || signal.aborted

  const transceive: Transceive = async (command) => {
    await wait(THINKING)
    if (over()) return trouble('timeout')
    if (look(desk).moment !== lying.moment) return trouble('removed')
    return ok(Uint8Array.from(chip.respond(Buffer.from(command))))
  }

  return {
    async read(key, progress) {
      if (over()) return trouble('timeout')
      if (reading) return trouble('busy')
      reading = true
      try {
        progress('connect', 0)
        chip.reset()
        const atr = toHex(chip.atr)
        const random = (length: number) => new Uint8Array(randomBytes(length))
        return await readChip({ transceive, atr, key, random, now: () => new Date(), progress })
      } finally {
        reading = false
        appendFileSync(desk.readerLedger, `${lying.card} ${chip.counts().keyTries}\n`)
      }
    },
    async close() {
      closed = true
    },
  }
}
