// Station 5, certification (chứng thực): the officer's review, the dated rules it rests on, the register.
// It never certifies on a rule that is missing, expired or not adopted, and says which one.
import { randomUUID } from 'node:crypto'
import { asc } from 'drizzle-orm'
import { z } from 'zod'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { Authority, certification as declared, Queue } from '../../preload/contract/certification.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import { findDossier, type Law, legalDay } from '../dossier/index.ts'
import type { Unit } from '../operator/index.ts'
import type { FileHash, Reader, Storage, Vault, Writer } from '../storage/index.ts'
import { type AttestationLine, AttestationTemplate, attest } from './attestation.ts'
import { authorityOn, signerTitle } from './authority.ts'
import {
  bookToday,
  checkRegister,
  endRow,
  freeRow,
  type NumberFor,
  nameSigner,
  peekNumber,
  rowInWork,
  rowsOfYear,
  type Taken,
  takeNumber,
  toRegisterRow,
} from './book.ts'
import type { RegisterInput } from './print-register.ts'
import { numberText } from './register.ts'
import { certificationAuthority } from './table.ts'

export { type AttestationLine, SPECIMEN } from './attestation.ts'
export { signerTitle } from './authority.ts'
export { gapsIn, numberText } from './register.ts'

const KIND = 'SCT/BS'
/** Every one of these must be usable before anything is certified. */
const NEEDED = [
  'certification.attestation',
  'certification.register-form',
  'certification.fee',
  'certification.signer',
] as const

export interface Certifications {
  readonly handlers: HandlersOf<typeof declared>
  /** Who may sign today, or why not. */
  authority(caller: Caller, at: Date): Result<Authority>
  /** The rules an act of today needs, or the first that is missing. */
  mayCertify(): Result<void>
  /** The number the next document would get, and what would be printed for it. */
  plan(
    document: DocumentRow,
    authority: Authority,
    at: Date,
  ): Result<{ readonly taken: Taken; readonly lines: readonly AttestationLine[] }>
  /** As `plan`, for a document that has its number already. */
  planAgain(
    document: DocumentRow,
    authority: Authority,
    at: Date,
  ): Result<{ readonly taken: Taken; readonly lines: readonly AttestationLine[] }>
  /** Takes exactly the planned number; false when another one came between (then plan again). */
  take(w: Writer, document: DocumentRow, authority: Authority, taken: Taken, at: Date): boolean
  /** The number stays, but another officer signs: the book names who signed. */
  signsInstead(w: Writer, documentId: string, authority: Authority): void
  certified(w: Writer, documentId: string, at: Date): void
  /** Nothing was signed: the number goes to the next document of the day. */
  freed(w: Writer, documentId: string): void
  cancelled(w: Writer, documentId: string, reason: string): void
  check(r: Reader): number | null
  tell(): void
}

export function openCertifications(parts: {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly chainKey: Buffer
  readonly law: Law
  readonly documents: Documents
  readonly unit: Unit
  readonly now: () => Date
  readonly printRegister: (template: unknown, input: RegisterInput) => Promise<Uint8Array>
  readonly changed: (queue: Queue) => void
}): Certifications {
  const { storage, audit, law, documents, unit, now } = parts

  const authorities = (r: Reader): readonly Authority[] =>
    r
      .select()
      .from(certificationAuthority)
      .orderBy(asc(certificationAuthority.validFrom))
      .all()
      .map((row) => ({ ...row, kinds: JSON.parse(row.kinds) as Authority['kinds'] }))
  const symbol = (): Result<string> => {
    const found = law.get('certification.book-symbol', z.object({ symbol: z.string() }))
    return found.ok ? ok(found.value.symbol) : found
  }
  const blocked = (): Queue['blocked'] =>
    NEEDED.flatMap((key) => {
      const found = law.get(key, z.unknown())
      if (found.ok || found.failure.kind !== 'refused') return []
      const why =
        found.failure.rule === 'rule-expired'
          ? 'expired'
          : found.failure.rule === 'rule-not-adopted'
            ? 'not-adopted'
            : 'missing'
      return [{ key, why } as const]
    })
  function lines(facts: {
    number: string
    book: string
    at: Date
    title: string
    signer: string
  }): Result<readonly AttestationLine[]> {
    const template = law.get('certification.attestation', AttestationTemplate)
    return template.ok ? ok(attest(template.value, facts, unit.specimen)) : template
  }

  function queue(): Queue {
    const missing = blocked()
    const at = now()
    const shown = symbol()
    // Who signs is known only when one person may; the number is taken when signing.
    const today = legalDay(at)
    const may = storage.read(authorities).filter((one) => one.validFrom <= today && today <= one.validTo)
    const signer = may.length === 1 ? may[0] : undefined
    const preview = lines({
      number: '……',
      book: shown.ok ? bookToday(unit.station, shown.value, at) : '……',
      at,
      title: signer === undefined ? '……' : signerTitle(signer),
      signer: signer?.personName ?? '……',
    })
    const text = preview.ok ? preview.value.map((line) => line.text) : []
    return storage.read((r) => {
      const rows = documents.inStates(r, ['compared', 'reviewed', 'held'])
      return {
        items: rows.map((row) => ({ document: documents.view(r, row), attestation: text })),
        reviewed: rows.filter((row) => row.state === 'reviewed').length,
        held: rows.filter((row) => row.state === 'held').length,
        blocked: missing,
        specimen: unit.specimen,
      }
    })
  }
  const tell = (): Queue => {
    const value = queue()
    parts.changed(value)
    return value
  }

  function turn(
    documentId: string,
    event: string,
    caller: Caller,
    change: (w: Writer, row: DocumentRow) => boolean,
  ): Result<Queue> {
    const done = storage.write((w) => {
      const row = documents.find(w, documentId)
      if (row === undefined || !change(w, row)) return false
      audit.append(w, {
        actor: caller.operatorId,
        event: `certification.${event}`,
        subject: documentId,
        detail: { file: row.file },
      })
      return true
    })
    if (!done) return fail({ kind: 'stale' })
    documents.tell(documentId)
    return ok(tell())
  }

  const reasons = (): Result<{ id: string; text: string; source: string }[]> => {
    const found = law.get('certification.refusals', z.object({ reasons: z.array(z.string()) }))
    if (!found.ok) return found
    const source = law.sourceOf('certification.refusals')
    return ok(found.value.reasons.map((text, index) => ({ id: `reason-${index + 1}`, text, source })))
  }

  const whose = (r: Reader | Writer, document: DocumentRow, authority: Authority): NumberFor => ({
    documentId: document.id,
    requester: findDossier(r, document.dossierId)?.citizenName ?? '',
    originalTitle: document.title,
    signer: authority.personName,
    signerTitle: signerTitle(authority),
    copies: document.copies,
    fee: document.fee,
  })
  function planned(
    taken: Taken,
    authority: Authority,
    at: Date,
  ): Result<{ taken: Taken; lines: readonly AttestationLine[] }> {
    const made = lines({
      number: numberText(taken.number),
      book: taken.book,
      at,
      title: signerTitle(authority),
      signer: authority.personName,
    })
    return made.ok ? ok({ taken, lines: made.value }) : made
  }

  async function print(year: number, month: number, caller: Caller): Promise<Result<{ file: FileHash }>> {
    const shown = symbol()
    if (!shown.ok) return shown
    const prefix = `${year}-${String(month).padStart(2, '0')}`
    const rows = storage
      .read((r) => rowsOfYear(r, year))
      .map((row) => toRegisterRow(row, legalDay(now())))
      .filter((row) => legalDay(new Date(row.at)).startsWith(prefix) && row.state !== 'in-work')
    const form = law.entry('certification.register-form')
    if (!form.ok) return form
    const pdf = await parts.printRegister(
      { value: form.value.value },
      {
        id: randomUUID(),
        now: now(),
        unit: { name: unit.name },
        book: { number: Number(unit.station.replace(/\D/g, '')) || 1, year, symbol: shown.value },
        month,
        specimen: unit.specimen,
        rows: rows.map((row) => ({
          number: row.number,
          at: new Date(row.at),
          requester: row.requester,
          originalTitle: row.originalTitle,
          signer: { name: row.signer, title: row.signerTitle },
          copies: row.copies,
          fee: row.fee,
          note: row.note,
          cancelled: row.state === 'cancelled',
        })),
      },
    )
    const stored = parts.vault.put(pdf)
    if (!stored.ok) return stored
    storage.write((w) =>
      audit.append(w, { actor: caller.operatorId, event: 'certification.register-printed', subject: prefix }),
    )
    return ok({ file: stored.value })
  }

  const handlers: HandlersOf<typeof declared> = {
    queue: () => ok(queue()),
    reasons,
    review: ({ documentId, seen }, caller) =>
      turn(
        documentId,
        'reviewed',
        caller,
        (w, row) =>
          row.file === seen &&
          documents.turn(w, documentId, ['compared'], {
            state: 'reviewed',
            reviewedBy: caller.operatorId,
            reviewedAt: now().toISOString(),
          }),
      ),
    hold: ({ documentId, reason, note }, caller) => {
      const known = reasons()
      const text = (known.ok ? known.value.find((one) => one.id === reason)?.text : undefined) ?? note
      return turn(documentId, 'held', caller, (w) =>
        documents.turn(w, documentId, ['compared', 'reviewed'], { state: 'held', heldFor: text || note }),
      )
    },
    release: ({ documentId }, caller) =>
      turn(documentId, 'released', caller, (w) =>
        documents.turn(w, documentId, ['held', 'reviewed'], {
          state: 'compared',
          heldFor: null,
          reviewedBy: null,
          reviewedAt: null,
        }),
      ),
    rules: () => ok([...law.list()]),
    adopt: ({ key, source }, caller) => {
      const done = law.adopt(key, source, { id: caller.operatorId, name: caller.name })
      if (!done.ok) return done
      tell()
      return ok([...law.list()])
    },
    authorities: () => ok([...storage.read(authorities)]),
    grant: (given, caller) => {
      storage.write((w) => {
        const id = randomUUID()
        w.insert(certificationAuthority)
          .values({ ...given, id, kinds: JSON.stringify(given.kinds) })
          .run()
        audit.append(w, {
          actor: caller.operatorId,
          event: 'certification.authority-granted',
          subject: id,
          detail: { from: given.validFrom, to: given.validTo },
        })
      })
      return ok([...storage.read(authorities)])
    },
    register: ({ year }) =>
      ok(storage.read((r) => rowsOfYear(r, year)).map((row) => toRegisterRow(row, legalDay(now())))),
    printRegister: ({ year, month }, caller) => print(year, month, caller),
  }

  return {
    handlers,
    authority: (caller, at) => authorityOn(storage.read(authorities), caller.operatorId, KIND, legalDay(at)),
    mayCertify: () => {
      for (const key of NEEDED) {
        const found = law.get(key, z.unknown())
        if (!found.ok) return found
      }
      return ok(undefined)
    },
    plan: (_document, authority, at) => {
      const shown = symbol()
      if (!shown.ok) return shown
      const book = bookToday(unit.station, shown.value, at)
      return planned(
        storage.read((r) => peekNumber(r, book, at)),
        authority,
        at,
      )
    },
    planAgain: (document, authority, at) => {
      const row = storage.read((r) => rowInWork(r, document.id))
      return row === undefined
        ? fail({ kind: 'stale' })
        : planned({ book: row.book, number: row.number }, authority, at)
    },
    take: (w, document, authority, taken, at) => {
      if (peekNumber(w, taken.book, at).number !== taken.number) return false
      takeNumber(w, parts.chainKey, taken.book, at, whose(w, document, authority))
      return true
    },
    signsInstead: (w, documentId, authority) =>
      nameSigner(w, documentId, { signer: authority.personName, signerTitle: signerTitle(authority) }),
    certified: (w, documentId, at) =>
      endRow(w, parts.chainKey, documentId, { state: 'certified', certifiedAt: at.toISOString(), note: '' }),
    freed: freeRow,
    cancelled: (w, documentId, reason) =>
      endRow(w, parts.chainKey, documentId, { state: 'cancelled', certifiedAt: null, note: reason }),
    check: (r) => checkRegister(r, parts.chainKey),
    tell: () => void tell(),
  }
}
