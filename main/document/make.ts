// One paper becomes one checked PDF/A-2: room for the attestation is looked for first, nothing unchecked leaves.
import { ok, type Result } from '../../preload/contract/result.ts'
import { type BuiltPdf, buildPdf } from './build-pdf.ts'
import { checkPdfA } from './check-pdf.ts'
import { lastPageHasRoom } from './free-space.ts'
import type { DocumentMetadata } from './metadata.ts'
import type { PictureOfPage } from './place-picture.ts'

export interface MakeInput {
  readonly pages: readonly PictureOfPage[]
  readonly metadata: DocumentMetadata
  /** True when a certified copy is to be made of it. */
  readonly certified: boolean
}

export type MadePdf = BuiltPdf

/** Where the attestation goes: between 73 % and 98 % of the last page's height, when that band is white. */
export const ATTESTATION_BAND = { from: 0.73, to: 0.98 } as const

/** Failures of `buildPdf` and `checkPdfA`. `level`: 2u when every page came with words, as the file itself says. */
export async function makePdf({ pages, metadata, certified }: MakeInput): Promise<Result<MadePdf>> {
  const last = pages.at(-1)
  const room = last !== undefined && certified && (await lastPageHasRoom(last.picture, last.rotation, ATTESTATION_BAND))
  const space = certified ? ({ attestationSpace: room ? 'on-last-page' : 'added-page' } as const) : {}
  const built = buildPdf({ pages, metadata, ...space })
  if (!built.ok) return built
  const checked = checkPdfA(built.value.pdf)
  return checked.ok ? ok({ ...built.value, level: checked.value.conformance === 'U' ? '2u' : '2b' }) : checked
}
