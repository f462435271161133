// What issuers say of the certificates of a finished copy, in the background of a real counter: revoked is not hidden, unknown is
// for a person, an issuer that is away costs a level after six hours, and the end of a certificate is said in time.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { fetchBounded } from '../../main/signature/evidence/fetch-bounded.ts'
import { openRevocation } from '../../main/signature/evidence/fetch-revocation.ts'
import { findPath } from '../../main/signature/evidence/gather-proofs.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { missingTools } from '../bench/token/pki.ts'
import { all, parcelsOf, retry, rowsOf, statesOf, tellOf } from './evidence-copies.ts'
import { calmDown } from './evidence-rig.ts'
import { openScenes } from './evidence-scenes.ts'

const WAIT = { timeout: 25_000, interval: 25 }
const HOUR = 3_600_000
const DAY = 86_400_000

describe.skipIf(missingTools().length > 0)('proofs of a copy', () => {
  const bench = openScenes()
  const { now, scene } = bench

  test('a revoked certificate is not hidden: the copy waits for a person, who may have it tried again', async () => {
    bench.rig.trust.revoke(bench.rig.pki.officer.der, { at: new Date('2026-03-01T08:00:00Z'), reason: 1 })
    const { at } = await scene(2)
    at.evidence.start()
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('refused', 2))
    const told = await tellOf(at)
    expect(told.refused.map(({ trouble, number }) => [trouble, number])).toEqual([
      ['revoked', expect.any(String)],
      ['revoked', expect.any(String)],
    ])
    expect([told.refusedCount, told.pressing, parcelsOf(at).length]).toEqual([2, 2, 0])
    bench.rig.trust.pardon()
    await retry(at)
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 2))
    expect(parcelsOf(at).length).toBe(2)
  }, 30_000)

  test('OCSP first, the list where it does not answer; both away: the copy waits, and after six hours takes the time alone', async () => {
    await bench.rig.trust.ocsp.behave({ wrong: 'bad-signature' })
    const { at } = await scene(3)
    at.evidence.start()
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 3))
    expect(rowsOf(at).map(({ level }) => level)).toEqual(all('B-LT', 3))
    // One list of each authority for everybody.
    expect(bench.rig.trust.crl.counts().requests).toBe(2)
    await calmDown(bench.rig)

    await bench.rig.trust.ocsp.behave({ down: 503 })
    await bench.rig.trust.crl.behave({ wrong: 'stale' })
    const other = await scene(2)
    other.at.evidence.start()
    await expect.poll(() => rowsOf(other.at).map(({ trouble }) => trouble), WAIT).toEqual(all('busy', 2))
    expect(statesOf(other.at)).toEqual(all('waiting', 2))
    bench.shift = 6 * HOUR
    await retry(other.at)
    await expect.poll(() => statesOf(other.at), WAIT).toEqual(all('done', 2))
    expect(rowsOf(other.at).map(({ level }) => level)).toEqual(all('B-T', 2))
    expect(await tellOf(other.at)).toMatchObject({ done: 2, withoutProofs: 2 })
  }, 40_000)

  test('a certificate that nobody knows: the list is asked; without one the copy is for a person after six hours', async () => {
    bench.rig.trust.forget(bench.rig.pki.officer.der)
    await bench.rig.trust.crl.behave({ down: 'reset' })
    const { at } = await scene(1)
    at.evidence.start()
    await expect.poll(() => rowsOf(at).map(({ trouble }) => trouble), WAIT).toEqual(['status-unknown'])
    bench.shift = 6 * HOUR
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
    const end = readCertificate(bench.rig.pki.officer.der).fields.notAfter.value.getTime()
    const expiryAt = async (before: number) => {
      bench.shift = end - before - Date.now()
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
    const [officer, issuing, root] = [bench.rig.pki.officer, bench.rig.pki.issuing, bench.rig.pki.root].map(({ der }) =>
      readCertificate(der),
    )
    if (officer === undefined || issuing === undefined || root === undefined) throw new Error('no certificates')
    const used = { certificate: officer, others: [], at: Date.now() }
    const path = async () => (await findPath(used, [root], openRevocation(line()))).map((one) => one.fingerprint)
    expect(await path()).toEqual([officer, issuing, root].map((one) => one.fingerprint))
    await bench.rig.trust.issuers.behave({ wrong: 'other-certificate' })
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
