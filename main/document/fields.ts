// The form of a paper (bóc tách dữ liệu, TT 01/2023 Đ.9): suggestions from the words on its pages, the card and the separator
// sheet, until a person confirms. Nothing is invented; what nobody confirmed is never passed on as known.
import { eq } from 'drizzle-orm'
import type { Caller } from '../../preload/contract/border.ts'
import { FIELDS, type Field, type FieldName, type Fields } from '../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import { findDossier } from '../dossier/index.ts'
import type { Scans, Words } from '../scan/index.ts'
import type { Reader, Storage, Writer } from '../storage/index.ts'
import { extractFields } from './extract-fields.ts'
import { type DocumentRow, findDocument } from './store.ts'
import { documentDocument, documentField } from './table.ts'

const empty = (name: FieldName): Field => ({ name, value: '', source: 'none', confidence: 0, place: null })

/** What is known without asking anybody, best source first: the title as filed, what stands on the pages, the card. Pure. */
export function suggest(known: {
  readonly title: string
  /** Null: from nobody in particular; then it is the page's when it stands there, else it was typed. */
  readonly titleFrom: 'separator' | 'typed' | null
  readonly owner: { readonly name: string; readonly number: string } | null
  readonly words: readonly Words[]
  readonly titles: readonly string[]
}): readonly Field[] {
  const read = extractFields(known.words, { titles: known.titles })
  const sure = (name: FieldName, value: string, source: Field['source']): Field => ({
    name,
    value,
    source,
    confidence: 1,
    place: null,
  })
  const seen = read.find(({ name }) => name === 'title')
  const place = seen?.place ?? null
  const title: Field =
    known.titleFrom === null && seen !== undefined && seen.value === known.title
      ? seen
      : { ...sure('title', known.title, known.titleFrom ?? 'typed'), place }
  const given: Partial<Record<FieldName, Field>> = { title }
  const fallback: Partial<Record<FieldName, Field>> =
    known.owner === null
      ? {}
      : { owner: sure('owner', known.owner.name, 'card'), ownerId: sure('ownerId', known.owner.number, 'card') }
  return FIELDS.map((name) => given[name] ?? read.find((field) => field.name === name) ?? fallback[name] ?? empty(name))
}

export interface FieldBook {
  show(documentId: string): Result<Fields>
  confirm(documentId: string, values: readonly { name: FieldName; value: string }[], caller: Caller): Result<Fields>
  /** The words of a page of this document are there. */
  heard(documentId: string): void
}

export function openFields(parts: {
  readonly storage: Storage
  readonly audit: Audit
  readonly scans: Pick<Scans, 'pagesOf' | 'wordsOf' | 'isReading'>
  readonly titles: readonly string[]
  readonly now: () => Date
  readonly changed: (fields: Fields) => void
  readonly told: (documentId: string) => void
}): FieldBook {
  const { storage, audit, scans, now } = parts

  function suggested(r: Reader, row: DocumentRow): readonly Field[] {
    const pages = scans.pagesOf(r, row.id)
    const words = scans.wordsOf(
      r,
      pages.map((page) => page.id),
    )
    const dossier = findDossier(r, row.dossierId)
    const nothing: Words = { width: 1, height: 1, words: [] }
    return suggest({
      title: row.title,
      titleFrom:
        pages.map((page) => (page.title === row.title ? page.titleFrom : 'none')).find((from) => from !== 'none') ??
        null,
      owner: dossier === undefined ? null : { name: dossier.citizenName, number: dossier.citizenNumber },
      words: words.map((one) => one ?? nothing),
      titles: parts.titles,
    })
  }
  function confirmed(r: Reader | Writer, row: DocumentRow): readonly Field[] {
    const rows = r.select().from(documentField).where(eq(documentField.documentId, row.id)).all()
    return FIELDS.map((name) => {
      const found = rows.find((one) => one.name === name)
      return found === undefined
        ? empty(name)
        : {
            name,
            value: found.value,
            source: found.source,
            confidence: found.confidence,
            place: found.place === null ? null : (JSON.parse(found.place) as Field['place']),
          }
    })
  }
  function show(documentId: string): Result<Fields> {
    return storage.read((r): Result<Fields> => {
      const row = findDocument(r, documentId)
      if (row === undefined) return fail({ kind: 'stale' })
      const isConfirmed = row.fields === 'confirmed'
      return ok({
        documentId,
        file: row.file,
        reading: scans.isReading(
          r,
          scans.pagesOf(r, documentId).map((page) => page.id),
        ),
        fields: [...(isConfirmed ? confirmed(r, row) : suggested(r, row))],
        confirmed: row.fieldsAt === null ? null : { by: row.fieldsByName ?? '', at: row.fieldsAt },
      })
    })
  }

  return {
    show,
    confirm: (documentId, values, caller) => {
      const before = show(documentId)
      if (!before.ok) return before
      const row = storage.read((r) => findDocument(r, documentId))
      if (row === undefined) return fail({ kind: 'stale' })
      if (row.purgedAt !== null) return refuse('images-removed')
      // TT 01/2023 Đ.8: the person who scanned signs before data are extracted; a certified copy starts from the unsigned capture.
      if (!row.certifiedCopy && row.scanSignedAt === null) return refuse('scan-signature-missing')
      storage.write((w) => {
        w.delete(documentField).where(eq(documentField.documentId, documentId)).run()
        for (const field of before.value.fields) {
          const given = values.find((one) => one.name === field.name)?.value ?? field.value
          if (given === '') continue
          const same = given === field.value
          w.insert(documentField)
            .values({
              documentId,
              name: field.name,
              value: given,
              source: same ? field.source : 'typed',
              confidence: same ? field.confidence : 1,
              place: same && field.place !== null ? JSON.stringify(field.place) : null,
            })
            .run()
        }
        w.update(documentDocument)
          .set({
            fields: 'confirmed',
            fieldsBy: caller.operatorId,
            fieldsByName: caller.name,
            fieldsAt: now().toISOString(),
          })
          .where(eq(documentDocument.id, documentId))
          .run()
        audit.append(w, {
          actor: caller.operatorId,
          event: 'document.fields-confirmed',
          subject: documentId,
          detail: { dossier: row.dossierId },
        })
      })
      const after = show(documentId)
      if (after.ok) parts.changed(after.value)
      parts.told(documentId)
      return after
    },
    heard: (documentId) => {
      const turned = storage.write((w) => {
        const row = findDocument(w, documentId)
        if (row === undefined || row.purgedAt !== null || row.fields === 'confirmed') return false
        if (row.fields === 'none')
          w.update(documentDocument).set({ fields: 'suggested' }).where(eq(documentDocument.id, documentId)).run()
        return true
      })
      if (!turned) return
      const now = show(documentId)
      if (now.ok) parts.changed(now.value)
      parts.told(documentId)
    },
  }
}
