// The certificates screen as rows: what is known of a certificate, the token it lies on, and that token's state in one word.
// Pure. A token on which no certificate can be read has a row too: its PIN may be changed all the same.
import type { Expiry, Inventory, KnownCertificate, PresentToken } from '../../preload/contract/signature.ts'

export interface CertificateRow {
  readonly id: string
  readonly certificate: KnownCertificate | null
  /** Null when it is not in. */
  readonly token: PresentToken | null
}

export type TokenWord = 'ready' | 'countLow' | 'finalTry' | 'locked' | 'codeLocked' | 'held' | 'out'

export function rowsOf({ certificates, tokens }: Inventory): readonly CertificateRow[] {
  const known = certificates.map((certificate) => ({
    id: certificate.fingerprint,
    certificate,
    token: tokens.find((token) => token.id === certificate.tokenId) ?? null,
  }))
  const bare = tokens.filter((token) => !known.some((row) => row.token?.id === token.id))
  return [...bare.map((token) => ({ id: token.id, certificate: null, token })), ...known]
}

export function tokenWord({ token }: CertificateRow): TokenWord {
  if (token === null) return 'out'
  const { pin } = token
  if (pin === null) return 'held'
  if (pin.locked) return pin.code?.locked === true ? 'codeLocked' : 'locked'
  return pin.finalTry ? 'finalTry' : pin.countLow ? 'countLow' : 'ready'
}

/** A locked token is unblocked first; a busy or absent one can wait. */
export const mayChange = (row: CertificateRow): boolean => ['ready', 'countLow', 'finalTry'].includes(tokenWord(row))

export const mayUnblock = (row: CertificateRow): boolean =>
  row.token?.pin !== undefined && row.token.pin !== null && row.token.pin.code?.locked !== true

/** To be renewed, or gone already. */
export const isEnding = (expiry: Expiry): boolean => expiry !== 'fine' && expiry !== 'not-yet'
