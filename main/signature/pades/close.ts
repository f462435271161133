// Promises: the finished file, once the token's value is known to be the right certificate's over exactly these bytes.
// Never: a file with a wrong value in it, and never a change outside the place kept for it.
import { fail, ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { type Begin, fromScratch } from './beginnings.ts'
import { writingForeign } from './broken.ts'
import { acceptSignature, assembleCms, readSigningKey, type Signer, signedAttributes } from './cms.ts'
import { digestOf, type Prepared } from './prepare.ts'

/** Where the finished file is put together: memory that begins with the file and has `more` bytes behind it. */
export type Grow = (pdf: Uint8Array, more: number) => Uint8Array
const grown: Grow = (pdf, more) => {
  const whole = new Uint8Array(pdf.length + more)
  whole.set(pdf)
  return whole
}

/**
 * The whole signed file. `signature` is PKCS#1 v1.5 or PSS, or ECDSA as the DER pair or as a token gives it (r‖s).
 * Refuses `document-changed` when the file is not the prepared one, `certificate-not-the-signers` for another
 * certificate, `signature-invalid` for a value that is not the certificate's.
 */
export function closeSignature(
  pdf: Uint8Array,
  prepared: Prepared,
  signature: Uint8Array,
  signer: Signer,
  { begin = fromScratch, grow = grown }: { readonly begin?: Begin; readonly grow?: Grow } = {},
): Result<Uint8Array> {
  if (!isCoherent(prepared)) return fail({ kind: 'malformed', what: 'argument' })
  if (pdf.length !== prepared.original) return refuse('document-changed')
  return writingForeign(() => {
    const key = readSigningKey(signer.certificate)
    const digest = digestOf(pdf, prepared.update, prepared.byteRange, key.hash, begin)
    if (Buffer.compare(signedAttributes(digest, signer.certificate), prepared.signedAttributes) !== 0)
      return refuse(isPreparedFor(pdf, prepared) ? 'certificate-not-the-signers' : 'document-changed')
    const accepted = acceptSignature(key, prepared.signedAttributes, signature)
    if (accepted === undefined) return refuse('signature-invalid')
    const cms = assembleCms(signer, key, prepared.signedAttributes, accepted.value, accepted.algorithm)
    if (cms.length * 2 > prepared.contents.length) return refuse('pdf-unsupported', 'chain-too-long')
    const whole = grow(pdf, prepared.update.length)
    whole.set(prepared.update, pdf.length)
    whole.set(Buffer.from(cms.toString('hex'), 'latin1'), prepared.contents.offset)
    return ok(whole)
  })
}

/** The attributes speak of exactly this file, whoever was to sign them. */
const isPreparedFor = (pdf: Uint8Array, { update, byteRange, signedAttributes }: Prepared): boolean =>
  (['sha256', 'sha384'] as const).some((hash) =>
    Buffer.from(signedAttributes).includes(digestOf(pdf, update, byteRange, hash)),
  )

/** The numbers of a preparation agree with each other (it may come back from storage). */
function isCoherent(prepared: Prepared): boolean {
  const { original, update, contents, byteRange } = prepared
  const end = original + update.length
  const open = contents.offset - 1
  const after = contents.offset + contents.length + 1
  const stands =
    byteRange[0] === 0 && byteRange[1] === open && byteRange[2] === after && byteRange[2] + byteRange[3] === end
  return (
    stands &&
    open >= original &&
    after <= end &&
    update[open - original] === 0x3c &&
    update[after - 1 - original] === 0x3e
  )
}
