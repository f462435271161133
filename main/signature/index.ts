// Station 6, signature (ký số): which list, which person, which token – and the run. The officer first, the agency's seal after.
// It never sees a PIN, never tries one twice, and never signs what was not shown.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Driver } from '../../drivers/contract.ts'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import { type Failure, fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Batch, signature as declared, PinQuestion, SigningRole } from '../../preload/contract/signature.ts'
import type { signatureReports } from '../../preload/contract/validation.ts'
import type { Audit } from '../audit/index.ts'
import { type Certifications, signerTitle } from '../certification/index.ts'
import { type DeviceWatch, type SigningSession, signPatiently } from '../devices/index.ts'
import type { DocumentRow, Documents } from '../document/index.ts'
import type { Log } from '../log.ts'
import type { Operators, Unit } from '../operator/index.ts'
import type { Reader, Storage, Vault, Writer } from '../storage/index.ts'
import type { Workshop } from '../workshop/index.ts'
import { type Signing, sealLines } from './batch.ts'
import { openEngine } from './engine.ts'
import { type Feed, type Following, feedFollowing, feedList } from './feed.ts'
import { openCertificates } from './inventory.ts'
import type { SigningJobs } from './jobs.ts'
import { filesOfItems } from './journal.ts'
import { codeOf, type Item, itemsOf, kindsOf, waitingFor } from './list.ts'
import { openPins } from './pins.ts'
import { openProofs, type ProofJobs } from './proofs.ts'
import { type Choice, openSigner } from './signer.ts'
import { openSitting, type Sitting } from './sitting.ts'
import type { StampImages } from './stamp-images.ts'
import { type SeenCertificate, seeCertificates, toCertificate } from './tokens.ts'

export interface Signatures {
  /** All but evidence, which evidence/ answers. */
  readonly handlers: Omit<HandlersOf<typeof declared & typeof signatureReports>, 'evidence' | 'retryEvidence'>
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
  readonly work: Pick<Workshop<SigningJobs & ProofJobs>, 'run'>
  readonly fontFolder: string
  readonly trust: readonly Uint8Array[]
  /** Pictures that the unit names, from the files beside unit.json. */
  readonly openImages: () => Promise<Result<StampImages>>
  readonly now: () => Date
  /** Opens the PIN window; answers whether the token is logged in. The PIN passes by main. */
  readonly askPin: (
    question: Omit<PinQuestion, 'language'>,
    session: SigningSession,
    insist: boolean,
  ) => Promise<Result<unknown>>
  readonly filed: (w: Writer, document: DocumentRow, copyFile: string, copyBytes: number) => void
  readonly scanFiled: (w: Writer, document: DocumentRow, file: string, bytes: number) => void
  readonly agencyCopyFiled: (w: Writer, document: DocumentRow, file: string, bytes: number, parent: string) => void
  readonly changed: (batch: Batch) => void
}

/** Milliseconds between two looks for a token that is away, and until the batch rests instead. */
const LOOK_EVERY = 700
const LONGEST_WAIT = 30 * 60_000
/** Another program holds the token: so long the same sitting asks again, afterwards the batch waits and needs its PIN again. */
const LONGEST_HOLD = 20_000
/** Nothing is wrong with the PIN or the papers: the token is not there, or another program holds it. */
const isAway = (failure: Failure): boolean =>
  failure.kind === 'device' && ['absent', 'removed', 'busy'].includes(failure.what)
/** Roles that sign what others have signed before. */
const AFTER_OTHERS: ReadonlySet<SigningRole> = new Set(['agency', 'copy'])
const MAY = {
  officer: ['officer'],
  agency: ['seal-keeper'],
  scanner: ['clerk', 'officer', 'supervisor'],
  copy: ['seal-keeper'],
} as const

/** The officer's signature is not closed yet. */
const isBeforeSeal = (state: Item['state'] | undefined): boolean =>
  state === 'waiting' || state === 'prepared' || state === 'officer-signed'

export function openSignatures(parts: SignatureParts): Signatures {
  const { storage, audit, documents, certifications, unit, now } = parts
  const offers = new Map<SigningRole, Batch>()
  const known = openCertificates(parts)
  const choice = openSigner(parts)
  const proofs = openProofs(parts)
  const sittings = new Map<SigningRole, Sitting>()
  /** The agency's list, while it follows the officer's. */
  let following: Following | null = null

  const engine = openEngine({
    ...parts,
    place: unit.place,
    verifyUrl: unit.verifyUrl,
    moved: (documentId, state, failure) => {
      if (state !== 'prepared' && !state.endsWith('-signed')) documents.tell(documentId)
      const number = () => storage.read((r) => documents.find(r, documentId))?.number ?? null
      for (const sitting of sittings.values()) sitting.moved(documentId, state, failure, number)
      following?.stir()
    },
  })

  function tell(sitting: Sitting, state: Batch['state'], trouble: Failure | null): Batch {
    const rows = (r: Reader) => sitting.ids().flatMap((id) => documents.find(r, id) ?? [])
    const told = sitting.tell(
      storage.read((r) => itemsOf(r, rows(r), sitting.role)),
      state,
      trouble,
    )
    // An officer who waits for a token or rests: nothing more comes for now, and who follows hears it.
    following?.stir()
    return told
  }
  /** What the officer is signing at this moment and may still be closed: the seal's sitting may follow it. */
  const coming = (): readonly string[] => {
    const officer = sittings.get('officer')
    return officer?.batch.state === 'running' ? officer.ids().filter((id) => isBeforeSeal(officer.at(id))) : []
  }
  const waitingIn = (r: Reader, role: SigningRole, caller: Caller): readonly DocumentRow[] =>
    waitingFor(r, documents, role, caller, coming())

  /** What was shown and still waits, in the order shown. */
  function shownIn({ role, items }: Batch, caller: Caller): readonly DocumentRow[] {
    const waiting = new Map(storage.read((r) => waitingIn(r, role, caller)).map((row) => [row.id, row]))
    return items.flatMap(({ documentId }) => waiting.get(documentId) ?? [])
  }

  async function next(role: SigningRole, caller: Caller): Promise<Result<Batch | null>> {
    const sitting = sittings.get(role)
    if (sitting !== undefined) return ok(sitting.batch)
    await engine.recover()
    const rows = storage.read((r) => waitingIn(r, role, caller))
    if (rows.length === 0) return ok(null)
    const { result, authority } = await choice(role, caller, rows)
    // The same list keeps its id: looking again must not make the shown one stale.
    const before = offers.get(role)
    const batch: Batch = {
      id: before?.listCode === codeOf(rows, role) ? before.id : randomUUID(),
      role,
      items: storage.read((r) => itemsOf(r, rows, role)),
      listCode: codeOf(rows, role),
      signer: role === 'agency' || role === 'copy' ? unit.agency.name : (authority?.personName ?? caller.name),
      signerTitle: authority === null ? '' : signerTitle(authority),
      certificate: result.ok ? known.show(toCertificate(result.value.seen, now())) : null,
      state: result.ok ? 'ready' : 'blocked',
      trouble: result.ok ? null : result.failure,
      done: 0,
      total: rows.length,
    }
    offers.set(role, batch)
    return ok(batch)
  }

  const pinGate = (seen: SeenCertificate, insist: boolean): Failure | null => {
    if (seen.pin.locked) return { kind: 'pin', what: 'locked' }
    return seen.pin.finalTry && !insist ? { kind: 'pin', what: 'last-try' } : null
  }

  async function start(
    ask: { batchId: string; listCode: string; insist: boolean },
    caller: Caller,
  ): Promise<Result<Batch>> {
    const offer = [...offers.values()].find((one) => one.id === ask.batchId)
    if (offer === undefined) return sittings.size > 0 ? refuse('batch-running') : fail({ kind: 'stale' })
    if (sittings.has(offer.role)) return refuse('batch-running')
    const may: readonly string[] = MAY[offer.role]
    if (!caller.roles.some((role) => may.includes(role))) return refuse('wrong-role')
    // The agency's lists grow by themselves while somebody else signs: what came in meanwhile is another list. Any other list
    // that is not what it was is looked at first.
    const rows = AFTER_OTHERS.has(offer.role)
      ? shownIn(offer, caller)
      : storage.read((r) => waitingIn(r, offer.role, caller))
    if (rows.length === 0) return refuse('batch-empty')
    if (codeOf(rows, offer.role) !== ask.listCode || ask.listCode !== offer.listCode) return fail({ kind: 'stale' })
    if (!parts.operators.spendReauthentication(caller)) return refuse('password-needed')
    const sitting = openSitting(
      offer,
      rows.map((row) => row.id),
      caller.operatorId,
      parts.changed,
    )
    sittings.set(offer.role, sitting)
    offers.delete(offer.role)
    try {
      const { result } = await choice(offer.role, caller, rows)
      if (!result.ok) return ok(offerAgain(tell(sitting, 'blocked', result.failure), caller))
      showCertificate(sitting, result)
      // A block that is used up, or a server that does not answer, is said before anybody types a PIN.
      const numbers = offer.role === 'officer' ? await certifications.fetchNumbers(rows, now()) : ok(undefined)
      if (!numbers.ok) return ok(offerAgain(tell(sitting, 'blocked', numbers.failure), caller))
      const gate = pinGate(result.value.seen, ask.insist)
      if (gate !== null) return ok(offerAgain(tell(sitting, 'blocked', gate), caller))
      const ended = await signNow(sitting, result.value, ask.insist, caller)
      if (ended.state === 'finished') return ok(ended)
      // The token's tries may have changed: they are shown before anybody presses a key again.
      showCertificate(sitting, (await choice(offer.role, caller, rows)).result)
      return ok(offerAgain(tell(sitting, ended.state, ended.trouble), caller))
    } finally {
      sitting.end()
      sittings.delete(offer.role)
      // Nothing more comes from the officer: who follows hears it.
      following?.stir()
    }
  }

  const showCertificate = (sitting: Sitting, result: Result<Choice>): void =>
    sitting.change({ certificate: result.ok ? known.show(toCertificate(result.value.seen, now())) : null })

  /** What did not finish can be started again as it stands: the rest of the list, under the same id. */
  function offerAgain(batch: Batch, caller: Caller): Batch {
    if (batch.state === 'finished') return batch
    const again = { ...batch, listCode: codeOf(shownIn(batch, caller), batch.role) }
    offers.set(batch.role, again)
    return again
  }

  /** Signs the list; while the token is away or held by another program it waits for the same certificate, and asks for the PIN again. */
  async function signNow(sitting: Sitting, chosen: Choice, insist: boolean, caller: Caller): Promise<Batch> {
    // Consent to a last try is for one try: what the token says when it is back has to be agreed to again.
    for (let seen = chosen.seen, consent = insist; ; consent = false) {
      const trouble = await sit(sitting, { ...chosen, seen }, consent, caller)
      if (trouble === null) return tell(sitting, 'finished', null)
      if (!isAway(trouble)) return tell(sitting, 'paused', trouble)
      tell(sitting, 'waiting', trouble)
      const back = await comesBack(sitting, seen.facts.fingerprint)
      if (back === null) return tell(sitting, 'paused', trouble)
      const gate = pinGate(back, false)
      if (gate !== null) return tell(sitting, 'paused', gate)
      seen = back
    }
  }

  /** The token with exactly this certificate, as soon as it is back: any other token is left alone. Null when nobody waits any more. */
  async function comesBack(sitting: Sitting, fingerprint: string): Promise<SeenCertificate | null> {
    const until = performance.now() + LONGEST_WAIT
    while (!sitting.signal.aborted && performance.now() < until) {
      await Promise.race([sleep(LOOK_EVERY), sitting.waited])
      if (sitting.batch.state !== 'waiting') return null
      const seen = await seeCertificates(parts.driver, parts.devices)
      const same = seen.find((one) => one.facts.fingerprint === fingerprint)
      if (same !== undefined) return same
    }
    return null
  }

  /** The rest of the list; the agency's follows what the officer is signing now. */
  function feedOf(sitting: Sitting, rest: readonly string[]): Feed {
    if (sitting.role !== 'agency' || coming().length === 0) return feedList(rest)
    following = feedFollowing(
      rest,
      (id) => sitting.at(id) === 'officer-closed',
      (id) => !coming().includes(id),
    )
    return following
  }

  /** One opening of the token, one PIN, as much of the list as goes. Answers null when all of it went. */
  async function sit(
    sitting: Sitting,
    { authority, seen, images }: Choice,
    insist: boolean,
    caller: Caller,
  ): Promise<Failure | null> {
    const { batch: offer, signal } = sitting
    await engine.recover()
    const open = new Set(storage.read((r) => waitingIn(r, offer.role, caller)).map((row) => row.id))
    const rest = sitting.ids().filter((id) => open.has(id))
    if (rest.length === 0) return null
    const opened = await parts.driver.open(seen.device.id, signal)
    if (!opened.ok) return opened.failure
    const session = opened.value
    const note = (event: string, detail: Parameters<Audit['append']>[1]['detail']): void =>
      storage.write((w) =>
        audit.append(w, { actor: caller.operatorId, event, subject: offer.id, detail: detail ?? {} }),
      )
    try {
      const kinds = kindsOf(sitting.batch.items.filter((item) => open.has(item.documentId)))
      note('signature.batch-started', {
        role: offer.role,
        count: rest.length,
        kinds: JSON.stringify(kinds),
        list: offer.listCode,
        certificate: seen.facts.fingerprint,
        authority: authority?.id ?? null,
      })
      proofs.reports.begin(offer, sitting.ids(), toCertificate(seen, now()), authority, caller)
      tell(sitting, 'running', null)
      // As many benches as work for a batch start while the PIN is typed; one that cannot will say so at the first document.
      for (let bench = 0; bench < 2; bench += 1)
        void parts.work.run('readyToSign', parts.fontFolder).catch(() => undefined)
      const { commonName, der, fingerprint } = seen.facts
      const logged = await parts.askPin(
        {
          signer: offer.signer,
          holder: commonName,
          tokenName: seen.device.name,
          // One more for the report of the batch.
          count: rest.length + 1,
          listCode: offer.listCode,
          role: offer.role,
          pin: seen.pin,
          kinds,
          ...(authority === null ? {} : { authority: `${signerTitle(authority)} · ${authority.decision}` }),
          everySignature: known.asksEveryTime(fingerprint),
        },
        session,
        insist,
      )
      if (!logged.ok) {
        note('signature.pin-refused', { why: logged.failure.kind })
        return logged.failure
      }
      // Now the keys are visible: the next PIN window knows whether they ask for their PIN every time.
      known.learn(await session.certificates())
      const signing: Signing = {
        role: offer.role,
        caller,
        fingerprint,
        signer: { certificate: der, chain: [] },
        signerName: commonName,
        authority,
        seal: sealLines(unit, now()),
        images,
      }
      const busy: Failure = { kind: 'device', device: 'signature', what: 'busy' }
      const patient = signPatiently(session, {
        every: 300,
        longest: LONGEST_HOLD,
        signal,
        held: (isHeld) => void tell(sitting, 'running', isHeld ? busy : null),
      })
      const trouble = await engine.run(feedOf(sitting, rest), signing, patient)
      // What the officer set aside or left never came.
      if (trouble === null) sitting.keep(sitting.ids().filter((id) => !isBeforeSeal(sitting.at(id))))
      if (trouble === null) await proofs.reports.finish(offer.id, signing, patient)
      else proofs.reports.rest(offer.id)
      note('signature.batch-ended', { finished: trouble === null })
      return trouble
    } finally {
      await session.logout()
      await session.close()
      certifications.tell()
    }
  }

  return {
    handlers: {
      ...openPins(parts),
      ...proofs.handlers,
      inventory: (_, caller) => known.answer(certifications.handlers.authorities({}, caller), unit.agency),
      certificates: async () => {
        const seen = await seeCertificates(parts.driver, parts.devices)
        return ok(seen.map((one) => toCertificate(one, now())))
      },
      counts: (_, caller) =>
        ok(
          storage.read((r) => ({
            officer: waitingFor(r, documents, 'officer', caller).length,
            agency: waitingFor(r, documents, 'agency', caller).length,
            scanner: waitingFor(r, documents, 'scanner', caller).length,
            copy: waitingFor(r, documents, 'copy', caller).length,
          })),
        ),
      next: ({ role }, caller) => {
        const may: readonly string[] = MAY[role]
        return caller.roles.some((one) => may.includes(one)) ? next(role, caller) : refuse('wrong-role')
      },
      start,
      stopWaiting: (_, caller) => {
        for (const sitting of sittings.values())
          if (sitting.batch.state === 'waiting' && caller.operatorId === sitting.by) {
            sitting.change({ state: 'paused' })
            sitting.stopWaiting()
          }
        return ok({})
      },
    },
    recover: () => engine.recover(),
    files: (r) => [...filesOfItems(r), ...proofs.files(r)],
    stop: () => {
      for (const sitting of sittings.values()) sitting.end()
    },
  }
}
