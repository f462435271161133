// A page's picture as the engine wants it: grey, upright, 240 dpi at most, without the dotted leaders of forms.
// Never throws; what is no picture is refused with the same words as everywhere in this station.
import sharp from 'sharp'
import { ok, type Result, refuse } from '../../../preload/contract/result.ts'
import type { Rotation } from '../../../preload/contract/scan.ts'
import { readPictureFacts } from '../picture/decode.ts'
import type { GreyPage } from './engine.ts'
import { whitenLeaders } from './leaders.ts'

/** Finer pictures cost time and read no better: 240 dpi had the fewest errors from 6 to 14 point. */
export const READING_DPI = 240
/** Pixels; an A3 sheet at 240 dpi is 3969 long. A picture whose dpi is not true is made small enough all the same. */
const LONGEST = 4200

export interface UprightPage {
  readonly page: GreyPage
  /** Pixels of the upright picture at full size. */
  readonly width: number
  readonly height: number
}

/** `dpi`: of the picture. Turned by `rotation` degrees clockwise; the EXIF orientation of the file is not regarded. */
export async function readGrey(
  picture: Uint8Array,
  rotation: Rotation,
  dpi: number,
  finest = READING_DPI,
): Promise<Result<UprightPage>> {
  const facts = readPictureFacts(picture)
  if (!facts.ok) return facts
  const { width, height } = facts.value
  const known = Number.isFinite(dpi) && dpi >= 30 ? dpi : READING_DPI
  const scale = Math.min(1, finest / known, LONGEST / Math.max(width, height))
  const small = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const sideways = rotation === 90 || rotation === 270
  try {
    const { data, info } = await sharp(picture, { failOn: 'truncated', limitInputPixels: width * height })
      .greyscale()
      .resize({ ...small, fit: 'fill', kernel: 'linear' })
      .rotate(rotation)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 1 || data.length !== info.width * info.height) return refuse('not-an-image', 'unreadable')
    whitenLeaders(data, info.width, info.height, known * scale)
    return ok({
      page: { data, width: info.width, height: info.height, dpi: known * scale },
      width: sideways ? height : width,
      height: sideways ? width : height,
    })
  } catch {
    return refuse('not-an-image', 'unreadable')
  }
}
