// Promises: what was appended after a signature: nothing, further signatures only, or anything else.
// Never: the benefit of the doubt; every appended byte must belong to an object that a further signature needs.
import type { Section } from '../../workshop/pdf/cross-reference.ts'
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
import type { Pdf } from './file.ts'
import { listPages } from './tree.ts'
import { isSame, isSameExcept } from './values.ts'

export type LaterChanges = 'none' | 'signature-only' | 'other'

/** Compares the revision that a signature covers with the whole file. */
export function findLaterChanges(signed: Pdf, whole: Pdf): LaterChanges {
  const added = whole.bytes.subarray(signed.bytes.length)
  if (added.every((byte) => isWhite(byte))) return 'none'
  try {
    const newer = newerSections(signed, whole)
    if (newer === undefined || !isWhollyExplained(signed, whole, newer)) return 'other'
    return isFurtherSignature(signed, whole, touchedBy(newer, signed)) ? 'signature-only' : 'other'
  } catch {
    return 'other'
  }
}

/** Sections that came after a revision; undefined when the file does not go on from it. */
export function newerSections(signed: Pdf, whole: Pdf): readonly Section[] | undefined {
  const own = whole.sections.findIndex((section) => section.start === signed.start)
  return own > 0 ? whole.sections.slice(0, own) : undefined
}

/** Numbers that the newer sections give another place. */
export function touchedBy(newer: readonly Section[], signed: Pdf): ReadonlySet<number> {
  const touched = new Set<number>()
  for (const section of newer)
    for (const [number, entry] of section.entries) {
      const before = signed.entries.get(number)
      const free = entry.kind === 'free' && (before === undefined || before.kind === 'free')
      const restated = entry.kind === 'here' && before?.kind === 'here' && entry.offset === before.offset
      if (number > 0 && !free && !restated) touched.add(number)
    }
  return touched
}

/** Every appended byte, up to `until`, stands in an object or a section of the newer revisions; between them only their ends. */
export function isWhollyExplained(
  signed: Pdf,
  whole: Pdf,
  newer: readonly Section[],
  until = whole.bytes.length,
): boolean {
  const from = signed.bytes.length
  const pieces: (readonly [number, number])[] = []
  for (const section of newer) {
    if (section.hybrid || section.start < from) return false
    pieces.push([section.start, section.end])
    for (const [number, entry] of section.entries) {
      if (entry.kind !== 'here' || entry.offset < from) continue
      const object = whole.readAt(entry.offset)
      if (object.number !== number || object.generation !== entry.generation) return false
      pieces.push([entry.offset, object.end])
    }
  }
  pieces.push([until, until])
  let reached = from
  for (const [start, end] of pieces.sort((a, b) => a[0] - b[0])) {
    if (start > reached && !isBetween(latin1(whole.bytes, reached, start))) return false
    reached = Math.max(reached, end)
  }
  return true
}

const isBetween = (text: string): boolean =>
  text.length < 1000 && /^[\0\t\n\f\r ]*$/.test(text.replaceAll(/startxref[\r\n ]+\d{1,15}[\r\n ]+%%EOF/g, ''))

function isFurtherSignature(signed: Pdf, whole: Pdf, touched: ReadonlySet<number>): boolean {
  if (
    !isSame(at(signed.trailer, 'Root'), at(whole.trailer, 'Root')) ||
    !isSame(at(signed.trailer, 'Info'), at(whole.trailer, 'Info'))
  )
    return false
  if (at(whole.trailer, 'Encrypt') !== undefined) return false
  const fields = compareForms(signed, whole)
  const pages = fields === undefined ? undefined : comparePages(signed, whole, touched, fields.widgets)
  const before = findCatalog(signed)
  const after = findCatalog(whole)
  if (
    fields === undefined ||
    pages === undefined ||
    !isSameExcept(before.dictionary, after.dictionary, ['AcroForm', 'DSS', 'Extensions', 'Version'])
  )
    return false
  const replaceable = new Set([
    before.reference.object,
    ...fields.replaceable,
    ...pages,
    ...reachable(signed, [at(before.dictionary, 'DSS')], () => true),
  ])
  const isNew = (number: number): boolean => (signed.entries.get(number) ?? { kind: 'free' }).kind === 'free'
  const roots = [at(after.dictionary, 'AcroForm'), at(after.dictionary, 'DSS'), ...fields.roots]
  const needed = reachable(whole, roots, (number) => isNew(number) || fields.replaceable.has(number))
  return [...touched].every((number) => {
    if (!isNew(number)) return replaceable.has(number) || isSame(signed.read(number), whole.read(number))
    const type = asName(at(asDictionary(whole.read(number)), 'Type'))
    return needed.has(number) || pages.has(number) || type === 'XRef' || type === 'ObjStm'
  })
}

interface FormChanges {
  /** References to the new or newly filled signature fields and what hangs on them. */
  readonly roots: readonly Value[]
  /** Their numbers, which pages may list as annotations. */
  readonly widgets: ReadonlySet<number>
  /** Old objects that may differ: the form, its list, fields that were empty. */
  readonly replaceable: ReadonlySet<number>
}

const FORM_MAY_GAIN: readonly string[] = ['Fields', 'SigFlags', 'DR', 'DA']

/** Resources and default appearance may be added by other signing programs; what was there is what fields are drawn with, and stays. */
export function keepsForm(signed: Pdf, whole: Pdf, before: Dictionary, after: Dictionary): boolean {
  if (!isSameExcept(before, after, FORM_MAY_GAIN)) return false
  if (at(before, 'DA') !== undefined && !isSame(at(before, 'DA'), at(after, 'DA'))) return false
  const [old, now] = [asDictionary(signed.look(at(before, 'DR'))), asDictionary(whole.look(at(after, 'DR')))]
  return [...(old ?? [])].every(([kind, value]) => {
    const [were, are] = [asDictionary(signed.look(value)), asDictionary(whole.look(at(now, kind)))]
    return were === undefined
      ? isSame(value, at(now, kind))
      : [...were].every(([name, resource]) => isSame(resource, at(are, name)))
  })
}

/** Undefined when the form changed in another way than by signature fields. */
function compareForms(signed: Pdf, whole: Pdf): FormChanges | undefined {
  const [before, after] = [findForm(signed), findForm(whole)]
  if (after === undefined)
    return before === undefined ? { roots: [], widgets: new Set(), replaceable: new Set() } : undefined
  if (
    !(before === undefined
      ? [...after.keys()].every((key) => FORM_MAY_GAIN.includes(key))
      : keepsForm(signed, whole, before, after))
  )
    return undefined
  const grown = additions(
    asList(signed.look(at(before, 'Fields'))) ?? [],
    asList(whole.look(at(after, 'Fields'))) ?? [],
  )
  if (grown === undefined) return undefined
  const filled = listSignatureFields(signed).filter((field) => field.signature === undefined)
  for (const field of filled) {
    const now = asDictionary(whole.read(field.reference.object))
    if (now === undefined || !isSameExcept(field.field, now, ['V', 'AP', 'M'])) return undefined
  }
  if (!grown.every((item) => isNewSignature(signed, whole, item))) return undefined
  const widgets = new Set(grown.flatMap((item) => asReference(item)?.object ?? []))
  const standing = [
    at(findCatalog(signed).dictionary, 'AcroForm'),
    at(before, 'Fields'),
    ...filled.map((field) => field.reference),
  ]
  return {
    roots: [...grown, ...filled.map((field) => field.reference)],
    widgets,
    replaceable: new Set(standing.flatMap((value) => asReference(value)?.object ?? [])),
  }
}

/** What a list gained at its end; undefined when anything else happened to it. */
function additions(before: readonly Value[], after: readonly Value[]): readonly Value[] | undefined {
  return before.every((item, i) => isSame(item, after[i])) ? after.slice(before.length) : undefined
}

function isNewSignature(signed: Pdf, whole: Pdf, item: Value): boolean {
  const reference = asReference(item)
  const field = asDictionary(whole.look(item))
  if (
    reference === undefined ||
    field === undefined ||
    (signed.entries.get(reference.object)?.kind ?? 'free') !== 'free'
  )
    return false
  const plain = ['A', 'AA', 'Kids', 'Parent'].every((key) => at(field, key) === undefined)
  const signature = asDictionary(whole.look(at(field, 'V')))
  return (
    plain && asName(at(field, 'FT')) === 'Sig' && signature !== undefined && at(signature, 'ByteRange') !== undefined
  )
}

/** Numbers of the pages and annotation lists that gained nothing but widgets; undefined when a page changed otherwise. */
function comparePages(
  signed: Pdf,
  whole: Pdf,
  touched: ReadonlySet<number>,
  widgets: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  const changed = new Set<number>()
  const [before, after] = [listPages(signed), listPages(whole)]
  if (before.length !== after.length) return undefined
  for (const [i, page] of before.entries()) {
    const now = after[i]
    if (now === undefined || !isSame(page.reference, now.reference)) return undefined
    const lists = [at(page.dictionary, 'Annots'), at(now.dictionary, 'Annots')] as const
    const numbers = [page.reference.object, ...lists.flatMap((list) => asReference(list)?.object ?? [])]
    if (!numbers.some((number) => touched.has(number))) continue
    if (!isSameExcept(page.dictionary, now.dictionary, ['Annots'])) return undefined
    const grown = additions(asList(signed.look(lists[0])) ?? [], asList(whole.look(lists[1])) ?? [])
    if (grown === undefined || !grown.every((item) => widgets.has(asReference(item)?.object ?? -1))) return undefined
    for (const number of numbers) changed.add(number)
  }
  return changed
}

/** Numbers reached from the roots through references, each followed only when `follow` allows. */
function reachable(
  pdf: Pdf,
  roots: readonly (Value | undefined)[],
  follow: (number: number) => boolean,
): ReadonlySet<number> {
  const reached = new Set<number>()
  const waiting: Value[] = roots.map((root) => root ?? null)
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const reference = asReference(value)
    if (reference !== undefined) {
      if (reached.has(reference.object) || !follow(reference.object)) continue
      reached.add(reference.object)
      waiting.push(pdf.read(reference.object))
    }
    waiting.push(...(asList(value) ?? []), ...(asDictionary(value)?.values() ?? []))
  }
  return reached
}
