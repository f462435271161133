// Sizes of paper and cards that people bring (ISO 216; ISO/IEC 7810 ID-1). Pure.
import type { Findings } from '../../../preload/contract/scan.ts'

/** Millimetres, the shorter side first. */
export const SIZES = [
  ['A3', 297, 420],
  ['A4', 210, 297],
  ['A5', 148, 210],
  ['A6', 105, 148],
  ['ID-1', 54, 85.6],
] as const

/** The known size each side is within `share` or 3 mm of; lengths in millimetres, either way round. */
export function sizeOf(width: number, height: number, share = 0.04): Findings['paper']['size'] {
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  const isNear = (is: number, meant: number): boolean => Math.abs(is - meant) <= Math.max(3, meant * share)
  return SIZES.find(([, one, other]) => isNear(short, one) && isNear(long, other))?.[0] ?? 'other'
}
