// The two ciphers of Basic Access Control: 2-key 3DES in CBC and the retail MAC (ICAO 9303-11 §9.8, ISO/IEC 9797-1 MAC 3).
// Uses nothing but des-ede3-cbc, so it works with OpenSSL 3 (no single DES) and with BoringSSL (no ECB).
// Never pads by itself: padding is a step of the protocol, not of the cipher.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { join } from './apdu.ts'

export const BLOCK = 8
const ZERO_BLOCK = new Uint8Array(BLOCK)

/** K1‖K2 (16 bytes) as the three keys K1‖K2‖K1; 8 bytes K as K‖K‖K, which makes it single DES. */
function threeKeys(key: Uint8Array): Uint8Array {
  if (key.length === 2 * BLOCK) return join(key, key.subarray(0, BLOCK))
  if (key.length === BLOCK) return join(key, key, key)
  throw new RangeError('a DES key has 8 or 16 bytes')
}

/** CBC with zero IV; the length must be whole blocks. */
export function encrypt(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', threeKeys(key), ZERO_BLOCK)
  cipher.setAutoPadding(false)
  return join(cipher.update(plain), cipher.final())
}

/** CBC with zero IV; the length must be whole blocks. */
export function decrypt(key: Uint8Array, cipherText: Uint8Array): Uint8Array {
  const cipher = createDecipheriv('des-ede3-cbc', threeKeys(key), ZERO_BLOCK)
  cipher.setAutoPadding(false)
  return join(cipher.update(cipherText), cipher.final())
}

/** 8-byte MAC over data already padded to whole blocks: single DES CBC, the last block once more through K2 and K1. */
export function retailMac(key: Uint8Array, padded: Uint8Array): Uint8Array {
  const first = key.subarray(0, BLOCK)
  const chained = encrypt(first, padded).slice(-BLOCK)
  return encrypt(first, decrypt(key.subarray(BLOCK, 2 * BLOCK), chained))
}

/** ISO/IEC 9797-1 padding method 2: 80, then zeros to a whole block. Always adds at least one byte. */
export function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(bytes.length / BLOCK) + 1) * BLOCK)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  return padded
}

/** Undoes `pad`; null when there is no 80 in the last block. */
export function unpad(padded: Uint8Array): Uint8Array | null {
  for (let at = padded.length - 1; at >= 0 && at >= padded.length - BLOCK; at -= 1) {
    if (padded[at] === 0x80) return padded.slice(0, at)
    if (padded[at] !== 0) return null
  }
  return null
}
