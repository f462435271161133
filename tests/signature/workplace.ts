// A furnished counter for the stories of the stations: the real stations and store, with what each story plugs in:
// real SANE before a virtual scanner, SoftHSM behind the faulting module, the sandbox province, a clock of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Driver, TokenSession } from '../../drivers/contract.ts'
import { saneDriver } from '../../drivers/scan/sane.ts'
import { pkcs11Driver } from '../../drivers/signature/pkcs11.ts'
import type { SigningSession } from '../../main/devices/index.ts'
import type { Unit } from '../../main/operator/index.ts'
import { type Keys, openKey } from '../../main/storage/index.ts'
import type { Caller } from '../../preload/contract/border.ts'
import type { Document } from '../../preload/contract/document.ts'
import type { Dossier } from '../../preload/contract/dossier.ts'
import type { Tell } from '../../preload/contract/index.ts'
import type { Result } from '../../preload/contract/result.ts'
import type { Page } from '../../preload/contract/scan.ts'
import type { Batch, SigningRole } from '../../preload/contract/signature.ts'
import {
  callerFor,
  furnish,
  must,
  NO_NEWS,
  type NodeCounter,
  openNodeCounter,
  PASSPHRASE,
  PEOPLE,
  SPECIMEN_UNIT,
} from '../bench/office.ts'
import { startScanner, type VirtualScanner } from '../bench/scanner/escl-server.ts'
import { writeAirscanConfig } from '../bench/scanner/sane-config.ts'
import { buildFaultingModule } from '../bench/token/build.ts'
import { type Faults, openFaults } from '../bench/token/faults.ts'
import { makePki, type Pki, type PkiOptions } from '../bench/token/pki.ts'
import { OPERATORS } from '../province/schema.ts'
import type { RunningProvince } from '../province/server.ts'
import { runtime } from '../setup/place.ts'

export const COPY = '2.000815'
export const FEEDER = { source: 'feeder', mode: 'colour', dpi: 300 } as const
export const RIGHT_PINS = { officer: '123456', agency: '654321', scanner: '123456', copy: '654321' } as const

export interface Tokens {
  readonly pki: Pki
  readonly faults: Faults
  readonly module: string
  /** For the process that loads the module, before it does. */
  readonly env: Readonly<Record<string, string>>
}

/** Tokens of the officer and the seal keeper. Set `env` before the module is loaded: it belongs to a process. */
export async function makeTokens(home: string, options: PkiOptions = {}): Promise<Tokens> {
  const [pki, module] = await Promise.all([
    makePki(join(home, 'pki'), options),
    buildFaultingModule(join(runtime, 'faulting-pkcs11.so')),
  ])
  const faults = openFaults(home, 'token')
  await faults.say()
  return { pki, faults, module, env: { ...pki.env, ...faults.env, QUAY_FAULTY_TARGET: pki.module } }
}

/** The driver in this very process; the stations' session is the driver's, whose login the story calls itself. */
export const tokensOf = (module: string): Driver<SigningSession> =>
  pkcs11Driver(module) as unknown as Driver<SigningSession>

/** Types this PIN at once, as the PIN window would hand it over. */
export const typePin = (pin: string, session: SigningSession, insist: boolean): Promise<Result<unknown>> =>
  (session as unknown as TokenSession).login(new TextEncoder().encode(pin), insist)

export interface WorkplaceOptions {
  readonly scanner?: boolean
  readonly tokens?: Tokens
  readonly province?: RunningProvince
  /** False: nobody of the unit has adopted the entries that are not confirmed. */
  readonly adopted?: boolean
  readonly tell?: Partial<Tell>
  /** The text of pages is read in the background; off unless a story is about it. */
  readonly reading?: boolean
  readonly hotFolder?: boolean
}

export interface Workplace {
  /** The counter of now; another one after `reopen`. */
  readonly counter: NodeCounter
  readonly folder: string
  readonly unit: Unit
  readonly scanner: VirtualScanner | null
  readonly clerk: Caller
  readonly officer: Caller
  readonly sealKeeper: Caller
  readonly supervisor: Caller
  /** Null: the machine's clock. */
  clock: Date | null
  /** Typed at the next PIN windows. */
  pin: string
  /** PIN windows opened so far. */
  readonly pinWindows: number
  /** The last news of a batch. */
  readonly batch: Batch | null
  reopen(): Promise<void>
  /** The database itself, past every rule of the program. */
  raw<T>(look: (database: Database.Database) => T): T
  close(): Promise<void>
}

export const makeHome = (): string => mkdtempSync(join(process.platform === 'linux' ? '/dev/shm' : tmpdir(), 'quay-'))

export async function openWorkplace(options: WorkplaceOptions = {}): Promise<Workplace> {
  const home = makeHome()
  const folder = join(home, 'data')
  const scanner = options.scanner === true ? await startScanner({ name: 'Quay Bench Scanner' }) : null
  // Paper takes its time: sane-airscan loses a page when "no more" comes before its caller woke up for the page before.
  scanner?.set({ slow: 80 })
  const sane = scanner === null ? '' : await writeAirscanConfig(join(home, 'sane'), scanner.url)
  const client = OPERATORS[0]
  const unit: Unit = {
    ...SPECIMEN_UNIT,
    reading: options.reading === true,
    ...(options.hotFolder === true ? { hotFolder: join(home, 'hot') } : {}),
    trust: options.tokens === undefined ? [] : [options.tokens.pki.ca.pem],
    tokenModules: options.tokens === undefined ? [] : [options.tokens.module],
    province:
      options.province === undefined || client === undefined
        ? null
        : {
            name: 'Tỉnh mẫu',
            baseUrl: options.province.url,
            clientId: client.clientId,
            clientSecret: client.clientSecret,
          },
  }
  if (options.adopted !== false) await furnish(folder, unit)
  else {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'unit.json'), JSON.stringify(unit))
  }
  /** Drivers begin anew with the program. */
  if (unit.hotFolder !== undefined) mkdirSync(unit.hotFolder, { recursive: true })
  const drivers = () => ({
    ...(scanner === null
      ? {}
      : {
          scan: saneDriver({
            spool: join(home, 'spool'),
            environment: { ...process.env, SANE_CONFIG_DIR: sane },
            graceMs: 1_000,
            silenceMs: 5_000,
          }),
        }),
    ...(options.tokens === undefined ? {} : { signature: tokensOf(options.tokens.module) }),
  })
  const desk = { clock: null as Date | null, pin: '', pinWindows: 0, batch: null as Batch | null }
  const open = (): NodeCounter =>
    openNodeCounter({
      folder,
      unit,
      drivers: drivers(),
      now: () => desk.clock ?? new Date(),
      tell: {
        ...NO_NEWS,
        signature: {
          changed: (batch) => {
            desk.batch = batch
          },
        },
        ...options.tell,
      },
      askPin: (_question, session, insist) => {
        desk.pinWindows += 1
        return typePin(desk.pin, session, insist)
      },
    })
  let counter = open()
  if (options.adopted === false)
    for (const person of Object.values(PEOPLE))
      must(await counter.operators.add({ ...person, roles: [...person.roles] }, 'program'))
  const place: Workplace = {
    get clock() {
      return desk.clock
    },
    set clock(at) {
      desk.clock = at
    },
    get pin() {
      return desk.pin
    },
    set pin(pin) {
      desk.pin = pin
    },
    get batch() {
      return desk.batch
    },
    get pinWindows() {
      return desk.pinWindows
    },
    clerk: callerFor(counter, PEOPLE.clerk.login),
    officer: callerFor(counter, PEOPLE.officer.login),
    sealKeeper: callerFor(counter, PEOPLE.sealKeeper.login),
    supervisor: callerFor(counter, PEOPLE.supervisor.login),
    folder,
    unit,
    scanner,
    get counter() {
      return counter
    },
    reopen: async () => {
      await counter.close()
      counter = open()
    },
    raw: <T>(look: (database: Database.Database) => T): T => rawly(folder, look),
    close: async () => {
      await counter.close()
      await scanner?.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
  return place
}

/** Stretching the passphrase takes a while on purpose. */
const known = new Map<string, Keys>()
function keysOf(folder: string): Keys {
  const keys = known.get(folder) ?? must(openKey(join(folder, 'store'), { passphrase: PASSPHRASE }))
  known.set(folder, keys)
  return keys
}

/** Opens the database of a counter's folder with its key and nothing else of the program. */
export function rawly<T>(folder: string, look: (database: Database.Database) => T): T {
  const keys = keysOf(folder)
  const database = new Database(join(folder, 'store', 'quay.db'))
  try {
    database.pragma("cipher='chacha20'")
    database.pragma(`key='raw:${keys.database.toString('hex')}'`)
    return look(database)
  } finally {
    database.close()
  }
}

/** A citizen who forgot her card: what she says is typed, and the dossier is opened. */
export async function openDossier(place: Workplace, procedureCode = COPY): Promise<Dossier> {
  const { card, dossier } = place.counter.handlers
  const typed = { number: '001190123456', name: 'Nguyễn Thị Mẫu', birth: '1990-01-15' }
  const reading = must(await card.type(typed, place.clerk))
  return must(
    await dossier.open({ readingId: reading.id, procedureCode, phone: '0900 000 001', email: '' }, place.clerk),
  )
}

/** Each paper's pages go through the feeder; every first page is marked as the beginning of a paper. */
export async function scanPapers(
  place: Workplace,
  dossierId: string,
  papers: readonly (readonly Buffer[])[],
): Promise<readonly Page[]> {
  const { scan } = place.counter.handlers
  const before = must(await scan.pages({ dossierId }, place.clerk)).pages.length
  place.scanner?.load(papers.flat())
  const run = must(await scan.start({ dossierId, profile: FEEDER, place: null }, place.clerk))
  if (run.trouble !== null) throw new Error(`the scan stopped: ${JSON.stringify(run.trouble)}`)
  let at = before
  for (const paper of papers) {
    const page = must(await scan.pages({ dossierId }, place.clerk)).pages[at]
    if (page !== undefined) must(await scan.startPaper({ pageId: page.id, starts: true }, place.clerk))
    at += paper.length
  }
  return must(await scan.pages({ dossierId }, place.clerk)).pages
}

export interface Wanted {
  readonly title: string
  readonly copies: number
  readonly pages: readonly Buffer[]
}

/** From paper to a document that the clerk has compared and the officer has reviewed. */
export async function reviewed(
  place: Workplace,
  dossierId: string,
  wanted: readonly Wanted[],
): Promise<readonly Document[]> {
  const documents = await compared(place, dossierId, wanted)
  for (const one of documents)
    must(await place.counter.handlers.certification.review({ documentId: one.id, seen: one.file }, place.officer))
  return documents
}

export async function compared(
  place: Workplace,
  dossierId: string,
  wanted: readonly Wanted[],
): Promise<readonly Document[]> {
  await scanPapers(
    place,
    dossierId,
    wanted.map((one) => one.pages),
  )
  const { document } = place.counter.handlers
  const papers = wanted.map(({ title, copies }) => ({ title, copies }))
  const all = must(await document.make({ dossierId, papers }, place.clerk))
  const fresh = all.filter((one) => one.state === 'made')
  for (const { id, file, book, pages } of fresh) {
    if (book !== null) must(await document.countPages({ documentId: id, pages }, place.clerk))
    must(await document.confirmCompared({ documentId: id, seen: file }, place.clerk))
  }
  return fresh
}

const PERSONS = {
  officer: PEOPLE.officer,
  agency: PEOPLE.sealKeeper,
  scanner: PEOPLE.clerk,
  copy: PEOPLE.sealKeeper,
} as const
const callerIn = (place: Workplace, role: SigningRole): Caller =>
  ({ officer: place.officer, agency: place.sealKeeper, scanner: place.clerk, copy: place.sealKeeper })[role]

/** Signs in, proves it is still the same person, looks at the list and starts it with the right PIN. */
export async function signAll(
  place: Workplace,
  role: SigningRole,
  special: { readonly pin?: string; readonly insist?: boolean } = {},
): Promise<Batch> {
  const batch = await offered(place, role)
  return must(await startBatch(place, role, batch, special))
}

export async function offered(place: Workplace, role: SigningRole): Promise<Batch> {
  const caller = callerIn(place, role)
  const batch = must(await place.counter.handlers.signature.next({ role }, caller))
  if (batch === null) throw new Error('nothing to sign')
  return batch
}

export async function startBatch(
  place: Workplace,
  role: SigningRole,
  batch: Pick<Batch, 'id' | 'listCode'>,
  special: { readonly pin?: string; readonly insist?: boolean } = {},
): Promise<Result<Batch>> {
  const caller = callerIn(place, role)
  const { login, password } = PERSONS[role]
  must(await place.counter.operators.signIn(login, password))
  must(await place.counter.operators.reauthenticate(caller, password))
  place.pin = special.pin ?? RIGHT_PINS[role]
  return place.counter.handlers.signature.start(
    { batchId: batch.id, listCode: batch.listCode, insist: special.insist ?? false },
    caller,
  )
}
