// Who may sign a certification at a given moment (thẩm quyền): decided from dated rows. Pure.
import type { Authority } from '../../preload/contract/certification.ts'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { legalDay } from '../dossier/index.ts'

/** From the first moment of its first day to the last of its last one, unless it was withdrawn before. */
export function holds(authority: Authority, at: Date): boolean {
  const day = legalDay(at)
  const { validFrom, validTo, ended } = authority
  return validFrom <= day && day <= validTo && (ended === undefined || at.getTime() < Date.parse(ended.at))
}

/** The day it ends or ended: what a refusal may quote. */
export const lastDay = ({ validTo, ended }: Authority): string => {
  const withdrawn = ended === undefined ? validTo : legalDay(new Date(ended.at))
  return withdrawn < validTo ? withdrawn : validTo
}

/** A delegation that ended a moment ago does not count; when several fit, the newest does. */
export function authorityAt(
  list: readonly Authority[],
  operatorId: string,
  kind: 'SCT/BS',
  at: Date,
): Result<Authority> {
  const own = list.filter((one) => one.operatorId === operatorId && one.kinds.includes(kind))
  const fits = own.filter((one) => holds(one, at)).sort((a, b) => b.validFrom.localeCompare(a.validFrom))
  const best = fits[0]
  return best === undefined ? refuse('no-authority', own.map(lastDay).sort().at(-1)) : ok(best)
}

/** `KT. CHỦ TỊCH` … as it stands above the name. */
export const signerTitle = (authority: Authority): string =>
  [authority.actingForm, authority.titleLine].filter(Boolean).join(' ')
