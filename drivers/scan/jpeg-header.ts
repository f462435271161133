// Reads the head of a JPEG file (ITU-T T.81 §B.2) far enough to know that it is a picture of a sensible size.
// Never decodes anything; a head that cannot be followed is none.

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** A3 at 600 dots an inch has 70 million; a lying head must not make somebody reserve more than a few times that. */
const MOST_PIXELS = 200_000_000
const MOST_SEGMENTS = 2_000

/** SOF0 to SOF15 without DHT, JPG and DAC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Width and height in pixels, or undefined when the head is not readable or the size is beyond reason. */
export function pictureSize(file: Uint8Array): PictureSize | undefined {
  if (file[0] !== 0xff || file[1] !== 0xd8) return undefined
  const word = (at: number) => ((file[at] ?? 0) << 8) | (file[at + 1] ?? 0)
  let at = 2
  for (let segment = 0; segment < MOST_SEGMENTS && at + 4 <= file.length; segment++) {
    if (file[at] !== 0xff) return undefined
    const marker = file[at + 1] ?? 0
    if (marker === 0xff) {
      at++
      continue
    }
    const length = word(at + 2)
    if (marker === 0xda || marker === 0xd9 || length < 2) return undefined
    if (isFrame(marker)) {
      const [height, width] = [word(at + 5), word(at + 7)]
      const good = length >= 8 && at + 2 + length <= file.length && width > 0 && height > 0
      return good && width * height <= MOST_PIXELS ? { width, height } : undefined
    }
    at += 2 + length
  }
  return undefined
}

/** The file without the zeros and line ends that some devices send after the end of the picture. */
export function withoutPadding(file: Uint8Array): Uint8Array {
  let end = file.length
  while (end > 2 && file.length - end < 4096 && [0x00, 0x0a, 0x0d].includes(file[end - 1] ?? 1)) end--
  return end === file.length ? file : file.subarray(0, end)
}
