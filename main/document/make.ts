// One paper becomes one checked PDF/A-2b: room for the attestation is looked for first, nothing unchecked leaves.
import { ok, type Result } from '../../preload/contract/result.ts'
import { type BuildInput, buildPdf, type PictureOfPage } from './build-pdf.ts'
import { checkPdfA } from './check-pdf.ts'
import { lastPageHasRoom } from './free-space.ts'

export interface MakeInput {
  readonly pages: readonly PictureOfPage[]
  readonly metadata: BuildInput['metadata']
  readonly fontFolder: string
  /** True when a certified copy is to be made of it. */
  readonly certified: boolean
}

/** Where the attestation goes: between 73 % and 98 % of the last page's height, when that band is white. */
export const ATTESTATION_BAND = { from: 0.73, to: 0.98 } as const

export async function makePdf(input: MakeInput): Promise<Result<{ readonly pdf: Uint8Array; readonly pages: number }>> {
  const last = input.pages.at(-1)
  const room =
    last !== undefined && input.certified && (await lastPageHasRoom(last.jpeg, last.rotation, ATTESTATION_BAND))
  const built = await buildPdf({
    pages: input.pages,
    metadata: input.metadata,
    fontFolder: input.fontFolder,
    ...(input.certified ? { attestationSpace: room ? ('on-last-page' as const) : ('added-page' as const) } : {}),
  })
  if (!built.ok) return built
  const checked = checkPdfA(built.value.pdf)
  return checked.ok ? ok(built.value) : checked
}
