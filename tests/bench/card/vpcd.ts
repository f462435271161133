// Puts a simulated chip into a slot of vpcd, the virtual reader below the real PC/SC service.
// Speaks vpcd's wire form over TCP: two bytes of length, then one control byte (0 off, 1 on, 2 reset, 4 ATR) or a command.
// Keeps a put-in card in, also over a restart of the service; never listens on anything.
import { createConnection, type Socket } from 'node:net'

export const FIRST_SLOT = 35963
export const SECOND_SLOT = 35964

/** Anything that answers like a chip; the identity card of `chip.ts` is one. */
export interface InsertableChip {
  readonly atr: Uint8Array
  respond(command: Buffer): Buffer
  reset(): void
}

export interface Slot {
  /** Puts the chip in; resolves when the reader took it. A card that lies there already is taken out first. */
  insert(chip: InsertableChip): Promise<void>
  /** Pulls the card out, at once, also in the middle of a command. */
  remove(): Promise<void>
  /** Pulls the card out as soon as it has received `count` more commands, before the last one is answered. */
  removeAfter(count: number): void
  readonly inserted: boolean
}

const RETRY_MS = 150
const LARGEST = 255

export function openSlot({ port = FIRST_SLOT, host = '127.0.0.1' }: { port?: number; host?: string } = {}): Slot {
  let chip: InsertableChip | null = null
  let socket: Socket | null = null
  let pull: () => void = () => {}
  let commandsLeft = Number.POSITIVE_INFINITY
  let announce: (() => void) | null = null

  const serve = (connection: Socket, card: InsertableChip) => {
    let waiting = Buffer.alloc(0)
    /** The first length byte of the answer (always 0) was sent ahead. */
    let ahead = false

    const send = (answer: Uint8Array) => {
      const whole = answer.length > LARGEST ? Buffer.from([0x67, 0x00]) : Buffer.from(answer)
      const framed = Buffer.concat([Buffer.from([0, whole.length]), whole])
      connection.write(ahead ? framed.subarray(1) : framed)
      ahead = false
    }

    let leaving = false
    const leave = () => {
      leaving = true
      // After half a length vpcd 3.3 would crash the whole service: finish it as an empty answer, then go.
      if (ahead) connection.write(Buffer.from([0]))
      connection.destroySoon()
    }
    // With a command half received, go as soon as it is whole; else at once.
    pull = () => {
      leaving = true
      if (!ahead) leave()
    }

    const take = (message: Buffer) => {
      if (leaving) return leave()
      const control = message.length === 1 ? message.readUInt8(0) : null
      if (control === 4) return send(card.atr)
      if (control !== null) {
        card.reset()
        // Powered up: now the service believes in the card.
        if (control === 1) announce?.()
        return
      }
      commandsLeft -= 1
      if (commandsLeft <= 0) {
        chip = null
        return leave()
      }
      send(card.respond(message))
    }

    connection.setNoDelay(true)
    connection.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes])
      while (waiting.length >= 2) {
        const length = waiting.readUInt16BE(0)
        if (waiting.length < 2 + length) {
          // vpcd writes the length and the command apart, and Nagle's algorithm keeps the command back until the length is
          // acknowledged, which a silent receiver does only after 40 ms. Every answer is shorter than 256 bytes, so its first
          // length byte is known to be 0: sending it now carries the acknowledgement.
          if (length > 1 && !ahead) {
            ahead = true
            connection.write(Buffer.from([0]))
          }
          return
        }
        const message = waiting.subarray(2, 2 + length)
        waiting = waiting.subarray(2 + length)
        take(message)
      }
    })
  }

  const connect = (card: InsertableChip) => {
    if (chip !== card) return
    const connection = createConnection({ host, port })
    socket = connection
    serve(connection, card)
    connection.on('error', () => {})
    connection.on('close', () => {
      if (socket === connection) socket = null
      if (chip === card) setTimeout(() => connect(card), RETRY_MS)
    })
  }

  const remove = async () => {
    chip = null
    const old = socket
    socket = null
    commandsLeft = Number.POSITIVE_INFINITY
    if (!old || old.destroyed) return
    await new Promise<void>((resolve) => {
      old.once('close', () => resolve())
      pull()
    })
  }

  return {
    async insert(card) {
      await remove()
      card.reset()
      chip = card
      const powered = new Promise<void>((resolve) => {
        announce = resolve
      })
      connect(card)
      await powered
    },
    remove,
    removeAfter(count) {
      commandsLeft = count
    },
    get inserted() {
      return chip !== null
    },
  }
}
