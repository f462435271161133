// Where each document rests while it is signed: one row a document, one transaction a step.
import { deserialize, serialize } from 'node:v8'
import { asc, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { Failure } from '../../preload/contract/result.ts'
import { type Looks, placeholdersOf, type Reader, type Writer } from '../storage/index.ts'
import type { Prepared, Signer } from './pades/index.ts'
import type { Line, Place } from './steps.ts'
import { signatureItem } from './table.ts'

export type ItemRow = typeof signatureItem.$inferSelect
export type ItemState = ItemRow['state']

const MOST_AT_ONCE = 500

const byDocument = (db: Looks) =>
  db
    .select()
    .from(signatureItem)
    .where(eq(signatureItem.documentId, sql.placeholder('documentId')))
    .prepare()
export const findItem = (r: Reader | Writer, documentId: string): ItemRow | undefined =>
  r.kept(byDocument).get({ documentId })

/** What a row says beside the signature in hand, which may be some 40 KB. */
export type Rest = Pick<
  ItemRow,
  'documentId' | 'state' | 'shownFile' | 'officerFingerprint' | 'agencyFingerprint' | 'attestedAt' | 'signingAt'
>
const restByDocument = (db: Looks) => {
  const { documentId, state, shownFile, officerFingerprint, agencyFingerprint, attestedAt, signingAt } = signatureItem
  return db
    .select({ documentId, state, shownFile, officerFingerprint, agencyFingerprint, attestedAt, signingAt })
    .from(signatureItem)
    .where(eq(documentId, sql.placeholder('documentId')))
    .prepare()
}
export const findRest = (r: Reader | Writer, documentId: string): Rest | undefined =>
  r.kept(restByDocument).get({ documentId })

/** Ids only: a row may hold some 40 KB while its signature is closed. */
export const idsIn = (r: Reader | Writer, states: readonly ItemState[]): readonly string[] =>
  r
    .select({ id: signatureItem.documentId })
    .from(signatureItem)
    .where(inArray(signatureItem.state, [...states]))
    .orderBy(asc(signatureItem.documentId))
    .all()
    .map(({ id }) => id)

/** Where the documents rest; those without a row are waiting. */
export function restsOf(
  r: Reader,
  ids: readonly string[],
): ReadonlyMap<string, { readonly state: ItemState; readonly failure: Failure | null }> {
  const rests = new Map<string, { readonly state: ItemState; readonly failure: Failure | null }>()
  for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
    const rows = r
      .select({ id: signatureItem.documentId, state: signatureItem.state, failure: signatureItem.failure })
      .from(signatureItem)
      .where(inArray(signatureItem.documentId, ids.slice(from, from + MOST_AT_ONCE)))
      .all()
    for (const { id, state, failure } of rows)
      rests.set(id, { state, failure: failure === null ? null : (JSON.parse(failure) as Failure) })
  }
  return rests
}

export const filesOfItems = (r: Reader): readonly string[] =>
  r
    .select({ shown: signatureItem.shownFile, file: signatureItem.file })
    .from(signatureItem)
    .all()
    .flatMap((row) => [row.shown, row.file].filter((file) => file !== null))

export interface NewItem {
  readonly documentId: string
  readonly shownFile: string
  readonly lines: readonly Line[]
  readonly place: Place
  readonly fingerprint: string
  readonly at: Date
}

const startRow = (db: Pick<Writer, 'insert'>) => {
  const set = Object.fromEntries(
    Object.entries(getTableColumns(signatureItem))
      .filter(([name]) => name !== 'documentId')
      .map(([name, column]) => [name, sql.raw(`excluded.${column.name}`)]),
  )
  return db
    .insert(signatureItem)
    .values(placeholdersOf(signatureItem))
    .onConflictDoUpdate({ target: signatureItem.documentId, set })
    .prepare()
}

/** The first row of a document, or its row from the beginning. */
export function startItem(
  w: Writer,
  item: NewItem,
  rest: { readonly state: 'prepared' } | ({ readonly state: 'scanner-signed' } & Made),
): void {
  const row = {
    documentId: item.documentId,
    shownFile: item.shownFile,
    lines: JSON.stringify(item.lines),
    place: JSON.stringify(item.place),
    officerFingerprint: item.fingerprint,
    agencyFingerprint: null,
    attestedAt: item.at.toISOString(),
    signingAt: item.at.toISOString(),
    ...(rest.state === 'prepared' ? { prepared: null, signer: null, value: null } : packed(rest)),
    state: rest.state,
    officerTail: null,
    file: null,
    failure: null,
  }
  w.kept(startRow).run(row)
}

/** A signature that was made: all that closing needs. */
export interface Made {
  readonly prepared: Prepared
  readonly signer: Signer
  readonly value: Uint8Array
}
export const packed = (made: Made) => ({
  prepared: serialize({ ...made.prepared, update: withoutPlace(made.prepared) }),
  signer: serialize(made.signer),
  value: Buffer.from(made.value),
})
/** The place of the value is half of an update, and nothing but zeros: it is not stored. */
function withoutPlace({ update, contents, original }: Prepared): Buffer {
  const from = contents.offset - original
  return Buffer.concat([update.subarray(0, from), update.subarray(from + contents.length)])
}
function withPlace(prepared: Prepared): Prepared {
  const { update, contents, original } = prepared
  const from = contents.offset - original
  const zeros = Buffer.alloc(contents.length, '0')
  return { ...prepared, update: Buffer.concat([update.subarray(0, from), zeros, update.subarray(from)]) }
}
export const madeOf = (row: ItemRow): Made | null =>
  row.prepared === null || row.signer === null || row.value === null
    ? null
    : {
        prepared: withPlace(deserialize(row.prepared) as Prepared),
        signer: deserialize(row.signer) as Signer,
        value: row.value,
      }

/** By the columns they set: a handful of sentences, said thousands of times. */
const settings = new Map<string, (db: Pick<Writer, 'update'>) => { run(values: Record<string, unknown>): unknown }>()
function settingOf(columns: readonly string[]) {
  const name = columns.join()
  const known = settings.get(name)
  if (known !== undefined) return known
  const made = (db: Pick<Writer, 'update'>) =>
    db
      .update(signatureItem)
      .set(Object.fromEntries(columns.map((column) => [column, sql.placeholder(column)])))
      .where(eq(signatureItem.documentId, sql.placeholder('of')))
      .prepare()
  settings.set(name, made)
  return made
}
export const setItem = (w: Writer, documentId: string, set: Partial<ItemRow>): void =>
  void w.kept(settingOf(Object.keys(set))).run({ ...set, of: documentId })

export const linesOf = (row: ItemRow): readonly Line[] => JSON.parse(row.lines) as Line[]
export const placeOf = (row: ItemRow): Place => JSON.parse(row.place) as unknown as Place
