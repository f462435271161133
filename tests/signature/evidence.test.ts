// Timestamps in the background of a real counter, with services that are slow, wrong, away or full: nothing is stamped twice,
// nothing is lost, a copy that a person must look at says so, and strangers find the finished file right.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addressesOf } from '../../main/signature/pades/certificate-addresses.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { must, type NodeCounter } from '../bench/office.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { missingTools } from '../bench/token/pki.ts'
import type { Rudeness } from '../bench/trust/manners.ts'
import type { WrongTimestamp } from '../bench/trust/timestamp.ts'
import { all, parcelsOf, retry, rowsOf, statesOf, tellOf } from './evidence-copies.ts'
import { calmDown } from './evidence-rig.ts'
import { openScenes } from './evidence-scenes.ts'

const WAIT = { timeout: 25_000, interval: 25 }

describe.skipIf(missingTools().length > 0)('evidence', () => {
  const bench = openScenes()
  const { home, reenter, scene } = bench

  const tsa = (index: number) => {
    const service = bench.rig.trust.tsas[index]
    if (service === undefined) throw new Error('no such service')
    return service
  }
  /** One row, one file, one parcel for each copy; the copies themselves as they were. */
  function expectOnce(at: NodeCounter, ids: readonly string[], copy: Uint8Array): void {
    const rows = rowsOf(at)
    expect(rows.map(({ documentId }) => documentId).sort()).toEqual([...ids].sort())
    expect(new Set(rows.map(({ file }) => file)).size).toBe(ids.length)
    expect(parcelsOf(at).length).toBe(ids.length)
    for (const { parentFile, file } of rows) {
      expect(Buffer.from(must(at.vault.get(parentFile))).equals(copy)).toBe(true)
      expect(
        must(at.vault.get(file ?? ''))
          .subarray(0, copy.length)
          .equals(copy),
      ).toBe(true)
    }
    expect(at.storage.read((r) => at.audit.verify(r))).toBeNull()
  }

  test('forty copies: one question each, sixteen at a time at most, one answer for all certificates; strangers agree', async () => {
    await tsa(0).behave({ slowMs: 120 })
    const { at, ids, copy } = await scene(40)
    at.evidence.start()
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 40))
    expectOnce(at, ids, copy)
    expect(new Set(rowsOf(at).map(({ level, service }) => `${level} ${service}`))).toEqual(new Set(['B-LT một']))
    // One more, to get to know the service: its own certificates are proven as well.
    expect(tsa(0).counts()).toMatchObject({ requests: 41, outcomes: { right: 41 } })
    expect(tsa(0).counts().mostInFlight).toBeLessThanOrEqual(16)
    // Officer, agency, the authority below the root, the service.
    expect([bench.rig.trust.ocsp.counts().requests, bench.rig.trust.crl.counts().requests]).toEqual([4, 0])
    expect(await tellOf(at)).toMatchObject({ waiting: 0, done: 40, withoutProofs: 0, refusedCount: 0, ending: [] })
    const path = join(home, 'done.pdf')
    writeFileSync(path, must(at.vault.get(rowsOf(at)[0]?.file ?? '')))
    const asked = await askStrangers([path], { trust: [bench.rig.pki.ca.pem, bench.rig.pki.issuingFile] })
    expect([asked.disagreements, asked.verdicts[0]?.clean, asked.verdicts[0]?.signatures.length]).toEqual([[], true, 3])
  }, 60_000)

  test('a service that is away costs nothing but the wait: the other one takes over, and that is remembered over a restart', async () => {
    await tsa(0).behave({ down: 503 })
    const { at, ids, copy, desk } = await scene(6)
    at.evidence.start()
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 6))
    expectOnce(at, ids, copy)
    expect(rowsOf(at).every(({ service }) => service === 'hai')).toBe(true)
    const before = (await tellOf(at)).services
    expect(before.map(({ name, trouble }) => [name, trouble])).toEqual([
      ['một', 'busy'],
      ['hai', null],
    ])
    expect((await tellOf(await reenter(desk))).services).toEqual(before)
  }, 40_000)

  const wrongs: readonly (readonly [WrongTimestamp | Rudeness, string])[] = [
    ['nonce', 'wrong-answer'],
    ['digest', 'wrong-answer'],
    ['expired-certificate', 'wrong-certificate'],
    ['no-usage', 'wrong-certificate'],
    ['foreign', 'untrusted'],
    ['bad-signature', 'wrong-signature'],
    ['future', 'wrong-time'],
    ['past', 'wrong-time'],
    ['rejection', 'busy'],
    ['garbage', 'malformed'],
    ['empty', 'malformed'],
    ['portal', 'malformed'],
    ['huge', 'malformed'],
    ['endless', 'malformed'],
    ['cut', 'unreachable'],
    ['drip', 'unreachable'],
  ]
  test('whatever a service answers wrong, no file is made of it; when it is well again the copies have their time', async () => {
    const { at, ids, copy } = await scene(3, {}, 700)
    await tsa(1).behave({ down: 'refused' })
    at.evidence.start()
    for (const [wrong, trouble] of wrongs) {
      await tsa(0).behave({ wrong })
      const before = (await tellOf(at)).services[0]?.since
      await retry(at)
      const seen = async () => {
        const service = (await tellOf(at)).services[0]
        return [service?.trouble, service?.since !== before]
      }
      await expect.poll(seen, { ...WAIT, message: wrong }).toEqual([trouble, true])
      expect([statesOf(at), parcelsOf(at).length]).toEqual([all('waiting', 3), 0])
    }
    expect((await tellOf(at)).nextTry).not.toBeNull()
    await tsa(0).behave()
    await retry(at)
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 3))
    expectOnce(at, ids, copy)
  }, 60_000)

  test('silence, a broken connection and a slow answer leave the copies waiting, never the counter', async () => {
    const { at } = await scene(2, {}, 300)
    await tsa(1).behave({ down: 'refused' })
    at.evidence.start()
    for (const manner of [{ down: 'silent' }, { down: 'reset' }, { slowMs: 2_000 }] as const) {
      await tsa(0).behave(manner)
      tsa(0).forgetCounts()
      await retry(at)
      await expect.poll(() => tsa(0).counts().requests, WAIT).toBeGreaterThan(0)
      await expect.poll(async () => (await tellOf(at)).services[0]?.trouble, WAIT).toBe('unreachable')
    }
    expect(statesOf(at)).toEqual(all('waiting', 2))
  }, 30_000)

  test('who is asked to wait waits as long as asked, and a limit of the unit is kept', async () => {
    await tsa(0).behave({ limit: { perSecond: 4, retryAfter: 1 } })
    await tsa(1).behave({ down: 'refused' })
    const { at, ids, copy } = await scene(9)
    at.evidence.start()
    await expect.poll(() => tsa(0).counts().outcomes.limited ?? 0, WAIT).toBeGreaterThan(0)
    // Not even a person's key makes it sooner.
    await retry(at)
    await expect.poll(() => statesOf(at), WAIT).toEqual(all('done', 9))
    expectOnce(at, ids, copy)
    expect(tsa(0).counts().hasty).toBe(0)
    await calmDown(bench.rig)
    await tsa(1).behave({ down: 'refused' })
    const limited = await scene(5, { perMinute: 3 })
    limited.at.evidence.start()
    await expect.poll(() => statesOf(limited.at).filter((one) => one === 'done').length, WAIT).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect([tsa(0).counts().requests, (await tellOf(limited.at)).nextTry !== null]).toEqual([3, true])
  }, 40_000)

  test('the certificates of the rig say where their issuers answer', () => {
    const { ocsp = '', crl = '', caIssuers = '' } = bench.rig.trust.services
    expect(addressesOf(readCertificate(bench.rig.pki.officer.der))).toEqual({
      ocsp: [ocsp],
      crl: [crl],
      issuers: [caIssuers],
    })
  })
})
