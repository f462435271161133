// Books (hộ chiếu, sổ hộ khẩu, học bạ …): a copy has every page of the original that carries information (TT 01/2020/TT-BTP Đ.10).
// Whether a page carries information only a person with the original in hand can say; nothing is guessed here.
import { z } from 'zod'
import type { Caller } from '../../preload/contract/border.ts'
import type { Document } from '../../preload/contract/document.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import { fold, type Law } from '../dossier/index.ts'
import type { PaperTitles, Scans } from '../scan/index.ts'
import type { Storage, Writer } from '../storage/index.ts'
import { eraseDocument } from './purge.ts'
import { type DocumentRow, findDocument, turnDocument } from './store.ts'

const Rule = z.object({ rule: z.string() })
const KEY = 'certification.whole-books'

/** A title is longer than its kind (`Hộ chiếu Nguyễn Thị Mẫu`) or shorter (`Học bạ`); a single word names no kind. Pure. */
export function bookKind(title: string, titles: PaperTitles): NonNullable<PaperTitles[number]['book']> | null {
  const said = fold(title).trim().split(/\s+/)
  const begins = (long: readonly string[], short: readonly string[]): boolean =>
    short.length > 1 && short.every((word, at) => long[at] === word)
  const found = titles.find(({ book, name }) => {
    const kind = fold(name).trim().split(/\s+/)
    return book !== undefined && (begins(said, kind) || begins(kind, said))
  })
  return found?.book ?? null
}

export interface Books {
  /** What the screen says of a book; null: the paper is none, or its rule is not in force (then nothing is confirmed). */
  of(row: DocumentRow): Document['book']
  /** May its comparison be confirmed? `pages-missing`: with `2/5`, or without when nobody counted. */
  complete(row: DocumentRow): Result<void>
  count(documentId: string, pages: number | null, caller: Caller): Result<void>
  takeApart(documentId: string, caller: Caller): Result<DocumentRow>
}

export function openBooks(parts: {
  readonly storage: Storage
  readonly audit: Audit
  readonly law: Law
  readonly scans: Pick<Scans, 'unfile'>
  readonly titles: PaperTitles
}): Books {
  const { storage, audit, law } = parts

  /** Null: no book. A book whose rule is not in force stops there, and says so. */
  function look(row: DocumentRow): Result<Document['book']> {
    const kind = row.certifiedCopy ? bookKind(row.title, parts.titles) : null
    if (kind === null) return ok(null)
    const found = law.get(KEY, Rule)
    if (!found.ok) return found
    const { rule } = found.value
    return ok({ cover: kind === 'cover-and-pages', counted: row.countedPages, rule, source: law.sourceOf(KEY) })
  }
  const of = (row: DocumentRow): Document['book'] => {
    const book = look(row)
    return book.ok ? book.value : null
  }
  const open = (w: Writer, documentId: string): DocumentRow | undefined => {
    const row = findDocument(w, documentId)
    return row?.state === 'made' && row.certifiedCopy ? row : undefined
  }

  return {
    of,
    complete: (row) => {
      const book = look(row)
      if (!book.ok) return book
      if (book.value === null) return ok(undefined)
      const { counted } = book.value
      if (counted === null) return refuse('pages-missing')
      return row.originalPages < counted ? refuse('pages-missing', `${row.originalPages}/${counted}`) : ok(undefined)
    },
    count: (documentId, pages, caller) =>
      storage.write((w) => {
        const row = open(w, documentId)
        if (row === undefined || of(row) === null) return fail({ kind: 'stale' })
        turnDocument(w, documentId, ['made'], { countedPages: pages })
        audit.append(w, {
          actor: caller.operatorId,
          event: pages === null ? 'document.count-taken-back' : 'document.pages-counted',
          subject: documentId,
          detail: { counted: pages ?? row.countedPages ?? 0, scanned: row.originalPages },
        })
        return ok(undefined)
      }),
    takeApart: (documentId, caller) =>
      storage.write((w) => {
        const row = open(w, documentId)
        if (row === undefined) return fail({ kind: 'stale' })
        parts.scans.unfile(w, documentId, row.title)
        eraseDocument(w, documentId)
        audit.append(w, {
          actor: caller.operatorId,
          event: 'document.taken-apart',
          subject: documentId,
          detail: { dossier: row.dossierId, file: row.file, pages: row.originalPages },
        })
        return ok(row)
      }),
  }
}
