// Where each document rests while it is signed: one row a document, one transaction a step.
import { deserialize, serialize } from 'node:v8'
import { asc, eq, inArray } from 'drizzle-orm'
import type { Failure } from '../../preload/contract/result.ts'
import type { Reader, Writer } from '../storage/index.ts'
import type { Prepared, Signer } from './pades/index.ts'
import type { Line, Place } from './steps.ts'
import { signatureItem } from './table.ts'

export type ItemRow = typeof signatureItem.$inferSelect
export type ItemState = ItemRow['state']

export const findItem = (r: Reader | Writer, documentId: string): ItemRow | undefined =>
  r.select().from(signatureItem).where(eq(signatureItem.documentId, documentId)).get()

export const itemsIn = (r: Reader | Writer, states: readonly ItemState[]): readonly ItemRow[] =>
  r
    .select()
    .from(signatureItem)
    .where(inArray(signatureItem.state, [...states]))
    .orderBy(asc(signatureItem.documentId))
    .all()

export const filesOfItems = (r: Reader): readonly string[] =>
  r
    .select({ shown: signatureItem.shownFile, officer: signatureItem.officerFile, agency: signatureItem.agencyFile })
    .from(signatureItem)
    .all()
    .flatMap((row) => [row.shown, row.officer, row.agency].filter((file) => file !== null))

export interface NewItem {
  readonly state: 'prepared' | 'scanner-prepared'
  readonly documentId: string
  readonly shownFile: string
  readonly lines: readonly Line[]
  readonly place: Place
  readonly fingerprint: string
  readonly signer: Signer
  readonly at: Date
  readonly prepared: Prepared
}

export function startItem(w: Writer, item: NewItem): void {
  const row = {
    documentId: item.documentId,
    state: item.state,
    shownFile: item.shownFile,
    lines: JSON.stringify(item.lines),
    place: JSON.stringify(item.place),
    officerFingerprint: item.fingerprint,
    attestedAt: item.at.toISOString(),
    signingAt: item.at.toISOString(),
    prepared: serialize(item.prepared),
    signer: serialize(item.signer),
    value: null,
    failure: null,
  }
  w.insert(signatureItem).values(row).onConflictDoUpdate({ target: signatureItem.documentId, set: row }).run()
}

export const setItem = (w: Writer, documentId: string, set: Partial<ItemRow>): void =>
  void w.update(signatureItem).set(set).where(eq(signatureItem.documentId, documentId)).run()

export const pack = (value: Prepared | Signer): Buffer => serialize(value)
export const signerOf = (row: ItemRow): Signer | null =>
  row.signer === null ? null : (deserialize(row.signer) as Signer)
export const preparedOf = (row: ItemRow): Prepared | null =>
  row.prepared === null ? null : (deserialize(row.prepared) as Prepared)
export const linesOf = (row: ItemRow): readonly Line[] => JSON.parse(row.lines) as Line[]
export const placeOf = (row: ItemRow): Place => JSON.parse(row.place) as unknown as Place
export const failureOf = (row: ItemRow): Failure | null =>
  row.failure === null ? null : (JSON.parse(row.failure) as Failure)
