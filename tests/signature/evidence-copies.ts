// Promises: a furnished counter with finished copies, filed as the station files them, and the services of the trust rig.
// Never: a token; the signatures are made with software keys before the counter begins.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { documentDocument } from '../../main/document/table.ts'
import type { Unit } from '../../main/operator/index.ts'
import { openPromises } from '../../main/province/index.ts'
import type { EvidenceRow } from '../../main/signature/evidence/rows.ts'
import { signatureEvidence } from '../../main/signature/table.ts'
import type { Evidence } from '../../preload/contract/signature.ts'
import { callerFor, furnish, must, type NodeCounter, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { bringPapers } from '../bench/reviewed-papers.ts'
import type { EvidenceRig } from './evidence-rig.ts'
import { makePaper } from './pades-paper.ts'
import { signByBoth } from './pades-signing.ts'

export interface Desk {
  readonly folder: string
  readonly unit: Unit
}

/** A unit that trusts the rig's authorities and knows its time-stamping services as `một`, `hai` … */
export async function openDesk(
  folder: string,
  rig: EvidenceRig,
  more: { readonly perMinute?: number; readonly services?: boolean; readonly province?: Unit['province'] } = {},
): Promise<Desk> {
  const names = ['một', 'hai', 'ba']
  const timestamps = rig.trust.tsas.map(({ url }, index) => ({
    name: names[index] ?? `${index}`,
    url: `${url}/`,
    ...(more.perMinute === undefined ? {} : { perMinute: more.perMinute }),
  }))
  const unit: Unit = {
    ...SPECIMEN_UNIT,
    reading: false,
    trust: [rig.pki.ca.pem, rig.pki.issuingFile],
    ...(more.services === false ? {} : { timestamps }),
    province: more.province ?? null,
  }
  await furnish(folder, unit)
  return { folder, unit }
}

export const enter = (desk: Desk, more: { readonly now?: () => Date; readonly within?: number } = {}): NodeCounter =>
  openNodeCounter({
    folder: desk.folder,
    unit: desk.unit,
    ...(more.now === undefined ? {} : { now: more.now }),
    evidence: { quiet: 50, within: more.within ?? 1_500 },
  })

/** As many finished copies of one signed paper; each is filed with its parcel and waits for its timestamp. */
export async function fileCopies(
  counter: NodeCounter,
  rig: EvidenceRig,
  folder: string,
  count: number,
): Promise<{ readonly copy: Uint8Array; readonly ids: readonly string[] }> {
  const paper = await makePaper()
  const copy = signByBoth(paper, rig.people)
  const path = join(folder, 'paper.pdf')
  writeFileSync(path, paper)
  await bringPapers(
    counter,
    Array.from({ length: count }, () => path),
  )
  const { storage, outbox, dossiers, documents, vault } = counter
  const promises = openPromises({ outbox, dossiers, documents, person: 'Đơn vị mẫu', now: () => new Date() })
  const ids = storage
    .read((r) => r.select().from(documentDocument).where(eq(documentDocument.state, 'reviewed')).all())
    .map(({ id }) => id)
  for (const [index, id] of ids.entries()) {
    const file = must(vault.put(copy))
    storage.write((w) => {
      documents.turn(w, id, ['reviewed'], { state: 'certified', copyFile: file, number: String(index + 1) })
      const document = documents.find(w, id)
      if (document === undefined) return
      promises.copy(w, document, file, copy.length)
      counter.evidence.put(w, id, file)
    })
  }
  return { copy, ids }
}

export const rowsOf = (counter: NodeCounter): readonly EvidenceRow[] =>
  counter.storage.read((r) => r.select().from(signatureEvidence).all())

/** Timestamps promised to the province. */
export const parcelsOf = (counter: NodeCounter) =>
  counter.storage.read((r) => counter.outbox.list(r)).filter(({ kind }) => kind === 'evidence')

export const statesOf = (counter: NodeCounter): readonly string[] => rowsOf(counter).map(({ state }) => state)
export const all = (word: string, count: number): readonly string[] => Array.from({ length: count }, () => word)

/** What the screen hears. */
export const tellOf = async (counter: NodeCounter): Promise<Evidence> =>
  must(await counter.handlers.signature.evidence({}, callerFor(counter, PEOPLE.officer.login)))

/** The officer presses the key. */
export const retry = async (counter: NodeCounter): Promise<Evidence> =>
  must(await counter.handlers.signature.retryEvidence({}, callerFor(counter, PEOPLE.officer.login)))
