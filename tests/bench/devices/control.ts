// What a test or the demo does with the bench devices: puts a card on the reader, sheets in the feeder, pulls a token.
// Runs beside the program and writes only control files, whole ones; an order the devices do not know is refused aloud.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mrzInformationOf, PEOPLE, qrOf } from '../card/person.ts'
import type { CardBench } from '../card/run-card.ts'
import type { VirtualScanner } from '../scanner/escl-server.ts'
import { type Faults, openFaults } from '../token/faults.ts'
import { type Desk, deskIn, replaceFile, rulesIn, textOf } from './desk.ts'
import { fedSoFar, scannerOrders, sheetsIn } from './scanner.ts'
import { TOKEN_RULES } from './token.ts'

export type BenchCard = Pick<CardBench, 'obey' | 'close'>

/** The faults of the virtual scanner that need no silence: a bench scanner does not hang. */
export type BenchScanner = Pick<VirtualScanner, 'load' | 'lay' | 'set' | 'close'>

export interface BenchDevices {
  readonly desk: Desk
  readonly card: BenchCard
  readonly scanner: BenchScanner
  readonly faults: Faults
  /** Access keys the chip has been given: one a reading, the count so far on this card. */
  keyTries(): readonly number[]
}

/** Lays out an empty desk in `folder`. */
export function layOut(folder: string): BenchDevices {
  const desk = deskIn(folder)
  mkdirSync(desk.feeder, { recursive: true })
  mkdirSync(desk.tokens, { recursive: true })
  return {
    desk,
    card: cardOn(desk),
    scanner: scannerOn(desk),
    faults: strictFaults(openFaults(folder, 'token')),
    keyTries: () => rulesIn(textOf(desk.readerLedger)).map(([, tries]) => Number(tries)),
  }
}

function cardOn(desk: Desk): BenchCard {
  return {
    async obey(line) {
      const [verb = '', who = 'mau'] = line.trim().split(/\s+/)
      switch (verb) {
        case 'insert':
          if (who !== 'foreign' && PEOPLE[who] === undefined) return `unknown person ${who}`
          replaceFile(desk.reader, `${who}\n`)
          return `inserted ${who}`
        case 'remove':
          replaceFile(desk.reader, '\n')
          return 'removed'
        case 'list':
          return Object.entries(PEOPLE)
            .map(([name, person]) => `${name} ${mrzInformationOf(person)} ${qrOf(person)}`)
            .concat('foreign')
            .join(' ; ')
        default:
          return 'commands: insert [person] | remove | list'
      }
    },
    close: async () => undefined,
  }
}

function scannerOn(desk: Desk): BenchScanner {
  const change = (orders: Parameters<BenchScanner['set']>[0]): void => {
    if (orders.hang || orders.hangAfter !== undefined) throw new Error('a bench scanner does not hang')
    const now = scannerOrders(textOf(desk.scanner))
    const after = (name: 'jamAfter' | 'vanishAfter', before: number | undefined) => {
      const pages = orders[name]
      return name in orders ? (pages === undefined ? undefined : fedSoFar(desk) + pages) : before
    }
    const doubleAt =
      'doubleFeedAt' in orders
        ? orders.doubleFeedAt === undefined
          ? undefined
          : fedSoFar(desk) + orders.doubleFeedAt - 1
        : now.doubleAt
    const jamAt = after('jamAfter', now.jamAt)
    const vanishAt = after('vanishAfter', now.vanishAt)
    const slow = orders.slow ?? now.slow
    const lines = [
      ...(jamAt === undefined ? [] : [`jam-at ${jamAt}`]),
      ...(vanishAt === undefined ? [] : [`vanish-at ${vanishAt}`]),
      ...(doubleAt === undefined ? [] : [`double-at ${doubleAt}`]),
      ...((orders.coverOpen ?? orders.hatchOpen ?? now.coverOpen) ? ['cover-open'] : []),
      ...((orders.busy ?? now.busy) ? ['busy'] : []),
      ...((orders.vanish ?? now.away) ? ['away'] : []),
      ...(slow > 0 ? [`slow ${slow}`] : []),
    ]
    replaceFile(desk.scanner, lines.map((line) => `${line}\n`).join(''))
  }
  return {
    /** Takes out a sheet that jammed, too. */
    load(pages) {
      for (const name of readdirSync(desk.feeder)) rmSync(join(desk.feeder, name))
      for (const [index, page] of pages.entries())
        writeFileSync(join(desk.feeder, `${String(index + 1).padStart(4, '0')}.jpg`), page)
      if ((scannerOrders(textOf(desk.scanner)).jamAt ?? Number.POSITIVE_INFINITY) <= fedSoFar(desk))
        change({ jamAfter: undefined })
      if (scannerOrders(textOf(desk.scanner)).doubleAt !== undefined) change({ doubleFeedAt: undefined })
    },
    lay(page) {
      if (page === undefined) rmSync(desk.glass, { force: true })
      else replaceFile(desk.glass, page)
    },
    set: change,
    close: async () => undefined,
  }
}

export const sheetsWaiting = (desk: Desk): number => sheetsIn(desk.feeder).length

/** Only the rules that a bench token knows: a story must not pass because its fault never came. */
function strictFaults(faults: Faults): Faults {
  return {
    ...faults,
    say: async (...rules) => {
      for (const rule of rules) {
        const word = rule.split(' ')[0] ?? ''
        if (!TOKEN_RULES.some((known) => known === word)) throw new Error(`bench tokens do not know the rule ${word}`)
      }
      await faults.say(...rules)
    },
  }
}
