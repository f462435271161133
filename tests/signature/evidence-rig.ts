// Promises: copies signed by officer and agency with software keys, whose certificates name the services of the trust rig.
// Never: a service of its own; what misbehaves is said by the story.
import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AwaitingTimestamp } from '../../main/signature/pades/append-timestamp.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { writeTimestampRequest } from '../../main/signature/pades/timestamp-request.ts'
import type { TimestampExpected } from '../../main/signature/pades/timestamp-token.ts'
import { type IssuingPki, makePki, type PkiOptions } from '../bench/token/pki.ts'
import { startTrust, type TrustOptions, type TrustServices } from '../bench/trust/trust.ts'
import type { BenchPki, BenchSigner } from './pades-pki.ts'

export interface EvidenceRig {
  readonly trust: TrustServices
  readonly pki: IssuingPki
  /** The same people, signing with their key files. */
  readonly people: BenchPki
}

export async function startRig(
  folder: string,
  options: TrustOptions = {},
  more: Pick<PkiOptions, 'intermediate' | 'now'> & { readonly addresses?: boolean } = {},
): Promise<EvidenceRig> {
  const trust = await startTrust(options)
  const { services, rootServices } = trust
  const { addresses = true, ...pkiOptions } = more
  const pki = await makePki(join(folder, 'pki'), { ...pkiOptions, ...(addresses ? { services, rootServices } : {}) })
  await trust.serve(pki)
  const chain = pki.issuing === pki.root ? [] : [pki.issuing.der]
  const person = ({ der, keyFile }: { readonly der: Uint8Array; readonly keyFile: string }): BenchSigner => {
    const key = createPrivateKey(readFileSync(keyFile))
    return { certificate: der, chain, key, sign: (attributes) => sign('sha256', attributes, key) }
  }
  const people: BenchPki = {
    rootPem: pki.ca.pem,
    root: pki.ca.der,
    officer: person(pki.officer),
    agency: person(pki.agency),
  }
  return { trust, pki, people }
}

export async function calmDown({ trust }: EvidenceRig): Promise<void> {
  trust.pardon()
  trust.limitLists(false)
  for (const service of [...trust.tsas, trust.ocsp, trust.crl, trust.issuers]) {
    await service.behave()
    service.forgetCounts()
  }
}

/** Asks a time-stamping authority of the rig over plain HTTP. */
export async function askTimestamp(
  url: string,
  digest: Uint8Array,
  nonce: Uint8Array,
  policy?: string,
): Promise<Buffer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: new Uint8Array(writeTimestampRequest({ digest, nonce, ...(policy === undefined ? {} : { policy }) })),
  })
  return Buffer.from(await answer.arrayBuffer())
}

export const newNonce = (): Buffer => randomBytes(16)

export const expectedOf = (
  rig: EvidenceRig,
  awaiting: Pick<AwaitingTimestamp, 'digest'>,
  nonce: Uint8Array | null,
  more: Partial<TimestampExpected> = {},
): TimestampExpected => ({
  digestBy: (hash) => (hash === 'sha256' ? awaiting.digest : new Uint8Array()),
  nonce,
  policy: null,
  trust: [readCertificate(rig.pki.ca.der)],
  clock: { from: new Date(), to: new Date() },
  ...more,
})

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
