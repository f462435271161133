// Promises: for every object of a PDF, where it shows: on which page, as a note, in which field, among the proofs.
// Never: one role alone; an object that serves two places has both, so that a change of it is named at both.
import type { CheckChange } from '../../../preload/contract/validation.ts'
import { findCatalog, findForm } from '../../workshop/pdf/form.ts'
import {
  asDictionary,
  asList,
  asName,
  asReference,
  at,
  type Dictionary,
  textOf,
  type Value,
} from '../../workshop/pdf/values.ts'
import type { Pdf } from '../pades/file.ts'
import { listPages } from '../pades/tree.ts'

export interface Role {
  readonly kind: CheckChange
  /** From 1. */
  readonly page?: number
  readonly field?: string
}

/** `container`: catalogue, page tree, pages, form, their lists: compared entry by entry (changes.ts). */
export type Roles = ReadonlyMap<number, readonly (Role | 'container')[]>

const MOST_FIELDS = 20_000

export function rolesIn(pdf: Pdf): Roles {
  const roles = new Map<number, (Role | 'container')[]>()
  const containers = new Set<number>()
  const contain = (value: Value | undefined): void => {
    const number = asReference(value)?.object
    if (number === undefined) return
    containers.add(number)
    roles.set(number, [...(roles.get(number) ?? []), 'container'])
  }
  /** What hangs together is walked once for each kind: of a picture on many pages the first page is named. */
  const walked = new Map<CheckChange, Set<number>>()
  const seenAs = (kind: CheckChange): Set<number> => {
    const before = kind === 'document' ? new Set(roles.keys()) : (walked.get(kind) ?? new Set<number>())
    walked.set(kind, before)
    return before
  }
  /** Everything that hangs on a value, up to what is a container. */
  const mark = (root: Value | undefined, role: Role, skip: readonly string[] = []): void => {
    const seen = seenAs(role.kind)
    const waiting: (readonly [Value, boolean])[] = [[root ?? null, true]]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [value, top] = next
      const reference = asReference(value)
      if (reference !== undefined) {
        if (seen.has(reference.object) || containers.has(reference.object)) continue
        seen.add(reference.object)
        roles.set(reference.object, [...(roles.get(reference.object) ?? []), role])
        waiting.push([pdf.read(reference.object), top])
        continue
      }
      for (const item of asList(value) ?? []) waiting.push([item, false])
      for (const [key, item] of asDictionary(value) ?? []) {
        if (key === 'Parent' || key === 'P' || (top && skip.includes(key))) continue
        waiting.push([item, false])
      }
    }
  }

  const catalog = findCatalog(pdf)
  const form = findForm(pdf)
  const pages = listPages(pdf)
  contain(catalog.reference)
  contain(at(catalog.dictionary, 'AcroForm'))
  contain(at(form, 'Fields'))
  for (const page of pages) {
    contain(page.reference)
    contain(at(page.dictionary, 'Annots'))
  }
  const nodes = nodesOf(pdf, at(catalog.dictionary, 'Pages'), containers)
  for (const number of nodes) roles.set(number, [{ kind: 'pages' }])
  for (const number of nodes) containers.add(number)
  for (const number of nodes) mark(at(asDictionary(pdf.read(number)), 'Resources'), { kind: 'content' })

  const fields = fieldsOf(pdf, form)
  for (const [index, { dictionary }] of pages.entries()) {
    const page = index + 1
    for (const [key, value] of dictionary)
      if (!['Annots', 'Parent'].includes(key)) mark(value, { kind: 'content', page })
    for (const item of asList(pdf.look(at(dictionary, 'Annots'))) ?? []) {
      const number = asReference(item)?.object
      if (number === undefined || !fields.has(number)) mark(item, { kind: 'annotations', page })
    }
  }
  for (const { reference, role } of fields.values()) mark(reference, role, ['Kids'])
  for (const key of ['DR', 'XFA', 'CO']) mark(at(form, key), { kind: 'form-values' })
  mark(at(catalog.dictionary, 'DSS'), { kind: 'validation-data' })
  mark(at(catalog.dictionary, 'Metadata'), { kind: 'metadata' })
  mark(at(pdf.trailer, 'Info'), { kind: 'metadata' })
  // Last: what hangs on a page or a field already is named there.
  for (const [key, value] of catalog.dictionary)
    if (!['AcroForm', 'DSS', 'Metadata', 'Pages', 'Perms'].includes(key)) mark(value, { kind: 'document' })
  return roles
}

/** Numbers of the nodes of the page tree that are no pages. */
function nodesOf(pdf: Pdf, root: Value | undefined, pages: ReadonlySet<number>): ReadonlySet<number> {
  const nodes = new Set<number>()
  const waiting: (Value | undefined)[] = [root]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const number = asReference(value)?.object
    if (number === undefined || nodes.has(number) || pages.has(number)) continue
    nodes.add(number)
    waiting.push(...(asList(pdf.look(at(asDictionary(pdf.read(number)), 'Kids'))) ?? []))
  }
  return nodes
}

interface FormObject {
  readonly reference: Value
  readonly role: Role
}

/** Fields and their widgets by number. */
function fieldsOf(pdf: Pdf, form: Dictionary | undefined): ReadonlyMap<number, FormObject> {
  const found = new Map<number, FormObject>()
  const visit = (value: Value, path: string, inherited: Value, depth: number): void => {
    const reference = asReference(value)
    const field = asDictionary(pdf.look(value))
    if (reference === undefined || field === undefined || found.has(reference.object) || depth > 32) return
    if (found.size >= MOST_FIELDS) return
    const part = textOf(pdf.look(at(field, 'T')))
    const name = part === undefined ? path : path === '' ? part : `${path}.${part}`
    const type = pdf.look(at(field, 'FT') ?? inherited)
    found.set(reference.object, { reference, role: roleOf(pdf, field, type, name) })
    for (const kid of asList(pdf.look(at(field, 'Kids'))) ?? []) visit(kid, name, type, depth + 1)
  }
  for (const item of asList(pdf.look(at(form, 'Fields'))) ?? []) visit(item, '', null, 0)
  return found
}

function roleOf(pdf: Pdf, field: Dictionary, type: Value, name: string): Role {
  if (asName(type) !== 'Sig') return { kind: 'form-values', field: name }
  const signature = asDictionary(pdf.look(at(field, 'V')))
  const stamp = asName(pdf.look(at(signature, 'SubFilter'))) === 'ETSI.RFC3161'
  return { kind: stamp ? 'timestamp' : 'signature', field: name }
}
