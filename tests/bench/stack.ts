// Everything below the program on one desk: PC/SC with a virtual card, SANE with a virtual scanner, PKCS#11 with SoftHSM tokens
// behind the faulting module, the sandbox province, a furnished specimen office. The stacks are real, only the devices are not.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Unit } from '../../main/operator/index.ts'
import { OPERATORS } from '../province/schema.ts'
import { type RunningProvince, startProvince } from '../province/server.ts'
import { runtime } from '../setup/place.ts'
import { canRunPcscd, canRunPrivatePcscd } from './card/pcscd.ts'
import { type CardBench, startCardBench } from './card/run-card.ts'
import { furnish, SPECIMEN_UNIT } from './office.ts'
import { startScanner, type VirtualScanner } from './scanner/escl-server.ts'
import { threePapers } from './scanner/paper.ts'
import { writeAirscanConfig } from './scanner/sane-config.ts'
import { buildFaultingModule } from './token/build.ts'
import { type Faults, openFaults } from './token/faults.ts'
import { makePki, type Pki, type PkiOptions } from './token/pki.ts'

export interface Stack {
  /** Home of the program: its user data, the tokens, the SANE settings. */
  readonly home: string
  readonly data: string
  readonly unit: Unit
  readonly card: CardBench | null
  readonly scanner: VirtualScanner
  readonly pki: Pki
  readonly faults: Faults
  readonly province: RunningProvince
  /** For the program under test. */
  readonly env: Readonly<Record<string, string>>
  /** What really runs, for reports. */
  readonly facts: Readonly<Record<string, string>>
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

export async function startStack(
  options: { readonly extras?: PkiOptions['extras']; readonly offline?: boolean } = {},
): Promise<Stack> {
  const user = process.getuid?.() === 0 ? UNPRIVILEGED : null
  mkdirSync('/var/tmp', { recursive: true })
  const home = mkdtempSync('/var/tmp/quay-desk-')
  chmodSync(home, 0o755)
  const data = join(home, 'data')
  const [pki, module, scanner, province, card] = await Promise.all([
    makePki(join(home, 'pki'), options.extras === undefined ? {} : { extras: options.extras }),
    buildFaultingModule(join(runtime, 'faulting-pkcs11.so')),
    startScanner({ name: 'Quay Bench Scanner' }),
    startProvince(process.env.DATABASE_URL === undefined ? {} : { databaseUrl: process.env.DATABASE_URL }),
    canRunPrivatePcscd() ? startCardBench({ isolated: true }) : canRunPcscd() ? startCardBench() : null,
  ])
  const faults = openFaults(home, 'token')
  await faults.say()
  const sane = await writeAirscanConfig(join(home, 'sane'), scanner.url)
  const client = OPERATORS[0]
  const unit: Unit = {
    ...SPECIMEN_UNIT,
    trust: [pki.ca.pem],
    tokenModules: [module],
    province:
      options.offline === true || client === undefined
        ? null
        : { name: 'Tỉnh mẫu', baseUrl: province.url, clientId: client.clientId, clientSecret: client.clientSecret },
  }
  await furnish(data, unit)
  if (card !== null)
    for (let folder = card.socket; folder.startsWith('/tmp/'); folder = dirname(folder)) chmodSync(folder, 0o777)
  if (user !== null && spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, home]).status !== 0)
    throw new Error('chown failed')
  return {
    home,
    data,
    unit,
    card,
    scanner,
    pki,
    faults,
    province,
    user,
    env: {
      HOME: home,
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
      province: 'tests/province (generation 2, HTTP)',
      database: process.env.DATABASE_URL === undefined ? 'PGlite (PostgreSQL embedded)' : 'PostgreSQL server',
    },
    loadThreePapers: async () => {
      const pages = (await threePapers()).flatMap((paper) => paper.pages)
      scanner.load(pages)
      scanner.lay(pages[0])
    },
    stop: async () => {
      await Promise.allSettled([card?.close(), scanner.close(), province.stop()])
      rmSync(home, { recursive: true, force: true })
    },
  }
}
