// Further keys of every kind for the officer and the agency on the SoftHSM tokens of tests/bench/token, put there with the
// tools of the token, as an administrator would. Each certificate lasts a day longer than the one before: it is chosen next.
import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeCertificate } from '../bench/token/certificate.ts'
import type { IssuingPki } from '../bench/token/pki.ts'

export const KINDS = ['RSA-2048', 'RSA-3072', 'RSA-4096', 'RSA-PSS', 'P-256', 'P-384'] as const
/** What nobody may sign with. */
export const WEAK_KINDS = ['RSA-1024', 'P-192'] as const
export type Kind = (typeof KINDS)[number] | (typeof WEAK_KINDS)[number]

const DAY = 86_400_000
let enrolled = 0

export function keysOf(kind: Kind): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  if (kind === 'P-192') return generateKeyPairSync('ec', { namedCurve: 'prime192v1' })
  if (kind.startsWith('P-')) return generateKeyPairSync('ec', { namedCurve: kind })
  return generateKeyPairSync('rsa', { modulusLength: kind === 'RSA-PSS' ? 2048 : Number(kind.slice(4)) })
}

export interface Enrolled {
  readonly der: Buffer
  readonly fingerprint: string
}

/** A new key of this kind with its certificate, for the officer or the agency, on their token. */
export function enrol(pki: IssuingPki, who: 'officer' | 'agency', kind: Kind): Enrolled {
  const { token, pin, subject } = pki[who]
  const keys = keysOf(kind)
  enrolled += 1
  const now = Date.now()
  const der = writeCertificate({
    subject,
    publicKey: keys.publicKey,
    issuer: pki.issuing,
    authority: false,
    pssOnly: kind === 'RSA-PSS',
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + (1_000 + enrolled) * DAY),
  })
  const [id, name] = [(0x60 + enrolled).toString(16), join(pki.dir, `${who}-${enrolled}`)]
  writeFileSync(`${name}.key`, keys.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  writeFileSync(`${name}.der`, der)
  const env = { ...process.env, ...pki.env }
  const login = ['--token', token, '--pin', pin, '--id', id, '--label', `${who}-${enrolled}`]
  execFileSync('softhsm2-util', ['--import', `${name}.key`, ...login], { env, stdio: 'pipe' })
  const words = ['--module', pki.module, '--token-label', token, '--login', '--pin', pin]
  const object = ['--write-object', `${name}.der`, '--type', 'cert', '--id', id]
  execFileSync('pkcs11-tool', [...words, ...object], { env, stdio: 'pipe' })
  return { der, fingerprint: createHash('sha256').update(der).digest('hex') }
}

/** The officer's usual certificate leaves the token. */
export function takeOffOfficer(pki: IssuingPki): void {
  const words = ['--module', pki.module, '--token-label', 'OFFICER', '--login', '--pin', pki.officer.pin]
  const env = { ...process.env, ...pki.env }
  execFileSync('pkcs11-tool', [...words, '--delete-object', '--type', 'cert', '--id', '01'], { env, stdio: 'pipe' })
}

/** From now on the library offers these mechanisms alone (softhsm2.conf(5), slots.mechanisms); for processes that load it anew. */
export function offerOnly(pki: IssuingPki, mechanisms: string): void {
  const file = pki.env.SOFTHSM2_CONF
  const others = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('slots.mechanisms'))
  writeFileSync(file, `${[...others, `slots.mechanisms = ${mechanisms}`].join('\n')}\n`)
}
