// The time-stamping services of the unit: asked one question at a time each way, left alone when they ask for it, known by their
// certificates. What a service did wrong is kept over a restart; its certificates are learned anew.
import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'
import type { Log } from '../../log.ts'
import type { Storage } from '../../storage/index.ts'
import { signatureTimestampService } from '../table.ts'
import type { Fetched } from './fetch-bounded.ts'
import { fetchTimestamp, type Line, type Stamp, type TimestampService } from './fetch-timestamp.ts'
import { type ServiceState, serviceWait } from './plan.ts'

/** The right to one question, counted from now on, and again when it is asked. */
export interface Turn {
  readonly service: TimestampService
  at: number
  asked: boolean
}

/** What earlier answers have shown. */
export interface Acquaintance {
  /** Those that signed its timestamps, the latest first. */
  readonly stamps: readonly Stamp[]
  /** Bytes of its longest token. */
  readonly longest: number
}

export interface Services {
  states(): readonly ServiceState[]
  faults(): readonly { readonly name: string; readonly fault: Fault | null }[]
  take(name: string): Turn | null
  giveBack(turn: Turn): void
  /** Learned from a first timestamp over nothing, where nothing was stamped yet. */
  know(turn: Turn): Promise<Fetched<Acquaintance>>
  ask(turn: Turn, digest: Uint8Array): Promise<Fetched<Stamp>>
  /** A person wants it tried now. */
  forgive(): void
}

export interface Fault {
  readonly tries: number
  readonly trouble: EvidenceTrouble
  readonly since: number
  readonly notBefore: number
  /** Until when the service itself asked to wait; nobody's key shortens that. */
  readonly asked: number
}

interface Held {
  readonly service: TimestampService
  turns: Turn[]
  inFlight: number
  fault: Fault | null
  known: Acquaintance | null
  meeting: Promise<Fetched<Acquaintance>> | null
}

const MINUTE = 60_000
const MOST_SIGNERS = 3
/** Worth a line in the diary, in milliseconds. */
const NOTICED_SKEW = 60_000

export function openServices(parts: {
  readonly services: readonly TimestampService[]
  readonly storage: Storage
  readonly line: Line
  readonly log: Log
  /** Milliseconds since the epoch at which a service was asked before the restart. */
  readonly askedBefore: readonly { readonly service: string; readonly at: number }[]
}): Services {
  const { storage, line, log } = parts
  const now = (): number => line.now().getTime()
  const rows = storage.read((r) => r.select().from(signatureTimestampService).all())
  const held = new Map<string, Held>(
    parts.services.map((service) => {
      const row = rows.find((one) => one.name === service.name)
      const fault: Fault | null =
        row === undefined
          ? null
          : {
              tries: row.tries,
              trouble: row.trouble as EvidenceTrouble,
              since: Date.parse(row.since),
              notBefore: Date.parse(row.notBefore),
              asked: 0,
            }
      const turns = parts.askedBefore
        .filter((one) => one.service === service.name)
        .map(({ at }) => ({ service, at, asked: true }))
      return [service.name, { service, turns, inFlight: 0, fault, known: null, meeting: null }]
    }),
  )

  function remember(one: Held, fault: Fault | null): void {
    one.fault = fault
    const { name } = one.service
    storage.write((w) => {
      w.delete(signatureTimestampService).where(eq(signatureTimestampService.name, name)).run()
      if (fault !== null)
        w.insert(signatureTimestampService)
          .values({
            name,
            tries: fault.tries,
            trouble: fault.trouble,
            since: new Date(fault.since).toISOString(),
            notBefore: new Date(fault.notBefore).toISOString(),
          })
          .run()
    })
  }

  async function askOnce(one: Held, turn: Turn, digest: Uint8Array): Promise<Fetched<Stamp>> {
    // Sixteen may have set out together: what the first of them was told holds for the others.
    if (one.fault !== null && now() < one.fault.notBefore) return { ok: false, trouble: one.fault.trouble }
    const began = now()
    const { perMinute = Number.POSITIVE_INFINITY } = one.service
    if (one.turns.filter(({ asked, at }) => asked && at > began - MINUTE).length >= perMinute)
      return { ok: false, trouble: 'busy' }
    turn.at = began
    turn.asked = true
    const answer = await fetchTimestamp(one.service, digest, line)
    if (line.signal.aborted) return { ok: false, trouble: 'unreachable' }
    if (answer.ok) {
      if (one.fault !== null) remember(one, null)
      if (Math.abs(answer.value.skew) > NOTICED_SKEW)
        log('evidence.skew', { seconds: Math.round(answer.value.skew / 1000) })
      one.known = {
        stamps: [
          answer.value,
          ...(one.known?.stamps ?? []).filter(({ signer }) => signer.fingerprint !== answer.value.signer.fingerprint),
        ].slice(0, MOST_SIGNERS),
        longest: Math.max(one.known?.longest ?? 0, answer.value.token.length),
      }
      return answer
    }
    log('evidence.service-failed', { trouble: answer.trouble, tries: (one.fault?.tries ?? 0) + 1 })
    // Answers to questions asked before the last failure tell nothing new; only a longer patience does.
    const fresh = one.fault === null || began >= one.fault.since
    const tries = (one.fault?.tries ?? 0) + (fresh ? 1 : 0)
    const until = now() + (fresh ? serviceWait(tries, answer.retryAfter) : (answer.retryAfter ?? 0))
    const notBefore = Math.max(until, one.fault?.notBefore ?? 0)
    const asked = Math.max(one.fault?.asked ?? 0, answer.retryAfter === undefined ? 0 : now() + answer.retryAfter)
    const since = fresh ? now() : (one.fault?.since ?? now())
    remember(one, { tries, trouble: answer.trouble, since, notBefore, asked })
    return answer
  }

  async function meet(one: Held): Promise<Fetched<Acquaintance>> {
    const extra: Turn = { service: one.service, at: now(), asked: false }
    one.turns.push(extra)
    const answer = await askOnce(one, extra, randomBytes(32))
    if (!answer.ok) return answer
    return one.known === null ? { ok: false, trouble: 'failed' } : { ok: true, value: one.known }
  }

  const holderOf = (turn: Turn): Held => {
    const one = held.get(turn.service.name)
    if (one === undefined) throw new Error('unknown service')
    return one
  }
  return {
    states: () =>
      [...held.values()].map(({ service, turns, inFlight, fault, known }) => ({
        name: service.name,
        perMinute: service.perMinute ?? null,
        tries: fault?.tries ?? 0,
        notBefore: fault?.notBefore ?? 0,
        recent: turns.map(({ at }) => at),
        inFlight,
        known: known !== null,
      })),
    faults: () => [...held.values()].map(({ service, fault }) => ({ name: service.name, fault })),
    take: (name) => {
      const one = held.get(name)
      if (one === undefined) return null
      const turn: Turn = { service: one.service, at: now(), asked: false }
      one.turns = [...one.turns.filter(({ at }) => at > now() - MINUTE), turn]
      one.inFlight += 1
      return turn
    },
    giveBack: (turn) => {
      holderOf(turn).inFlight -= 1
    },
    know: (turn) => {
      const one = holderOf(turn)
      if (one.known !== null) return Promise.resolve({ ok: true, value: one.known })
      one.meeting ??= meet(one).finally(() => {
        one.meeting = null
      })
      return one.meeting
    },
    ask: (turn, digest) => askOnce(holderOf(turn), turn, digest),
    forgive: () => {
      for (const one of held.values())
        if (one.fault !== null) remember(one, { ...one.fault, notBefore: Math.max(now(), one.fault.asked) })
    },
  }
}
