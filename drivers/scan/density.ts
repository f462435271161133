// Makes a JPEG file say how many dots an inch it has (JFIF 1.02 APP0), so that a PDF gets the paper's true size.
// Never touches image data; gives back the same bytes when they already say so.

const SOI = 0xd8
const APP0 = 0xe0
const JFIF = [0x4a, 0x46, 0x49, 0x46, 0x00] as const
const DOTS_PER_INCH = 1

/** Begins with SOI and another marker, ends with EOI: what a writer leaves that was not cut off. */
export function isWholeJpeg(file: Uint8Array): boolean {
  const end = file.length
  if (end < 6 || file[0] !== 0xff || file[1] !== SOI || file[2] !== 0xff) return false
  return file[end - 2] === 0xff && file[end - 1] === 0xd9
}

function begins(file: Uint8Array): boolean {
  const length = ((file[4] ?? 0) << 8) | (file[5] ?? 0)
  return (
    file[3] === APP0 && length >= 16 && file.length >= 4 + length && JFIF.every((byte, at) => file[6 + at] === byte)
  )
}

/**
 * The same picture with `dpi` (1 to 65535) in both directions; a JFIF segment is put in when there is none.
 * Undefined when the bytes are not a whole JPEG file.
 */
export function withDensity(file: Uint8Array, dpi: number): Uint8Array | undefined {
  if (!isWholeJpeg(file) || !Number.isInteger(dpi) || dpi < 1 || dpi > 0xffff) return undefined
  const high = dpi >> 8
  const low = dpi & 0xff
  const said = [DOTS_PER_INCH, high, low, high, low]
  if (!begins(file)) {
    const head = [0xff, SOI, 0xff, APP0, 0, 16, ...JFIF, 1, 2, ...said, 0, 0]
    const longer = new Uint8Array(file.length + head.length - 2)
    longer.set(head)
    longer.set(file.subarray(2), head.length)
    return longer
  }
  if (said.every((byte, at) => file[13 + at] === byte)) return file
  const patched = Uint8Array.from(file)
  patched.set(said, 13)
  return patched
}
