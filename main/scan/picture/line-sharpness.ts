// How sharp the lines of a page are when its strips are shifted along an angle: the one measure that skew is found with.
// Pure arithmetic on strips; it knows neither text nor paper.
import type { Strips } from './strips.ts'

/** Columns of text may have lines at different heights, so quarters and halves of the page are looked at by themselves too. */
export const BANDS = 4
/** Parts of each quarter, one after the other down its rows. */
export const PARTS = 2

export interface Sharpness {
  readonly quarters: number
  readonly halves: number
  readonly whole: number
}

export interface SharpnessMeter {
  /** `slope`: rows down for each row to the right. `cells`, when given, gets the sharpness of each part of each quarter. */
  at(slope: number, cells?: Float32Array): Sharpness
}

/** `fine`: places of a profile for each row. */
export function sharpnessMeter(strips: Strips, fine: number, steepest: number): SharpnessMeter {
  const { sums, count, length, step } = strips
  const margin = Math.ceil((steepest * count * step) / 2) + 6
  const places = (length + 2 * margin) * fine
  const last = places - fine
  const quarter = new Float32Array(places + 4 * fine)
  const half = new Float32Array(places)
  const whole = new Float32Array(places)

  /** Adds the strips of one band; rows become smooth curves, so that no angle wins because its rows meet those of the picture. */
  function fill(slope: number, from: number, to: number): void {
    quarter.fill(0)
    for (let strip = from; strip < to; strip += 1) {
      const shift = Math.round((margin - slope * (strip + 0.5 - count / 2) * step) * fine)
      addStrip(sums, strip * length, length, quarter, shift, fine)
    }
    for (const box of [fine, fine + (fine >> 1), fine + (fine >> 1)]) smooth(quarter, places, box)
  }

  return {
    at(slope, cells) {
      let quarters = 0
      let halves = 0
      whole.fill(0)
      for (let band = 0; band < BANDS; band += 1) {
        fill(slope, Math.floor((band * count) / BANDS), Math.floor(((band + 1) * count) / BANDS))
        for (let part = 0; part < PARTS; part += 1) {
          const from = Math.floor((part * last) / PARTS)
          const sharpness = changesOf(quarter, from, Math.floor(((part + 1) * last) / PARTS), fine)
          if (cells !== undefined) cells[band * PARTS + part] = sharpness
          quarters += sharpness
        }
        if (band % 2 === 0) half.fill(0)
        addTo(half, quarter, places)
        if (band % 2 === 0) continue
        halves += changesOf(half, 0, last, fine)
        addTo(whole, half, places)
      }
      return { quarters, halves, whole: changesOf(whole, 0, last, fine) }
    },
  }
}

// Each loop is a function of its own that is called often: so each is compiled once, and well.

function addStrip(
  sums: Float32Array,
  from: number,
  length: number,
  profile: Float32Array,
  shift: number,
  fine: number,
): void {
  for (let row = 0, place = shift; row < length; row += 1, place += fine) {
    const value = sums[from + row] ?? 0
    if (value !== 0) profile[place] = (profile[place] ?? 0) + value
  }
}

function smooth(profile: Float32Array, places: number, width: number): void {
  let box = 0
  for (let at = 0; at < places; at += 1) {
    box += profile[at + width] ?? 0
    const last = profile[at] ?? 0
    profile[at] = box
    box -= last
  }
}

/** Sum of the squared changes from each row to the next. */
function changesOf(profile: Float32Array, from: number, to: number, fine: number): number {
  let sum = 0
  const by = fine >> 1 || 1
  for (let at = from; at < to; at += by) {
    const change = (profile[at + fine] ?? 0) - (profile[at] ?? 0)
    sum += change * change
  }
  return sum
}

function addTo(profile: Float32Array, added: Float32Array, places: number): void {
  for (let at = 0; at < places; at += 1) profile[at] = (profile[at] ?? 0) + (added[at] ?? 0)
}
