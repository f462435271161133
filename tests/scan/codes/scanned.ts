// A scanner, simulated: paper lies askew or upside down, light falls off, the sensor is noisy, the picture is a JPEG.
import type { SKRSContext2D } from '@napi-rs/canvas'
import sharp from 'sharp'
import type { GreyPicture, LookCloser } from '../../../main/scan/picture/shapes.ts'
import { type Draw, dice, newCanvas } from './drawn-pages.ts'

export interface Fed {
  /** Of the scan. */
  readonly dpi: number
  readonly seed: number
  /** Degrees clockwise. */
  readonly skew?: number
  readonly turn?: 0 | 90 | 180 | 270
  /** Standard deviation of the sensor's noise, in grey levels. */
  readonly noise?: number
  /** Standard deviation of the lens's blur, in pixels. */
  readonly blur?: number
  /** JPEG quality. */
  readonly quality?: number
  /** Dark around the paper, millimetres. */
  readonly border?: number
  /** Ink and paper closer together: 1 as drawn, 0.5 half the contrast. */
  readonly contrast?: number
}

export interface Scanned {
  readonly small: GreyPicture
  readonly closer: LookCloser
  readonly jpeg: Uint8Array
}

/** Noise of the sensor: normal, standard deviation 1. */
const GRAIN = (() => {
  const roll = dice(1)
  return Float32Array.from({ length: 1 << 16 }, () => (roll() + roll() + roll() + roll() - 2) * 1.73)
})()

/** A white A4 paper with a drawing on it, as the scanner sends it. */
export async function scan(draw: (on: SKRSContext2D, roll: () => number) => void, fed: Fed): Promise<Scanned> {
  const { dpi, seed, skew = 0, turn = 0, border = 0, contrast = 1 } = fed
  const roll = dice(seed)
  // A sheet fed sideways makes a wide picture.
  const { canvas, on } = newCanvas(dpi, turn % 180 === 0 ? [210, 297] : [297, 210])
  const { width, height } = canvas
  on.fillStyle = border > 0 ? '#2a2826' : '#fbf9f2'
  on.fillRect(0, 0, width, height)
  on.translate(width / 2, height / 2)
  on.rotate((skew * Math.PI) / 180)
  on.scale(dpi / 25.4, dpi / 25.4)
  on.rotate((turn * Math.PI) / 180)
  on.translate(-105, -148.5)
  on.fillStyle = '#fbf9f2'
  on.fillRect(border, border, 210 - 2 * border, 297 - 2 * border)
  on.beginPath()
  on.rect(border, border, 210 - 2 * border, 297 - 2 * border)
  on.clip()
  draw(on, roll)
  const colours = canvas.data()
  const grey = new Uint8ClampedArray(width * height)
  const strength = fed.noise ?? 4
  const falloff = [(roll() * 16 - 8) / width, (roll() * 16 - 8) / height] as const
  for (let y = 0, at = 0; y < height; y += 1) {
    let grain = Math.floor(roll() * GRAIN.length)
    const base = 250 + falloff[1] * y
    for (let x = 0; x < width; x += 1, at += 1) {
      grain = (grain + 1) & (GRAIN.length - 1)
      const light =
        (77 * (colours[4 * at] ?? 0) + 150 * (colours[4 * at + 1] ?? 0) + 29 * (colours[4 * at + 2] ?? 0)) >> 8
      grey[at] = base + falloff[0] * x - (250 - light) * contrast + strength * (GRAIN[grain] ?? 0)
    }
  }
  let picture = sharp(grey, { raw: { width, height, channels: 1 } })
  if (fed.blur !== undefined && fed.blur >= 0.3) picture = picture.blur(fed.blur)
  const jpeg = await picture.jpeg({ quality: fed.quality ?? 80 }).toBuffer()
  return asPipelineSees(new Uint8Array(jpeg), dpi)
}

/** The quarter picture and the way to look closer, as the picture pipeline hands them over. */
export async function asPipelineSees(jpeg: Uint8Array, dpi: number): Promise<Scanned> {
  const full = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  const quarter = { width: Math.round(full.info.width / 4), height: Math.round(full.info.height / 4) }
  const shrunk = await sharp(jpeg)
    .resize({ ...quarter, fit: 'fill', kernel: 'linear' })
    .greyscale()
    .raw()
    .toBuffer()
  const small: GreyPicture = { data: new Uint8Array(shrunk), ...quarter, dpi: dpi / 4 }
  const closer: LookCloser = (left, top, width, height) => {
    const x = Math.max(0, Math.min(full.info.width - 1, Math.round(left * 4)))
    const y = Math.max(0, Math.min(full.info.height - 1, Math.round(top * 4)))
    const across = Math.max(1, Math.min(full.info.width - x, Math.round(width * 4)))
    const down = Math.max(1, Math.min(full.info.height - y, Math.round(height * 4)))
    const data = new Uint8Array(across * down)
    for (let row = 0; row < down; row += 1) {
      const from = (y + row) * full.info.width + x
      data.set(full.data.subarray(from, from + across), row * across)
    }
    return { data, width: across, height: down, dpi }
  }
  return { small, closer, jpeg }
}

export type { Draw }
