// The chip of a synthetic identity card: SELECT, Basic Access Control, secure messaging, READ BINARY (the chip's side).
// Independent of the product: own ciphers, own framing, so that a shared mistake cannot hide. SELECT MF answers 6D00,
// as these chips do. It can misbehave on demand, and it counts what matters (how often a key was tried).
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { filesOf, mrzInformationOf, type Person } from './person.ts'

/** The ATR that PC/SC part 3 makes up for a contactless card without historical bytes. */
export const ATR = Buffer.from('3B80800101', 'hex')

const des = (key: Buffer, input: Buffer, decipher = false): Buffer => {
  const three = key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : Buffer.concat([key, key, key])
  const make = decipher ? createDecipheriv : createCipheriv
  const cipher = make('des-ede3-cbc', three, Buffer.alloc(8)).setAutoPadding(false)
  return Buffer.concat([cipher.update(input), cipher.final()])
}

const padded = (input: Buffer): Buffer => {
  const whole = Buffer.alloc((Math.floor(input.length / 8) + 1) * 8)
  input.copy(whole)
  whole[input.length] = 0x80
  return whole
}

/** ISO/IEC 9797-1 MAC algorithm 3, block by block. */
const mac = (key: Buffer, input: Buffer): Buffer => {
  const [first, second] = [key.subarray(0, 8), key.subarray(8, 16)]
  let chain: Buffer = Buffer.alloc(8)
  const blocks = padded(input)
  for (let at = 0; at < blocks.length; at += 8) {
    chain = des(first, Buffer.from(chain.map((byte, index) => byte ^ blocks.readUInt8(at + index))))
  }
  return des(first, des(second, chain, true))
}

const sha1 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Without parity adjustment: DES does not look at parity bits, so the reader's adjusted keys are the same keys. */
const keysOf = (seed: Buffer) => ({
  enc: sha1(seed, Buffer.from([0, 0, 0, 1])).subarray(0, 16),
  mac: sha1(seed, Buffer.from([0, 0, 0, 2])).subarray(0, 16),
})

export interface ChipHabits {
  /** No eMRTD application: another kind of card. */
  readonly withoutApplication?: boolean
  /** Answers DG13 with 6982, as a card whose DG13 is closed. */
  readonly closedDg13?: boolean
  /** At most this many bytes a READ BINARY. */
  readonly stingy?: number
  /** Changes the last answer of every kind: a chip that has gone mad, or somebody between reader and chip. */
  readonly distort?: (answer: Buffer, command: Buffer, count: number) => Buffer
  readonly random?: (length: number) => Buffer
}

export interface ChipCounts {
  readonly commands: number
  readonly keyTries: number
  readonly masterFile: number
}

export interface Chip {
  readonly atr: Buffer
  respond(command: Buffer): Buffer
  /** Power off, power on, reset: all access is forgotten. */
  reset(): void
  counts(): ChipCounts
}

const word = (status: number) => Buffer.from([status >> 8, status & 0xff])
const SHORT_NAMES: Readonly<Record<number, 'COM' | 'DG1' | 'DG13'>> = { 30: 'COM', 1: 'DG1', 13: 'DG13' }
const LONG_NAMES: Readonly<Record<number, number>> = { 286: 0x1e, 257: 0x01, 269: 0x0d }
const APPLICATION = 'a0000002471001'

export function createChip(
  person: Person,
  habits: ChipHabits = {},
  files: Partial<Record<'COM' | 'DG1' | 'DG13', Uint8Array>> = filesOf(person),
): Chip {
  const random = habits.random ?? ((length: number) => randomBytes(length))
  const access = keysOf(sha1(mrzInformationOf(person)).subarray(0, 16))
  let selected = false
  let challenge: Buffer | null = null
  let session: { enc: Buffer; mac: Buffer; counter: bigint } | null = null
  let current: number | null = null
  const counts = { commands: 0, keyTries: 0, masterFile: 0 }

  const fileOf = (short: number): Buffer | number => {
    const name = SHORT_NAMES[short]
    const file = name ? files[name] : undefined
    if (!name || !file) return 0x6a82
    if (name === 'DG13' && habits.closedDg13) return 0x6982
    return Buffer.from(file)
  }

  const readBinary = (p1: number, p2: number, wanted: number): { content: Buffer; status: number } => {
    const none = Buffer.alloc(0)
    let offset = (p1 << 8) | p2
    if (p1 & 0x80) {
      current = p1 & 0x1f
      offset = p2
    }
    if (current === null) return { content: none, status: 0x6986 }
    const file = fileOf(current)
    if (typeof file === 'number') return { content: none, status: file }
    if (offset > file.length) return { content: none, status: 0x6b00 }
    const end = Math.min(offset + Math.min(wanted, habits.stingy ?? 256), file.length)
    return { content: file.subarray(offset, end), status: offset + wanted > file.length ? 0x6282 : 0x9000 }
  }

  const authenticate = (token: Buffer): Buffer => {
    counts.keyTries += 1
    const theirs = challenge
    challenge = null
    if (!theirs || token.length !== 40) return word(0x6985)
    if (!mac(access.mac, token.subarray(0, 32)).equals(token.subarray(32))) return word(0x6300)
    const opened = des(access.enc, token.subarray(0, 32), true)
    if (!opened.subarray(8, 16).equals(theirs)) return word(0x6300)
    const [reader, share] = [opened.subarray(0, 8), opened.subarray(16, 32)]
    const own = random(16)
    const answer = des(access.enc, Buffer.concat([theirs, reader, own]))
    const seed = Buffer.from(own.map((byte, at) => byte ^ share.readUInt8(at)))
    session = {
      ...keysOf(seed),
      counter: Buffer.concat([theirs.subarray(4), reader.subarray(4)]).readBigUInt64BE(),
    }
    return Buffer.concat([answer, mac(access.mac, answer), word(0x9000)])
  }

  const secured = (command: Buffer): Buffer => {
    if (!session) return word(0x6988)
    const raise = () => {
      if (session) session.counter = BigInt.asUintN(64, session.counter + 1n)
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(session?.counter ?? 0n)
      return bytes
    }
    const counter = raise()
    const objects = new Map<number, Buffer>()
    const body = command.subarray(5, 5 + command.readUInt8(4))
    let proved: Buffer = Buffer.alloc(0)
    for (let at = 0; at + 2 <= body.length; ) {
      const tag = body.readUInt8(at)
      const wide = body.readUInt8(at + 1) === 0x81 ? 1 : 0
      const end = at + 2 + wide + body.readUInt8(at + 1 + wide)
      objects.set(tag, body.subarray(at + 2 + wide, end))
      if (tag !== 0x8e) proved = body.subarray(0, end)
      at = end
    }
    const header = padded(command.subarray(0, 4))
    const input = Buffer.concat([counter, proved.length > 0 ? header : command.subarray(0, 4), proved])
    if (!mac(session.mac, input).equals(objects.get(0x8e) ?? Buffer.alloc(0))) {
      session = null
      return word(0x6988)
    }
    const expected = objects.get(0x97)?.readUInt8(0) || 256
    const result = perform(
      command.readUInt8(1),
      command.readUInt8(2),
      command.readUInt8(3),
      objects.get(0x87),
      expected,
    )
    const parts: Buffer[] = []
    if (result.content.length > 0) {
      const secret = des(session.enc, padded(result.content))
      const size = secret.length + 1 < 0x80 ? [secret.length + 1] : [0x81, secret.length + 1]
      parts.push(Buffer.from([0x87, ...size, 0x01]), secret)
    }
    parts.push(Buffer.from([0x99, 0x02]), word(result.status))
    const answered = Buffer.concat(parts)
    const proof = mac(session.mac, Buffer.concat([raise(), answered]))
    return Buffer.concat([answered, Buffer.from([0x8e, 0x08]), proof, word(result.status)])
  }

  const perform = (ins: number, p1: number, p2: number, secret: Buffer | undefined, expected: number) => {
    if (ins === 0xb0) return readBinary(p1, p2, expected)
    if (ins !== 0xa4 || !secret || !session) return { content: Buffer.alloc(0), status: 0x6d00 }
    const opened = des(session.enc, secret.subarray(1), true)
    current = LONG_NAMES[opened.readUInt16BE(0)] ?? null
    return { content: Buffer.alloc(0), status: current === null ? 0x6a82 : 0x9000 }
  }

  const answer = (command: Buffer): Buffer => {
    if (command.length < 4) return word(0x6700)
    const [cla, ins, p1] = [command.readUInt8(0), command.readUInt8(1), command.readUInt8(2)]
    if (cla & 0x0c) return selected ? secured(command) : word(0x6e00)
    if (ins === 0xa4 && p1 === 0x00) {
      counts.masterFile += 1
      return word(0x6d00)
    }
    if (ins === 0xa4 && p1 === 0x04) {
      session = null
      selected = !habits.withoutApplication && command.subarray(5, 12).toString('hex') === APPLICATION
      return word(selected ? 0x9000 : 0x6a82)
    }
    if (!selected) return word(0x6d00)
    if (ins === 0x84) {
      challenge = random(8)
      return Buffer.concat([challenge, word(0x9000)])
    }
    if (ins === 0x82) return authenticate(command.subarray(5, 5 + command.readUInt8(4)))
    // Files are open only behind secure messaging.
    return word(ins === 0xb0 ? 0x6982 : 0x6d00)
  }

  return {
    atr: ATR,
    respond(command) {
      counts.commands += 1
      const plain = answer(command)
      return habits.distort ? habits.distort(plain, command, counts.commands) : plain
    },
    reset() {
      selected = false
      challenge = null
      session = null
      current = null
    },
    counts: () => ({ ...counts }),
  }
}
