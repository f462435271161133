// PC/SC return codes (winscard.h, pcsclite.h) and what each means at the counter: one table, a row a code.
// The binding gives a code as a word; the number is kept so that the row can be checked against the standard.
// Never reads message text. A code without a row is `device card failed`, and its word goes to the log.
import type { Failure } from '../../preload/contract/result.ts'

type What = Extract<Failure, { kind: 'device' }>['what']

export interface PcscCode {
  /** SCARD number; null for the binding's own codes. */
  readonly number: number | null
  /** The binding's word for it. */
  readonly word: string
  readonly what: What
  /** In the middle of a reading this may also be a card that was just lifted: look at the reader before believing it. */
  readonly perhapsRemoved?: true
}

export const PCSC_CODES: readonly PcscCode[] = [
  { number: 0x80100001, word: 'InternalError', what: 'failed', perhapsRemoved: true },
  { number: 0x80100002, word: 'Cancelled', what: 'timeout' },
  { number: 0x80100003, word: 'InvalidHandle', what: 'failed', perhapsRemoved: true },
  { number: 0x80100004, word: 'InvalidParameter', what: 'failed' },
  { number: 0x80100006, word: 'NoMemory', what: 'failed' },
  { number: 0x80100007, word: 'WaitedTooLong', what: 'timeout' },
  { number: 0x80100008, word: 'InsufficientBuffer', what: 'unreadable' },
  { number: 0x80100009, word: 'UnknownReader', what: 'absent' },
  { number: 0x8010000a, word: 'Timeout', what: 'timeout' },
  { number: 0x8010000b, word: 'SharingViolation', what: 'busy' },
  { number: 0x8010000c, word: 'NoSmartCard', what: 'absent' },
  { number: 0x8010000d, word: 'UnknownCard', what: 'unreadable' },
  { number: 0x8010000f, word: 'ProtoMismatch', what: 'unreadable' },
  { number: 0x80100010, word: 'NotReady', what: 'busy' },
  { number: 0x80100012, word: 'SystemCancelled', what: 'absent' },
  { number: 0x80100013, word: 'CommError', what: 'failed', perhapsRemoved: true },
  { number: 0x80100014, word: 'UnknownError', what: 'failed', perhapsRemoved: true },
  { number: 0x80100015, word: 'InvalidAtr', what: 'unreadable' },
  { number: 0x80100016, word: 'NotTransacted', what: 'failed', perhapsRemoved: true },
  { number: 0x80100017, word: 'ReaderUnavailable', what: 'absent' },
  { number: 0x80100018, word: 'Shutdown', what: 'absent' },
  { number: 0x8010001a, word: 'ReaderUnsupported', what: 'unsupported' },
  { number: 0x8010001c, word: 'CardUnsupported', what: 'unsupported' },
  { number: 0x8010001d, word: 'NoService', what: 'absent' },
  { number: 0x8010001e, word: 'ServiceStopped', what: 'absent' },
  { number: 0x8010002e, word: 'NoReadersAvailable', what: 'absent' },
  { number: 0x8010002f, word: 'CommDataLost', what: 'failed', perhapsRemoved: true },
  { number: 0x80100031, word: 'ServerTooBusy', what: 'busy' },
  { number: 0x80100065, word: 'UnsupportedCard', what: 'unsupported' },
  { number: 0x80100066, word: 'UnresponsiveCard', what: 'unreadable' },
  { number: 0x80100067, word: 'UnpoweredCard', what: 'unreadable', perhapsRemoved: true },
  // Somebody else reset the card, or it was lifted and put back: either way what was being read is lost.
  { number: 0x80100068, word: 'ResetCard', what: 'removed' },
  { number: 0x80100069, word: 'RemovedCard', what: 'removed' },
  { number: null, word: 'CardIsBusy', what: 'busy' },
  { number: null, word: 'NoCardConnection', what: 'removed' },
  { number: null, word: 'TooManyCardConnections', what: 'busy' },
  { number: null, word: 'TooManyConnectRequests', what: 'busy' },
]

/** The code of a thrown error: the binding's word, or a number. Null when it carries none. */
export function pcscCodeOf(error: unknown): string | number | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
  return typeof code === 'string' || typeof code === 'number' ? code : null
}

/** The row of a code, by number (also as a negative 32-bit integer) or by the binding's word. */
export function pcscCode(code: string | number | null): PcscCode | undefined {
  return typeof code === 'number'
    ? PCSC_CODES.find((row) => row.number === code >>> 0)
    : PCSC_CODES.find((row) => row.word === code)
}

export const cardTrouble = (what: What): Failure => ({ kind: 'device', device: 'card', what })

/** What the person at the counter is told about a thrown PC/SC error. */
export const pcscFailure = (error: unknown): Failure => cardTrouble(pcscCode(pcscCodeOf(error))?.what ?? 'failed')
