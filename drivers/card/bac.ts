// Basic Access Control, the reader's side (ICAO 9303-11 §4.3 and Appendix D): from what is printed on the card to session keys.
// Promises exactly one EXTERNAL AUTHENTICATE a call; a wrong key is an answer, never a reason to try again.
import { createHash } from 'node:crypto'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { AccessKey } from '../contract.ts'
import { DONE, join, sameBytes } from './apdu.ts'
import { sendPlain, type Transceive, UNREADABLE, UNSUPPORTED } from './transceive.ts'
import { decrypt, encrypt, pad, retailMac } from './triple-des.ts'

export interface KeyPair {
  /** 16 bytes, 3DES encryption. */
  readonly enc: Uint8Array
  /** 16 bytes, retail MAC. */
  readonly mac: Uint8Array
}

export interface SessionKeys extends KeyPair {
  /** Send sequence counter, 8 bytes, before the first command. */
  readonly counter: Uint8Array
}

export type Random = (length: number) => Uint8Array

/** ICAO 9303-3 §4.9: weights 7-3-1; digits as they are, A–Z 10–35, `<` 0. */
export function checkDigit(field: string): string {
  let sum = 0
  for (const [index, letter] of [...field].entries()) {
    const value = letter === '<' ? 0 : Number.parseInt(letter, 36)
    sum += value * ([7, 3, 1][index % 3] ?? 0)
  }
  return String(sum % 10)
}

/** MRZ information of §4.3.2: document number, birth and expiry, each followed by its check digit. */
export function mrzInformation({ documentNumber, birth, expiry }: AccessKey): string {
  const number = documentNumber.toUpperCase().padEnd(9, '<')
  return [number, birth, expiry].map((field) => field + checkDigit(field)).join('')
}

const sha1 = (bytes: Uint8Array | string): Uint8Array => new Uint8Array(createHash('sha1').update(bytes).digest())

export const accessSeed = (key: AccessKey): Uint8Array => sha1(mrzInformation(key)).slice(0, 16)

function oddParity(byte: number): number {
  let ones = 0
  for (let bit = 1; bit < 8; bit += 1) ones += (byte >> bit) & 1
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0)
}

/** Key derivation of §9.7.1 for 3DES: SHA-1 over seed‖counter, parity adjusted. */
export function deriveKeys(seed: Uint8Array): KeyPair {
  const derive = (which: number) =>
    sha1(join(seed, Uint8Array.of(0, 0, 0, which)))
      .slice(0, 16)
      .map(oddParity)
  return { enc: derive(1), mac: derive(2) }
}

/** E.IFD‖M.IFD, 40 bytes (§4.3.1 step 1). */
export function ourToken(keys: KeyPair, ours: Uint8Array, theirs: Uint8Array, ourShare: Uint8Array): Uint8Array {
  const cryptogram = encrypt(keys.enc, join(ours, theirs, ourShare))
  return join(cryptogram, retailMac(keys.mac, pad(cryptogram)))
}

/** Opens the chip's 40 bytes and answers K.IC; null when the MAC or one of the two random numbers is not right. */
export function theirShare(keys: KeyPair, answer: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Uint8Array | null {
  if (answer.length !== 40) return null
  const cryptogram = answer.slice(0, 32)
  if (!sameBytes(retailMac(keys.mac, pad(cryptogram)), answer.slice(32))) return null
  const plain = decrypt(keys.enc, cryptogram)
  if (!sameBytes(plain.slice(0, 8), theirs) || !sameBytes(plain.slice(8, 16), ours)) return null
  return plain.slice(16)
}

/** Session keys and the first counter (§4.3.1 step 4, §9.8.2). */
export function sessionKeys(
  ourShare: Uint8Array,
  share: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
): SessionKeys {
  const seed = ourShare.map((byte, index) => byte ^ (share[index] ?? 0))
  return { ...deriveKeys(seed), counter: join(theirs.slice(4), ours.slice(4)) }
}

/** Status words of EXTERNAL AUTHENTICATE that say the chip does not know the command at all. */
const NOT_THE_KEY: readonly number[] = [0x6700, 0x6d00, 0x6e00]

/**
 * One GET CHALLENGE and one EXTERNAL AUTHENTICATE.
 * Answers `refused card-key-wrong` when the chip does not accept the key, `device card unsupported` when it offers no BAC,
 * `device card unreadable` when its answer does not prove that it knows the key too.
 */
export async function openAccess(transceive: Transceive, key: AccessKey, random: Random): Promise<Result<SessionKeys>> {
  const challenge = await sendPlain(transceive, { cla: 0, ins: 0x84, p1: 0, p2: 0, expected: 8 })
  if (!challenge.ok) return challenge
  if (challenge.value.status !== DONE) return UNSUPPORTED
  const theirs = challenge.value.content
  if (theirs.length !== 8) return UNREADABLE

  const keys = deriveKeys(accessSeed(key))
  const ours = random(8)
  const ourShare = random(16)
  const content = ourToken(keys, ours, theirs, ourShare)
  const answer = await sendPlain(transceive, { cla: 0, ins: 0x82, p1: 0, p2: 0, content, expected: 40 })
  if (!answer.ok) return answer
  if (NOT_THE_KEY.includes(answer.value.status)) return UNSUPPORTED
  if (answer.value.status !== DONE) return refuse('card-key-wrong')
  const share = theirShare(keys, answer.value.content, ours, theirs)
  if (!share) return fail({ kind: 'device', device: 'card', what: 'unreadable' })
  return ok(sessionKeys(ourShare, share, ours, theirs))
}
