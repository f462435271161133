// The skew of any picture, e.g. of one that was made straight: what a quality bench compares with the truth.
import { ok, type Result } from '../../../preload/contract/result.ts'
import { decodePicture, readPictureFacts } from './decode.ts'
import { measurePage } from './measure.ts'
import { shrinkFactor, shrinkSlowly } from './shrink.ts'
import type { Skew } from './skew.ts'

/** Degrees clockwise with their confidence, measured as `makeRight` does; refuses what is no picture. */
export async function skewOf(picture: Uint8Array, dpi: number): Promise<Result<Skew>> {
  const facts = readPictureFacts(picture)
  if (!facts.ok) return facts
  const page = await decodePicture(picture, facts.value, dpi)
  if (!page.ok) return page
  const { degrees, confidence } = measurePage(
    shrinkSlowly(page.value, shrinkFactor(page.value.width, page.value.height, dpi)),
  ).skew
  return ok({ degrees, confidence })
}
