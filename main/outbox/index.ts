// What was promised to the province and has not arrived yet. A parcel is put in the same transaction as the fact it reports,
// and leaves only when the province has answered with its id. It knows no station: how to deliver is handed in.
import { createHash, randomUUID } from 'node:crypto'
import { and, asc, count, eq, max, ne } from 'drizzle-orm'
import type { OutboxState, Parcel } from '../../preload/contract/outbox.ts'
import { type Failure, fail, type Result } from '../../preload/contract/result.ts'
import type { Audit } from '../audit/index.ts'
import type { Log } from '../log.ts'
import { type FileHash, type Looks, placeholdersOf, type Reader, type Storage, type Writer } from '../storage/index.ts'
import { healsWithTime, nextLook, nextParcel, type Waiting, waitAfter } from './next.ts'
import { outboxParcel } from './table.ts'

type Row = typeof outboxParcel.$inferSelect

export interface NewParcel {
  readonly lane: string
  readonly laneName: string
  readonly kind: Row['kind']
  readonly body: unknown
  readonly files: readonly { readonly hash: FileHash; readonly bytes: number }[]
}

export interface Outgoing {
  readonly id: string
  readonly lane: string
  readonly kind: Row['kind']
  readonly body: unknown
  readonly files: readonly FileHash[]
  /** Remembered place of an interrupted upload. */
  readonly upload: (file: FileHash) => { get(): string | null; set(url: string): void }
}

export interface Delivered {
  readonly provinceId: string
  /** What the station to the right wants to remember in the same transaction. */
  readonly remember?: (w: Writer) => void
}

export interface Outbox {
  put(w: Writer, parcel: NewParcel): string
  state(r: Reader): OutboxState
  list(r: Reader): readonly Parcel[]
  /** Handlers first, then resume: sending begins only here. */
  start(deliver: (parcel: Outgoing) => Promise<Result<Delivered>>): void
  /** The network is back, or a person asked: waits are forgotten. */
  wake(): void
  retry(parcelId: string, actor: string): void
  stop(): Promise<void>
}

/** The outbox reads nothing else of what it carries. */
const titleIn = (body: string): string => {
  const { title } = JSON.parse(body) as { readonly title?: unknown }
  return typeof title === 'string' ? title : ''
}

const countStates = (db: Looks) =>
  db
    .select({ state: outboxParcel.state, count: count(), last: max(outboxParcel.deliveredAt) })
    .from(outboxParcel)
    .groupBy(outboxParcel.state)
    .prepare()
/** Without bodies: thousands may wait while the line is down. */
const undelivered = (db: Looks) =>
  db
    .select({
      id: outboxParcel.id,
      seq: outboxParcel.seq,
      tries: outboxParcel.tries,
      lane: outboxParcel.lane,
      state: outboxParcel.state,
      notBefore: outboxParcel.notBefore,
    })
    .from(outboxParcel)
    .where(ne(outboxParcel.state, 'delivered'))
    .orderBy(asc(outboxParcel.seq))
    .prepare()
const addParcel = (db: Pick<Writer, 'insert'>) => {
  const { seq: _, ...columns } = placeholdersOf(outboxParcel)
  return db.insert(outboxParcel).values(columns).prepare()
}

export function openOutbox(parts: {
  readonly storage: Storage
  readonly audit: Audit
  readonly log: Log
  readonly now: () => Date
  readonly changed: (state: OutboxState) => void
}): Outbox {
  const { storage, audit, log, now } = parts
  let deliver: ((parcel: Outgoing) => Promise<Result<Delivered>>) | null = null
  let timer: NodeJS.Timeout | null = null
  let resting: NodeJS.Timeout | null = null
  let busy: Promise<void> | null = null
  let stopped = false

  const state = (r: Reader): OutboxState => {
    const rows = r.kept(countStates).all()
    const counted = (wanted: Row['state']): number => rows.find((row) => row.state === wanted)?.count ?? 0
    const last = rows.find((row) => row.state === 'delivered')?.last
    return {
      waiting: counted('waiting'),
      sending: counted('sending'),
      needsPerson: counted('needs-a-person'),
      delivered: counted('delivered'),
      lastDeliveredAt: last ?? null,
    }
  }
  const tell = (): void => parts.changed(storage.read(state))
  const open = (r: Reader): readonly Waiting[] =>
    r
      .kept(undelivered)
      .all()
      .map((row) => ({ ...row, notBefore: row.notBefore === null ? null : Date.parse(row.notBefore) }))
  const change = (id: string, set: Partial<Row>): void =>
    storage.write((w) => void w.update(outboxParcel).set(set).where(eq(outboxParcel.id, id)).run())

  function outgoing(row: Row): Outgoing {
    const uploads = JSON.parse(row.uploads) as Record<FileHash, string>
    return {
      id: row.id,
      lane: row.lane,
      kind: row.kind,
      body: JSON.parse(row.body),
      files: JSON.parse(row.files) as FileHash[],
      upload: (file) => ({
        get: () => uploads[file] ?? null,
        set: (url) => {
          uploads[file] = url
          change(row.id, { uploads: JSON.stringify(uploads) })
        },
      }),
    }
  }

  function settle(row: Row, answer: Result<Delivered>): void {
    if (answer.ok && answer.value.provinceId !== '') {
      storage.write((w) => {
        w.update(outboxParcel)
          .set({
            state: 'delivered',
            tries: row.tries + 1,
            provinceId: answer.value.provinceId,
            deliveredAt: now().toISOString(),
            failure: null,
            notBefore: null,
          })
          .where(eq(outboxParcel.id, row.id))
          .run()
        answer.value.remember?.(w)
        audit.append(w, {
          actor: 'program',
          event: 'outbox.delivered',
          subject: row.lane,
          detail: { parcel: row.id, kind: row.kind, provinceId: answer.value.provinceId },
        })
      })
      log('outbox.delivered', { parcel: row.id, kind: row.kind, tries: row.tries + 1 })
      return
    }
    const failure: Failure = answer.ok ? { kind: 'malformed', what: 'answer' } : answer.failure
    const tries = row.tries + 1
    const again = healsWithTime(failure)
    log('outbox.failed', { parcel: row.id, kind: row.kind, tries, failure: failure.kind })
    change(row.id, {
      state: again ? 'waiting' : 'needs-a-person',
      tries,
      failure: JSON.stringify(failure),
      notBefore: again ? new Date(now().getTime() + waitAfter(tries)).toISOString() : null,
    })
  }

  /** When even that cannot be written (a full disk), the parcel rests as it is and is taken up again later. */
  function settledAsBug(row: Row): boolean {
    try {
      settle(row, fail({ kind: 'bug', ref: row.id }))
      return true
    } catch {
      resting = setTimeout(() => {
        takeUpAgain()
        run()
      }, 30_000)
      return false
    }
  }
  /** What was being sent is simply sent again: the parcel id is the idempotency key. */
  function takeUpAgain(): void {
    storage.write(
      (w) =>
        void w
          .update(outboxParcel)
          .set({ state: 'waiting', notBefore: null })
          .where(eq(outboxParcel.state, 'sending'))
          .run(),
    )
  }

  async function work(): Promise<void> {
    while (!stopped && deliver !== null) {
      const next = nextParcel(storage.read(open), now().getTime())
      if (next === null) break
      change(next.id, { state: 'sending' })
      tell()
      const row = storage.read((r) => r.select().from(outboxParcel).where(eq(outboxParcel.id, next.id)).get())
      if (row === undefined) break
      let answer: Result<Delivered>
      try {
        answer = await deliver(outgoing(row))
      } catch (error) {
        log('outbox.bug', { parcel: row.id, error: error instanceof Error ? error.name : 'unknown' })
        answer = fail({ kind: 'bug', ref: row.id })
      }
      if (stopped) return
      try {
        settle(row, answer)
      } catch (error) {
        log('outbox.bug', { parcel: row.id, error: error instanceof Error ? error.name : 'unknown' })
        if (!settledAsBug(row)) return
      }
      tell()
    }
  }
  function run(): void {
    if (stopped || deliver === null || busy !== null) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    busy = work().finally(() => {
      busy = null
      if (stopped) return
      const parcels = storage.read(open)
      // A wake in the moment of falling asleep found us busy: what may go now is not left lying.
      if (nextParcel(parcels, now().getTime()) !== null) return run()
      const wait = nextLook(parcels, now().getTime())
      if (wait !== null) timer = setTimeout(run, Math.min(wait, 60_000))
    })
  }

  return {
    put: (w, parcel) => {
      const body = JSON.stringify(parcel.body)
      const id = randomUUID()
      w.kept(addParcel).run({
        id,
        lane: parcel.lane,
        laneName: parcel.laneName,
        kind: parcel.kind,
        body,
        bodyHash: createHash('sha256').update(body).digest('hex'),
        files: JSON.stringify(parcel.files.map((file) => file.hash)),
        bytes: Buffer.byteLength(body) + parcel.files.reduce((sum, file) => sum + file.bytes, 0),
        createdAt: now().toISOString(),
        state: 'waiting',
        tries: 0,
        notBefore: null,
        failure: null,
        uploads: '{}',
        provinceId: null,
        deliveredAt: null,
      })
      setImmediate(run)
      return id
    },
    state,
    list: (r) =>
      r
        .select()
        .from(outboxParcel)
        .orderBy(asc(outboxParcel.seq))
        .all()
        .map((row) => ({
          id: row.id,
          lane: row.lane,
          laneName: row.laneName,
          kind: row.kind,
          title: titleIn(row.body),
          state: row.state,
          tries: row.tries,
          createdAt: row.createdAt,
          notBefore: row.notBefore,
          failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
          provinceId: row.provinceId,
          deliveredAt: row.deliveredAt,
          bytes: row.bytes,
        })),
    start: (how) => {
      takeUpAgain()
      deliver = how
      run()
    },
    wake: () => {
      const waiting = storage.read(open).some((parcel) => parcel.state === 'waiting' && parcel.notBefore !== null)
      if (waiting)
        storage.write(
          (w) =>
            void w
              .update(outboxParcel)
              .set({ notBefore: null, tries: 0 })
              .where(eq(outboxParcel.state, 'waiting'))
              .run(),
        )
      run()
    },
    retry: (parcelId, actor) => {
      storage.write((w) => {
        w.update(outboxParcel)
          .set({ state: 'waiting', notBefore: null })
          .where(and(eq(outboxParcel.id, parcelId), ne(outboxParcel.state, 'delivered')))
          .run()
        audit.append(w, { actor, event: 'outbox.retried', subject: parcelId })
      })
      tell()
      run()
    },
    stop: async () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      if (resting !== null) clearTimeout(resting)
      await busy?.catch(() => undefined)
    },
  }
}
