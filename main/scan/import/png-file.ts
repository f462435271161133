// What the importer asks of a PNG (ISO/IEC 15948) without its picture: kind of samples, density, and that it is whole to IEND.
// Never inflates, never throws.
import { type PngHeader, pngChunks, readPngHeader, viewOf } from '../../workshop/picture-facts.ts'
import type { Told } from './density.ts'

export interface PngFacts extends PngHeader {
  /** A transparent colour or alpha palette. */
  readonly transparent: boolean
  readonly told: Told | null
  /** Offset behind IEND. */
  readonly end: number
}

/** Null: no whole PNG. */
export function readPngFacts(bytes: Uint8Array): PngFacts | null {
  const header = readPngHeader(bytes)
  let told: Told | null = null
  let transparent = false
  let data = false
  for (const { name, body, end } of header === null ? [] : pngChunks(bytes)) {
    if (name === 'pHYs' && body.length === 9 && body[8] === 1)
      told = { x: viewOf(body).getUint32(0) * 0.0254, y: viewOf(body).getUint32(4) * 0.0254 }
    if (name === 'tRNS') transparent = true
    if (name === 'IDAT') data = true
    if (name === 'IEND' && header !== null) return data ? { ...header, transparent, told, end } : null
  }
  return null
}
