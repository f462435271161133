// Promises: the answer of a judgement over foreign evidence: what was found, or what is wrong with it, from a closed list.
// Never: text of a service.
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'

export type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: EvidenceTrouble }

export const found = <T>(value: T): Judged<T> => ({ ok: true, value })
export const wrong = (trouble: EvidenceTrouble): Judged<never> => ({ ok: false, trouble })

/** Runs a judgement over foreign bytes; whatever cannot be read is `malformed`. */
export function judging<T>(judge: () => Judged<T>): Judged<T> {
  try {
    return judge()
  } catch {
    return wrong('malformed')
  }
}
