// Promises: whether a PDF lets a further signature field be added: what earlier signatures, rights and forms forbid.
// Never: a judgement of a signature's value, nor of how the file is written.
import {
  certificationLevel,
  type FieldLock,
  fieldsLockedBy,
  findCatalog,
  hasUsageRights,
  listSignatureFields,
} from '../../workshop/pdf/form.ts'
import { asDictionary, asList, at, textOf } from '../../workshop/pdf/values.ts'
import { broken } from './broken.ts'
import type { Pdf } from './file.ts'

/** FieldMDP (ISO 32000-2 §12.8.2.4): a lock on all fields leaves no room for a new one either. */
const isLocked = (lock: FieldLock, name: string): boolean =>
  lock.action === 'Include' ? lock.fields.includes(name) : lock.action !== 'Exclude' || !lock.fields.includes(name)

/**
 * Throws `broken` with what forbids signature fields of these names: `docmdp-p1` (certified without changes, §12.8.2.2),
 * `usage-rights` (a change would take them away, §12.8.2.3), `broken-form`, `xfa` (another program draws the pages, §12.7.8),
 * `field-name-taken`, `fields-locked`, `viewer-draws-fields` (signed, and viewers that draw fields anew would not show our face,
 * §12.7.2). A lock of a field that is still empty forbids nothing yet.
 */
export function requirePermission(file: Pdf, fieldNames: readonly string[]): void {
  const catalog = findCatalog(file).dictionary
  if (certificationLevel(file) === 1) broken('docmdp-p1')
  if (hasUsageRights(file)) broken('usage-rights')
  const form = file.look(at(catalog, 'AcroForm'))
  if (form === null) return
  const dictionary = asDictionary(form)
  const fields = file.look(at(dictionary, 'Fields'))
  if (dictionary === undefined || (fields !== null && asList(fields) === undefined)) broken('broken-form')
  if (at(dictionary, 'XFA') !== undefined) broken('xfa')
  for (const field of asList(fields) ?? []) {
    const name = textOf(file.look(at(asDictionary(file.look(field)), 'T')))
    if (name !== undefined && fieldNames.includes(name)) broken('field-name-taken')
  }
  for (const { signature, lock } of listSignatureFields(file)) {
    if (signature === undefined) continue
    if (file.look(at(dictionary, 'NeedAppearances')) === true) broken('viewer-draws-fields')
    const locked = fieldsLockedBy(file, signature) ?? lock
    if (locked === undefined) continue
    if (locked.level === 1) broken('docmdp-p1')
    if (fieldNames.some((name) => isLocked(locked, name))) broken('fields-locked')
  }
}
