// The small world of trust of tests/bench/token without SoftHSM: a root, the officer's and the agency's token as files.
// Everybody in it is invented, the keys are new every time; the NSS store for pdfsig is made where certutil is.
import { spawnSync } from 'node:child_process'
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OFFICER_NUMBER, PEOPLE, SPECIMEN_UNIT } from '../office.ts'
import { type Issuer, type Subject, writeCertificate } from '../token/certificate.ts'
import type { Pki, Signer } from '../token/pki.ts'
import type { Desk, TokenWriting } from './desk.ts'

/** What does not depend on where the keys lie. */
export type Trust = Omit<Pki, 'module' | 'env'>

const DAY = 86_400_000
const organization = SPECIMEN_UNIT.agency.name
const SUBJECTS: Readonly<Record<Signer['token'], Subject>> = {
  OFFICER: { organization, commonName: PEOPLE.officer.name, serialNumber: OFFICER_NUMBER },
  SEAL: { organization, commonName: organization, organizationIdentifier: SPECIMEN_UNIT.agency.identifier },
}
const PINS: Readonly<Record<Signer['token'], string>> = { OFFICER: '123456', SEAL: '654321' }

const generate = promisify(generateKeyPair)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})(?!$)/g, '$1\n')}\n-----END CERTIFICATE-----\n`

/** Certificates as PEM in `folder`, the two tokens filled on `desk`. */
export async function makeBenchTrust(folder: string, desk: Desk, now: Date = new Date()): Promise<Trust> {
  mkdirSync(folder, { recursive: true })
  const from = (days: number) => new Date(now.getTime() + days * DAY)
  const keys = (): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> => generate('rsa', { modulusLength: 2048 })
  const [rootKeys, officerKeys, agencyKeys] = await Promise.all([keys(), keys(), keys()])
  const root: Issuer = { subject: { organization: 'Test Root', commonName: 'Test Root CA' }, ...rootKeys }
  const caDer = writeCertificate({
    subject: root.subject,
    publicKey: root.publicKey,
    issuer: root,
    authority: true,
    notBefore: from(-365),
    notAfter: from(3650),
  })
  const ca = { pem: join(folder, 'ca.pem'), derFile: join(folder, 'ca.der'), der: caDer, fingerprint: sha256(caDer) }
  writeFileSync(ca.pem, pem(caDer))
  writeFileSync(ca.derFile, caDer)

  const enrol = (
    token: Signer['token'],
    name: string,
    own: { publicKey: KeyObject; privateKey: KeyObject },
  ): Signer => {
    const subject = SUBJECTS[token]
    const [notBefore, notAfter] = [from(-30), from(700)]
    const der = writeCertificate({
      subject,
      publicKey: own.publicKey,
      issuer: root,
      authority: false,
      notBefore,
      notAfter,
    })
    const inside = join(desk.tokens, token)
    mkdirSync(inside, { recursive: true })
    const writing: TokenWriting = { serial: sha256(der).slice(0, 16), pin: PINS[token] }
    const keyFile = join(inside, `${name}.key`)
    const certificateFile = join(folder, `${name}.pem`)
    writeFileSync(join(inside, 'token.json'), JSON.stringify(writing))
    writeFileSync(join(inside, `${name}.der`), der)
    writeFileSync(keyFile, own.privateKey.export({ format: 'pem', type: 'pkcs8' }))
    writeFileSync(certificateFile, pem(der))
    return { token, pin: PINS[token], subject, der, fingerprint: sha256(der), certificateFile, keyFile }
  }
  return {
    dir: folder,
    ca,
    nss: trustedByNss(join(folder, 'nss'), ca.pem),
    officer: enrol('OFFICER', 'officer', officerKeys),
    agency: enrol('SEAL', 'agency', agencyKeys),
    extras: {},
  }
}

/** Empty where there is no certutil. */
function trustedByNss(folder: string, ca: string): string {
  mkdirSync(folder, { recursive: true })
  const certutil = (...args: readonly string[]) => spawnSync('certutil', [...args, '-d', `sql:${folder}`]).status === 0
  const made = certutil('-N', '--empty-password') && certutil('-A', '-n', 'ca', '-t', 'CT,C,C', '-i', ca)
  return made ? `sql:${folder}` : ''
}
