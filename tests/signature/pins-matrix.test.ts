// Every task that sends a PIN × tries left × right or wrong × insisting or not × every trouble a token can have: the ledger is
// read at the end, and no PIN reached a token that was not typed for it, on a last try nobody insisted on, or when locked.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Device } from '../../drivers/contract.ts'
import type { Failure, Result } from '../../preload/contract/result.ts'
import { buildFaultingModule } from '../bench/token/build.ts'
import { type Faults, openFaults } from '../bench/token/faults.ts'
import { type LedgerLine, pinBreaches, type Typed } from '../bench/token/ledger.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'
import { SO_PIN } from '../bench/token/plans.ts'
import { openPinWindow, startTokenHost, type TokenHost } from '../devices/token-host.ts'

const ready = missingTools().length === 0 && existsSync('/usr/include/p11-kit-1/p11-kit/pkcs11.h')
const digest = Uint8Array.from(createHash('sha256').update('bản sao y').digest())

const TASKS = ['sign', 'sign every time', 'change', 'unblock'] as const
const TRIES = [3, 2, 1, 0] as const
const BOOLEANS = [false, true] as const
type Task = (typeof TASKS)[number]
interface Case {
  readonly task: Task
  readonly tries: number
  readonly right: boolean
  readonly insist: boolean
  readonly trouble: string
}

/** Vague codes, codes that say too much, codes nobody knows; pulls, holds, readers with keys, tokens that tell nothing. */
const ERRORS = ['0x1', '0x5', '0x6', '0x30', '0x32', '0xa0', '0xa2', '0xa3', '0xa4', '0xe0', '0x101', '0x80001234']
const TROUBLES = [
  'none',
  ...ERRORS.map((code) => `error ${code}`),
  ...['held', 'held late', 'pulled', 'pulled late', 'pad', 'pad strict', 'pad nobody', 'short', 'one refused'],
] as const

const all: readonly Case[] = TASKS.flatMap((task) =>
  TROUBLES.flatMap((trouble) =>
    BOOLEANS.flatMap((right) =>
      BOOLEANS.flatMap((insist) => TRIES.map((tries) => ({ task, tries, right, insist, trouble }))),
    ),
  ),
)

function rulesFor({ task, tries, trouble }: Case, there: string, fresh: string): readonly string[] {
  const [first = '', code = ''] = trouble.split(' ')
  const call = task === 'change' ? 'set-pin-error' : 'login-error'
  const rules = [
    task === 'unblock' ? `so-tries OFFICER ${tries}` : `tries OFFICER ${tries}`,
    ...(task === 'sign every time' ? ['always-auth OFFICER 1'] : []),
  ]
  if (first === 'error') return [...rules, `${call} OFFICER ${code}`]
  if (trouble === 'one refused') return [...rules, `login-error OFFICER 0xa0 after 1 times 1`]
  if (first === 'short') return [...rules, 'pin-min OFFICER 12']
  const pad = (kind: number, ...typed: string[]) => [...rules, `pin-pad OFFICER ${kind}`, ...typed]
  const typedThere = [`pad-pin OFFICER ${there}`, `pad-new-pin OFFICER ${fresh}`]
  if (trouble === 'pad') return pad(1, ...typedThere)
  if (trouble === 'pad strict') return pad(2, ...typedThere)
  return trouble === 'pad nobody' ? pad(1) : rules
}

describe.skipIf(!ready)('the whole matrix', () => {
  let dir = ''
  let pki: Pki
  let faults: Faults
  let host: TokenHost
  let id = ''
  /** Of the case that is played now. */
  let typed: Typed[] = []
  let current = '123456'
  let spare = '2468135790'

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-matrix-'))
    const built = buildFaultingModule(join(dir, 'faulting-pkcs11.so'))
    pki = await makePki(dir)
    faults = openFaults(dir, 'matrix')
    await faults.say()
    host = startTokenHost(await built, { ...pki.env, ...faults.env })
    id = await present()
  })
  afterAll(async () => {
    host.stop()
    await rm(dir, { recursive: true, force: true })
  })

  async function present(): Promise<string> {
    const seen = (await host.link.ask('present', null, null)) as Result<readonly Device[]>
    return seen.ok ? (seen.value.find((one) => one.name === 'OFFICER')?.id ?? '') : ''
  }

  /** Lines of nobody, so that the counters begin anew with the numbers of the next rules. */
  const resetCounters = () =>
    appendFile(
      join(dir, 'matrix.ledger'),
      ['login', 'login-so'].map((kind) => `OFFICER 0 99 99 0.000 1 ${kind} 99 - -\n`).join(''),
    )

  async function play(one: Case): Promise<{ failure: Failure | null; lines: readonly LedgerLine[] }> {
    const secret = one.task === 'unblock' ? SO_PIN : current
    const pin = one.right ? secret : '00000000'
    const fresh = spare
    const before = (await faults.ledger()).length
    typed = []
    await resetCounters()
    await faults.say(...rulesFor(one, pin, fresh))
    const opened = (await host.link.ask('open', null, id)) as Result<string>
    if (!opened.ok) throw new Error(`${JSON.stringify(one)}: ${JSON.stringify(opened.failure)}`)
    const session = opened.value
    await host.link.ask('signature.pinState', session, null)
    const rules = rulesFor(one, pin, fresh)
    if (one.trouble === 'held') await faults.say(...rules, 'held OFFICER 0x30')
    if (one.trouble === 'held late') await faults.say(...rules, 'held OFFICER 0x6 after 2')
    if (one.trouble === 'pulled') await faults.say(...rules, 'pulled OFFICER 1')
    if (one.trouble === 'pulled late') await faults.say(...rules, 'pull-after OFFICER 0')

    const glass = openPinWindow()
    const task = one.task === 'change' || one.task === 'unblock' ? one.task : 'sign'
    const answer = host.link.passPinPort({ session, task, insist: one.insist, port: glass.port }, 60_000)
    typed.push({ token: 'OFFICER', pin, insist: one.insist })
    const { newPin, insist } = { newPin: fresh, insist: one.insist }
    void glass.type(one.trouble.startsWith('pad') ? '' : pin, task === 'sign' ? {} : { newPin, insist })
    const given = await answer
    let failure = given.ok ? null : given.failure
    if (given.ok && task === 'change') [current, spare] = [fresh, current]
    if (given.ok && task === 'unblock') [current, spare] = [fresh, current === fresh ? spare : current]
    if (given.ok && task === 'sign') failure = await signSome(one, session, pin)
    await host.link.ask('close', session, null)
    if (one.trouble.startsWith('pulled')) {
      await faults.say()
      await present()
    }
    const lines = (await faults.ledger()).slice(before).filter((line) => line.pin !== null)
    return { failure, lines }
  }

  /** Three signatures, all asked for at once, as the engine does; on a reader with keys each one is typed there. */
  async function signSome(one: Case, session: string, pin: string): Promise<Failure | null> {
    if (one.trouble === 'pad' && one.task === 'sign every time')
      typed.push(...Array.from({ length: 3 }, () => ({ token: 'OFFICER', pin })))
    const argument = { fingerprint: pki.officer.fingerprint, digest }
    const made = await Promise.all([1, 2, 3].map(() => host.link.ask('signature.sign', session, argument)))
    return made.flatMap((result) => (result.ok ? [] : [result.failure]))[0] ?? null
  }

  test(`no breach in ${all.length} cases: no entry is tried twice, no last try unasked for, no locked token bothered`, async () => {
    const surprises: string[] = []
    const breaches: string[] = []
    const seen = new Map<string, number>()
    for (const one of all) {
      const { failure, lines } = await play(one)
      breaches.push(...pinBreaches(lines, typed, faults.hashOf).map((breach) => `${JSON.stringify(one)}: ${breach}`))
      const said = failure === null ? 'good' : 'what' in failure ? `${failure.kind}.${failure.what}` : failure.kind
      seen.set(said, (seen.get(said) ?? 0) + 1)
      const mayBeSent = one.tries > 1 || (one.tries === 1 && one.insist)
      const plain = lines.filter((line) => line.kind !== 'login-context')
      const wrongs = lines.filter((line) => line.before !== null && line.left < line.before)
      if (!mayBeSent && lines.length > 0) surprises.push(`sent unasked: ${JSON.stringify(one)}`)
      if (plain.length > 1) surprises.push(`more than one try: ${JSON.stringify(one)}`)
      if (wrongs.length > (one.right ? 0 : 1)) surprises.push(`tries lost ${wrongs.length}: ${JSON.stringify(one)}`)
      const trouble = lines.findIndex((line) => line.code !== 0)
      if (trouble >= 0 && trouble !== lines.length - 1) surprises.push(`went on: ${JSON.stringify(one)}`)
      if (one.trouble === 'none' && mayBeSent && (failure === null) !== one.right)
        surprises.push(`${said}: ${JSON.stringify(one)}`)
    }
    expect(surprises).toEqual([])
    expect(breaches).toEqual([])
    expect(all.length).toBe(1408)
    // It has really been everywhere.
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining([
        ...['good', 'device.busy', 'device.failed', 'device.removed', 'pin.code-last-try', 'pin.code-locked'],
        ...['pin.code-wrong', 'pin.expired', 'pin.last-try', 'pin.locked', 'pin.new-refused', 'pin.pad'],
        ...['pin.withheld', 'pin.wrong'],
      ]),
    )
  }, 240_000)
})
