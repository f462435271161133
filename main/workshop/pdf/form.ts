// What a PDF says about signatures: its catalogue, form and signature fields, what they permit (DocMDP, FieldMDP, usage rights),
// and its document security store. Bounded, loops are cut. Never a judgement, never a CMS.
import type { Pdf } from './file.ts'
import { spansOfEntries, troubled } from './tokens.ts'
import {
  asCount,
  asDictionary,
  asList,
  asName,
  asReference,
  asStream,
  asString,
  at,
  type Dictionary,
  type Reference,
  type Span,
  type Stream,
  textOf,
  type Value,
} from './values.ts'

export interface Contents extends Span {
  /** The CMS with the zeros behind it. `start` and `end` are the offsets of the string's delimiters in `source`. */
  readonly bytes: Uint8Array
  readonly hexadecimal: boolean
}

export interface SignatureField {
  readonly reference: Reference
  /** With the names of its parents, joined by dots (§12.7.3.2). */
  readonly name: string
  readonly field: Dictionary
  /** The signature dictionary, absent in an empty field. */
  readonly signature: Dictionary | undefined
  /** Number of the object that is the signature dictionary. */
  readonly signatureNumber: number | undefined
  readonly contents: Contents | undefined
  /** The field itself, or its kids, when they are widgets. */
  readonly widgets: readonly Reference[]
  /** What may change once it is signed (§12.7.4.5). */
  readonly lock: FieldLock | undefined
}

/** Fields that are locked, and the DocMDP level that goes with it (ISO 32000-2 Table 236). */
export interface FieldLock {
  readonly action: string
  readonly fields: readonly string[]
  readonly level: number | undefined
}

const MOST_FIELDS = 20_000

export function findCatalog(pdf: Pdf): { readonly reference: Reference; readonly dictionary: Dictionary } {
  const reference = asReference(at(pdf.trailer, 'Root'))
  const dictionary = asDictionary(pdf.look(reference))
  if (reference === undefined || asName(pdf.look(at(dictionary, 'Type'))) !== 'Catalog' || dictionary === undefined)
    throw troubled(pdf.budget, 'no-catalog')
  return { reference, dictionary }
}

export const findForm = (pdf: Pdf): Dictionary | undefined =>
  asDictionary(pdf.look(at(findCatalog(pdf).dictionary, 'AcroForm')))

/** Every signature field of the form, filled or empty, in the form's order (§12.7.4.5). */
export function listSignatureFields(pdf: Pdf): readonly SignatureField[] {
  const found: SignatureField[] = []
  const seen = new Set<number>()
  const visit = (value: Value, path: string, type: Value, depth: number): void => {
    const reference = asReference(value)
    const field = asDictionary(pdf.look(value))
    if (reference === undefined || field === undefined || seen.has(reference.object) || depth > 32) return
    seen.add(reference.object)
    if (seen.size > MOST_FIELDS) throw troubled(pdf.budget, 'too-many-fields')
    const part = textOf(pdf.look(at(field, 'T')))
    const name = part === undefined ? path : path === '' ? part : `${path}.${part}`
    const own = pdf.look(at(field, 'FT') ?? type)
    const kids = asList(pdf.look(at(field, 'Kids'))) ?? []
    const areWidgets = kids.every((kid) => at(asDictionary(pdf.look(kid)), 'T') === undefined)
    if (asName(own) === 'Sig' && areWidgets) found.push(describeField(pdf, reference, name, field, kids))
    else for (const kid of kids) visit(kid, name, own, depth + 1)
  }
  for (const field of asList(pdf.look(at(findForm(pdf), 'Fields'))) ?? []) visit(field, '', null, 0)
  return found
}

function describeField(
  pdf: Pdf,
  reference: Reference,
  name: string,
  field: Dictionary,
  kids: readonly Value[],
): SignatureField {
  const value = at(field, 'V')
  const signature = asDictionary(pdf.look(value))
  return {
    reference,
    name,
    field,
    signature,
    signatureNumber: asReference(value)?.object,
    contents: contentsOf(signature),
    widgets: kids.length === 0 ? [reference] : kids.flatMap((kid) => asReference(kid) ?? []),
    lock: readLock(pdf, at(field, 'Lock')),
  }
}

function contentsOf(signature: Dictionary | undefined): Contents | undefined {
  const bytes = asString(at(signature, 'Contents'))
  const span = signature === undefined ? undefined : spansOfEntries(signature).get('Contents')
  return bytes && span && { ...span, bytes, hexadecimal: span.source[span.start] === 0x3c }
}

function readLock(pdf: Pdf, value: Value | undefined): FieldLock | undefined {
  const lock = asDictionary(pdf.look(value))
  const action = asName(pdf.look(at(lock, 'Action')))
  if (action === undefined) return undefined
  const fields = (asList(pdf.look(at(lock, 'Fields'))) ?? []).flatMap((name) => textOf(pdf.look(name)) ?? [])
  return { action, fields, level: asCount(pdf.look(at(lock, 'P'))) }
}

/** Parameters of a transform (DocMDP, FieldMDP) among the references of a signature (§12.8.2); `null` when it has none. */
function transformOf(pdf: Pdf, signature: Dictionary | undefined, method: string): Dictionary | null | undefined {
  for (const item of asList(pdf.look(at(signature, 'Reference'))) ?? []) {
    const reference = asDictionary(pdf.look(item))
    if (asName(pdf.look(at(reference, 'TransformMethod'))) === method)
      return asDictionary(pdf.look(at(reference, 'TransformParams'))) ?? null
  }
  return undefined
}

/** The fields that a signature locked when it was made (§12.8.2.4). */
export const fieldsLockedBy = (pdf: Pdf, signature: Dictionary): FieldLock | undefined =>
  readLock(pdf, transformOf(pdf, signature, 'FieldMDP') ?? undefined)

/** The P of a certification signature (§12.8.2.2): 1 forbids any change; undefined when the document is not certified. */
export function certificationLevel(pdf: Pdf): number | undefined {
  const permissions = asDictionary(pdf.look(at(findCatalog(pdf).dictionary, 'Perms')))
  const certified = asDictionary(pdf.look(at(permissions, 'DocMDP')))
  if (certified === undefined) return undefined
  return asCount(pdf.look(at(transformOf(pdf, certified, 'DocMDP') ?? undefined, 'P'))) ?? 2
}

/** Rights that a reader program grants (§12.8.2.3); any change takes them away. */
export const hasUsageRights = (pdf: Pdf): boolean => {
  const permissions = asDictionary(pdf.look(at(findCatalog(pdf).dictionary, 'Perms')))
  return at(permissions, 'UR3') !== undefined || at(permissions, 'UR') !== undefined
}

export interface SecurityStore {
  readonly dictionary: Dictionary
  readonly certificates: readonly Stream[]
  readonly ocsps: readonly Stream[]
  readonly crls: readonly Stream[]
  /** Keys of /VRI: SHA-1 of the Contents of the signatures they speak of, upper-case hexadecimal. */
  readonly signatures: readonly string[]
}

const MOST_PROOFS = 10_000

/** Certificates and revocation answers kept for later (ISO 32000-2 §12.8.4.3); undefined when there are none. */
export function readSecurityStore(pdf: Pdf): SecurityStore | undefined {
  const dictionary = asDictionary(pdf.look(at(findCatalog(pdf).dictionary, 'DSS')))
  if (dictionary === undefined) return undefined
  const streams = (key: string): readonly Stream[] =>
    (asList(pdf.look(at(dictionary, key))) ?? [])
      .slice(0, MOST_PROOFS)
      .flatMap((item) => asStream(pdf.look(item)) ?? [])
  return {
    dictionary,
    certificates: streams('Certs'),
    ocsps: streams('OCSPs'),
    crls: streams('CRLs'),
    signatures: [...(asDictionary(pdf.look(at(dictionary, 'VRI')))?.keys() ?? [])].slice(0, MOST_PROOFS),
  }
}
