// Writes a PNG of one bit a pixel (grey, 0 is black), as black-and-white pages rest (ISO/IEC 15948).
// Never changes a sample: what is below the middle is black.
import { deflateSync } from 'node:zlib'

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 255] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc(body), body.length + 4)
  return out
}

/** `grey`: one byte a pixel, row by row. */
export function writeBitonalPng(grey: Uint8Array, width: number, height: number, dpi: number): Buffer {
  const row = (width + 7) >> 3
  const packed = new Uint8Array((row + 1) * height)
  for (let y = 0; y < height; y += 1) {
    const from = y * width
    const to = y * (row + 1) + 1
    for (let x = 0; x < width; x += 1)
      if ((grey[from + x] ?? 0) >= 128) packed[to + (x >> 3)] = (packed[to + (x >> 3)] ?? 0) | (128 >> (x & 7))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const density = Buffer.alloc(9)
  density.writeUInt32BE(Math.round(dpi / 0.0254), 0)
  density.writeUInt32BE(Math.round(dpi / 0.0254), 4)
  density[8] = 1
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('pHYs', density),
    chunk('IDAT', deflateSync(packed, { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ])
}
