// Grey samples of a black-and-white file as the PNG of one bit a pixel in which such pages rest.
// Never changes a sample: what is below the middle is black.
import { packBits, writeBitonalPng as writePacked } from '../picture/bitonal-png.ts'

const MIDDLE = 128

/** `grey`: one byte a pixel, row by row. */
export const writeBitonalPng = (grey: Uint8Array, width: number, height: number, dpi: number): Uint8Array =>
  writePacked(packBits(grey, width, height, 1, MIDDLE), width, height, dpi)
