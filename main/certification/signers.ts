// The people who may sign (thẩm quyền): recorded by a supervisor with the decision, withdrawn by one, never changed or removed.
import { randomUUID } from 'node:crypto'
import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Caller } from '../../preload/contract/border.ts'
import type { Authority } from '../../preload/contract/certification.ts'
import { fail, ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { Looks, Reader, Writer } from '../storage/index.ts'
import { holds, lastDay } from './authority.ts'
import type { CertificationParts } from './parts.ts'
import { certificationAuthority } from './table.ts'

export interface Signers {
  list(r: Reader | Writer): readonly Authority[]
  /** The authority as it stands now, if it holds at this moment. */
  holding(r: Reader | Writer, id: string, at: Date): Result<Authority>
  grant(given: Omit<Authority, 'id' | 'ended'>, caller: Caller): void
  end(id: string, why: string, caller: Caller): Result<void>
}

const toAuthority = (row: typeof certificationAuthority.$inferSelect): Authority => ({
  id: row.id,
  personName: row.personName,
  personNumber: row.personNumber,
  operatorId: row.operatorId,
  titleLine: row.titleLine,
  actingForm: row.actingForm,
  decision: row.decision,
  ...(row.decidedOn === null ? {} : { decidedOn: row.decidedOn }),
  validFrom: row.validFrom,
  validTo: row.validTo,
  kinds: JSON.parse(row.kinds) as Authority['kinds'],
  ...(row.endedAt === null ? {} : { ended: { at: row.endedAt, why: row.endedWhy ?? '' } }),
})

const byId = (db: Looks) =>
  db
    .select()
    .from(certificationAuthority)
    .where(eq(certificationAuthority.id, sql.placeholder('id')))
    .prepare()

export function openSigners({ storage, audit, now }: CertificationParts): Signers {
  const find = (r: Reader | Writer, id: string): Authority | undefined => {
    const row = r.kept(byId).get({ id })
    return row === undefined ? undefined : toAuthority(row)
  }
  return {
    list: (r) =>
      r.select().from(certificationAuthority).orderBy(asc(certificationAuthority.validFrom)).all().map(toAuthority),
    holding: (r, id, at) => {
      const known = find(r, id)
      if (known === undefined) return refuse('no-authority')
      return holds(known, at) ? ok(known) : refuse('no-authority', lastDay(known))
    },
    grant: ({ decidedOn, ...given }, caller) =>
      storage.write((w) => {
        const id = randomUUID()
        w.insert(certificationAuthority)
          .values({ ...given, decidedOn: decidedOn ?? null, id, kinds: JSON.stringify(given.kinds) })
          .run()
        audit.append(w, {
          actor: caller.operatorId,
          event: 'certification.authority-granted',
          subject: id,
          detail: { from: given.validFrom, to: given.validTo, form: given.actingForm },
        })
      }),
    end: (id, why, caller) =>
      storage.write((w) => {
        const set = { endedAt: now().toISOString(), endedBy: caller.operatorId, endedWhy: why }
        const open = and(eq(certificationAuthority.id, id), isNull(certificationAuthority.endedAt))
        if (w.update(certificationAuthority).set(set).where(open).run().changes !== 1) return fail({ kind: 'stale' })
        audit.append(w, { actor: caller.operatorId, event: 'certification.authority-ended', subject: id })
        return ok(undefined)
      }),
  }
}
