// Promises: whether a PDF that somebody brings can be signed, before a number is taken: as it is, as a repaired new file, or not,
// with the reason. What is accepted can be signed twice without a further look.
// Never: a changed byte of a file that carries a signature, and never a signature's value judged (acceptance-earlier.ts).
import { MENDED, NOT_KEPT } from '../../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { openAnyPdf, searchPdf } from '../../workshop/pdf/file.ts'
import { listSignatureFields } from '../../workshop/pdf/form.ts'
import { findPages } from '../../workshop/pdf/rebuild-pages.ts'
import { rewritePdf } from '../../workshop/pdf/rewrite.ts'
import type { Note } from '../../workshop/pdf/tokens.ts'
import { asBuffer } from '../../workshop/pdf/values.ts'
import { type Carried, type Content, inspectContent } from './acceptance-content.ts'
import { requirePermission } from './acceptance-permission.ts'
import { broken, readingForeign, reasonOf } from './broken.ts'
import { openPdf, type Pdf } from './file.ts'
import { requireChangeable } from './prepare.ts'
import { listPages, type Page, shownSize } from './tree.ts'
import { firstFreeNumber, requireSoundStructure } from './update.ts'

type Mended = (typeof MENDED)[number]

/** What no writing anew would change. */
const FINAL: readonly string[] = ['no-pages', 'page-too-small']

export interface Accepted {
  /** `repaired`: `file` is a new file with the same pages; the clerk is told, and it is the new file that is compared and signed. */
  readonly as: 'it-is' | 'repaired'
  /** The bytes to be signed; the given ones for `it-is`. */
  readonly file: Uint8Array
  /** Why it was written anew; undefined for `it-is`. */
  readonly because?: Mended
  /** Signatures that stand in it already, time stamps among them. */
  readonly signatures: number
  readonly pages: number
  /** What is carried along without being seen on the pages. */
  readonly carried: readonly Carried[]
}

/** Bytes; signing needs about three times as much memory. */
const LARGEST = 512 * 1024 * 1024
/** Points: smaller marks could not be read. */
const LEAST_PAGE = { width: 200, height: 120 }
/** Not wrong enough to hinder viewers, but no two programs mend it the same way. */
const NOTED: readonly Note[] = ['wrong-length', 'no-end', 'doubled-key', 'foreign-hexadecimal']

/**
 * `fieldNames`: of the signatures to come. Pure and deterministic. Refuses `file-too-large`, and `pdf-unsupported` with one of
 * `NOT_KEPT` (preload/contract); `malformed file` for what nobody thought of. Never throws.
 */
export function acceptForSigning(pdf: Uint8Array, fieldNames: readonly string[]): Result<Accepted> {
  if (pdf.length > LARGEST) return refuse('file-too-large')
  const answer = readingForeign(() => decide(pdf, fieldNames))
  return answer.ok || answer.failure.kind === 'refused' ? answer : fail({ kind: 'malformed', what: 'file' })
}

function decide(bytes: Uint8Array, fieldNames: readonly string[]): Result<Accepted> {
  const reasons = (reason: string): Result<never> =>
    refuse('pdf-unsupported', NOT_KEPT.find((known) => known === reason) ?? 'unreadable')
  const found = attempt(() => openAndInspect(bytes))
  if (!found.ok) return reasons(found.reason)
  const { pdf, content, mended } = found.value
  if (pdf.encrypted === 'password') return reasons('password')
  const [forbidden] = content.forbidden
  if (forbidden !== undefined) return reasons(forbidden)
  const permitted = attempt(() => requirePermission(pdf, fieldNames))
  // A catalogue that does not say that it is one is given its name when the file is written anew.
  if (!permitted.ok && permitted.reason !== 'no-catalog') return reasons(permitted.reason)

  const sound = mended !== undefined ? lost(mended) : attempt(() => requireReady(bytes, fieldNames, content))
  const { carried } = content
  if (sound.ok) return ok({ as: 'it-is', file: bytes, ...sound.value, carried })
  if (FINAL.includes(sound.reason)) return reasons(sound.reason)
  // Whoever signed it signed these bytes: a new file would not be signed any more.
  if (content.signature || hasTraceOfSignature(bytes))
    return reasons(sound.reason === 'encrypted' ? 'signed-and-encrypted' : 'signed-and-broken')
  const written = attempt(() => rewritePdf(pdf))
  if (!written.ok) return reasons(written.reason)
  const { missing, oddities, bytes: file, pages } = written.value
  const incomplete = pdf.searched && (missing.length > 0 || content.truncated)
  if (incomplete || oddities.includes('no-node')) return reasons('incomplete')
  const ready = attempt(() => requireReady(file, fieldNames, inspectContent(openPdf(file))))
  if (!ready.ok || ready.value.pages !== pages) return reasons(ready.ok ? 'broken-pages' : ready.reason)
  return ok({ as: 'repaired', file: new Uint8Array(file), because: mendedOf(sound.reason), ...ready.value, carried })
}

const mendedOf = (reason: string): Mended => MENDED.find((known) => known === reason) ?? 'broken-object'

const NOTHING: Content = { forbidden: [], carried: [], signature: false, truncated: false, highestReference: 0 }

interface Inspected {
  readonly pdf: Pdf
  readonly content: Content
  /** Why objects had to be read as viewers read them; undefined when they had not. */
  readonly mended: string | undefined
}

/** By its cross-reference when every object can be read that way, else by searching. */
function openAndInspect(bytes: Uint8Array): Inspected {
  if (asBuffer(bytes).subarray(0, 1024).indexOf('%PDF-') < 0) broken('no-header')
  const notes = new Set<Note>()
  const inspect = (pdf: Pdf): Inspected => {
    const content = pdf.encrypted === 'password' ? NOTHING : inspectContent(pdf)
    const mended = pdf.searched ? 'broken-xref' : NOTED.some((note) => notes.has(note)) ? 'broken-object' : undefined
    return { pdf, content, mended }
  }
  const first = attempt(() => openAnyPdf(bytes, { notes }))
  const inspected = first.ok ? attempt(() => inspect(first.value)) : first
  if (inspected.ok || (first.ok && first.value.searched))
    return inspected.ok ? inspected.value : broken(inspected.reason)
  return inspect(searchPdf(bytes, { notes, mend: true }))
}

/** What `prepareSignature` asks of a file, for any page of it; and no reference that leads nowhere would lead to our objects. */
function requireReady(
  bytes: Uint8Array,
  fieldNames: readonly string[],
  { highestReference }: Content,
): { readonly pages: number; readonly signatures: number } {
  const file = openPdf(bytes)
  if (highestReference >= firstFreeNumber(file)) broken('loose-references')
  requireSoundStructure(file)
  requirePermission(file, fieldNames)
  const pages = listPages(file)
  if (pages.length === 0) broken('no-pages')
  if (!findPages(file).sound) broken('broken-pages')
  for (const page of [pages[0], pages.at(-1)]) if (page !== undefined && !hasRoom(page)) broken('page-too-small')
  requireChangeable(file, pages)
  return {
    pages: pages.length,
    signatures: listSignatureFields(file).filter((field) => field.signature !== undefined).length,
  }
}

/** Of the first and the last page, where marks stand. */
function hasRoom(page: Page): boolean {
  const { width, height } = shownSize(page)
  return width >= LEAST_PAGE.width && height >= LEAST_PAGE.height
}

const hasTraceOfSignature = (bytes: Uint8Array): boolean => asBuffer(bytes).includes('/ByteRange')

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }
const lost = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason })

function attempt<T>(what: () => T): Attempt<T> {
  try {
    return { ok: true, value: what() }
  } catch (trouble) {
    return lost(reasonOf(trouble) ?? 'unreadable')
  }
}
