// Reads the chunks of a PNG (ISO/IEC 15948) without its picture: size, kind of samples, density, and that it is whole to IEND.
// Never inflates, never trusts a length, never throws.
import type { Told } from './density.ts'

export interface PngFacts {
  readonly width: number
  readonly height: number
  readonly depth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colour: number
  readonly interlaced: boolean
  /** A transparent colour or alpha palette. */
  readonly transparent: boolean
  readonly told: Told | null
  /** Offset behind IEND. */
  readonly end: number
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, index) => bytes[index] === byte)

/** Null: no whole PNG. */
export function readPngFacts(bytes: Uint8Array): PngFacts | null {
  if (!isPng(bytes) || bytes.length < 57) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const nameAt = (at: number): string => String.fromCharCode(...bytes.subarray(at + 4, at + 8))
  if (nameAt(8) !== 'IHDR' || view.getUint32(8) !== 13) return null
  let told: Told | null = null
  let transparent = false
  let data = false
  for (let at = 8; at + 12 <= bytes.length; ) {
    const size = view.getUint32(at)
    if (at + 12 + size > bytes.length) return null
    const name = nameAt(at)
    if (name === 'pHYs' && size === 9 && bytes[at + 16] === 1)
      told = { x: view.getUint32(at + 8) * 0.0254, y: view.getUint32(at + 12) * 0.0254 }
    if (name === 'tRNS') transparent = true
    if (name === 'IDAT') data = true
    at += 12 + size
    if (name !== 'IEND') continue
    if (!data) return null
    return {
      width: view.getUint32(16),
      height: view.getUint32(20),
      depth: bytes[24] ?? 0,
      colour: bytes[25] ?? 0,
      interlaced: bytes[28] !== 0,
      transparent,
      told,
      end: at,
    }
  }
  return null
}
