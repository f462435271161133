// Everything below the program on one desk: PC/SC with a virtual card, SANE with a virtual scanner, PKCS#11 with SoftHSM tokens
// behind the faulting module, the sandbox province, a furnished specimen office. The stacks are real, only the devices are not;
// with `bench` there are no stacks either, and the simulated devices of tests/bench/devices stand behind the driver contract.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Unit } from '../../main/operator/index.ts'
import { OPERATORS } from '../province/schema.ts'
import { type RunningProvince, startProvince } from '../province/server.ts'
import { runtime } from '../setup/place.ts'
import { canRunPcscd, canRunPrivatePcscd } from './card/pcscd.ts'
import { startCardBench } from './card/run-card.ts'
import { benchBelow } from './devices/below.ts'
import type { BenchCard, BenchScanner } from './devices/control.ts'
import type { Trust } from './devices/trust.ts'
import { furnish, SPECIMEN_UNIT } from './office.ts'
import { startScanner } from './scanner/escl-server.ts'
import { threePapers } from './scanner/paper.ts'
import { writeAirscanConfig } from './scanner/sane-config.ts'
import { buildFaultingModule } from './token/build.ts'
import { type Faults, openFaults } from './token/faults.ts'
import { makePki, type PkiOptions } from './token/pki.ts'

/** The devices and what carries them. */
export interface Below {
  /** True for the bench devices without a real stack. */
  readonly bench: boolean
  readonly card: BenchCard | null
  readonly scanner: BenchScanner
  /** Its eSCL address, where there is one. */
  readonly scannerUrl?: string
  readonly pki: Trust
  readonly faults: Faults
  readonly tokenModules: readonly string[]
  /** For the program under test. */
  readonly env: Readonly<Record<string, string>>
  /** What really runs, for reports. */
  readonly facts: Readonly<Record<string, string>>
  close(): Promise<void>
}

export interface Stack extends Omit<Below, 'close' | 'tokenModules'> {
  /** Home of the program: its user data, the tokens, the SANE settings. */
  readonly home: string
  readonly data: string
  readonly unit: Unit
  readonly province: RunningProvince
  /** Files belong to this user when the tests are root. */
  readonly user: { readonly uid: number; readonly gid: number } | null
  loadThreePapers(): Promise<void>
  stop(): Promise<void>
}

/** nobody / nogroup */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 }
const version = (program: string, ...args: string[]): string => {
  const ran = spawnSync(program, args, { encoding: 'utf8' })
  return `${ran.stdout ?? ''}${ran.stderr ?? ''}`.split('\n')[0]?.trim() ?? ''
}

async function realBelow(home: string, extras: PkiOptions['extras']): Promise<Below> {
  const [pki, module, scanner, card] = await Promise.all([
    makePki(join(home, 'pki'), extras === undefined ? {} : { extras }),
    buildFaultingModule(join(runtime, 'faulting-pkcs11.so')),
    startScanner({ name: 'Quay Bench Scanner' }),
    canRunPrivatePcscd() ? startCardBench({ isolated: true }) : canRunPcscd() ? startCardBench() : null,
  ])
  // The program's user may not be able to read the checkout.
  const ownModule = join(home, 'faulting-pkcs11.so')
  copyFileSync(module, ownModule)
  const faults = openFaults(home, 'token')
  const sane = await writeAirscanConfig(join(home, 'sane'), scanner.url)
  if (card !== null)
    for (let folder = card.socket; folder.startsWith('/tmp/'); folder = dirname(folder)) chmodSync(folder, 0o777)
  return {
    bench: false,
    card,
    scanner,
    scannerUrl: scanner.url,
    pki,
    faults,
    tokenModules: [ownModule],
    env: {
      SANE_CONFIG_DIR: sane,
      ...pki.env,
      ...faults.env,
      QUAY_FAULTY_TARGET: pki.module,
      ...(card === null ? {} : { PCSCLITE_CSOCK_NAME: card.socket }),
    },
    facts: {
      reader: card === null ? 'none' : `${version('pcscd', '--version')} + vpcd, virtual card`,
      scanner: `${version('scanimage', '--version')} + sane-airscan, virtual eSCL scanner`,
      token: `SoftHSM ${version('softhsm2-util', '--version')} behind tests/bench/token/faulting-pkcs11.c`,
    },
    close: async () => void (await Promise.allSettled([card?.close(), scanner.close()])),
  }
}

export interface StackOptions {
  /** Further certificates on the officer's token; not with `bench`. */
  readonly extras?: PkiOptions['extras']
  readonly offline?: boolean
  readonly bench?: boolean
  /** The program speaks eSCL to the scanner itself, at its fixed address; else through SANE. Not with `bench`. */
  readonly escl?: boolean
  /** The program reads the text of pages (OCR); left off where a story does not need it, for the sake of time. */
  readonly reading?: boolean
  readonly hotFolder?: boolean
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const linux = process.platform === 'linux'
  const user = linux && process.getuid?.() === 0 ? UNPRIVILEGED : null
  const place = linux ? '/var/tmp' : tmpdir()
  mkdirSync(place, { recursive: true })
  const home = mkdtempSync(join(place, 'quay-desk-'))
  chmodSync(home, 0o755)
  // Also when the story is interrupted from the keyboard.
  const sweep = (): void => rmSync(home, { recursive: true, force: true })
  process.once('exit', sweep)
  const data = join(home, 'data')
  const [below, province] = await Promise.all([
    options.bench === true ? benchBelow(home) : realBelow(home, options.extras),
    startProvince(process.env.DATABASE_URL === undefined ? {} : { databaseUrl: process.env.DATABASE_URL }),
  ])
  const { tokenModules, close, ...devices } = below
  await devices.faults.say()
  const client = OPERATORS[0]
  const unit: Unit = {
    ...SPECIMEN_UNIT,
    trust: [devices.pki.ca.pem],
    tokenModules: [...tokenModules],
    reading: options.reading === true,
    ...(options.hotFolder === true ? { hotFolder: join(home, 'hot') } : {}),
    ...(options.escl === true && devices.scannerUrl !== undefined ? { scanners: [devices.scannerUrl] } : {}),
    province:
      options.offline === true || client === undefined
        ? null
        : { name: 'Tỉnh mẫu', baseUrl: province.url, clientId: client.clientId, clientSecret: client.clientSecret },
  }
  if (unit.hotFolder !== undefined) mkdirSync(unit.hotFolder, { recursive: true })
  await furnish(data, unit)
  if (user !== null && spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, home]).status !== 0)
    throw new Error('chown failed')
  return {
    ...devices,
    home,
    data,
    unit,
    province,
    user,
    // Elsewhere the keychain of the person at the machine is found through HOME.
    env: { ...(linux ? { HOME: home } : {}), ...devices.env },
    facts: {
      ...devices.facts,
      province: 'tests/province (generation 2, HTTP)',
      database: process.env.DATABASE_URL === undefined ? 'PGlite (PostgreSQL embedded)' : 'PostgreSQL server',
    },
    loadThreePapers: async () => {
      const pages = (await threePapers()).flatMap((paper) => paper.pages)
      devices.scanner.load(pages)
      devices.scanner.lay(pages[0])
    },
    stop: async () => {
      await Promise.allSettled([close(), province.stop()])
      sweep()
      process.off('exit', sweep)
    },
  }
}
