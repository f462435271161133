// What the station prints: months and years of the register, refusal letters, attestations for copies on paper.
// Each needs its form in force; which version was used and which pages were printed is written down.
import { randomUUID } from 'node:crypto'
import type { Caller } from '../../preload/contract/border.ts'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { findDossier, legalDay } from '../dossier/index.ts'
import type { FileHash, Reader } from '../storage/index.ts'
import { annulments } from './annul.ts'
import type { AttestationLine } from './attestation.ts'
import { type BookRow, rowsOfYear } from './book.ts'
import { type CertificationParts, sha256, versionOf } from './parts.ts'
import type { RegisterInput } from './print-register.ts'
import { standing } from './refusals.ts'
import { partsOfBook } from './register.ts'
import { closingOf } from './stretches.ts'
import { certificationPrint } from './table.ts'
import { toRegisterRow } from './view.ts'
import { monthOf, printsOf } from './year-book.ts'

type Printed = Promise<Result<{ file: FileHash }>>

export interface Prints {
  /** `book` is a book for a month, the series for the whole year. */
  register(
    ask: { readonly year: number; readonly month: number | null; readonly book: string },
    caller: Caller,
  ): Printed
  letter(documentId: string, caller: Caller): Printed
  attestation(document: { readonly id: string; readonly copies: number }, lines: readonly AttestationLine[]): Printed
}

/** pdfkit writes its page tree in clear. */
const pagesIn = (pdf: Uint8Array): number =>
  Math.max(
    0,
    ...[
      ...Buffer.from(pdf)
        .toString('latin1')
        .matchAll(/\/Count (\d+)/g),
    ].map(([, count]) => Number(count)),
  )

const FORMS = { refusal: 'certification.refusal-letter', forgery: 'certification.forgery-record' } as const

export function openPrints(parts: CertificationParts): Prints {
  const { storage, vault, audit, law, unit, now } = parts
  const keep = (pdf: Uint8Array): Result<{ file: FileHash }> => {
    const stored = vault.put(pdf)
    return stored.ok ? ok({ file: stored.value }) : stored
  }

  function inputFor(
    r: Reader,
    rows: readonly BookRow[],
    ask: { readonly year: number; readonly month: number | null },
    firstPage: number,
  ): RegisterInput {
    const at = now()
    const known = annulments(r)
    const shown = rows
      .map((row) => ({ row, view: toRegisterRow(row, legalDay(at), known.get(row.seq)) }))
      .filter(({ view }) => view.state !== 'in-work')
      .filter(({ row }) => ask.month === null || monthOf(row) === ask.month)
    const names = [...new Set(rows.map((row) => row.book))].map(partsOfBook)
    const closing = ask.month === null ? closingOf(r, rows[0]?.series ?? '') : undefined
    return {
      id: randomUUID(),
      now: at,
      specimen: unit.specimen,
      unit: { name: unit.name },
      book: { number: names.map((one) => one.volume).join(', '), year: ask.year, symbol: names[0]?.symbol ?? '' },
      ...(ask.month === null ? {} : { month: ask.month }),
      ...(closing === undefined ? {} : { closed: { at: new Date(closing.at), by: closing.byName } }),
      firstPage,
      rows: shown.map(({ view }) => ({
        number: view.number,
        at: new Date(view.at),
        requester: view.requester,
        originalTitle: view.originalTitle,
        signer: { name: view.signer, title: view.signerTitle },
        copies: view.copies,
        fee: view.fee,
        note: view.note,
        cancelled: view.state === 'cancelled',
        annulled: view.state === 'annulled',
      })),
    }
  }

  async function register(ask: Parameters<Prints['register']>[0], caller: Caller): Printed {
    const form = law.entry('certification.register-form')
    if (!form.ok) return form
    const version = versionOf(law, 'certification.register-form')
    if (!version.ok) return version
    const print = (input: RegisterInput) => parts.printRegister({ value: form.value.value }, input)
    const rows = storage
      .read((r) => rowsOfYear(r, ask.year))
      .filter((row) => (ask.month === null ? row.series : row.book) === ask.book)
    if (rows.length === 0) return fail({ kind: 'stale' })
    const firstPage = ask.month === null ? 1 : 1 + (await pagesBefore(ask.book, rows, ask.year, ask.month, print))
    const input = storage.read((r) => inputFor(r, rows, ask, firstPage))
    const pdf = await print(input)
    const kept = keep(pdf)
    if (!kept.ok) return kept
    storage.write((w) => {
      const pages = pagesIn(pdf)
      w.insert(certificationPrint)
        .values({
          ...ask,
          firstPage,
          pages,
          rows: input.rows.length,
          file: sha256(pdf),
          template: version.value,
          at: input.now.toISOString(),
          by: caller.operatorId,
        })
        .run()
      const period = ask.month === null ? `${ask.year}` : `${ask.year}-${String(ask.month).padStart(2, '0')}`
      audit.append(w, {
        actor: caller.operatorId,
        event: 'certification.register-printed',
        subject: period,
        detail: { book: ask.book, pages, first: firstPage, form: version.value },
      })
    })
    return kept
  }

  /** Pages of the months before, as they were last printed; a month nobody printed is counted as it would be. */
  async function pagesBefore(
    book: string,
    rows: readonly BookRow[],
    year: number,
    month: number,
    print: (input: RegisterInput) => Promise<Uint8Array>,
  ): Promise<number> {
    const prints = storage.read((r) => printsOf(r, year)).filter((one) => one.book === book)
    let pages = 0
    for (let before = 1; before < month; before += 1) {
      const known = prints.filter((one) => one.month === before).at(-1)
      if (known !== undefined) pages += known.pages
      else if (rows.some((row) => monthOf(row) === before))
        pages += pagesIn(await print(storage.read((r) => inputFor(r, rows, { year, month: before }, 1))))
    }
    return pages
  }

  async function letter(documentId: string, caller: Caller): Printed {
    const { known, document, dossier } = storage.read((r) => {
      const paper = parts.documents.find(r, documentId)
      return {
        known: standing(r, documentId),
        document: paper,
        dossier: paper === undefined ? undefined : findDossier(r, paper.dossierId),
      }
    })
    if (known === undefined || document === undefined) return fail({ kind: 'stale' })
    const form = law.entry(FORMS[known.kind])
    if (!form.ok) return form
    const version = versionOf(law, FORMS[known.kind])
    if (!version.ok) return version
    const at = new Date(known.at)
    // Only what was read in the text of the law itself is quoted to a citizen as law.
    const source = /\[C\]$/.test(known.source) ? known.source.replace(/ ?\[C\]$/, '') : ''
    const pdf = await parts.printLetter(
      { value: form.value.value },
      {
        id: randomUUID(),
        now: at,
        specimen: unit.specimen,
        unit: { name: unit.name, place: unit.place },
        facts: {
          unit: unit.name,
          address: unit.address,
          requester: dossier?.citizenName ?? '',
          dossier: dossier?.code ?? dossier?.provisionalCode ?? '',
          paper: document.title,
          pages: String(document.originalPages),
          reason: known.reason,
          note: known.note,
          source,
          officer: known.byName,
          officerTitle: known.byTitle,
          moment: formatLegal(at, 'hh:mm dd/mm/yyyy'),
          day: formatLegal(at, 'dd/mm/yyyy'),
          fingerprint: document.file.slice(0, 16),
        },
      },
    )
    const kept = keep(pdf)
    if (kept.ok)
      storage.write((w) =>
        audit.append(w, {
          actor: caller.operatorId,
          event: 'certification.letter-printed',
          subject: documentId,
          detail: { kind: known.kind, form: version.value },
        }),
      )
    return kept
  }

  return {
    register,
    letter,
    attestation: async ({ copies }, lines) =>
      keep(
        await parts.printAttestation({
          id: randomUUID(),
          now: now(),
          specimen: unit.specimen,
          unit: { name: unit.name },
          title: lines[0]?.text ?? '',
          lines,
          copies,
        }),
      ),
  }
}
