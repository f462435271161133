// How many dots an inch a picture has: what the file says if that can be, else what makes an A4 sheet of it.
// Pure; never refuses.

const INCH = 25.4
/** Millimetres. Counters copy stamps-sized cards up to A2 plans; a larger sheet is a picture whose density nobody set. */
const SMALLEST_LONG_SIDE = 40
const LARGEST_LONG_SIDE = 600
const A4 = { long: 297, short: 210 }

/** `told`: dots an inch as the file says, along x and y; null when it does not. */
export interface Told {
  readonly x: number
  readonly y: number
}

/** The density at which the whole picture fits an A4 sheet. */
export function densityOnA4(width: number, height: number): number {
  const long = Math.max(width, height) / (A4.long / INCH)
  const short = Math.min(width, height) / (A4.short / INCH)
  return Math.max(1, Math.round(Math.max(long, short)))
}

export function isCredible(width: number, height: number, told: Told | null): told is Told {
  if (told === null || !(told.x >= 20 && told.x <= 4800 && told.y >= 20 && told.y <= 4800)) return false
  const long = Math.max(width / told.x, height / told.y) * INCH
  return long >= SMALLEST_LONG_SIDE && long <= LARGEST_LONG_SIDE
}

/** Whole dots an inch. Fax densities that differ along x and y: the finer one, see `squared`. */
export function chooseDensity(width: number, height: number, told: Told | null): number {
  return isCredible(width, height, told) ? Math.round(Math.max(told.x, told.y)) : densityOnA4(width, height)
}

/** Size with square pixels: a fax of 204 × 98 dots an inch grows along y. Null when the pixels are square already. */
export function squared(width: number, height: number, told: Told | null): { width: number; height: number } | null {
  if (!isCredible(width, height, told)) return null
  const finer = Math.max(told.x, told.y)
  if (Math.abs(told.x - told.y) <= finer * 0.05) return null
  return { width: Math.round((width * finer) / told.x), height: Math.round((height * finer) / told.y) }
}
