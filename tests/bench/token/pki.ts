// A small world of trust for tests: a root, an officer and an agency with their SoftHSM tokens, and on request the
// certificates that should be refused. Everybody in it is invented; the keys are new every time.
import { execFile, spawnSync } from 'node:child_process'
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Issuer, type Subject, writeCertificate } from './certificate.ts'

const SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so'
const DAY = 86_400_000

/**
 * Further certificates on the OFFICER token: out of their time; another person's; on a curve; with a key that asks for its
 * PIN before every signature; without any key; filed under the officer's key although it is not theirs; the clerk's own.
 */
export type Extra =
  | 'expired'
  | 'not-yet-valid'
  | 'stranger'
  | 'p256'
  | 'p384'
  | 'asks-every-time'
  | 'keyless'
  | 'misfiled'
  | 'clerk'

export interface Signer {
  readonly token: 'OFFICER' | 'SEAL'
  readonly pin: string
  readonly subject: Subject
  readonly der: Uint8Array
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string
  /** Files: the certificate and, for software signing, the same private key (PKCS#8). */
  readonly certificateFile: string
  readonly keyFile: string
}

export interface Pki {
  readonly dir: string
  /** The real PKCS#11 module. */
  readonly module: string
  /** To be set in the process that loads it. */
  readonly env: { readonly SOFTHSM2_CONF: string }
  readonly ca: {
    readonly pem: string
    readonly derFile: string
    readonly der: Uint8Array
    readonly fingerprint: string
  }
  /** For `pdfsig -nssdir`: trusts the root. */
  readonly nss: string
  readonly officer: Signer
  readonly agency: Signer
  readonly extras: Readonly<Partial<Record<Extra, Signer>>>
}

export interface PkiOptions {
  readonly extras?: readonly Extra[]
  readonly now?: Date
}

const PINS = { OFFICER: '123456', SEAL: '654321' } as const
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

/** Programs that `makePki` needs and this machine does not have. */
export function missingTools(): readonly string[] {
  const tools = ['softhsm2-util', 'pkcs11-tool', 'certutil']
  return tools.filter((tool) => spawnSync('which', [tool]).status !== 0)
}

/** Builds everything below `dir` in under two seconds. `dir` must be new or empty. */
export async function makePki(dir: string, options: PkiOptions = {}): Promise<Pki> {
  const now = options.now ?? new Date()
  const home = resolve(dir)
  await mkdir(join(home, 'tokens'), { recursive: true })
  const conf = join(home, 'softhsm2.conf')
  await writeFile(conf, `directories.tokendir = ${home}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const env = { SOFTHSM2_CONF: conf }
  const run = runner(env)

  const rootKeys = await rsa()
  const root: Issuer = { subject: { organization: 'Test Root', commonName: 'Test Root CA' }, ...rootKeys }
  const caDer = writeCertificate({ ...root, issuer: root, authority: true, ...validity(now, -365, 3650) })
  const ca = { pem: join(home, 'ca.pem'), derFile: join(home, 'ca.der'), der: caDer, fingerprint: sha256(caDer) }
  await Promise.all([writeFile(ca.pem, pem(caDer)), writeFile(ca.derFile, caDer)])

  const enrol = async (plan: Plan): Promise<Signer> => {
    const keys = await (plan.curve === undefined ? rsa() : ec(plan.curve))
    const der = writeCertificate({
      subject: plan.subject,
      publicKey: keys.publicKey,
      issuer: root,
      authority: false,
      ...validity(now, ...(plan.days ?? [-30, 700])),
    })
    const [certificateFile, keyFile] = [join(home, `${plan.name}.pem`), join(home, `${plan.name}.key`)]
    await Promise.all([
      writeFile(certificateFile, pem(der)),
      writeFile(join(home, `${plan.name}.der`), der),
      writeFile(keyFile, keys.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      writeFile(`${keyFile}.der`, keys.privateKey.export({ format: 'der', type: 'pkcs8' })),
    ])
    const { token, subject } = plan
    return { token, pin: PINS[token], subject, der, fingerprint: sha256(der), certificateFile, keyFile }
  }

  const extras = (options.extras ?? []).map((extra, index) => planExtra(extra, index))
  const plans: readonly Plan[] = [
    { name: 'officer', token: 'OFFICER', id: '01', subject: OFFICER },
    { name: 'agency', token: 'SEAL', id: '02', subject: AGENCY },
    ...extras,
  ]
  const signers = Promise.all(plans.map(enrol))
  const fill = async (token: Signer['token']): Promise<void> => {
    await run('softhsm2-util', '--init-token', '--free', '--label', token, '--pin', PINS[token], '--so-pin', '12345678')
    await signers
    const store = (file: string, id: string, ...more: string[]) =>
      run(
        ...['pkcs11-tool', '--module', SOFTHSM, '--token-label', token, '--login', '--pin', PINS[token]],
        ...['--write-object', join(home, file), '--id', id, ...more],
      )
    for (const plan of plans.filter((candidate) => candidate.token === token)) {
      const { name, id, key = 'plain' } = plan
      const login = ['--token', token, '--pin', PINS[token], '--id', id, '--label', name]
      if (key === 'plain') await run('softhsm2-util', '--import', join(home, `${name}.key`), ...login)
      if (key === 'asks') await store(`${name}.key.der`, id, '--type', 'privkey', '--label', name, '--always-auth')
      await store(`${name}.der`, id, '--type', 'cert', '--label', name)
    }
    // As real tokens do, it also carries the certificate of its issuer.
    await store('ca.der', 'ca', '--type', 'cert', '--label', 'ca')
  }
  await fill('OFFICER') // one after the other: SoftHSM gives both the same free slot otherwise
  await Promise.all([fill('SEAL'), trust(run, join(home, 'nss'), ca.pem)])

  const [officer, agency, ...others] = await signers
  if (officer === undefined || agency === undefined) throw new Error('no signers')
  const named = extras.flatMap((plan, index) => [[plan.name, others[index]] as const])
  return {
    dir: home,
    module: SOFTHSM,
    env,
    ca,
    nss: `sql:${home}/nss`,
    officer,
    agency,
    extras: Object.fromEntries(named),
  }
}

interface Plan {
  readonly name: string
  readonly token: Signer['token']
  /** CKA_ID, hex. */
  readonly id: string
  readonly subject: Subject
  /** Validity in days from now. */
  readonly days?: readonly [from: number, to: number]
  readonly curve?: 'P-256' | 'P-384'
  readonly key?: 'plain' | 'asks' | 'none'
}

function planExtra(name: Extra, index: number): Plan {
  const plan: Plan = { name, token: 'OFFICER', id: (0x10 + index).toString(16), subject: OFFICER }
  switch (name) {
    case 'expired':
      return { ...plan, days: [-700, -1] }
    case 'not-yet-valid':
      return { ...plan, days: [7, 700] }
    case 'stranger':
      return { ...plan, subject: STRANGER }
    case 'p256':
      return { ...plan, curve: 'P-256' }
    case 'p384':
      return { ...plan, curve: 'P-384' }
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

type Run = (program: string, ...args: readonly string[]) => Promise<unknown>

function runner(env: Readonly<Record<string, string>>): Run {
  return (program, ...args) => promisify(execFile)(program, args, { env: { ...process.env, ...env } })
}

async function trust(run: Run, folder: string, ca: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await run('certutil', '-N', '-d', `sql:${folder}`, '--empty-password')
  await run('certutil', '-A', '-d', `sql:${folder}`, '-n', 'ca', '-t', 'CT,C,C', '-i', ca)
}

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}
const generate = promisify(generateKeyPair)
const rsa = (): Promise<Keys> => generate('rsa', { modulusLength: 2048 })
const ec = (namedCurve: string): Promise<Keys> => generate('ec', { namedCurve })

function validity(now: Date, from: number, to: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() + from * DAY), notAfter: new Date(now.getTime() + to * DAY) }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function pem(der: Buffer): string {
  const lines = der.toString('base64').replace(/(.{64})(?!$)/g, '$1\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
