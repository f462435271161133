// Who may sign a certification on a given day (thẩm quyền): decided from dated rows. Pure.
import type { Authority } from '../../preload/contract/certification.ts'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'

/** `day` is a legal day. A delegation that ended yesterday does not count; when several fit, the newest does. */
export function authorityOn(
  list: readonly Authority[],
  operatorId: string,
  kind: 'SCT/BS',
  day: string,
): Result<Authority> {
  const own = list.filter((one) => one.operatorId === operatorId && one.kinds.includes(kind))
  const fits = own
    .filter((one) => one.validFrom <= day && day <= one.validTo)
    .sort((a, b) => b.validFrom.localeCompare(a.validFrom))
  const best = fits[0]
  return best === undefined
    ? refuse(
        'no-authority',
        own
          .map((one) => one.validTo)
          .sort()
          .at(-1),
      )
    : ok(best)
}

/** `KT. CHỦ TỊCH` … as it stands above the name. */
export const signerTitle = (authority: Authority): string =>
  [authority.actingForm, authority.titleLine].filter(Boolean).join(' ')
