// Who is in the small world of trust of the tests, and what lies on their tokens. Everybody in it is invented.
import type { Subject } from './certificate.ts'

/**
 * Further certificates on the OFFICER token: out of their time; another person's; on a curve; with a longer RSA key; named
 * id-RSASSA-PSS; with a key that asks for its PIN before every signature; without any key; filed under the officer's key
 * although it is not theirs; the clerk's own.
 */
export type Extra =
  | 'expired'
  | 'not-yet-valid'
  | 'stranger'
  | 'p256'
  | 'p384'
  | 'rsa3072'
  | 'rsa4096'
  | 'pss'
  | 'asks-every-time'
  | 'keyless'
  | 'misfiled'
  | 'clerk'

/** What the SPARE token holds: a new certificate of the officer, or somebody else's. */
export type Spare = 'renewed' | 'stranger'

export type TokenName = 'OFFICER' | 'SEAL' | 'SPARE'

export const PINS: Readonly<Record<TokenName, string>> = { OFFICER: '123456', SEAL: '654321', SPARE: '135790' }
/** PIN of the security officer (unblocking code, PUK) of every token. */
export const SO_PIN = '12345678'

const AGENCY: Subject = {
  organization: 'UBND Phường Mẫu',
  commonName: 'UBND Phường Mẫu',
  organizationIdentifier: 'VATVN-0100000000',
}
const OFFICER: Subject = {
  organization: 'UBND Phường Mẫu',
  commonName: 'Nguyễn Văn Đức',
  serialNumber: '001085000123',
}
const STRANGER: Subject = {
  organization: 'UBND Phường Khác',
  commonName: 'Trần Thị Mẫu',
  serialNumber: '001190654321',
}
/** The clerk who scans (tests/bench/office.ts), with a personal certificate. */
const CLERK: Subject = {
  organization: 'UBND Phường Mẫu',
  commonName: 'Trần Thị Mai Mẫu',
  serialNumber: '001190000777',
}

export type KeyKind = 'rsa2048' | 'rsa3072' | 'rsa4096' | 'P-256' | 'P-384'

export interface Plan<Token extends TokenName = TokenName> {
  readonly name: string
  readonly token: Token
  /** CKA_ID, hex. */
  readonly id: string
  readonly subject: Subject
  /** Validity in days from now. */
  readonly days?: readonly [from: number, to: number]
  readonly keys?: KeyKind
  readonly pssOnly?: boolean
  readonly key?: 'plain' | 'asks' | 'none'
}

export const OFFICER_PLAN: Plan<'OFFICER'> = { name: 'officer', token: 'OFFICER', id: '01', subject: OFFICER }
export const AGENCY_PLAN: Plan<'SEAL'> = { name: 'agency', token: 'SEAL', id: '02', subject: AGENCY }

export const planSpare = (spare: Spare): Plan<'SPARE'> => ({
  name: 'spare',
  token: 'SPARE',
  id: '01',
  subject: spare === 'renewed' ? OFFICER : STRANGER,
})

export function planExtra(name: Extra, index: number): Plan<'OFFICER'> {
  const plan: Plan<'OFFICER'> = { name, token: 'OFFICER', id: (0x10 + index).toString(16), subject: OFFICER }
  switch (name) {
    case 'expired':
      return { ...plan, days: [-700, -1] }
    case 'not-yet-valid':
      return { ...plan, days: [7, 700] }
    case 'stranger':
      return { ...plan, subject: STRANGER }
    case 'p256':
      return { ...plan, keys: 'P-256' }
    case 'p384':
      return { ...plan, keys: 'P-384' }
    case 'rsa3072':
    case 'rsa4096':
      return { ...plan, keys: name }
    case 'pss':
      return { ...plan, pssOnly: true }
    case 'asks-every-time':
      return { ...plan, key: 'asks' }
    case 'keyless':
      return { ...plan, key: 'none' }
    case 'misfiled':
      return { ...plan, key: 'none', id: '01' }
    case 'clerk':
      return { ...plan, subject: CLERK }
  }
}
