// What the workshop says of a PDF that a person brings and that is to be certified as it is: accepted, mended or refused, who
// signed it before, and whether the attestation finds room on its last page. Bytes in, facts out.
// Never: a changed byte of a file that somebody signed, and never a file that cannot be shown.
import sharp from 'sharp'
import type { EarlierSignature, NotKept } from '../../preload/contract/document.ts'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { type BroughtFile, checkPdfA, lastPageHasRoom } from '../document/index.ts'
import { findForm, listSignatureFields } from '../workshop/pdf/form.ts'
import { asList, at } from '../workshop/pdf/values.ts'
import { acceptForSigning } from './pades/acceptance.ts'
import { firstDoubt, unjudged } from './pades/acceptance-earlier.ts'
import { openPdf } from './pades/file.ts'
import { addPage, type SignatureReport, verifySignatures } from './pades/index.ts'
import { AGENCY_FIELD, OFFICER_FIELD } from './steps.ts'

const not = (reason: NotKept): Result<never> => refuse('pdf-unsupported', reason)

/** A page as it is shown: RGBA, row by row. */
export interface DrawnLastPage {
  readonly pages: number
  readonly rgba: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

export interface BroughtParts {
  readonly at: Date
  /** DER of the roots the unit trusts. */
  readonly trust: readonly Uint8Array[]
  readonly draw: (pdf: Uint8Array) => Promise<Result<DrawnLastPage>>
}

/**
 * Refuses `file-too-large`, `pdf-unsupported` with a word of the contract's `NOT_KEPT`, and what `draw` refuses. The answer's file can be
 * signed twice, by the officer and the agency.
 */
export async function acceptBrought(bytes: Uint8Array, parts: BroughtParts): Promise<Result<BroughtFile>> {
  const accepted = acceptForSigning(bytes, [OFFICER_FIELD, AGENCY_FIELD])
  if (!accepted.ok) return accepted
  const { as, file, because = null, pages, signatures, carried } = accepted.value
  const earlier = signatures === 0 ? ok([]) : await verifySignatures(file, parts.trust)
  if (!earlier.ok) return earlier
  const doubt = firstDoubt(earlier.value)
  if (doubt !== null) return not(doubt)
  const drawn = await parts.draw(file)
  if (!drawn.ok) return drawn
  if (drawn.value.pages !== pages) return not('pages-differ')
  const room = await hasRoom(drawn.value)
  if (!room && signatures > 0) return not('signed-and-no-room')
  const roomy = room ? ok(file) : addPage(file, parts.at)
  if (!roomy.ok) return roomy
  const archival = checkPdfA(roomy.value)
  return ok({
    file: as === 'it-is' && room ? null : roomy.value,
    pages,
    filePages: room ? pages : pages + 1,
    level: archival.ok ? (archival.value.conformance === 'U' ? '2u' : '2b') : 'none',
    mended: because,
    addedPage: !room,
    // Fields for signatures alone are no form to fill in.
    carried: carried.filter((what) => what !== 'form' || !hasOnlySignatures(roomy.value)),
    earlier: summaries(earlier.value),
  })
}

function hasOnlySignatures(pdf: Uint8Array): boolean {
  const file = openPdf(pdf)
  return (asList(file.look(at(findForm(file), 'Fields'))) ?? []).length === listSignatureFields(file).length
}

function summaries(reports: readonly SignatureReport[]): EarlierSignature[] {
  const unread = unjudged(reports)
  return reports.map((report) => ({
    signer: report.signerName,
    at: report.at?.toISOString() ?? null,
    state: unread.includes(report.fieldName)
      ? 'unread'
      : report.chain !== 'trusted'
        ? 'unknown-issuer'
        : report.validAt
          ? 'trusted'
          : 'not-valid-then',
  }))
}

/** Points (1/72 inch) from the lower right corner: what the attestation takes at most, its distance to the edges, and some air. */
const STAMP = { width: 344, height: 227, foot: 17 }
/** Dots an inch of the picture that is judged. */
const JUDGED_DPI = 100

/** Is the corner free where the attestation comes? In doubt it is not. */
async function hasRoom({ rgba, width, height, dpi }: DrawnLastPage): Promise<boolean> {
  const dots = (points: number): number => Math.round((points * dpi) / 72)
  const left = Math.max(0, width - dots(STAMP.width))
  const picture = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .extract({ left, top: 0, width: width - left, height })
    .resize({ height: Math.max(1, Math.round((height * JUDGED_DPI) / dpi)) })
    .flatten({ background: '#ffffff' })
    .greyscale()
    .png()
    .toBuffer()
  return lastPageHasRoom(picture, 0, { from: 1 - dots(STAMP.height) / height, to: 1 - dots(STAMP.foot) / height })
}
