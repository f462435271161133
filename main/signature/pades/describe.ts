// Promises: what a PDF is before anybody signs it: its pages, signatures, encryption and claim to be PDF/A.
// Never: a judgement whether the claim to PDF/A is true.
import { ok, type Result } from '../../../preload/contract/result.ts'
import { findCatalog, listSignatureFields } from '../../workshop/pdf/form.ts'
import { asStream, at, type Stream } from '../../workshop/pdf/values.ts'
import { readingForeign } from './broken.ts'
import { openPdf, type Pdf } from './file.ts'
import { listPages, shownSize } from './tree.ts'

export interface PdfDescription {
  /** Size in points as it is shown, turned and in its own unit; `rotate` is 0, 90, 180 or 270 degrees clockwise. */
  readonly pages: readonly { readonly width: number; readonly height: number; readonly rotate: number }[]
  /** Filled signature fields. */
  readonly signatures: number
  /** Nothing else is read of an encrypted file: no pages, no signatures. */
  readonly encrypted: boolean
  /** What the XMP packet claims (ISO 19005-2 6.6.4), e.g. part 2, conformance B. */
  readonly pdfA?: { readonly part: number; readonly conformance: string }
}

const MOST_XMP = 1024 * 1024

export function describePdf(pdf: Uint8Array): Result<PdfDescription> {
  return readingForeign<PdfDescription>(() => {
    const file = openPdf(pdf)
    if (at(file.trailer, 'Encrypt') !== undefined) return ok({ pages: [], signatures: 0, encrypted: true })
    const pages = listPages(file).map((page) => ({ ...shownSize(page), rotate: page.rotate }))
    const signatures = listSignatureFields(file).filter((field) => field.signature !== undefined).length
    const pdfA = readClaim(file)
    return ok({ pages, signatures, encrypted: false, ...(pdfA === undefined ? {} : { pdfA }) })
  })
}

function readClaim(file: Pdf): PdfDescription['pdfA'] {
  const metadata = asStream(file.look(at(findCatalog(file).dictionary, 'Metadata')))
  if (metadata === undefined) return undefined
  const xmp = textOfStream(file, metadata)
  const part = /pdfaid:part\s*(?:>|=\s*["'])\s*(\d)/.exec(xmp)?.[1]
  const conformance = /pdfaid:conformance\s*(?:>|=\s*["'])\s*([A-Za-z])/.exec(xmp)?.[1]
  return part === undefined ? undefined : { part: Number(part), conformance: (conformance ?? '').toUpperCase() }
}

/** Metadata that cannot be unpacked claim nothing. */
function textOfStream(file: Pdf, stream: Stream): string {
  try {
    return file.decode(stream).subarray(0, MOST_XMP).toString('utf8')
  } catch {
    return ''
  }
}
