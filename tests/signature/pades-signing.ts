// Promises: a paper signed as at the counter, officer first and agency after, with software keys.
// Never: anything that a test wants to see refused on the way.

import { closeSignature, prepareSignature, type SignRequest } from '../../main/signature/pades/index.ts'
import type { Result } from '../../preload/contract/result.ts'
import { agencyRequest, lettering, officerRequest } from './pades-paper.ts'
import type { BenchPki, BenchSigner } from './pades-pki.ts'

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

export function signOnce(pdf: Uint8Array, request: SignRequest, signer: BenchSigner): Uint8Array {
  const prepared = unwrap(prepareSignature(pdf, request, lettering))
  return unwrap(closeSignature(pdf, prepared, signer.sign(prepared.signedAttributes), signer))
}

export const signByOfficer = (pdf: Uint8Array, pki: BenchPki): Uint8Array =>
  signOnce(pdf, officerRequest(pki), pki.officer)
export const signByAgency = (pdf: Uint8Array, pki: BenchPki): Uint8Array =>
  signOnce(pdf, agencyRequest(pki), pki.agency)
export const signByBoth = (pdf: Uint8Array, pki: BenchPki): Uint8Array => signByAgency(signByOfficer(pdf, pki), pki)
