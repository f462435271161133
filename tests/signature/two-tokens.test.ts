// Both tokens are in, and two people sit at one desk: the seal follows the officer document by document instead of waiting for
// the whole list. Each gives a PIN of their own; the order of the signatures is the law's (NĐ 30/2020 Đ.32.2(d)).
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Batch } from '../../preload/contract/signature.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { enter, startTokenHost } from '../devices/token-host.ts'
import { hasAirscan } from '../scan/bench.ts'
import {
  makeHome,
  makeTokens,
  offered,
  openDossier,
  openWorkplace,
  RIGHT_PINS,
  reviewed,
  signAll,
  startBatch,
  type Tokens,
  type Workplace,
} from './workplace.ts'

const PAPERS = 8
const fingerprintOf = (der: Uint8Array = new Uint8Array()): string => createHash('sha256').update(der).digest('hex')

describe.skipIf(missingTools().length > 0)('two tokens of one maker share the process of its library', () => {
  test('which lives until the last of them that got a PIN is closed, and then ends', async () => {
    const home = makeHome()
    const tokens = await makeTokens(home)
    const host = startTokenHost(tokens.module, tokens.env)
    try {
      const { driver, children } = host
      const signal = new AbortController().signal
      const devices = must(await driver.present(signal))
      const open = async (label: string, pin: string) => {
        const device = devices.find((one) => one.name.includes(label))
        const session = must(await driver.open(device?.id ?? '', signal))
        expect((await enter((port) => session.login(false, port), pin)).main.ok).toBe(true)
        const [certificate] = must(await session.certificates())
        return { session, sign: () => session.sign(fingerprintOf(certificate?.der), new Uint8Array(32)) }
      }
      const officer = await open('OFFICER', RIGHT_PINS.officer)
      const seal = await open('SEAL', RIGHT_PINS.agency)
      expect((await Promise.all([officer.sign(), seal.sign()])).map((one) => one.ok)).toEqual([true, true])
      await officer.session.close()
      expect((await seal.sign()).ok).toBe(true)
      expect(children.map((child) => child.signalCode)).toEqual([null])
      await seal.session.close()
      await expect.poll(() => children[0]?.signalCode).toBe('SIGKILL')
    } finally {
      host.stop()
      rmSync(home, { recursive: true, force: true })
    }
  })
})

describe.skipIf(!hasAirscan || missingTools().length > 0)('the seal keeper beside the officer', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  let page: Buffer
  const news: Batch[] = []
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home)
    Object.assign(process.env, tokens.env)
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({
      scanner: true,
      tokens,
      tell: { signature: { changed: (batch: Batch) => void news.push(batch) } },
    })
  })
  afterEach(async () => {
    news.length = 0
    await tokens.faults.say()
  })
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function papers(count: number): Promise<readonly string[]> {
    const dossierId = (await openDossier(at)).id
    const wanted = Array.from({ length: count }, (_, index) => ({
      title: `Giấy tờ ${index + 1}`,
      copies: 1,
      pages: [page],
    }))
    return (await reviewed(at, dossierId, wanted)).map((one) => one.id)
  }
  const newest = (role: Batch['role']) => news.filter((batch) => batch.role === role).at(-1)
  const states = (batch: Batch) => batch.items.map((item) => item.state)
  /** The officer's token takes a moment for each signature, so that there is something to follow. */
  const slowly = (...rules: string[]) => tokens.faults.say('sign-time OFFICER 500', 'sign-time SEAL 100', ...rules)
  const filedIn = (ids: readonly string[]) =>
    at.raw((database) =>
      database
        .prepare(`select document_id as id, state from signature_item where document_id in (${ids.map(() => '?')})`)
        .all(...ids),
    ) as { id: string; state: string }[]

  test('seals the first copy while the officer still signs; both lists finish, one PIN each', async () => {
    const ids = await papers(PAPERS)
    await slowly()
    const tries = (await tokens.faults.tries()).length
    const officer = signAll(at, 'officer')
    await expect.poll(() => newest('officer')?.state, { timeout: 20_000 }).toBe('running')
    const list = await offered(at, 'agency')
    expect([list.total, list.state, list.items.map((item) => item.documentId)]).toEqual([PAPERS, 'ready', ids])
    const agency = startBatch(at, 'agency', list)
    await expect
      .poll(() => newest('agency')?.items.some((item) => item.state === 'filed'), { timeout: 20_000 })
      .toBe(true)
    expect(newest('officer')?.state).toBe('running')
    const [first, second] = [await officer, must(await agency)]
    expect([first.state, first.done, second.state, states(second)]).toEqual([
      'finished',
      PAPERS,
      'finished',
      Array(PAPERS).fill('filed'),
    ])
    expect((await tokens.faults.tries()).slice(tries)).toEqual([
      { token: 'OFFICER', code: 0, left: 3 },
      { token: 'SEAL', code: 0, left: 3 },
    ])
    expect(filedIn(ids).map((row) => row.state)).toEqual(Array(PAPERS).fill('filed'))
    const { storage, audit, certifications } = at.counter
    expect(storage.read((r) => [audit.verify(r), certifications.check(r)])).toEqual([null, null])
  })

  test('when the officer’s token is pulled, the seal finishes what has come, and the rest is offered again later', async () => {
    const ids = await papers(PAPERS)
    await slowly('pull-after OFFICER 3')
    const officer = signAll(at, 'officer')
    await expect.poll(() => newest('officer')?.state, { timeout: 20_000 }).toBe('running')
    const agency = startBatch(at, 'agency', await offered(at, 'agency'))
    const second = must(await agency)
    expect([second.state, states(second)]).toEqual(['finished', Array(3).fill('filed')])
    await expect.poll(() => newest('officer')?.state, { timeout: 20_000 }).toBe('waiting')
    must(await at.counter.handlers.signature.stopWaiting({}, at.officer))
    expect((await officer).state).toBe('paused')
    await tokens.faults.say()
    expect((await signAll(at, 'officer')).state).toBe('finished')
    expect(states(await signAll(at, 'agency'))).toEqual(Array(PAPERS - 3).fill('filed'))
    expect(filedIn(ids).map((row) => row.state)).toEqual(Array(PAPERS).fill('filed'))
  })

  test('when the seal’s token is pulled, the officer goes on, and the seal goes on later', async () => {
    const ids = await papers(PAPERS)
    await slowly('pull-after SEAL 2')
    const officer = signAll(at, 'officer')
    await expect.poll(() => newest('officer')?.state, { timeout: 20_000 }).toBe('running')
    const agency = startBatch(at, 'agency', await offered(at, 'agency'))
    await expect.poll(() => newest('agency')?.state, { timeout: 20_000 }).toBe('waiting')
    expect((await officer).done).toBe(PAPERS)
    must(await at.counter.handlers.signature.stopWaiting({}, at.sealKeeper))
    expect(must(await agency).state).toBe('paused')
    await tokens.faults.say()
    expect((await signAll(at, 'agency')).state).toBe('finished')
    expect(filedIn(ids).map((row) => row.state)).toEqual(Array(PAPERS).fill('filed'))
  })
})
