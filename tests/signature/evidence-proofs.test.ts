// What issuers say of the certificates of a finished copy, in the background of a real counter: revoked is not hidden, unknown is
// for a person, an issuer that is away costs a level after six hours, and the end of a certificate is said in time.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fetchBounded } from '../../main/signature/evidence/fetch-bounded.ts'
import { openRevocation } from '../../main/signature/evidence/fetch-revocation.ts'
import { findPath } from '../../main/signature/evidence/gather-proofs.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { missingTools } from '../bench/token/pki.ts'
import { all, openScenes, parcelsOf, retry, rowsOf, statesOf, tellOf } from './evidence-copies.ts'
import { calmDown, type EvidenceRig, startRig } from './evidence-rig.ts'

const WAIT = { timeout: 25_000, interval: 25 }
const HOUR = 3_600_000
const DAY = 86_400_000

describe.skipIf(missingTools().length > 0)('proofs of a copy', () => {
  const home = mkdtempSync(join(tmpdir(), 'quay-evidence-'))
  let rig: EvidenceRig
  let shift = 0
  const now = (): Date => new Date(Date.now() + shift)
  const { leave, scene } = openScenes(home, () => rig, now)
  beforeAll(async () => {
    rig = await startRig(home, { tsas: 2, now }, { intermediate: true })
  }, 30_000)
  afterEach(async () => {
    await leave()
    shift = 0
    await calmDown(rig)
  })
  afterAll(async () => {
    await rig.trust.close()
    rmSync(home, { recursive: true, force: true })
  })

  test('a revoked certificate is not hidden: the copy waits for a person, who may have it tried again', async () => {
    rig.trust.revoke(rig.pki.officer.der, { at: new Date('2026-03-01T08:00:00Z'), reason: 1 })
    const { at } = await scene(2)
    at.evidence.start()
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('refused', 2))
    const told = await tellOf(at)
    expect(told.refused.map(({ trouble, number }) => [trouble, number])).toEqual([
      ['revoked', expect.any(String)],
      ['revoked', expect.any(String)],
    ])
    expect([told.refusedCount, told.pressing, parcelsOf(at).length]).toEqual([2, 2, 0])
    rig.trust.pardon()
    await retry(at)
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 2))
    expect(parcelsOf(at).length).toBe(2)
  }, 30_000)

  test('OCSP first, the list where it does not answer; both away: the copy waits, and after six hours takes the time alone', async () => {
    await rig.trust.ocsp.behave({ wrong: 'bad-signature' })
    const { at } = await scene(3)
    at.evidence.start()
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 3))
    expect(rowsOf(at).map(({ level }) => level)).toEqual(all('B-LT', 3))
    // One list of each authority for everybody.
    expect(rig.trust.crl.counts().requests).toBe(2)
    await calmDown(rig)

    await rig.trust.ocsp.behave({ down: 503 })
    await rig.trust.crl.behave({ wrong: 'stale' })
    const other = await scene(2)
    other.at.evidence.start()
    await expect.poll(() => rowsOf(other.at).map(({ trouble }) => trouble), WAIT).toEqual(all('busy', 2))
    expect(statesOf(other.at)).toEqual(all('waiting', 2))
    shift = 6 * HOUR
    await retry(other.at)
    await expect.poll(() => statesOf(other.at), WAIT).toEqual(all('done', 2))
    expect(rowsOf(other.at).map(({ level }) => level)).toEqual(all('B-T', 2))
    expect(await tellOf(other.at)).toMatchObject({ done: 2, withoutProofs: 2 })
  }, 40_000)

  test('a certificate that nobody knows: the list is asked; without one the copy is for a person after six hours', async () => {
    rig.trust.forget(rig.pki.officer.der)
    await rig.trust.crl.behave({ down: 'reset' })
    const { at } = await scene(1)
    at.evidence.start()
    await expect.poll(() => rowsOf(at).map(({ trouble }) => trouble), WAIT).toEqual(['status-unknown'])
    shift = 6 * HOUR
    await retry(at)
    await expect
      .poll(() => rowsOf(at).map(({ state, trouble }) => [state, trouble]), WAIT)
      .toEqual([['refused', 'status-unknown']])
  }, 30_000)

  test('a unit without a service: its copies wait, and the end of the certificates is said thirty, seven and no days before', async () => {
    const { at } = await scene(2, { services: false })
    at.evidence.start()
    await expect.poll(() => rowsOf(at).every(({ validTo }) => validTo !== null), WAIT).toBe(true)
    expect(await tellOf(at)).toMatchObject({ services: [], waiting: 2, nextTry: null, ending: [] })
    const end = readCertificate(rig.pki.officer.der).fields.notAfter.value.getTime()
    const expiryAt = async (before: number) => {
      shift = end - before - Date.now()
      const { ending, pressing } = await tellOf(at)
      expect(pressing).toBe(ending.length * 2)
      return ending.map(({ expiry, copies }) => [expiry, copies])
    }
    expect([await expiryAt(40 * DAY), await expiryAt(29 * DAY), await expiryAt(6 * DAY), await expiryAt(HOUR)]).toEqual(
      [[], [['month', 2]], [['week', 2]], [['today', 2]]],
    )
    expect(await expiryAt(-HOUR)).toEqual([['expired', 2]])
  }, 30_000)

  const line = () => ({ now, signal: new AbortController().signal, within: 1_500 })

  test('an authority that stands between is fetched where the certificate says, and only the right one is taken', async () => {
    const [officer, issuing, root] = [rig.pki.officer, rig.pki.issuing, rig.pki.root].map(({ der }) =>
      readCertificate(der),
    )
    if (officer === undefined || issuing === undefined || root === undefined) throw new Error('no certificates')
    const used = { certificate: officer, others: [], at: Date.now() }
    const path = async () => (await findPath(used, [root], openRevocation(line()))).map((one) => one.fingerprint)
    expect(await path()).toEqual([officer, issuing, root].map((one) => one.fingerprint))
    await rig.trust.issuers.behave({ wrong: 'other-certificate' })
    expect(await path()).toEqual([officer.fingerprint])
  })

  test('only the web is asked, three turns are followed, and a question is never sent on', async () => {
    const places: Readonly<Record<string, string>> = {
      '/once': '/answer',
      '/file': 'file:///etc/hostname',
      '/round': '/round',
    }
    const server = createServer((request, response) => {
      const next = places[request.url ?? '']
      if (next === undefined) response.end('right')
      else response.writeHead(302, { location: next }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ask = async (url: string, more: object = {}) => {
      const answer = await fetchBounded({ ...line(), url, mostBytes: 100, ...more })
      return answer.ok ? answer.value.toString() : answer.trouble
    }
    const question = { type: 'application/ocsp-request', body: new Uint8Array(3) }
    try {
      expect([
        await ask(`${base}/once`),
        await ask(`${base}/file`),
        await ask(`${base}/round`),
        await ask(`${base}/once`, { question }),
        await ask(`${base}/answer`, { mostBytes: 4 }),
        await ask('file:///etc/hostname'),
        await ask('ldap://127.0.0.1/'),
      ]).toEqual(['right', ...all('refused-by-service', 3), 'malformed', ...all('refused-by-service', 2)])
    } finally {
      server.close()
      server.closeAllConnections()
    }
  })
})
