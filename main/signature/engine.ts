// The batch: a group is prepared ahead, the token signs one after the other, closing goes on behind; every rest is a row.
// Token trouble stops it and keeps its place, paper trouble sets one document aside. A killed program goes on from the rows.
import type { Failure } from '../../preload/contract/result.ts'
import type { SigningSession } from '../devices/index.ts'
import type { DocumentRow } from '../document/index.ts'
import { traceOf } from '../log.ts'
import { type EngineParts, failed, type Signing, type Step } from './batch.ts'
import { closeDocument } from './close.ts'
import type { Feed } from './feed.ts'
import { groupWrites } from './group.ts'
import { findItem, idsIn, packed, setItem, startItem } from './journal.ts'
import { prepareDocuments, type Ready } from './prepare.ts'

/** Documents prepared together: as many numbers are taken in one transaction. The first few go at once: a token waits for them. */
const GROUP = 12
const FIRST_GROUP = 2
/** Digests handed to the token host: it signs one at a time, and the next one lies there already. */
const ASKED_AT_ONCE = 2
/** Signed, and on the way to a row, to the workshop or to the vault. */
const BEHIND_AT_ONCE = 24
const SIGNED = {
  officer: 'officer-signed',
  agency: 'agency-signed',
  scanner: 'scanner-signed',
  copy: 'copy-signed',
} as const

/** The agency signs another file than who scanned did, with a mark of its own. */
const rowOfCopy = ({ shownFile, lines, place }: Ready) => ({
  shownFile,
  lines: JSON.stringify(lines),
  place: JSON.stringify(place),
})
/** Of a paper that is no certified copy: the file its row is about now. */
const paperIn = (document: DocumentRow | undefined): { readonly shownFile: string } | null =>
  document === undefined || document.certifiedCopy ? null : { shownFile: document.scanFile ?? document.file }

export interface Engine {
  /** Signs in order; answers null when all went, or why it stopped. */
  run(feed: Feed, signing: Signing, session: Pick<SigningSession, 'sign'>): Promise<Failure | null>
  /** Finishes what was signed but not closed when the program died. Needs no token. */
  recover(): Promise<void>
}

export function openEngine(parts: EngineParts): Engine {
  const { storage, audit, documents, certifications } = parts
  const soon = groupWrites(storage)
  /** Being closed by this program now: a second sitting's recovery leaves them alone. */
  const inHand = new Set<string>()

  /** Paper trouble: this one waits for a person; its number is freed while unsigned, cancelled once a signature was made. */
  function setAside(documentId: string, failure: Failure): void {
    const reason = failure.kind === 'refused' ? [failure.rule, failure.detail].filter(Boolean).join(' ') : failure.kind
    storage.write((w) => {
      const document = documents.find(w, documentId)
      const paper = paperIn(document)
      // A copy that is filed stays as it is, whoever comes late.
      const known = (document?.agencyCopyFile ?? null) === null ? findItem(w, documentId) : undefined
      // The row of a paper that waits for the agency's own copy still says that the scan was filed.
      const signed = known !== undefined && known.state !== 'prepared' && known.state !== 'filed'
      if (known !== undefined) {
        const end = { prepared: null, value: null, signer: null, officerTail: null }
        setItem(w, documentId, { ...end, ...paper, state: 'set-aside', failure: JSON.stringify(failure) })
        // A paper of a dossier has no number to give back.
        if (paper === null) {
          if (signed) certifications.cancelled(w, documentId, `Không hoàn thành: ${reason}`)
          else certifications.freed(w, documentId)
        }
      }
      documents.turn(w, documentId, ['reviewed', 'signing'], { state: 'held', heldFor: reason, number: null })
      audit.append(w, {
        actor: 'program',
        event: 'signature.set-aside',
        subject: documentId,
        detail: { reason, signed },
      })
    })
    parts.moved(documentId, 'set-aside', failure)
  }

  /** The token's answer becomes a row: from now on this signature is finished without the token. */
  const keepSignature = (one: Ready, signing: Signing, value: Uint8Array): Promise<void> =>
    soon((w) => {
      const made = { prepared: one.prepared, signer: signing.signer, value }
      if (signing.role === 'scanner')
        startItem(w, { ...one, fingerprint: signing.fingerprint }, { state: 'scanner-signed', ...made })
      else
        setItem(w, one.documentId, {
          ...packed(made),
          state: SIGNED[signing.role],
          signingAt: one.at.toISOString(),
          ...(signing.role === 'officer' ? {} : { agencyFingerprint: signing.fingerprint }),
          ...(signing.role === 'copy' ? rowOfCopy(one) : {}),
        })
      audit.append(w, {
        actor: signing.caller.operatorId,
        event: `signature.${signing.role}-signed`,
        subject: one.documentId,
        detail: { shown: one.shownFile, digest: Buffer.from(one.prepared.digest).toString('hex') },
      })
    })

  async function run(feed: Feed, signing: Signing, session: Pick<SigningSession, 'sign'>): Promise<Failure | null> {
    const asked = new Set<Promise<void>>()
    const behind = new Set<Promise<void>>()
    let preparing: Promise<unknown> = Promise.resolve()
    let stop: Failure | null = null
    let wake = (): void => undefined
    const halt = (failure: Failure): void => {
      stop ??= failure
      wake()
    }
    /** What it answers, or null as soon as the batch stops. (A race against one promise of the whole batch keeps every answer.) */
    const unlessStopped = <T>(work: Promise<T>): Promise<T | null> =>
      new Promise((resolve, reject) => {
        wake = () => resolve(null)
        if (stop !== null) wake()
        work.then(resolve, reject)
      })
    const settle = (documentId: string, step: Step<unknown>): void => {
      if (step.ok) return
      if (step.stop) halt(step.failure)
      else setAside(documentId, step.failure)
    }
    /** Goes on beside; what it throws is a bug and stops the batch. */
    const beside = (set: Set<Promise<void>>, documentId: string, what: string, work: () => Promise<void>): void => {
      const task: Promise<void> = work()
        .catch((error: unknown) => {
          parts.log(`signature.${what}-bug`, { document: documentId, ...traceOf(error) })
          halt({ kind: 'bug', ref: documentId })
        })
        .finally(() => set.delete(task))
      set.add(task)
    }
    /** Null when there is nothing more to prepare. */
    const prepareGroup = async (count: number): Promise<readonly (readonly [string, Step<Ready>])[] | null> => {
      const ids = stop === null ? await feed.next(count) : []
      if (ids.length === 0 || stop !== null) return null
      const work = prepareDocuments(parts, ids, signing).catch((error: unknown) => {
        const [first = ''] = ids
        parts.log('signature.prepare-bug', { document: first, ...traceOf(error) })
        return [[first, failed({ kind: 'bug', ref: first })] as const]
      })
      preparing = work
      return work
    }
    const signOne = async (one: Ready): Promise<void> => {
      const value = await session.sign(signing.fingerprint, one.prepared.digest)
      // Whatever a token says no to, it says to every document: the paper is not to blame.
      if (!value.ok) {
        halt(value.failure)
        return
      }
      inHand.add(one.documentId)
      beside(behind, one.documentId, 'close', async () => {
        try {
          await keepSignature(one, signing, value.value)
          parts.moved(one.documentId, SIGNED[signing.role], null)
          const made = { prepared: one.prepared, signer: signing.signer, value: value.value, tail: one.tail ?? null }
          settle(one.documentId, await closeDocument(parts, one.documentId, soon, made))
        } finally {
          inHand.delete(one.documentId)
        }
      })
    }

    let upcoming = prepareGroup(FIRST_GROUP)
    for (;;) {
      // A list that follows another sitting may wait long for its next document; trouble is told meanwhile.
      const group = await unlessStopped(upcoming)
      if (group === null || stop !== null) break
      // The next group is prepared while the token works on this one.
      upcoming = prepareGroup(GROUP)
      for (const [documentId, step] of group) {
        if (!step.ok) settle(documentId, step)
        while (asked.size >= ASKED_AT_ONCE) await Promise.race(asked)
        while (behind.size >= BEHIND_AT_ONCE) await Promise.race(behind)
        if (stop !== null) break
        if (step.ok) beside(asked, documentId, 'sign', () => signOne(step.value))
      }
    }
    // Those that were being prepared when the batch stopped rest where they are.
    await preparing
    await Promise.all(asked)
    await Promise.all(behind)
    return stop
  }

  /** Closing needs no token: what the program's death or a sick disk left signed is finished first. */
  async function finishSigned(): Promise<void> {
    for (const documentId of storage.read((r) => idsIn(r, Object.values(SIGNED)))) {
      if (inHand.has(documentId)) continue
      const step = await closeDocument(parts, documentId, soon)
      parts.log('signature.recovered', { document: documentId, ok: step.ok })
      if (!step.ok && !step.stop) setAside(documentId, step.failure)
    }
  }
  let finishing: Promise<void> | null = null

  return {
    run,
    recover: () => {
      finishing ??= finishSigned().finally(() => {
        finishing = null
      })
      return finishing
    },
  }
}
