// What waits for a signature: the list a person is shown, and the short code by which it is known again at the PIN.
import { createHash } from 'node:crypto'
import type { Caller } from '../../preload/contract/border.ts'
import type { Batch, SigningRole } from '../../preload/contract/signature.ts'
import { type DocumentRow, type Documents, earlierOf } from '../document/index.ts'
import { findDossier } from '../dossier/index.ts'
import type { Reader } from '../storage/index.ts'
import { copiesToSign } from './copy-signing.ts'
import { idsIn, restsOf } from './journal.ts'
import { scansToSign } from './scan-signing.ts'

export type Item = Batch['items'][number]

/**
 * What waits in this role, oldest first; a half-done one is simply first in line again. `coming`: what the officer is signing
 * at this moment, which the agency's sitting may follow.
 */
export function waitingFor(
  r: Reader,
  documents: Documents,
  role: SigningRole,
  caller: Caller,
  coming: readonly string[] = [],
): readonly DocumentRow[] {
  if (role === 'scanner') return scansToSign(r, documents, caller)
  if (role === 'copy') return copiesToSign(r, documents)
  if (role === 'agency') {
    const closed = new Set(idsIn(r, ['officer-closed']))
    const rows = documents.inStates(r, ['signing']).filter((row) => closed.has(row.id))
    const later = coming.filter((id) => !closed.has(id)).flatMap((id) => documents.find(r, id) ?? [])
    return [...rows, ...later]
  }
  const ids = new Set(idsIn(r, ['prepared']))
  const signing = documents.inStates(r, ['signing']).filter((row) => ids.has(row.id))
  return [...signing, ...documents.inStates(r, ['reviewed'])]
}

/** The file that is signed in this role, and shown before. */
export const shownFileOf = (role: SigningRole, row: Pick<DocumentRow, 'file' | 'scanFile'>): string =>
  role === 'copy' ? (row.scanFile ?? row.file) : row.file

/** Two roles sign a paper of a dossier one after the other, on one row of the journal: each sees its own part of it. */
const restIn = <Rest extends { readonly state: Item['state']; readonly failure: Item['failure'] }>(
  role: SigningRole,
  row: DocumentRow,
  rest: Rest,
): Pick<Rest, 'state' | 'failure'> => {
  if (role === 'scanner' && row.scanSignedAt !== null) return { state: 'filed', failure: null }
  return role === 'copy' && row.agencyCopyFile === null && rest.state === 'filed'
    ? { state: 'waiting', failure: null }
    : rest
}

export function itemsOf(r: Reader, rows: readonly DocumentRow[], role: SigningRole): Item[] {
  const rests = restsOf(
    r,
    rows.map((row) => row.id),
  )
  return rows.map((row) => {
    const { state, failure } = restIn(role, row, rests.get(row.id) ?? { state: 'waiting' as const, failure: null })
    const dossier = findDossier(r, row.dossierId)
    return {
      documentId: row.id,
      dossierCode: dossier?.code ?? dossier?.provisionalCode ?? '',
      citizenName: dossier?.citizenName ?? '',
      title: row.title,
      pages: row.originalPages,
      ...(row.origin === 'file' ? { brought: { earlier: earlierOf(row).length } } : {}),
      number: row.number,
      // Once it is signed, the finished copy is looked at.
      ...(role === 'copy' ? { file: row.agencyCopyFile ?? shownFileOf(role, row) } : {}),
      state,
      failure,
    }
  })
}

/** How many of each title, most often first. */
export function kindsOf(items: readonly Pick<Item, 'title'>[]): { title: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { title } of items) counts.set(title, (counts.get(title) ?? 0) + 1)
  return [...counts].map(([title, count]) => ({ title, count })).sort((one, other) => other.count - one.count)
}

/** First 8 hexadecimal digits of the SHA-256 over ids and file hashes, in two groups. */
export function codeOf(rows: readonly DocumentRow[], role: SigningRole): string {
  const list = JSON.stringify(rows.map((row) => [row.id, shownFileOf(role, row)]))
  const hash = createHash('sha256').update(list).digest('hex').slice(0, 8).toUpperCase()
  return `${hash.slice(0, 4)}-${hash.slice(4)}`
}
