// The batch: a group is prepared ahead, the token signs one after the other, closing goes on behind; every rest is a row.
// Token trouble stops it and keeps its place, paper trouble sets one document aside. A killed program goes on from the rows.
import type { Failure } from '../../preload/contract/result.ts'
import type { SigningSession } from '../devices/index.ts'
import { traceOf } from '../log.ts'
import { type EngineParts, failed, type Signing, type Step } from './batch.ts'
import { closeDocument } from './close.ts'
import { groupWrites } from './group.ts'
import { findItem, idsIn, packed, setItem, startItem } from './journal.ts'
import { prepareDocuments, type Ready } from './prepare.ts'

/** Documents prepared together: as many numbers are taken in one transaction. */
const GROUP = 12
/** Digests handed to the token host: it signs one at a time, and the next one lies there already. */
const ASKED_AT_ONCE = 2
/** Signed, and on the way to a row, to the workshop or to the vault. */
const BEHIND_AT_ONCE = 24
const SIGNED = { officer: 'officer-signed', agency: 'agency-signed', scanner: 'scanner-signed' } as const

export interface Engine {
  /** Signs in order; answers null when all went, or why it stopped. */
  run(documentIds: readonly string[], signing: Signing, session: Pick<SigningSession, 'sign'>): Promise<Failure | null>
  /** Finishes what was signed but not closed when the program died. Needs no token. */
  recover(): Promise<void>
}

export function openEngine(parts: EngineParts): Engine {
  const { storage, audit, documents, certifications } = parts
  const soon = groupWrites(storage)

  /** Paper trouble: this one waits for a person; its number is freed while unsigned, cancelled once a signature was made. */
  function setAside(documentId: string, failure: Failure): void {
    const reason = failure.kind === 'refused' ? [failure.rule, failure.detail].filter(Boolean).join(' ') : failure.kind
    storage.write((w) => {
      const known = findItem(w, documentId)
      const signed = known !== undefined && known.state !== 'prepared'
      if (known !== undefined) {
        const end = { prepared: null, value: null, signer: null, officerTail: null }
        setItem(w, documentId, { ...end, state: 'set-aside', failure: JSON.stringify(failure) })
        // A paper that who scanned it was to sign has no number to give back.
        if (!known.state.startsWith('scanner-')) {
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
          ...(signing.role === 'agency' ? { agencyFingerprint: signing.fingerprint } : {}),
        })
      audit.append(w, {
        actor: signing.caller.operatorId,
        event: `signature.${signing.role}-signed`,
        subject: one.documentId,
        detail: { shown: one.shownFile, digest: Buffer.from(one.prepared.digest).toString('hex') },
      })
    })

  async function run(
    documentIds: readonly string[],
    signing: Signing,
    session: Pick<SigningSession, 'sign'>,
  ): Promise<Failure | null> {
    const asked = new Set<Promise<void>>()
    const behind = new Set<Promise<void>>()
    let stop: Failure | null = null
    const settle = (documentId: string, step: Step<unknown>): void => {
      if (step.ok) return
      if (step.stop) stop ??= step.failure
      else setAside(documentId, step.failure)
    }
    /** Goes on beside; what it throws is a bug and stops the batch. */
    const beside = (set: Set<Promise<void>>, documentId: string, what: string, work: () => Promise<void>): void => {
      const task: Promise<void> = work()
        .catch((error: unknown) => {
          parts.log(`signature.${what}-bug`, { document: documentId, ...traceOf(error) })
          stop ??= { kind: 'bug', ref: documentId }
        })
        .finally(() => set.delete(task))
      set.add(task)
    }
    const prepareGroup = (from: number): Promise<readonly (readonly [string, Step<Ready>])[]> | null => {
      const ids = documentIds.slice(from, from + GROUP)
      if (ids.length === 0 || stop !== null) return null
      return prepareDocuments(parts, ids, signing).catch((error: unknown) => {
        const [first = ''] = ids
        parts.log('signature.prepare-bug', { document: first, ...traceOf(error) })
        return [[first, failed({ kind: 'bug', ref: first })] as const]
      })
    }
    const signOne = async (one: Ready): Promise<void> => {
      const value = await session.sign(signing.fingerprint, one.prepared.digest)
      // Whatever a token says no to, it says to every document: the paper is not to blame.
      if (!value.ok) {
        stop ??= value.failure
        return
      }
      beside(behind, one.documentId, 'close', async () => {
        await keepSignature(one, signing, value.value)
        parts.moved(one.documentId, SIGNED[signing.role], null)
        settle(one.documentId, await closeDocument(parts, one.documentId, soon))
      })
    }

    let upcoming = prepareGroup(0)
    for (let from = 0; upcoming !== null && stop === null; from += GROUP) {
      const group = await upcoming
      // The next group is prepared while the token works on this one.
      upcoming = prepareGroup(from + GROUP)
      for (const [documentId, step] of group) {
        if (!step.ok) settle(documentId, step)
        while (asked.size >= ASKED_AT_ONCE) await Promise.race(asked)
        while (behind.size >= BEHIND_AT_ONCE) await Promise.race(behind)
        if (stop !== null) break
        if (step.ok) beside(asked, documentId, 'sign', () => signOne(step.value))
      }
    }
    // Those that were being prepared when the batch stopped rest where they are.
    await upcoming
    await Promise.all(asked)
    await Promise.all(behind)
    return stop
  }

  /** Closing needs no token: what the program's death or a sick disk left signed is finished first. */
  async function finishSigned(): Promise<void> {
    for (const documentId of storage.read((r) => idsIn(r, Object.values(SIGNED)))) {
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
