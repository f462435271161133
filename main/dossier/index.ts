// Station 2, dossier (hồ sơ): opens it with its checklist and due time, promises it to the province in the same transaction,
// finds it again, prints its receipt. It never gives a final code: that is the province's.
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { Dossier, dossier as declared, Quote } from '../../preload/contract/dossier.ts'
import { legalParts } from '../../preload/contract/legal-time.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { TakenReading } from '../card/index.ts'
import type { Unit } from '../operator/index.ts'
import type { Outbox } from '../outbox/index.ts'
import type { FileHash, Reader, Storage, Vault, Writer } from '../storage/index.ts'
import type { Catalogue, ListedProcedure } from './catalogue.ts'
import { dueFor, legalDay } from './due.ts'
import type { ReceiptInput } from './print-receipt.ts'
import { receiptOf } from './receipt.ts'
import type { Law } from './rules.ts'
import { fold, score } from './search.ts'
import {
  componentsOf,
  countOpen,
  type DossierCounts,
  type DossierRow,
  findDossier,
  newestDossiers,
  nextOrdinal,
  viewOf,
} from './store.ts'
import { dossierComponent, dossierDossier } from './table.ts'

export { type Catalogue, CERTIFIED_COPY, readCatalogue } from './catalogue.ts'
export { legalDay } from './due.ts'
export { hashOfEntry } from './law.ts'
export { type Law, openLaw } from './rules.ts'
export { fold, score } from './search.ts'
export { type DossierCounts, type DossierRow, findDossier, findDossierByCode, markScanned } from './store.ts'

export const ClockTime = z.object({ hour: z.number().int(), minute: z.number().int() })

/** What the province is told when a dossier is opened; plain JSON, rests in the outbox. */
export interface OpenedBody {
  readonly dossierId: string
  readonly provisionalCode: string
  readonly procedure: string
  readonly summary: string
  readonly applicant: {
    readonly name: string
    readonly number: string
    readonly phone: string
    readonly email: string
    readonly address: string
  }
  readonly receivedAt: string
  readonly dueAt: string
  readonly components: readonly { readonly code: string; readonly name: string }[]
  readonly person: string
}

export interface Dossiers {
  readonly handlers: HandlersOf<typeof declared>
  find(r: Reader | Writer, id: string): DossierRow | undefined
  view(id: string): Dossier | null
  setStatus(w: Writer, id: string, status: DossierRow['status']): void
  /** The province gave its code and id. */
  setCode(w: Writer, id: string, code: string, provinceId: string): void
  tell(id: string): void
}

export interface DossierParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly outbox: Outbox
  readonly unit: Unit
  readonly catalogue: Catalogue
  readonly law: Law
  readonly now: () => Date
  readonly takeReading: (w: Writer, readingId: string, dossierId: string) => TakenReading | null
  readonly counts: (id: string) => DossierCounts
  readonly printReceipt: (template: unknown, input: ReceiptInput) => Promise<Uint8Array>
  readonly changed: (dossier: Dossier) => void
}

export function openDossiers(parts: DossierParts): Dossiers {
  const { storage, audit, outbox, unit, catalogue, law, now } = parts

  function quote(procedure: ListedProcedure, at: Date): Result<Quote> {
    const cutoff = law.get('dossier.cutoff', ClockTime, at)
    if (!cutoff.ok) return cutoff
    const due = dueFor(at, cutoff.value, unit.closesAt, law.calendar())
    if (!due.ok) return due
    return ok({
      procedure: {
        code: procedure.code,
        name: procedure.name,
        field: procedure.field,
        hint: procedure.hint,
        mark: procedure.mark,
      },
      components: procedure.papers.map((paper) => ({
        code: paper.code,
        name: paper.name,
        state: paper.toScan ? ('to-scan' as const) : ('not-needed' as const),
      })),
      due: {
        at: due.value.at.toISOString(),
        sameDay: due.value.sameDay,
        slip: due.value.slip,
        skipped: [...due.value.skipped],
      },
      feeHint: procedure.feeText,
    })
  }

  const viewRow = (row: DossierRow): Dossier =>
    viewOf(
      row,
      storage.read((r) => componentsOf(r, row.id)),
      catalogue,
      parts.counts(row.id),
    )
  const view = (id: string): Dossier | null => {
    const row = storage.read((r) => findDossier(r, id))
    return row === undefined ? null : viewRow(row)
  }
  const tell = (id: string): void => {
    const dossier = view(id)
    if (dossier !== null) parts.changed(dossier)
  }

  function open(
    ask: { readingId: string; procedureCode: string; phone: string; email: string },
    caller: Caller,
  ): Result<Dossier> {
    const procedure = catalogue.find(ask.procedureCode)
    if (procedure === undefined) return refuse('procedure-unknown', ask.procedureCode)
    const at = now()
    const quoted = quote(procedure, at)
    if (!quoted.ok) return quoted
    const id = randomUUID()
    const opened = storage.write((w) => {
      const reading = parts.takeReading(w, ask.readingId, id)
      if (reading === null) return null
      const { year, month, day } = legalParts(at)
      const today = legalDay(at)
      const ordinal = nextOrdinal(w, today)
      const short = `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`
      const row: DossierRow = {
        id,
        provisionalCode: `TAM-${unit.code}-${unit.station}-${short}-${String(ordinal).padStart(3, '0')}`,
        day: today,
        ordinal,
        code: null,
        provinceId: null,
        procedureCode: procedure.code,
        citizenName: reading.name,
        citizenNumber: reading.number,
        citizenAddress: reading.address,
        phone: ask.phone,
        email: ask.email,
        folded: fold(`${reading.name} ${reading.number}`),
        status: 'received',
        receivedAt: at.toISOString(),
        receivedBy: caller.operatorId,
        dueAt: quoted.value.due.at,
        dueSameDay: quoted.value.due.sameDay,
      }
      w.insert(dossierDossier).values(row).run()
      for (const [position, component] of quoted.value.components.entries())
        w.insert(dossierComponent)
          .values({
            id: randomUUID(),
            dossierId: id,
            position,
            code: component.code,
            name: component.name,
            state: component.state,
          })
          .run()
      const body: OpenedBody = {
        dossierId: id,
        provisionalCode: row.provisionalCode,
        procedure: procedure.code,
        summary: procedure.name.slice(0, 1000),
        applicant: {
          name: reading.name,
          number: reading.number,
          phone: ask.phone,
          email: ask.email,
          address: reading.address,
        },
        receivedAt: row.receivedAt,
        dueAt: row.dueAt,
        components: procedure.papers.filter((paper) => paper.toScan).map(({ code, name }) => ({ code, name })),
        person: caller.name,
      }
      outbox.put(w, { lane: id, laneName: row.provisionalCode, kind: 'dossier', body, files: [] })
      audit.append(w, {
        actor: caller.operatorId,
        event: 'dossier.opened',
        subject: id,
        detail: { procedure: procedure.code, code: row.provisionalCode },
      })
      return row
    })
    if (opened === null) return refuse('no-reading')
    const dossier = viewRow(opened)
    parts.changed(dossier)
    return ok(dossier)
  }

  async function printReceipt(id: string, caller: Caller): Promise<Result<{ file: FileHash }>> {
    const row = storage.read((r) => findDossier(r, id))
    const dossier = view(id)
    if (row === undefined || dossier === null) return fail({ kind: 'stale' })
    const form = law.entry('dossier.receipt-form')
    if (!form.ok) return form
    const pdf = await parts.printReceipt(form.value, receiptOf(row, dossier, parts, caller))
    const stored = parts.vault.put(pdf)
    if (!stored.ok) return stored
    storage.write((w) => audit.append(w, { actor: caller.operatorId, event: 'dossier.receipt-printed', subject: id }))
    return ok({ file: stored.value })
  }

  const handlers: HandlersOf<typeof declared> = {
    procedures: ({ query }) => ok([...catalogue.search(query)]),
    quote: ({ procedureCode }) => {
      const procedure = catalogue.find(procedureCode)
      return procedure === undefined ? refuse('procedure-unknown', procedureCode) : quote(procedure, now())
    },
    open,
    list: ({ query }) => {
      const rows = storage.read((r) => newestDossiers(r, 300))
      const wanted =
        query === undefined || query.trim() === ''
          ? rows
          : rows.filter((row) => score(`${row.folded} ${fold(row.provisionalCode)} ${fold(row.code ?? '')}`, query) > 0)
      return ok(wanted.slice(0, 50).map(viewRow))
    },
    show: ({ id }) => {
      const dossier = view(id)
      return dossier === null ? fail({ kind: 'stale' }) : ok(dossier)
    },
    printReceipt: ({ id }, caller) => printReceipt(id, caller),
    counts: () => ok({ open: storage.read(countOpen) }),
  }

  return {
    handlers,
    find: findDossier,
    view,
    setStatus: (w, id, status) => void w.update(dossierDossier).set({ status }).where(eq(dossierDossier.id, id)).run(),
    setCode: (w, id, code, provinceId) =>
      void w.update(dossierDossier).set({ code, provinceId }).where(eq(dossierDossier.id, id)).run(),
    tell,
  }
}
