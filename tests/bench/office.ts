// A specimen unit with its people: unit.json, the store with its passphrase, accounts, adopted rules, a signing authority.
// Everything goes through the product's own functions, as a supervisor would do it by hand. All persons are invented.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Driver } from '../../drivers/contract.ts'
import { type Counter, openCounter, WORK } from '../../main/counter.ts'
import { type SigningSession, watchDevices } from '../../main/devices/index.ts'
import type { Unit } from '../../main/operator/index.ts'
import { makeKey, openKey } from '../../main/storage/index.ts'
import type { WorkshopJobs } from '../../main/work.ts'
import { forkBench, openWorkshop } from '../../main/workshop/index.ts'
import type { Caller, Role } from '../../preload/contract/border.ts'
import { contract, type Tell } from '../../preload/contract/index.ts'
import { ok, type Result } from '../../preload/contract/result.ts'
import { root } from '../setup/place.ts'

export const PASSPHRASE = 'kho mẫu của quầy 03'
export const PEOPLE = {
  clerk: { login: 'mai', name: 'Trần Thị Mai Mẫu', password: 'mat-khau-mai', roles: ['clerk'] },
  officer: { login: 'duc', name: 'Nguyễn Văn Đức', password: 'mat-khau-duc', roles: ['officer'] },
  sealKeeper: { login: 'van', name: 'Phạm Thị Vân Mẫu', password: 'mat-khau-van', roles: ['seal-keeper'] },
  supervisor: { login: 'lan', name: 'Lê Thị Lan Mẫu', password: 'mat-khau-lan', roles: ['supervisor', 'it'] },
} as const satisfies Record<string, { login: string; name: string; password: string; roles: readonly Role[] }>

export const SPECIMEN_UNIT: Unit = {
  name: 'Trung tâm PVHCC phường Mẫu',
  code: 'H55.242',
  place: 'Phường Mẫu',
  address: 'Số 1 phố Ví Dụ, phường Mẫu',
  phone: '0240 000 000',
  station: '03',
  specimen: true,
  closesAt: { hour: 17, minute: 0 },
  agency: { name: 'UBND Phường Mẫu', identifier: 'VATVN-0100000000' },
  trust: [],
  tokenModules: [],
  province: null,
}
/** The officer's number, as in the certificate of tests/bench/token. */
export const OFFICER_NUMBER = '001085000123'

export const NO_NEWS: Tell = Object.fromEntries(
  Object.entries(contract).map(([station, declared]) => [
    station,
    Object.fromEntries(
      Object.entries(declared).flatMap(([name, one]) => (one.is === 'news' ? [[name, () => undefined]] : [])),
    ),
  ]),
) as unknown as Tell

/** A kind of device of which none is plugged in. */
export const noDevices = <Session>(): Driver<Session> => ({
  name: 'nothing plugged in',
  present: async () => ok([]),
  open: async () => ({ ok: false, failure: { kind: 'device', device: 'card', what: 'absent' } }),
})

export interface CounterOptions {
  readonly folder: string
  readonly unit: Unit
  readonly drivers?: Partial<Parameters<typeof openCounter>[0]['drivers']>
  readonly now?: () => Date
  readonly askPin?: (question: unknown, session: SigningSession, insist: boolean) => Promise<Result<unknown>>
  readonly tell?: Tell
  readonly workers?: number
  /** The workshop's entry; the source unless told. */
  readonly work?: string
  readonly evidence?: NonNullable<Parameters<typeof openCounter>[0]['evidence']>
  readonly numberLimits?: NonNullable<Parameters<typeof openCounter>[0]['numberLimits']>
  readonly log?: Parameters<typeof openCounter>[0]['log']
}

export interface NodeCounter extends Counter {
  close(): Promise<void>
}

/** The real stations under plain Node: real store, real workshop; devices as given, else none. */
export function openNodeCounter(options: CounterOptions): NodeCounter {
  const store = join(options.folder, 'store')
  mkdirSync(store, { recursive: true })
  const opened = openKey(store, { passphrase: PASSPHRASE })
  const keys = opened.ok ? opened.value : makeKey(store, { passphrase: PASSPHRASE })
  const drivers = {
    card: noDevices<never>(),
    scan: noDevices<never>(),
    signature: noDevices<never>(),
    ...options.drivers,
  }
  const devices = watchDevices(
    (['card', 'scan', 'signature'] as const).map((kind) => ({
      kind,
      present: (signal: AbortSignal) => drivers[kind].present(signal),
      beat: 5_000,
    })),
    () => undefined,
  )
  const workshop = openWorkshop<WorkshopJobs>(
    () => forkBench(options.work ?? join(root, 'main/work.ts'), join(root, '.build/main/files')),
    options.workers ?? 2,
    WORK,
  )
  const counter = openCounter({
    folder: store,
    keys,
    unit: options.unit,
    unitFile: join(options.folder, 'unit.json'),
    resources: join(root, 'resources'),
    migrations: join(root, 'main/storage/migrations'),
    workshop,
    drivers,
    devices,
    now: options.now ?? (() => new Date()),
    log: options.log ?? (() => undefined),
    tell: options.tell ?? NO_NEWS,
    ...(options.evidence === undefined ? {} : { evidence: options.evidence }),
    ...(options.numberLimits === undefined ? {} : { numberLimits: options.numberLimits }),
    askPin: options.askPin ?? (async () => ({ ok: false, failure: { kind: 'pin', what: 'withheld' } })),
  })
  return {
    ...counter,
    close: async () => {
      devices.stop()
      await counter.stop()
      await workshop.close()
    },
  }
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.failure)}`)
  return result.value
}

export const callerFor = (counter: Counter, login: string): Caller => {
  const account = counter.operators.list().find((one) => one.login === login)
  if (account === undefined) throw new Error(`no account ${login}`)
  return { operatorId: account.id, name: account.name, roles: account.roles }
}

/** Accounts, adoption of every entry that is not confirmed, and the officer's authority for two years. */
export async function moveIn(counter: Counter): Promise<void> {
  for (const person of Object.values(PEOPLE))
    must(await counter.operators.add({ ...person, roles: [...person.roles] }, 'program'))
  const supervisor = callerFor(counter, PEOPLE.supervisor.login)
  const { handlers } = counter.certifications
  for (const rule of must(await handlers.rules({}, supervisor)))
    if (rule.state === 'not-adopted' || (rule.state === 'future' && rule.adopted === null))
      must(await handlers.adopt({ key: rule.key, source: 'Đơn vị mẫu, chỉ để thử' }, supervisor))
  must(
    await handlers.grant(
      {
        personName: PEOPLE.officer.name,
        personNumber: OFFICER_NUMBER,
        operatorId: callerFor(counter, PEOPLE.officer.login).operatorId,
        titleLine: 'Phó Chủ tịch UBND phường',
        actingForm: 'KT.',
        decision: 'QĐ mẫu số 01/QĐ-UBND',
        validFrom: '2026-01-01',
        validTo: '2027-12-31',
        kinds: ['SCT/BS'],
      },
      supervisor,
    ),
  )
}

/** A furnished office in `folder`, closed again and ready for the program to open. */
export async function furnish(folder: string, unit: Unit): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'unit.json'), JSON.stringify(unit, null, 2))
  const counter = openNodeCounter({ folder, unit })
  await moveIn(counter)
  await counter.close()
}
