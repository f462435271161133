// Promises: what was changed after a signature, named by where it shows: pages, notes, form values, proofs, hidden objects.
// Never: the benefit of the doubt; an object that cannot be placed is hidden, and a change that later-changes.ts objects to
// is never called a signature only.
import type { CheckChange } from '../../../preload/contract/validation.ts'
import { findCatalog, findForm, listSignatureFields } from '../../workshop/pdf/form.ts'
import { isWhite } from '../../workshop/pdf/tokens.ts'
import {
  asDictionary,
  asList,
  asName,
  asReference,
  at,
  type Dictionary,
  latin1,
  type Value,
} from '../../workshop/pdf/values.ts'
import type { Pdf } from '../pades/file.ts'
import { findLaterChanges, isWhollyExplained, keepsForm, newerSections, touchedBy } from '../pades/later-changes.ts'
import { listPages } from '../pades/tree.ts'
import { isSame, isSameExcept } from '../pades/values.ts'
import { type Role, rolesIn } from './roles.ts'

export interface Changes {
  readonly kinds: readonly CheckChange[]
  /** From 1. */
  readonly pages: readonly number[]
  /** Names of the fields whose value or look changed. */
  readonly fields: readonly string[]
}

const NONE: Changes = { kinds: [], pages: [], fields: [] }
const HARMLESS: readonly CheckChange[] = ['signature', 'timestamp', 'validation-data']

/** Compares the revision that a signature covers with the whole file. */
export function describeChanges(signed: Pdf, whole: Pdf): Changes {
  const strict = findLaterChanges(signed, whole)
  if (strict === 'none') return NONE
  try {
    const found = classify(signed, whole)
    const kinds = strict === 'signature-only' ? found.kinds.filter((kind) => HARMLESS.includes(kind)) : found.kinds
    if (strict === 'other' && kinds.every((kind) => HARMLESS.includes(kind)))
      return { ...found, kinds: [...kinds, 'hidden-objects'] }
    return { ...found, kinds }
  } catch {
    return { ...NONE, kinds: ['hidden-bytes'] }
  }
}

function classify(signed: Pdf, whole: Pdf): Changes {
  const kinds = new Set<CheckChange>()
  const pages = new Set<number>()
  const fields = new Set<string>()
  const newer = newerSections(signed, whole)
  for (const kind of bytesOf(signed, whole)) kinds.add(kind)
  const explained =
    newer === undefined
      ? whole.start === signed.start
      : isWhollyExplained(signed, whole, newer, whole.end < 0 ? undefined : whole.end)
  if (!explained) kinds.add('hidden-bytes')
  if (newer === undefined) return { kinds: [...kinds], pages: [], fields: [] }

  const see = (role: Role): void => {
    kinds.add(role.kind)
    if (role.page !== undefined) pages.add(role.page)
    if (role.field !== undefined && !HARMLESS.includes(role.kind)) fields.add(role.field)
  }
  for (const role of [...rootChanges(signed, whole), ...pageChanges(signed, whole), ...formChanges(signed, whole)])
    see(role)
  const [before, after] = [rolesIn(signed), rolesIn(whole)]
  const filled = new Set(listSignatureFields(signed).flatMap(({ name, signature }) => (signature ? [name] : [])))
  /** What belonged to a signature that was there may not change, its face included. */
  const replaced = (role: Role | 'container'): Role | 'container' =>
    role !== 'container' && role.field !== undefined && filled.has(role.field) && role.kind !== 'form-values'
      ? { ...role, kind: 'signature-replaced' }
      : role
  for (const number of touchedBy(newer, signed)) {
    const [old, now] = [signed.read(number), whole.read(number)]
    if (isSame(old, now)) continue
    const type = asName(at(asDictionary(now), 'Type'))
    const roles = [...(before.get(number) ?? []).map(replaced), ...(after.get(number) ?? [])]
    for (const role of roles) if (role !== 'container') see(role)
    if (roles.length === 0 && type !== 'XRef' && type !== 'ObjStm' && now !== null) kinds.add('hidden-objects')
  }
  return { kinds: [...kinds], pages: [...pages].sort((a, b) => a - b), fields: [...fields] }
}

/** What stands behind the last `%%EOF`; without a later section everything that follows the signed part. */
function bytesOf(signed: Pdf, whole: Pdf): readonly CheckChange[] {
  const from = whole.start === signed.start ? signed.bytes.length : Math.max(whole.end, signed.bytes.length)
  const rest = whole.bytes.subarray(from)
  if (whole.end < 0 || rest.every((byte) => isWhite(byte))) return []
  return [/obj|xref|stream|%%EOF/.test(latin1(rest)) ? 'hidden-bytes' : 'bytes-after-end']
}

const ROOT_KINDS: ReadonlyMap<string, CheckChange> = new Map([
  ['DSS', 'validation-data'],
  ['Metadata', 'metadata'],
  ['Pages', 'pages'],
])

/** Keys of the catalogue and of the trailer that say something else now. */
function rootChanges(signed: Pdf, whole: Pdf): readonly Role[] {
  const [before, after] = [findCatalog(signed).dictionary, findCatalog(whole).dictionary]
  const roles: Role[] = []
  if (!isSame(at(signed.trailer, 'Root'), at(whole.trailer, 'Root'))) roles.push({ kind: 'document' })
  if (!isSame(at(signed.trailer, 'Info'), at(whole.trailer, 'Info'))) roles.push({ kind: 'metadata' })
  if (at(whole.trailer, 'Encrypt') !== undefined) roles.push({ kind: 'document' })
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [at(before, key), at(after, key)]
    if (['AcroForm', 'Extensions', 'Version'].includes(key) || isSame(old, now)) continue
    roles.push({ kind: ROOT_KINDS.get(key) ?? 'document' })
  }
  return roles
}

function pageChanges(signed: Pdf, whole: Pdf): readonly Role[] {
  const [before, after] = [listPages(signed), listPages(whole)]
  const roles: Role[] = []
  if (before.length !== after.length || !before.every((page, i) => isSame(page.reference, after[i]?.reference ?? null)))
    roles.push({ kind: 'pages' })
  for (const [i, page] of before.entries()) {
    const now = after[i]
    if (now === undefined || !isSame(page.reference, now.reference)) continue
    const turned = page.rotate !== now.rotate || !page.box.every((edge, side) => edge === now.box[side])
    if (turned || !isSameExcept(page.dictionary, now.dictionary, ['Annots', 'Tabs']))
      roles.push({ kind: 'content', page: i + 1 })
    if (!annotationsGrew(signed, whole, page.dictionary, now.dictionary))
      roles.push({ kind: 'annotations', page: i + 1 })
  }
  return roles
}

/** The list of annotations is as it was, or gained widgets of signatures alone; what they hold is looked at as objects. */
function annotationsGrew(signed: Pdf, whole: Pdf, before: Dictionary, after: Dictionary): boolean {
  const old = asList(signed.look(at(before, 'Annots'))) ?? []
  const now = asList(whole.look(at(after, 'Annots'))) ?? []
  if (!old.every((item, i) => isSame(item, now[i]))) return false
  return now.slice(old.length).every((item) => {
    const annotation = asDictionary(whole.look(item))
    return asReference(item) !== undefined && asName(whole.look(at(annotation, 'FT'))) === 'Sig'
  })
}

function formChanges(signed: Pdf, whole: Pdf): readonly Role[] {
  const roles: Role[] = []
  const [before, after] = [findForm(signed), findForm(whole)]
  if (before !== undefined && (after === undefined || !keepsForm(signed, whole, before, after)))
    roles.push({ kind: 'form-values' })
  const list = (pdf: Pdf, form: Dictionary | undefined): readonly Value[] => asList(pdf.look(at(form, 'Fields'))) ?? []
  const [old, now] = [list(signed, before), list(whole, after)]
  if (!old.every((item, i) => isSame(item, now[i]))) roles.push({ kind: 'form-values' })
  const were = new Map(listSignatureFields(signed).map((field) => [field.reference.object, field]))
  for (const field of listSignatureFields(whole)) {
    const was = were.get(field.reference.object)
    were.delete(field.reference.object)
    if (field.signature === undefined) {
      if (was === undefined) roles.push({ kind: 'form-values', field: field.name })
      continue
    }
    if (was?.signature === undefined) roles.push({ kind: kindOf(whole, field.signature), field: field.name })
    else if (!isSame(was.signature, field.signature) || was.contents?.start !== field.contents?.start)
      roles.push({ kind: 'signature-replaced', field: field.name })
  }
  for (const gone of were.values()) if (gone.signature !== undefined) roles.push({ kind: 'signature-replaced' })
  return roles
}

const kindOf = (pdf: Pdf, signature: Dictionary): CheckChange =>
  asName(pdf.look(at(signature, 'SubFilter'))) === 'ETSI.RFC3161' ? 'timestamp' : 'signature'
