// Identity cards on PC/SC readers, through pcsc-mini. One driver, one watch, one session a reader.
// Promises that every wait ends with its signal and that a session always gives the reader back, reset.
// Never repeats a command and never keeps what it read.
import { randomBytes } from 'node:crypto'
import type { Card } from 'pcsc-mini'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { CardSession, Device, Driver } from '../contract.ts'
import { toHex } from './apdu.ts'
import type { Random } from './bac.ts'
import { cardTrouble, pcscCode, pcscCodeOf, pcscFailure } from './pcsc-codes.ts'
import { readChip } from './read-chip.ts'
import { type Binding, type CardLog, createReaderBoard, type ReaderBoard } from './reader-board.ts'
import type { Transceive } from './transceive.ts'

const PREFIX = 'pcsc:'
/** How long a lifted card may take to be noticed by the service (it looks every 200–400 ms). */
const NOTICE_MS = 1500
/** How long `close` waits for a command that is still with the card. */
const RELEASE_MS = 2000

/** The binding keeps connections inside their client: a client in here is not garbage while a connection of it lives. */
const connections = new Set<{ readonly client: unknown }>()

/** Time, randomness and the diary; each has the obvious default. */
export interface PcscOptions {
  readonly random?: Random
  readonly now?: () => Date
  readonly log?: CardLog
}

const TIMEOUT = fail(cardTrouble('timeout'))
const ENDED = Symbol('ended')

/** The work, or ENDED as soon as the signal aborts; a native call cannot be called back, so its late end is swallowed. */
function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T | typeof ENDED> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(ENDED)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** `Virtual PCD 00 00` is `Virtual PCD` to a clerk, unless two readers would then have one name. */
export function readerNames(names: readonly string[]): ReadonlyMap<string, string> {
  const short = (name: string) => name.replace(/( \d\d){1,2}$/, '').trim() || name
  const count = (wanted: string) => names.filter((name) => short(name) === wanted).length
  return new Map(names.map((name) => [name, count(short(name)) === 1 ? short(name) : name]))
}

export function pcscDriver(options: PcscOptions = {}): Driver<CardSession> {
  const random: Random = options.random ?? ((length) => new Uint8Array(randomBytes(length)))
  const now = options.now ?? (() => new Date())
  const log = options.log ?? (() => {})
  const load = (): Promise<Binding> => import('pcsc-mini')
  const board = createReaderBoard(load, log)
  /** Sessions that are giving a reader back: its reset must not fall into the next one's reading. */
  const leaving = new Map<string, Promise<void>>()

  return {
    name: 'pcsc',
    watch: (nudge) => board.hold(nudge),

    async present(signal) {
      const release = board.hold()
      try {
        if ((await until(signal, board.settled())) === ENDED) return TIMEOUT
        const readers = board.readers()
        const names = readerNames(readers.map(({ name }) => name))
        return ok(
          readers.map(
            ({ name, loaded }): Device => ({ id: PREFIX + name, kind: 'card', name: names.get(name) ?? name, loaded }),
          ),
        )
      } finally {
        release()
      }
    },

    async open(device, signal) {
      if (signal.aborted) return TIMEOUT
      const name = device.slice(PREFIX.length)
      const before = leaving.get(name)
      if (before !== undefined && (await until(signal, before)) === ENDED) return TIMEOUT
      const release = board.hold()
      const connected = await connect(load, board, device.startsWith(PREFIX) ? name : '', signal, log)
      if (connected.ok)
        return ok(openSession({ ...connected.value, name, board, signal, release, leaving, random, now, log }))
      release()
      return connected
    },
  }
}

interface Connected {
  readonly binding: Binding
  readonly card: Card
  /** To be called when the card is disconnected. */
  readonly forget: () => void
  readonly atr: string
}

async function connect(
  load: () => Promise<Binding>,
  board: ReaderBoard,
  name: string,
  signal: AbortSignal,
  log: CardLog,
): Promise<Result<Connected>> {
  if ((await until(signal, board.settled())) === ENDED) return TIMEOUT
  const attached = board.find(name)
  if (!attached) return fail(cardTrouble('absent'))
  const connection = { client: attached.client }
  connections.add(connection)
  const forget = () => connections.delete(connection)
  try {
    const binding = await load()
    // Shared, with a transaction around each reading: other programs may look at the reader, none can step in between.
    const connecting = attached.reader.connect(binding.CardMode.SHARED)
    const card = await until(signal, connecting)
    if (card === ENDED) {
      connecting
        .then((late) => late.disconnect(binding.CardDisposition.RESET))
        .catch(() => {})
        .finally(forget)
      return TIMEOUT
    }
    const { atr } = await card.state().catch(async (error: unknown) => {
      await card.disconnect(binding.CardDisposition.RESET).catch(() => {})
      throw error
    })
    return ok({ binding, card, forget, atr: toHex(atr) })
  } catch (error) {
    forget()
    log('card-connect', pcscCodeOf(error))
    return fail(pcscFailure(error))
  }
}

interface SessionParts extends Connected {
  readonly name: string
  readonly board: ReaderBoard
  readonly signal: AbortSignal
  readonly release: () => void
  readonly leaving: Map<string, Promise<void>>
  readonly random: Random
  readonly now: () => Date
  readonly log: CardLog
}

function openSession(parts: SessionParts): CardSession {
  const { card, board, name, signal, leaving, log } = parts
  const { CardDisposition, CardMode } = parts.binding
  const ending = new AbortController()
  let inFlight: Promise<unknown> = Promise.resolve()
  let reading = false
  let readings = 0
  let closing: Promise<void> | null = null

  /** One native call at a time; its end is remembered so that `close` can wait for it. */
  const ask = <T>(call: Promise<T>) => {
    inFlight = call.catch(() => {})
    return until(ending.signal, call)
  }

  const lifted = async () => (await until(ending.signal, board.leaves(name, NOTICE_MS))) === true

  const failureOf = async (error: unknown) => {
    const code = pcscCodeOf(error)
    log('card-traffic', code)
    const row = pcscCode(code)
    if (row?.what === 'absent') return cardTrouble('removed')
    return row?.perhapsRemoved && (await lifted()) ? cardTrouble('removed') : pcscFailure(error)
  }

  const transceive: Transceive = async (apdu) => {
    if (ending.signal.aborted) return TIMEOUT
    try {
      const answer = await ask(card.transmit(apdu))
      if (answer === ENDED) return TIMEOUT
      // No status word at all: some readers answer so when the card is just being lifted.
      if (answer.length < 2 && (await lifted())) return fail(cardTrouble('removed'))
      return ok(Uint8Array.from(answer))
    } catch (error) {
      return fail(await failureOf(error))
    }
  }

  /** Fresh card, nobody in between. A chip remembers an earlier access try, so every further reading starts with a reset. */
  const prepare = async () => {
    if (readings > 0 && (await ask(card.reconnect(CardMode.SHARED, CardDisposition.RESET))) === ENDED) return ENDED
    readings += 1
    return ask(card.transaction())
  }

  const giveBack = async () => {
    await card.disconnect(CardDisposition.RESET).catch((error: unknown) => log('card-release', pcscCodeOf(error)))
    parts.forget()
    parts.release()
  }

  const close = () => {
    closing ??= (async () => {
      ending.abort()
      signal.removeEventListener('abort', close)
      let limit: NodeJS.Timeout | undefined
      const gone = inFlight.then(giveBack)
      await Promise.race([gone, new Promise<void>((resolve) => (limit = setTimeout(resolve, RELEASE_MS)))])
      clearTimeout(limit)
    })().finally(() => {
      if (leaving.get(name) === closing) leaving.delete(name)
    })
    leaving.set(name, closing)
    return closing
  }
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) void close()

  return {
    async read(key, progress) {
      if (ending.signal.aborted) return TIMEOUT
      if (reading) return fail(cardTrouble('busy'))
      reading = true
      try {
        progress('connect', 0)
        const transaction = await prepare()
        if (transaction === ENDED) return TIMEOUT
        const evidence = await readChip({ ...parts, key, transceive, progress })
        if (!ending.signal.aborted) {
          await ask(transaction.end(CardDisposition.LEAVE)).catch((error) => log('card-end', pcscCodeOf(error)))
        }
        return evidence
      } catch (error) {
        if (pcscCodeOf(error) === null) throw error
        return fail(await failureOf(error))
      } finally {
        reading = false
      }
    },
    close,
  }
}
