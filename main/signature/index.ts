// Station 6, signature (ký số): which list, which person, which token – and the run. The officer first, the agency's seal after.
// It never sees a PIN, never tries one twice, and never signs what was not shown.
import { createHash, randomUUID } from 'node:crypto'
import type { Driver } from '../../drivers/contract.ts'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { formatLegal } from '../../preload/contract/legal-time.ts'
import { type Failure, fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Batch, signature as declared, PinQuestion, SigningRole } from '../../preload/contract/signature.ts'
import type { Audit } from '../audit/index.ts'
import { type Certifications, SPECIMEN, signerTitle } from '../certification/index.ts'
import type { DeviceWatch, SigningSession } from '../devices/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import type { Log } from '../log.ts'
import type { Operators, Unit } from '../operator/index.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import type { Workshop } from '../workshop/index.ts'
import { choose, type Wanted } from './certificate.ts'
import { openEngine, type Signing } from './engine.ts'
import { failureOf, filesOfItems, findItem, itemsIn } from './journal.ts'
import { scansToSign } from './scan-signing.ts'
import type { Line, SigningJobs } from './steps.ts'
import { type SeenCertificate, seeCertificates, toCertificate } from './tokens.ts'

export interface Signatures {
  readonly handlers: HandlersOf<typeof declared>
  recover(): Promise<void>
  /** Vault hashes that rows name. */
  files(r: Reader): readonly string[]
  stop(): void
}

export interface SignatureParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
  readonly operators: Pick<Operators, 'spendReauthentication'>
  readonly unit: Unit
  readonly documents: Documents
  readonly certifications: Certifications
  readonly driver: Driver<SigningSession>
  readonly devices: DeviceWatch
  readonly work: Pick<Workshop<SigningJobs>, 'run'>
  readonly fontFolder: string
  readonly trust: readonly Uint8Array[]
  readonly now: () => Date
  /** Opens the PIN window; answers whether the token is logged in. The PIN passes by main. */
  readonly askPin: (
    question: Omit<PinQuestion, 'language'>,
    session: SigningSession,
    insist: boolean,
  ) => Promise<Result<unknown>>
  readonly filed: (w: Writer, document: DocumentRow, copyFile: string, copyBytes: number) => void
  readonly scanFiled: (w: Writer, document: DocumentRow, file: string, bytes: number) => void
  readonly changed: (batch: Batch) => void
}

/** Milliseconds between two pieces of news of a running batch. */
const NEWS_EVERY = 150
const END = { officer: 'officer-closed', agency: 'filed', scanner: 'filed' } as const
const MAY = { officer: ['officer'], agency: ['seal-keeper'], scanner: ['clerk', 'officer', 'supervisor'] } as const

export function openSignatures(parts: SignatureParts): Signatures {
  const { storage, audit, documents, certifications, unit, now } = parts
  const offers = new Map<SigningRole, Batch>()
  let news: NodeJS.Timeout | null = null
  let running: { batch: Batch; readonly ids: readonly string[]; readonly control: AbortController } | null = null

  const engine = openEngine({
    ...parts,
    place: unit.place,
    moved: (documentId) => {
      documents.tell(documentId)
      itemMoved(documentId)
    },
  })

  /** What waits in this role, oldest first; a half-done one is simply first in line again. */
  const waiting = (r: Reader, role: SigningRole, caller: Caller): readonly DocumentRow[] => {
    if (role === 'scanner') return scansToSign(r, documents, caller)
    const ids = new Set(
      itemsIn(r, role === 'officer' ? ['prepared'] : ['officer-closed', 'agency-prepared']).map(
        (row) => row.documentId,
      ),
    )
    const signing = documents.inStates(r, ['signing']).filter((row) => ids.has(row.id))
    return role === 'officer' ? [...signing, ...documents.inStates(r, ['reviewed'])] : signing
  }
  const itemOf = (r: Reader, row: DocumentRow): Batch['items'][number] => {
    const item = findItem(r, row.id)
    return {
      documentId: row.id,
      title: row.title,
      pages: row.originalPages,
      number: row.number,
      state: item?.state ?? 'waiting',
      failure: item === undefined ? null : failureOf(item),
    }
  }
  const codeOf = (rows: readonly DocumentRow[]): string => {
    const hash = createHash('sha256')
      .update(JSON.stringify(rows.map((row) => [row.id, row.file])))
      .digest('hex')
      .slice(0, 8)
      .toUpperCase()
    return `${hash.slice(0, 4)}-${hash.slice(4)}`
  }
  /** One document went a step: only its row is read, and the window hears of a long batch a few times a second. */
  function itemMoved(documentId: string): void {
    const at = running?.batch.items.findIndex((one) => one.documentId === documentId) ?? -1
    if (running === null || at < 0) return
    const row = storage.read((r) => documents.find(r, documentId))
    if (row === undefined) return
    const items = [...running.batch.items]
    items[at] = storage.read((r) => itemOf(r, row))
    const end = END[running.batch.role]
    running.batch = { ...running.batch, items, done: items.filter((one) => one.state === end).length }
    if (news !== null) return
    parts.changed(running.batch)
    news = setTimeout(() => {
      news = null
      if (running !== null) parts.changed(running.batch)
    }, NEWS_EVERY)
  }
  function tell(state: Batch['state'], trouble: Failure | null): Batch {
    if (running === null) throw new Error('no batch')
    const { ids } = running
    const items = storage.read((r) =>
      ids.flatMap((id) => {
        const row = documents.find(r, id)
        return row === undefined ? [] : [itemOf(r, row)]
      }),
    )
    const end = END[running.batch.role]
    running.batch = {
      ...running.batch,
      items,
      state,
      trouble,
      done: items.filter((one) => one.state === end).length,
      total: ids.length,
    }
    parts.changed(running.batch)
    return running.batch
  }

  const wantedFor = (role: SigningRole, authority: Authority | null, caller: Caller): Wanted =>
    role === 'agency'
      ? { agency: unit.agency }
      : role === 'scanner'
        ? { personName: caller.name }
        : { personNumber: authority?.personNumber ?? '' }

  interface Choice {
    readonly authority: Authority | null
    readonly seen: SeenCertificate
  }
  async function choice(
    role: SigningRole,
    caller: Caller,
  ): Promise<{ readonly result: Result<Choice>; readonly authority: Authority | null }> {
    const allowed = role === 'scanner' ? ok(undefined) : certifications.mayCertify()
    if (!allowed.ok) return { result: allowed, authority: null }
    const authority = role === 'officer' ? certifications.authority(caller, now()) : null
    if (authority !== null && !authority.ok) return { result: authority, authority: null }
    const who = authority === null ? null : authority.value
    const seen = await seeCertificates(parts.driver, parts.devices)
    if (!seen.ok) return { result: seen, authority: who }
    if (parts.devices.list('signature').devices.every((device) => !device.loaded))
      return { result: fail({ kind: 'device', device: 'signature', what: 'absent' }), authority: who }
    const chosen = choose(seen.value, wantedFor(role, who, caller), now())
    return { result: chosen.ok ? ok({ authority: who, seen: chosen.value }) : chosen, authority: who }
  }

  async function next(role: SigningRole, caller: Caller): Promise<Result<Batch | null>> {
    if (running !== null && running.batch.role === role) return ok(running.batch)
    if (running === null) await engine.recover()
    const rows = storage.read((r) => waiting(r, role, caller))
    if (rows.length === 0) return ok(null)
    const { result, authority } = await choice(role, caller)
    // The same list keeps its id: looking again must not make the shown one stale.
    const before = offers.get(role)
    const batch: Batch = {
      id: before?.listCode === codeOf(rows) ? before.id : randomUUID(),
      role,
      items: storage.read((r) => rows.map((row) => itemOf(r, row))),
      listCode: codeOf(rows),
      signer: role === 'agency' ? unit.agency.name : (authority?.personName ?? caller.name),
      signerTitle: authority === null ? '' : signerTitle(authority),
      certificate: result.ok ? toCertificate(result.value.seen, now()) : null,
      state: result.ok ? 'ready' : 'blocked',
      trouble: result.ok ? null : result.failure,
      done: 0,
      total: rows.length,
    }
    offers.set(role, batch)
    return ok(batch)
  }

  const sealLines = (at: Date): readonly Line[] => [
    { text: unit.agency.name.toUpperCase(), size: 8.5, weight: 'bold' },
    ...(unit.specimen ? [{ text: SPECIMEN, size: 7, weight: 'bold' as const }] : []),
    { text: formatLegal(at, 'iso'), size: 7, weight: 'regular' },
  ]
  const pinGate = (seen: SeenCertificate, insist: boolean): Failure | null => {
    if (seen.pin.locked) return { kind: 'pin', what: 'locked' }
    return seen.pin.finalTry && !insist ? { kind: 'pin', what: 'last-try' } : null
  }

  async function start(
    ask: { batchId: string; listCode: string; insist: boolean },
    caller: Caller,
  ): Promise<Result<Batch>> {
    if (running !== null) return refuse('batch-running')
    const offer = [...offers.values()].find((one) => one.id === ask.batchId)
    if (offer === undefined) return fail({ kind: 'stale' })
    const may: readonly string[] = MAY[offer.role]
    if (!caller.roles.some((role) => may.includes(role))) return refuse('wrong-role')
    const rows = storage.read((r) => waiting(r, offer.role, caller))
    if (rows.length === 0) return refuse('batch-empty')
    if (codeOf(rows) !== ask.listCode || ask.listCode !== offer.listCode) return fail({ kind: 'stale' })
    if (!parts.operators.spendReauthentication(caller)) return refuse('password-needed')
    const control = new AbortController()
    running = { batch: offer, ids: rows.map((row) => row.id), control }
    offers.delete(offer.role)
    try {
      const { result } = await choice(offer.role, caller)
      if (!result.ok) return ok(offerAgain(tell('blocked', result.failure), caller))
      showCertificate(result)
      const gate = pinGate(result.value.seen, ask.insist)
      if (gate !== null) return ok(offerAgain(tell('blocked', gate), caller))
      const ended = await signNow(offer, rows, result.value, ask.insist, caller, control)
      if (ended.state === 'finished') return ok(ended)
      // The token's tries may have changed: they are shown before anybody presses a key again.
      showCertificate((await choice(offer.role, caller)).result)
      return ok(offerAgain(tell(ended.state, ended.trouble), caller))
    } finally {
      control.abort()
      running = null
    }
  }

  function showCertificate(result: Result<Choice>): void {
    if (running === null) return
    running.batch = { ...running.batch, certificate: result.ok ? toCertificate(result.value.seen, now()) : null }
  }

  /** What did not finish can be started again as it stands: the rest of the list, under the same id. */
  function offerAgain(batch: Batch, caller: Caller): Batch {
    if (batch.state === 'finished') return batch
    // Only what was shown: a paper that came in meanwhile makes the list another one, to be looked at first.
    const shown = new Set(batch.items.map((item) => item.documentId))
    const rest = storage.read((r) => waiting(r, batch.role, caller)).filter((row) => shown.has(row.id))
    const again = { ...batch, listCode: codeOf(rest) }
    offers.set(batch.role, again)
    return again
  }

  async function signNow(
    offer: Batch,
    rows: readonly DocumentRow[],
    { authority, seen }: Choice,
    insist: boolean,
    caller: Caller,
    control: AbortController,
  ): Promise<Batch> {
    const opened = await parts.driver.open(seen.device.id, control.signal)
    if (!opened.ok) return tell('paused', opened.failure)
    const session = opened.value
    try {
      storage.write((w) =>
        audit.append(w, {
          actor: caller.operatorId,
          event: 'signature.batch-started',
          subject: offer.id,
          detail: {
            role: offer.role,
            count: rows.length,
            list: offer.listCode,
            certificate: seen.facts.fingerprint,
            authority: authority?.id ?? null,
          },
        }),
      )
      tell('running', null)
      const logged = await parts.askPin(
        {
          signer: offer.signer,
          holder: seen.facts.commonName,
          tokenName: seen.device.name,
          count: rows.length,
          listCode: offer.listCode,
          role: offer.role,
          pin: seen.pin,
        },
        session,
        insist,
      )
      if (!logged.ok) {
        storage.write((w) =>
          audit.append(w, {
            actor: caller.operatorId,
            event: 'signature.pin-refused',
            subject: offer.id,
            detail: { why: logged.failure.kind },
          }),
        )
        return tell('paused', logged.failure)
      }
      const signing: Signing = {
        role: offer.role,
        caller,
        fingerprint: seen.facts.fingerprint,
        signer: { certificate: seen.facts.der, chain: [] },
        signerName: seen.facts.commonName,
        authority,
        seal: sealLines(now()),
      }
      const trouble = await engine.run(
        rows.map((row) => row.id),
        signing,
        session,
      )
      storage.write((w) =>
        audit.append(w, {
          actor: caller.operatorId,
          event: 'signature.batch-ended',
          subject: offer.id,
          detail: { finished: trouble === null },
        }),
      )
      return tell(trouble === null ? 'finished' : 'paused', trouble)
    } finally {
      await session.logout()
      await session.close()
      certifications.tell()
    }
  }

  return {
    handlers: {
      certificates: async () => {
        const seen = await seeCertificates(parts.driver, parts.devices)
        return seen.ok ? ok(seen.value.map((one) => toCertificate(one, now()))) : seen
      },
      counts: (_, caller) =>
        ok(
          storage.read((r) => ({
            officer: waiting(r, 'officer', caller).length,
            agency: waiting(r, 'agency', caller).length,
            scanner: waiting(r, 'scanner', caller).length,
          })),
        ),
      next: ({ role }, caller) => {
        const may: readonly string[] = MAY[role]
        return caller.roles.some((one) => may.includes(one)) ? next(role, caller) : refuse('wrong-role')
      },
      start,
    },
    recover: () => engine.recover(),
    files: filesOfItems,
    stop: () => running?.control.abort(),
  }
}
