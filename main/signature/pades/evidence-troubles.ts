// Promises: the answer of a judgement over foreign evidence: what was found, or what is wrong with it, from a closed list.
// Never: text of a service.
import type { EvidenceTrouble } from '../../../preload/contract/signature.ts'
import { reasonOf } from './broken.ts'
import { UNKNOWN_SIGNER } from './examine-cms.ts'

export type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: EvidenceTrouble }

export const found = <T>(value: T): Judged<T> => ({ ok: true, value })
export const wrong = (trouble: EvidenceTrouble): Judged<never> => ({ ok: false, trouble })

/** Runs a judgement over foreign bytes; whatever cannot be read is `malformed`, a signer nobody knows `wrong-certificate`. */
export function judging<T>(judge: () => Judged<T>): Judged<T> {
  try {
    return judge()
  } catch (trouble) {
    return wrong(reasonOf(trouble) === UNKNOWN_SIGNER ? 'wrong-certificate' : 'malformed')
  }
}
