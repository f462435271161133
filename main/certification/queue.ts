// The officer's queue: every document that waits for certification, what will be printed on it, and what stands in the way.

import { z } from 'zod'
import type { Caller } from '../../preload/contract/border.ts'
import type { Blocked, Queue, QueueItem, ReviewMode } from '../../preload/contract/certification.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { DocumentRow } from '../document/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { type AttestationLine, AttestationTemplate, attest } from './attestation.ts'
import { holds, signerTitle } from './authority.ts'
import { inWorkOnPaper } from './book.ts'
import type { Numbers } from './numbers.ts'
import { PAPER_FORM, sheetLines } from './paper.ts'
import type { CertificationParts } from './parts.ts'
import { standing, toRefusal } from './refusals.ts'
import type { Form } from './register.ts'
import type { Signers } from './signers.ts'
import { peekNumbers } from './stretches.ts'

/** What a unit allows that says nothing else. */
export const ALL_MODES: readonly ReviewMode[] = ['each', 'sample', 'all']

/** Every one of these must be usable before anything is certified in this form. */
export const NEEDED: Readonly<Record<Form, readonly string[]>> = {
  electronic: ['certification.attestation', 'certification.register-form', 'certification.fee', 'certification.signer'],
  paper: [PAPER_FORM, 'certification.register-form', 'certification.fee', 'certification.signer'],
}
const WHY = { 'rule-missing': 'missing', 'rule-expired': 'expired', 'rule-not-adopted': 'not-adopted' } as const
const DOTS = '……'

export interface Facts {
  readonly number: string
  readonly book: string
  readonly at: Date
  readonly title: string
  readonly signer: string
}

export interface Waiting {
  queue(): Queue
  /** The rules an act of this form needs, or the first that is missing. */
  may(form: Form): Result<void>
  lines(facts: Facts): Result<readonly AttestationLine[]>
  /** Shows the queue again to whoever looks at it. */
  tell(): Queue
  /** One document is turned and the turn is written down; stale when somebody else was quicker. */
  turn(
    documentId: string,
    event: string,
    caller: Caller,
    change: (w: Writer, row: DocumentRow) => Result<void>,
  ): Result<Queue>
}

export function openWaiting(parts: CertificationParts, numbers: Numbers, signers: Signers): Waiting {
  const { storage, law, documents, audit, unit, now } = parts

  function blockedIn(r: Reader, form: Form, at: Date): Blocked[] {
    const entries = NEEDED[form].flatMap((key): Blocked[] => {
      const found = law.get(key, z.unknown())
      if (found.ok || found.failure.kind !== 'refused') return []
      const { rule } = found.failure
      return [{ key, why: rule === 'rule-expired' || rule === 'rule-not-adopted' ? WHY[rule] : 'missing' }]
    })
    const place = numbers.place(form, at)
    if (!place.ok)
      return place.failure.kind === 'refused' && place.failure.rule in WHY
        ? [...entries, { key: place.failure.detail ?? '', why: WHY[place.failure.rule as keyof typeof WHY] }]
        : entries
    const { series, rule } = place.value
    if (rule.mode === 'server')
      return parts.askNumbers === undefined ? [...entries, { key: series, why: 'no-server' }] : entries
    return peekNumbers(r, place.value, at, 1).length > 0 ? entries : [...entries, { key: series, why: 'used-up' }]
  }
  function lines(facts: Facts): Result<readonly AttestationLine[]> {
    const template = law.get('certification.attestation', AttestationTemplate)
    return template.ok ? ok(attest(template.value, facts, unit.specimen)) : template
  }
  /** Dots where the number comes; the signer when only one person may. */
  function preview(r: Reader, at: Date): readonly string[] {
    const may = signers.list(r).filter((one) => holds(one, at))
    const signer = may.length === 1 ? may[0] : undefined
    const place = numbers.place('electronic', at)
    const book = place.ok ? peekNumbers(r, place.value, at, 1)[0]?.book : undefined
    const title = signer === undefined ? DOTS : signerTitle(signer)
    const made = lines({ number: DOTS, book: book ?? DOTS, at, title, signer: signer?.personName ?? DOTS })
    return made.ok ? made.value.map((line) => line.text) : []
  }

  const queue = (): Queue =>
    storage.read((r) => {
      const at = now()
      const waiting = documents.inStates(r, ['compared', 'reviewed', 'held'])
      const attestation = preview(r, at)
      const onPaper = inWorkOnPaper(r).flatMap((row) => {
        const document = documents.find(r, row.documentId)
        const lines = sheetLines(parts, row)
        return document === undefined ? [] : [{ document, lines: lines.ok ? lines.value.map((one) => one.text) : [] }]
      })
      const paperItem = ({ document, lines }: (typeof onPaper)[number]): QueueItem => ({
        document: documents.view(r, document),
        attestation: lines,
        onPaper: true,
        refusal: null,
      })
      const itemOf = (row: DocumentRow): QueueItem => {
        const known = row.state === 'held' ? standing(r, row.id) : undefined
        const refusal = known === undefined ? null : toRefusal(known)
        return { document: documents.view(r, row), attestation: [...attestation], onPaper: false, refusal }
      }
      return {
        items: [...onPaper.map(paperItem), ...waiting.map(itemOf)],
        reviewed: waiting.filter((row) => row.state === 'reviewed').length,
        held: waiting.filter((row) => row.state === 'held').length,
        blocked: blockedIn(r, 'electronic', at),
        paperBlocked: blockedIn(r, 'paper', at),
        specimen: unit.specimen,
        modes: [...(unit.reviewModes ?? ALL_MODES)],
      }
    })
  const tell = (): Queue => {
    const value = queue()
    parts.changed(value)
    return value
  }

  return {
    queue,
    lines,
    tell,
    may: (form) => {
      for (const key of NEEDED[form]) {
        const found = law.get(key, z.unknown())
        if (!found.ok) return found
      }
      return ok(undefined)
    },
    turn: (documentId, event, caller, change) => {
      const done = storage.write((w) => {
        const row = documents.find(w, documentId)
        if (row === undefined) return fail({ kind: 'stale' })
        const changed = change(w, row)
        if (changed.ok)
          audit.append(w, {
            actor: caller.operatorId,
            event: `certification.${event}`,
            subject: documentId,
            detail: { file: row.file },
          })
        return changed
      })
      if (!done.ok) return done
      documents.tell(documentId)
      return ok(tell())
    },
  }
}
