// What the counter does with a PDF that somebody brings, with the product's own pure steps and software keys: accept or refuse,
// the officer's signature, the agency's seal, verified as a stranger would; an archival file is archival afterwards.
// Never: a file that is refused after the first signature passed off as refused.
import { checkPdfA } from '../../main/document/index.ts'
import { acceptForSigning } from '../../main/signature/pades/acceptance.ts'
import { firstDoubt, firstWrongBeside } from '../../main/signature/pades/acceptance-earlier.ts'
import {
  closeSignature,
  describePdf,
  placeAttestation,
  placeSeal,
  prepareSignature,
  type SignatureReport,
  type SignRequest,
  verifySignatures,
} from '../../main/signature/pades/index.ts'
import type { Failure, Result } from '../../preload/contract/result.ts'
import { agencyRequest, attestation, lettering, officerRequest } from './pades-paper.ts'
import type { BenchPki, BenchSigner } from './pades-pki.ts'

export const FIELDS = ['Officer', 'Agency'] as const

export type Outcome =
  | { readonly as: 'refused'; readonly reason: string }
  /** Accepted, and then it could not be signed, or what was signed does not hold: must not happen. */
  | { readonly as: 'failed'; readonly reason: string }
  | {
      readonly as: 'it-is' | 'repaired'
      readonly because?: string
      readonly carried: readonly string[]
      /** The file that was signed. */
      readonly file: Uint8Array
      readonly signed: Uint8Array
      readonly pages: number
      readonly earlier: readonly SignatureReport[]
    }

const reasonOf = (failure: Failure): string =>
  failure.kind === 'refused'
    ? (failure.detail ?? failure.rule)
    : failure.kind === 'malformed'
      ? 'malformed'
      : failure.kind

export async function signForeign(pdf: Uint8Array, pki: BenchPki, trust: readonly Uint8Array[]): Promise<Outcome> {
  const accepted = acceptForSigning(pdf, FIELDS)
  if (!accepted.ok) return { as: 'refused', reason: reasonOf(accepted.failure) }
  const { file, ...answer } = accepted.value
  const earlier = await verifySignatures(file, trust)
  if (!earlier.ok) return { as: 'failed', reason: `earlier ${reasonOf(earlier.failure)}` }
  const doubt = firstDoubt(earlier.value)
  if (doubt !== null) return { as: 'refused', reason: doubt }
  const described = describePdf(file)
  if (!described.ok) return { as: 'failed', reason: `describe ${reasonOf(described.failure)}` }
  const last = described.value.pages.length - 1
  const size = described.value.pages[last]
  if (size === undefined) return { as: 'failed', reason: 'no last page' }
  const rect = placeAttestation(size, attestation)
  const officer = sign(file, { ...officerRequest(pki), page: last, rect }, pki.officer)
  if (!officer.ok) return { as: 'failed', reason: `officer ${reasonOf(officer.failure)}` }
  const agency = { ...agencyRequest(pki), page: last, rect: placeSeal(rect, attestation) }
  const signed = sign(officer.value, agency, pki.agency)
  if (!signed.ok) return { as: 'failed', reason: `agency ${reasonOf(signed.failure)}` }
  const reports = await verifySignatures(signed.value, trust)
  if (!reports.ok) return { as: 'failed', reason: `verify ${reasonOf(reports.failure)}` }
  if (checkPdfA(file).ok && !checkPdfA(signed.value).ok) return { as: 'failed', reason: 'not archival any more' }
  const ours = reports.value.filter(({ fieldName }) => fieldName === 'Officer' || fieldName === 'Agency')
  const expected = FIELDS.map((field, index) => ({ field, fingerprint: ours[index]?.fingerprint ?? '' }))
  const wrong = firstWrongBeside(earlier.value, reports.value, expected)
  if (wrong !== null) return { as: 'failed', reason: `wrong ${wrong}` }
  return { ...answer, file, signed: signed.value, earlier: earlier.value }
}

function sign(pdf: Uint8Array, request: SignRequest, signer: BenchSigner): Result<Uint8Array> {
  const prepared = prepareSignature(pdf, request, lettering)
  return prepared.ok
    ? closeSignature(pdf, prepared.value, signer.sign(prepared.value.signedAttributes), signer)
    : prepared
}
