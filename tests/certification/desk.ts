// A counter with papers that were compared and no devices, for stories of the register: real stations, real store, a clock of its own.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { NO_AGENCY_COPY } from '../../main/document/agency-copy.ts'
import { SCANNED } from '../../main/document/brought.ts'
import type { DocumentRow } from '../../main/document/index.ts'
import { documentDocument } from '../../main/document/table.ts'
import { dossierDossier } from '../../main/dossier/table.ts'
import type { Unit } from '../../main/operator/index.ts'
import type { Writer } from '../../main/storage/index.ts'
import type { Caller } from '../../preload/contract/border.ts'
import type { Authority, BookRule } from '../../preload/contract/certification.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'
import { callerFor, furnish, must, type NodeCounter, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { makeHome, rawly } from '../signature/workplace.ts'

export type State = 'in-work' | 'freed' | 'certified' | 'cancelled'

export interface Kept {
  readonly seq: number
  readonly series: string
  readonly book: string
  readonly number: number
  readonly document: string
  readonly day: string
  readonly state: State
  readonly note: string
}

/** A weak line is patient; a story is not. */
const NUMBER_LIMITS = { answer: 700, pause: 10 }
const DOSSIER = '6f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d'
let counted = 0
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** A paper whose copy the clerk compared; not in the store unless `lay` puts it there. */
export function paper(special: Partial<DocumentRow> = {}): DocumentRow {
  counted += 1
  const id = idOf(counted)
  return {
    id,
    dossierId: DOSSIER,
    position: counted,
    title: 'Giấy khai sinh',
    originalPages: 1,
    filePages: 1,
    file: id.replaceAll('-', '').padEnd(64, '0'),
    bytes: 1,
    copies: 1,
    fee: 2_000,
    feeSource: '',
    state: 'compared',
    heldFor: null,
    comparedBy: 'clerk',
    comparedByName: 'Trần Thị Mai Mẫu',
    comparedAt: '2026-11-19T01:30:00.000Z',
    reviewedBy: null,
    reviewedAt: null,
    reviewMode: null,
    certifiedCopy: true,
    fileName: '',
    level: '2b',
    ...SCANNED,
    scannedBy: '',
    scannedByName: '',
    scannedAt: '',
    scanSignedAt: null,
    scanFile: null,
    ...NO_AGENCY_COPY,
    fields: 'none',
    fieldsBy: null,
    fieldsByName: null,
    fieldsAt: null,
    number: null,
    copyFile: null,
    countedPages: null,
    purgedAt: null,
    createdAt: '2026-11-19T01:00:00.000Z',
    ...special,
  }
}

export interface Desk {
  readonly counter: NodeCounter
  readonly folder: string
  readonly clerk: Caller
  readonly officer: Caller
  readonly supervisor: Caller
  clock: Date
  /** The authority that the office has given its officer. */
  authority(): Authority
  /** Puts a paper on the desk, as the clerk left it. */
  lay(special?: Partial<DocumentRow>): DocumentRow
  /** As the engine does it: plan, then take exactly what was planned. */
  take(document?: DocumentRow): number
  change(work: (w: Writer) => unknown): void
  rows(year?: number): readonly Kept[]
  check(): number | null
  raw<T>(look: (database: Database.Database) => T): T
  /** An empty register, for the next story. */
  clear(): void
  close(): Promise<void>
}

const TABLES = ['row', 'stretch', 'ask', 'annulment', 'closing', 'refusal', 'print'].map(
  (name) => `certification_${name}`,
)

export async function openDesk(
  options: {
    readonly books?: readonly BookRule[]
    readonly station?: string
    /** The server of numbers, as unit.json names it. */
    readonly numbers?: NonNullable<Unit['numbers']>
    /** False: nobody of the unit has adopted the entries that are not confirmed. */
    readonly specimen?: boolean
  } = {},
): Promise<Desk> {
  const folder = join(makeHome(), 'data')
  const unit = {
    ...SPECIMEN_UNIT,
    station: options.station ?? '03',
    specimen: options.specimen ?? true,
    ...(options.books === undefined ? {} : { books: [...options.books] }),
    ...(options.numbers === undefined ? {} : { numbers: options.numbers }),
  }
  await furnish(folder, unit)
  const desk = { clock: legalDate(2026, 11, 19, 9, 0) }
  const counter = openNodeCounter({ folder, unit, now: () => desk.clock, workers: 1, numberLimits: NUMBER_LIMITS })
  const { certifications, storage } = counter
  const officer = callerFor(counter, PEOPLE.officer.login)
  const authority = () => must(certifications.authority(officer, desk.clock))
  const raw = <T>(look: (database: Database.Database) => T): T => rawly(folder, look)
  const dossier = {
    id: DOSSIER,
    provisionalCode: 'TAM-H55.242-03-20261119-1',
    day: '2026-11-19',
    ordinal: 1,
    procedureCode: '2.000815',
    citizenName: 'Nguyễn Thị Mẫu',
    citizenNumber: '001190123456',
    citizenAddress: '',
    phone: '',
    email: '',
    folded: '',
    status: 'received',
    receivedAt: '2026-11-19T01:00:00.000Z',
    receivedBy: 'clerk',
    dueAt: '2026-11-19T10:00:00.000Z',
    dueSameDay: true,
  } as const
  storage.write((w) => void w.insert(dossierDossier).values(dossier).run())
  return {
    counter,
    folder,
    officer,
    clerk: callerFor(counter, PEOPLE.clerk.login),
    supervisor: callerFor(counter, PEOPLE.supervisor.login),
    get clock() {
      return desk.clock
    },
    set clock(at) {
      desk.clock = at
    },
    authority,
    raw,
    lay: (special) => {
      const one = paper(special)
      storage.write((w) => void w.insert(documentDocument).values(one).run())
      return one
    },
    take: (document = paper()) => {
      const [planned] = must(certifications.plan([document], authority(), desk.clock))
      if (planned === undefined) throw new Error('nothing planned')
      const { taken } = planned
      const done = storage.write((w) => certifications.take(w, document, authority(), taken, desk.clock))
      if (!done) throw new Error('the planned number was not taken')
      return taken.number
    },
    change: (work) => storage.write((w) => void work(w)),
    rows: (year) =>
      raw((database) =>
        database
          .prepare(
            'select seq, series, book, number, document_id as document, taken_day as day, state, note from certification_row where ? is null or year = ? order by seq',
          )
          .all(year ?? null, year ?? null),
      ) as readonly Kept[],
    check: () => storage.read((r) => certifications.check(r)),
    clear: () =>
      raw((database) => {
        const triggers = database
          .prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name like 'certification_%'")
          .all() as { name: string; sql: string }[]
        for (const { name } of triggers) database.exec(`drop trigger ${name}`)
        for (const table of TABLES) database.exec(`delete from ${table}`)
        database.exec('delete from audit_head where id = 2')
        database.exec('delete from document_document')
        for (const { sql } of triggers) database.exec(sql)
      }),
    close: async () => {
      await counter.close()
      rmSync(join(folder, '..'), { recursive: true, force: true })
    },
  }
}

/** So many copies certified one after the other; answers their numbers. */
export const certify = (at: Desk, count = 1): readonly number[] =>
  Array.from({ length: count }, () => {
    const one = paper()
    const number = at.take(one)
    at.change((w) => at.counter.certifications.certified(w, one.id, at.clock))
    return number
  })
