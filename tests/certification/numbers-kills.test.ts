// Two counters write one register whose numbers a server gives, over TLS. Their programs are killed while they ask, while they
// sign and between; the server loses answers. Then every paper has one number, and every number one paper.
import { fork } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificationAsk, certificationRow } from '../../main/certification/table.ts'
import { documentDocument } from '../../main/document/table.ts'
import type { Unit } from '../../main/operator/index.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { AGENCY_FIELD, firstWrong, OFFICER_FIELD } from '../../main/signature/steps.ts'
import { fail } from '../../preload/contract/result.ts'
import { type NumberServer, startNumberServer } from '../bench/numbers/number-server.ts'
import { makeOwnCertificate, type OwnCertificate } from '../bench/numbers/own-certificate.ts'
import { furnish, must, openNodeCounter, SPECIMEN_UNIT } from '../bench/office.ts'
import { bringPapers } from '../bench/reviewed-papers.ts'
import { makePki, missingTools, type Pki } from '../bench/token/pki.ts'
import { makePapers } from '../perf/certify-peer-papers.ts'
import { root } from '../setup/place.ts'
import type { Death } from '../signature/die-at-transaction.ts'
import { openDesk, paper } from './desk.ts'
import type { NumbersPlan } from './numbers-child.ts'

const EACH = 50

interface Place {
  readonly home: string
  readonly folder: string
  readonly unit: Unit
  readonly pki: Pki
}

describe.skipIf(missingTools().length > 0)('two counters, one server of numbers', () => {
  const home = mkdtempSync(join(tmpdir(), 'quay-numbers-'))
  let server: NumberServer
  let own: OwnCertificate
  let places: readonly Place[]
  let papers: readonly string[]
  beforeAll(async () => {
    own = makeOwnCertificate(join(home, 'tls'))
    server = await startNumberServer(own)
    papers = await makePapers(join(root, '.runtime/certify-papers'), 2 * EACH)
    places = await Promise.all(['03', '04'].map(openPlace))
  }, 60_000)
  afterAll(async () => {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function openPlace(station: string): Promise<Place> {
    const own = join(home, station)
    const folder = join(own, 'data')
    mkdirSync(folder, { recursive: true })
    const pki = await makePki(join(own, 'pki'))
    // A token is a device of its own: what a kill tears in the files of the simulated one, no real one loses.
    cpSync(join(own, 'pki', 'tokens'), join(own, 'tokens-whole'), { recursive: true })
    const unit: Unit = {
      ...SPECIMEN_UNIT,
      station,
      reading: false,
      trust: [pki.ca.pem],
      tokenModules: [pki.module],
      books: [{ from: '2026-01-01', mode: 'server', apart: false }],
      numbers: { url: server.url, token: server.token },
    }
    await furnish(folder, unit)
    return { home: own, folder, unit: { ...unit, numbers: { url: server.url } }, pki }
  }
  async function bring(from: number, to: number): Promise<void> {
    for (const [index, { folder, unit }] of places.entries()) {
      const counter = openNodeCounter({ folder, unit, workers: 1 })
      await bringPapers(counter, papers.slice(index * EACH + from, index * EACH + to))
      await counter.close()
    }
  }
  /** One life of a counter. `asked`: it is killed as soon as the server has heard its question. */
  async function live(place: Place | undefined, dies: Death | null, asked = false): Promise<NodeJS.Signals | null> {
    if (place === undefined) throw new Error('no such counter')
    rmSync(join(place.home, 'pki', 'tokens'), { recursive: true, force: true })
    cpSync(join(place.home, 'tokens-whole'), join(place.home, 'pki', 'tokens'), { recursive: true })
    const plan = join(place.home, 'plan.json')
    const { folder, unit, pki } = place
    const pins = { officer: pki.officer.pin, agency: pki.agency.pin }
    writeFileSync(plan, JSON.stringify({ folder, unit, module: pki.module, pins, dies } satisfies NumbersPlan))
    const child = fork(new URL('./numbers-child.ts', import.meta.url), [plan], {
      execArgv: [],
      detached: true,
      env: { ...process.env, ...pki.env, NODE_EXTRA_CA_CERTS: own.file },
    })
    const exit = new Promise<NodeJS.Signals | null>((resolve, reject) =>
      child.once('exit', (code, signal) =>
        code === null || code === 0 ? resolve(signal) : reject(new Error(`ended with ${code}`)),
      ),
    )
    if (asked) {
      const before = server.heard.length
      while (server.heard.length === before && child.exitCode === null) await wait(2)
      child.kill('SIGKILL')
    }
    const signal = await exit.finally(() => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // nobody of its processes is left
      }
    })
    return signal
  }
  const before = (transaction: number): Death => ({ when: 'before', transaction })
  const after = (transaction: number): Death => ({ when: 'after', transaction })

  test('a certificate that nobody vouches for is not asked anything', async () => {
    const desk = await openDesk({
      books: [{ from: '2026-01-01', mode: 'server', apart: false }],
      numbers: { url: server.url, token: server.token },
    })
    expect(await desk.counter.certifications.fetchNumbers([paper()], desk.clock)).toEqual(
      fail({ kind: 'unreachable', system: 'numbers' }),
    )
    expect([server.heard, server.counts().requests]).toEqual([[], 0])
    await desk.close()
  })

  test('a hundred copies, killed again and again: no number is missing and none is there twice', {
    timeout: 180_000,
  }, async () => {
    const [one, other] = places
    const kills: (NodeJS.Signals | null)[] = []
    const both = async (first: Promise<NodeJS.Signals | null>, second: Promise<NodeJS.Signals | null>) =>
      void kills.push(...(await Promise.all([first, second])))
    await bring(0, 20)
    await both(live(one, before(1)), live(other, after(1)))
    await both(live(one, before(2)), live(other, after(2)))
    // The server gives the numbers, and its answer never arrives whole: the program dies over it.
    await server.behave({ wrong: 'drip' })
    await both(live(one, null, true), live(other, after(3)))
    await server.behave()
    await both(live(one, after(6)), live(other, before(7)))
    await bring(20, EACH)
    await server.behave({ wrong: 'cut', times: 3 })
    await both(live(one, after(2)), live(other, before(5)))
    await server.behave({ slowMs: 100 })
    await both(live(one, after(9)), live(other, null, true))
    expect(kills.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThanOrEqual(10)
    await server.behave()
    expect(await Promise.all(places.map((place) => live(place, null)))).toEqual([null, null])

    const seen = await Promise.all(places.map(judge))
    const rows = seen.flat()
    expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 2 * EACH }, (_, index) => index + 1),
    )
    expect(server.next).toBe(2 * EACH + 1)
    expect(new Set(rows.map(({ book }) => book))).toEqual(new Set(['01/2026-SCT/BS']))
    expect(new Set(server.heard.map(({ unit }) => unit))).toEqual(new Set(['H55.242']))
  })

  /** Every paper has one row and one good copy; no question is open; both chains are whole. */
  async function judge({ folder, unit, pki }: Place) {
    const counter = openNodeCounter({ folder, unit, workers: 1 })
    try {
      const { rows, documents, asks } = counter.storage.read((r) => ({
        rows: r.select().from(certificationRow).all(),
        documents: r.select().from(documentDocument).all(),
        asks: r.select().from(certificationAsk).all(),
      }))
      expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'certified'))
      expect(rows.map(({ documentId }) => documentId).sort()).toEqual(documents.map(({ id }) => id).sort())
      expect(asks.filter(({ answeredAt }) => answeredAt === null)).toEqual([])
      expect(counter.storage.read((r) => [counter.audit.verify(r), counter.certifications.check(r)])).toEqual([
        null,
        null,
      ])
      const signers = [
        { field: OFFICER_FIELD, fingerprint: pki.officer.fingerprint },
        { field: AGENCY_FIELD, fingerprint: pki.agency.fingerprint },
      ]
      for (const { copyFile } of documents) {
        const copy = must(counter.vault.get(copyFile ?? ''))
        const reports = must(await verifySignatures(copy, [pki.ca.der]))
        expect(firstWrong(reports, { signers, trust: [pki.ca.der] })).toBeNull()
      }
      return rows.map(({ number, book }) => ({ number, book }))
    } finally {
      await counter.close()
    }
  }
})
