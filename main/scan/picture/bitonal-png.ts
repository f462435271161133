// Black and white: samples to one bit a pixel, as a PNG (ISO/IEC 15948) of colour type 0 and bit depth 1.
// The paper was made white before, so one threshold serves the whole page. Never dithers: scanned text would turn to dust.
import { deflateSync } from 'node:zlib'

/** Below it a pixel is black, when bare paper is 255. */
export const BLACK_BELOW = 166

/** `samples`: `channels` bytes a pixel, rows without padding. */
export function packBits(
  samples: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  threshold: number,
): Uint8Array {
  const stride = (width + 7) >> 3
  const packed = new Uint8Array((stride + 1) * height)
  const limit = threshold << 8
  for (let y = 0, from = 0; y < height; y += 1) {
    const row = y * (stride + 1) + 1
    for (let byte = 0, x = 0; byte < stride; byte += 1) {
      let bits = 0
      for (let bit = 7; bit >= 0 && x < width; bit -= 1, x += 1, from += channels) {
        const grey =
          channels === 1
            ? (samples[from] ?? 0) << 8
            : (samples[from] ?? 0) * 77 + (samples[from + 1] ?? 0) * 150 + (samples[from + 2] ?? 0) * 29
        if (grey >= limit) bits |= 1 << bit
      }
      packed[row + byte] = bits
    }
  }
  return packed
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** `packed`: each row a filter byte 0 and then eight pixels a byte, 1 for white, the first in the highest bit. */
export function writeBitonalPng(packed: Uint8Array, width: number, height: number, dpi: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  header.setUint8(8, 1)
  const density = new DataView(new ArrayBuffer(9))
  const perMetre = Math.round(dpi / 0.0254)
  density.setUint32(0, perMetre)
  density.setUint32(4, perMetre)
  density.setUint8(8, 1)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('pHYs', new Uint8Array(density.buffer)),
    chunk('IDAT', deflateSync(packed, { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ])
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const made = Buffer.alloc(12 + data.length)
  made.writeUInt32BE(data.length, 0)
  made.write(name, 4, 'latin1')
  made.set(data, 8)
  made.writeUInt32BE(crc(made.subarray(4, 8 + data.length)), 8 + data.length)
  return made
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1
  return rest >>> 0
})

/** CRC-32 of PNG, Annex D. */
function crc(bytes: Uint8Array): number {
  let rest = 0xffffffff
  for (const byte of bytes) rest = (CRC_TABLE[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8)
  return (rest ^ 0xffffffff) >>> 0
}
