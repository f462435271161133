// A small world of trust for tests: a root, an officer and an agency with their SoftHSM tokens, and on request the
// certificates that should be refused. Everybody in it is invented; the keys are new every time.
import { execFile, spawnSync } from 'node:child_process'
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Issuer, type Services, type Subject, writeCertificate } from './certificate.ts'
import { type Padding, pem } from './der.ts'
import {
  AGENCY_PLAN,
  type Extra,
  type KeyKind,
  OFFICER_PLAN,
  PINS,
  type Plan,
  planExtra,
  planSpare,
  SO_PIN,
  type Spare,
  type TokenName,
} from './plans.ts'

export type { Extra, Spare } from './plans.ts'

const SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so'
const DAY = 86_400_000

export interface Signer<Token extends TokenName = 'OFFICER' | 'SEAL'> {
  readonly token: Token
  readonly pin: string
  readonly subject: Subject
  readonly der: Uint8Array
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string
  /** Files: the certificate and, for software signing, the same private key (PKCS#8). Beside them NAME.der. */
  readonly certificateFile: string
  readonly keyFile: string
}

export interface Pki {
  readonly dir: string
  /** The real PKCS#11 module. */
  readonly module: string
  /** To be set in the process that loads it. */
  readonly env: { readonly SOFTHSM2_CONF: string }
  /** The root. */
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

/** A certificate authority with its key: what the services of tests/bench/trust need. */
export interface Authority extends Issuer {
  readonly der: Uint8Array
  readonly padding: Padding
}

export interface IssuingPki extends Pki {
  readonly root: Authority
  /** Who issued everybody's certificate: the root itself, or with `intermediate` the authority below it. */
  readonly issuing: Authority
  /** PEM of `issuing`, in `dir`. */
  readonly issuingFile: string
  readonly spare: Signer<'SPARE'> | null
  readonly soPin: string
}

export interface PkiOptions {
  readonly extras?: readonly Extra[]
  readonly now?: Date
  /** A third token, to be put in instead of the officer's. */
  readonly spare?: Spare
  /** Between the root and everybody stands an authority of its own. */
  readonly intermediate?: boolean
  /** What everybody's certificate says of OCSP, issuer and CRL; nothing when left out. */
  readonly services?: Services
  /** The same in the certificate of the intermediate authority. */
  readonly rootServices?: Services
  /** How the authorities sign; PKCS#1 v1.5 when left out. */
  readonly padding?: Padding
}

/** Programs that `makePki` needs and this machine does not have. */
export function missingTools(): readonly string[] {
  const tools = ['softhsm2-util', 'pkcs11-tool', 'certutil']
  return tools.filter((tool) => spawnSync('which', [tool]).status !== 0)
}

/** Builds everything below `dir` in under two seconds (rsa4096 takes longer). `dir` must be new or empty. */
export async function makePki(dir: string, options: PkiOptions = {}): Promise<IssuingPki> {
  const now = options.now ?? new Date()
  const { padding = 'pkcs1', services } = options
  const home = resolve(dir)
  await mkdir(join(home, 'tokens'), { recursive: true })
  const conf = join(home, 'softhsm2.conf')
  await writeFile(conf, `directories.tokendir = ${home}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const env = { SOFTHSM2_CONF: conf }
  const run = runner(env)

  const root = await openAuthority('Test Root CA', null, validity(now, -365, 3650), padding)
  const issuing =
    options.intermediate === true
      ? await openAuthority('Test Issuing CA', root, validity(now, -300, 3000), padding, options.rootServices)
      : root
  const caDer = root.der
  const ca = { pem: join(home, 'ca.pem'), derFile: join(home, 'ca.der'), der: caDer, fingerprint: sha256(caDer) }
  const issuingFile = join(home, 'issuing.pem')
  await Promise.all([
    writeFile(ca.pem, pem(caDer)),
    writeFile(ca.derFile, caDer),
    writeFile(issuingFile, pem(issuing.der)),
    writeFile(join(home, 'issuing.der'), issuing.der),
  ])

  async function enrol<Token extends TokenName>(plan: Plan<Token>): Promise<Signer<Token>> {
    const keys = await makeKeys(plan.keys ?? 'rsa2048')
    const der = writeCertificate({
      subject: plan.subject,
      publicKey: keys.publicKey,
      issuer: issuing,
      authority: false,
      padding,
      pssOnly: plan.pssOnly === true,
      ...(services === undefined ? {} : { services }),
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

  const extras = (options.extras ?? []).map(planExtra)
  const spares = options.spare === undefined ? [] : [planSpare(options.spare)]
  const plans: readonly Plan[] = [OFFICER_PLAN, AGENCY_PLAN, ...extras, ...spares]
  const signers = Promise.all([
    enrol(OFFICER_PLAN),
    enrol(AGENCY_PLAN),
    Promise.all(extras.map(enrol)),
    Promise.all(spares.map(enrol)),
  ])
  const fill = async (token: TokenName): Promise<void> => {
    await run('softhsm2-util', '--init-token', '--free', '--label', token, '--pin', PINS[token], '--so-pin', SO_PIN)
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
    // As real tokens do, it also carries the certificates of its issuers.
    await store('ca.der', 'ca', '--type', 'cert', '--label', 'ca')
    if (issuing !== root) await store('issuing.der', 'cb', '--type', 'cert', '--label', 'issuing')
  }
  await fill('OFFICER') // one after the other: SoftHSM gives both the same free slot otherwise
  await Promise.all([fill('SEAL'), trust(run, join(home, 'nss'), ca.pem)])
  for (const { token } of spares) await fill(token)

  const [officer, agency, others, [spare = null]] = await signers
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
    root,
    issuing,
    issuingFile,
    spare,
    soPin: SO_PIN,
  }
}

/** A new authority with an RSA key; the root signs itself. */
async function openAuthority(
  commonName: string,
  above: Authority | null,
  life: { readonly notBefore: Date; readonly notAfter: Date },
  padding: Padding,
  services?: Services,
): Promise<Authority> {
  const own: Issuer = { subject: { organization: 'Test Root', commonName }, ...(await makeKeys('rsa2048')) }
  const { subject, publicKey } = own
  const more = services === undefined ? {} : { services }
  const der = writeCertificate({ subject, publicKey, issuer: above ?? own, authority: true, padding, ...life, ...more })
  return { ...own, der, padding }
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

export interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}
const generate = promisify(generateKeyPair)

export function makeKeys(kind: KeyKind): Promise<Keys> {
  if (kind === 'P-256' || kind === 'P-384') return generate('ec', { namedCurve: kind })
  return generate('rsa', { modulusLength: Number(kind.slice('rsa'.length)) })
}

export function validity(now: Date, from: number, to: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() + from * DAY), notAfter: new Date(now.getTime() + to * DAY) }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
