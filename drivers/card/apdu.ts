// Command and response APDUs as bytes (ISO/IEC 7816-4 §5), short form only, and the hex words of a trace.
// Promises exact bytes; never talks to a card and never guesses a length.

export interface Command {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  /** 0–255 bytes. */
  readonly content?: Uint8Array
  /** Bytes expected, 1–256. Absent: none. */
  readonly expected?: number
}

export interface Response {
  readonly content: Uint8Array
  /** Status word SW1‖SW2, for example 0x9000. */
  readonly status: number
}

export const DONE = 0x9000

export const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()

/** Throws a RangeError for anything that is not whole bytes in hex; spaces are allowed. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '')
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) throw new RangeError('not hex')
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  )
}

export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length &&
  one.reduce((difference, byte, index) => difference | (byte ^ (other[index] ?? 0)), 0) === 0

/** CLA INS P1 P2 [Lc data] [Le], short lengths. */
export function commandBytes({ cla, ins, p1, p2, content, expected }: Command): Uint8Array {
  if ((content?.length ?? 0) > 255 || (expected ?? 1) > 256) throw new RangeError('only short APDUs')
  const header = Uint8Array.of(cla, ins, p1, p2)
  const body = content && content.length > 0 ? join(Uint8Array.of(content.length), content) : new Uint8Array(0)
  return join(header, body, expected === undefined ? new Uint8Array(0) : Uint8Array.of(expected & 0xff))
}

/** Splits data and status word; null when there is no status word at all. */
export function splitResponse(bytes: Uint8Array): Response | null {
  const [high, low] = bytes.slice(-2)
  if (bytes.length < 2 || high === undefined || low === undefined) return null
  return { content: bytes.slice(0, -2), status: (high << 8) | low }
}
