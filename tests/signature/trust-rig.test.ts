// The services of the test rig that play a certification authority: OpenSSL, which knows nothing of us, finds the right answers
// right and the wrong ones wrong. The services run in this process, so every stranger is asked without blocking it.
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pem } from '../bench/token/der.ts'
import { type IssuingPki, makePki, missingTools } from '../bench/token/pki.ts'
import type { WrongCrl } from '../bench/trust/crl.ts'
import type { WrongOcsp } from '../bench/trust/ocsp.ts'
import { POLICY, type WrongTimestamp } from '../bench/trust/timestamp.ts'
import { startTrust, type TrustServices } from '../bench/trust/trust.ts'

const ready = missingTools().length === 0 && spawnSync('which', ['openssl']).status === 0
const HTTP_TIMEOUT = 400

describe.skipIf(!ready)('the services of a certification authority', () => {
  let dir = ''
  let trust: TrustServices
  let pki: IssuingPki
  let queries = 0

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quay-trust-'))
    trust = await startTrust({ tsas: 2 })
    const { services, rootServices } = trust
    pki = await makePki(dir, { intermediate: true, services, rootServices })
    await trust.serve(pki)
  }, 30_000)
  afterEach(async () => {
    trust.pardon()
    trust.limitLists(false)
    for (const service of [...trust.tsas, trust.ocsp, trust.crl, trust.issuers]) {
      await service.behave()
      service.forgetCounts()
    }
  })
  afterAll(async () => {
    await trust.close()
    await rm(dir, { recursive: true, force: true })
  })

  /** Exit code and everything that was said. */
  const openssl = (...words: readonly string[]): Promise<{ readonly good: boolean; readonly said: string }> =>
    new Promise((resolve) => {
      execFile('openssl', words, { cwd: dir }, (error, stdout, stderr) =>
        resolve({ good: error === null, said: stdout + stderr }),
      )
    })
  const tsa = () => trust.tsas[0] ?? raise('no TSA')
  const post = (url: string, body: Buffer) =>
    fetch(url, {
      method: 'POST',
      body: Uint8Array.from(body),
      headers: { 'content-type': 'application/timestamp-query' },
      signal: AbortSignal.timeout(HTTP_TIMEOUT),
    })

  async function askTimestamp(...more: readonly string[]): Promise<{ query: string; reply: string }> {
    queries += 1
    const [query, reply] = [`${queries}.tsq`, `${queries}.tsr`]
    await writeFile(join(dir, `${queries}.txt`), 'bản sao y')
    await openssl('ts', '-query', '-data', `${queries}.txt`, '-sha256', '-cert', ...more, '-out', query)
    const answer = await post(tsa().url, await readFile(join(dir, query)))
    await writeFile(join(dir, reply), Buffer.from(await answer.arrayBuffer()))
    return { query, reply }
  }
  const verifyTimestamp = ({ query, reply }: { readonly query: string; readonly reply: string }) =>
    openssl('ts', '-verify', '-queryfile', query, '-in', reply, '-CAfile', 'ca.pem', '-untrusted', 'issuing.pem')

  describe('timestamps', () => {
    test('a right timestamp is one for OpenSSL, with and without a policy, over SHA-256 and SHA-512', async () => {
      for (const more of [[], ['-tspolicy', POLICY], ['-sha512'], ['-no_nonce']]) {
        const asked = await askTimestamp(...more)
        expect(await verifyTimestamp(asked)).toMatchObject({
          good: true,
          said: expect.stringContaining('Verification: OK'),
        })
        expect((await openssl('ts', '-reply', '-in', asked.reply, '-text')).said).toContain(`Policy OID: ${POLICY}`)
      }
      expect(tsa().counts()).toMatchObject({ requests: 4, kinds: { timestamp: 4 }, outcomes: { right: 4 } })
    })

    const caught: readonly (readonly [WrongTimestamp, string])[] = [
      ['nonce', 'nonce mismatch'],
      ['no-nonce', 'nonce not returned'],
      ['digest', 'message imprint mismatch'],
      ['policy', 'policy mismatch'],
      ['expired-certificate', 'certificate has expired'],
      ['no-usage', 'unsuitable certificate purpose'],
      ['foreign', 'certificate verify error'],
      ['no-certificate', 'signer certificate not found'],
      ['bad-signature', 'signature failure'],
      ['rejection', 'status code: rejection'],
      ['waiting', 'status code: waiting'],
    ]
    test.each(caught)('OpenSSL catches a timestamp that is wrong in its %s', async (wrong, complaint) => {
      await tsa().behave({ wrong })
      const verdict = await verifyTimestamp(await askTimestamp('-tspolicy', POLICY))
      expect(verdict.good).toBe(false)
      expect(verdict.said.toLowerCase()).toContain(complaint)
      expect(tsa().counts().outcomes).toEqual({ wrong: 1 })
    })

    test('what OpenSSL does not look at is wrong all the same: the time', async () => {
      const timeOf = async (wrong?: WrongTimestamp) => {
        await tsa().behave(wrong === undefined ? {} : { wrong })
        const { said } = await openssl('ts', '-reply', '-in', (await askTimestamp()).reply, '-text')
        return Date.parse(/Time stamp: (.*)/.exec(said)?.[1] ?? '')
      }
      const [past = 0, right = 0, future = 0] = [await timeOf('past'), await timeOf(), await timeOf('future')]
      expect([right - past > 364 * 86_400_000, future - right > 86_000_000]).toEqual([true, true])
    })

    test('a digest it does not take, a policy it does not have, and nonsense are refused by number', async () => {
      const failureOf = async (...more: readonly string[]) => {
        const { reply } = await askTimestamp(...more)
        return /Failure info: (.*)/.exec((await openssl('ts', '-reply', '-in', reply, '-text')).said)?.[1]
      }
      expect(await failureOf('-sha1')).toBe('unrecognized or unsupported algorithm identifier')
      expect(await failureOf('-tspolicy', '1.2.3.4')).toBe('the requested TSA policy is not supported by the TSA')
      const answer = await post(tsa().url, randomBytes(40))
      await writeFile(join(dir, 'nonsense.tsr'), Buffer.from(await answer.arrayBuffer()))
      expect((await openssl('ts', '-reply', '-in', 'nonsense.tsr', '-text')).said).toContain(
        'the data submitted has the wrong format',
      )
    })

    test('sixteen at a time are answered, and it is known how many were in flight', async () => {
      const { query } = await askTimestamp()
      const body = await readFile(join(dir, query))
      await tsa().behave({ slowMs: 30 })
      const statuses = await Promise.all(Array.from({ length: 16 }, async () => (await post(tsa().url, body)).status))
      expect([new Set(statuses), tsa().counts().mostInFlight]).toEqual([new Set([200]), 16])
    })
  })

  describe('OCSP', () => {
    const ask = (certificate: string, issuer = 'issuing.pem', url = trust.services.ocsp ?? '') =>
      openssl(
        'ocsp',
        '-issuer',
        issuer,
        '-cert',
        certificate,
        '-url',
        url,
        '-CAfile',
        'ca.pem',
        '-verify_other',
        'issuing.pem',
      )

    test('good, revoked since a moment, and unknown are told apart, for people and for the authority', async () => {
      expect((await ask('officer.pem')).said).toMatch(/officer\.pem: good[\s\S]*Response verify OK/)
      trust.revoke(pki.officer.der, { at: new Date('2026-03-01T08:00:00Z'), reason: 1 })
      const revoked = (await ask('officer.pem')).said
      expect(revoked).toMatch(/officer\.pem: revoked[\s\S]*Response verify OK/)
      expect(revoked).toMatch(/Reason: keyCompromise[\s\S]*Revocation Time: Mar {2}1 08:00:00 2026 GMT/)
      trust.forget(pki.agency.der)
      expect((await ask('agency.pem')).said).toMatch(/agency\.pem: unknown[\s\S]*Response verify OK/)
      expect((await ask('issuing.pem', 'ca.pem')).said).toMatch(/issuing\.pem: good[\s\S]*Response verify OK/)
      expect(trust.ocsp.counts()).toMatchObject({ kinds: { 'ocsp-post': 4 }, outcomes: { right: 4 } })
    })

    test('the question may stand in the address', async () => {
      await openssl('ocsp', '-issuer', 'issuing.pem', '-cert', 'officer.pem', '-no_nonce', '-reqout', 'get.req')
      const request = encodeURIComponent((await readFile(join(dir, 'get.req'))).toString('base64'))
      const answer = await fetch(`${trust.services.ocsp}${request}`)
      await writeFile(join(dir, 'get.resp'), Buffer.from(await answer.arrayBuffer()))
      const verdict = await openssl(
        ...['ocsp', '-issuer', 'issuing.pem', '-cert', 'officer.pem', '-no_nonce', '-respin', 'get.resp'],
        ...['-CAfile', 'ca.pem', '-verify_other', 'issuing.pem'],
      )
      expect(verdict.said).toMatch(/officer\.pem: good[\s\S]*Response verify OK/)
      expect(trust.ocsp.counts().kinds).toEqual({ 'ocsp-get': 1 })
    })

    const caught: readonly (readonly [WrongOcsp, string])[] = [
      ['stale', 'status times invalid'],
      ['future', 'status times invalid'],
      ['bad-signature', 'signature failure'],
      ['wrong-issuer', 'response verify failure'],
      ['no-usage', 'response verify failure'],
      ['other-certificate', 'no status found'],
      ['nonce', 'nonce verify error'],
      ['try-later', 'trylater'],
      ['unauthorized', 'unauthorized'],
    ]
    test.each(caught)('OpenSSL catches an answer that is wrong: %s', async (wrong, complaint) => {
      await trust.ocsp.behave({ wrong })
      expect((await ask('officer.pem')).said.toLowerCase()).toContain(complaint)
    })
  })

  describe('CRL and issuers', () => {
    async function check(): Promise<{ readonly good: boolean; readonly said: string }> {
      for (const [name, url] of [
        ['issuing.crl', trust.services.crl],
        ['root.crl', trust.rootServices.crl],
      ] as const) {
        const list = Buffer.from(await (await fetch(url ?? '')).arrayBuffer())
        await writeFile(join(dir, name), pem(list, 'X509 CRL'))
      }
      // Not -crl_check_all: it asks for the root as well, which names no place of a list.
      return openssl(
        ...['verify', '-crl_check', '-CAfile', 'ca.pem', '-untrusted', 'issuing.pem'],
        ...['-CRLfile', 'issuing.crl', '-CRLfile', 'root.crl', 'officer.pem', 'issuing.pem'],
      )
    }

    test.each([false, true])(
      'the lists of both authorities are good (limits said: %s), and name the revoked',
      async (said) => {
        trust.limitLists(said)
        expect(await check()).toEqual({ good: true, said: 'officer.pem: OK\nissuing.pem: OK\n' })
        trust.revoke(pki.officer.der, { at: new Date('2026-03-01T08:00:00Z') })
        expect(await check()).toMatchObject({ good: false, said: expect.stringContaining('certificate revoked') })
      },
    )

    const caught: readonly (readonly [WrongCrl, string])[] = [
      ['stale', 'CRL has expired'],
      ['future', 'CRL is not yet valid'],
      ['bad-signature', 'CRL signature failure'],
      ['wrong-issuer', 'unable to get certificate CRL'],
      ['other-name', 'unable to get certificate CRL'],
      ...(['other-point', 'other-kind', 'attributes', 'some-reasons', 'indirect', 'changes'] as const).map(
        (wrong) => [wrong, 'CRL'] as const,
      ),
    ]
    test.each(caught)('OpenSSL catches a list that is wrong: %s', async (wrong, complaint) => {
      await trust.crl.behave({ wrong })
      expect(await check()).toMatchObject({ good: false, said: expect.stringContaining(complaint) })
    })

    test('certificates say where to ask, and the issuer is there', async () => {
      const { said } = await openssl('x509', '-in', 'officer.pem', '-noout', '-text')
      const { ocsp = '', caIssuers = '', crl = '' } = trust.services
      for (const url of [`OCSP - URI:${ocsp}`, `CA Issuers - URI:${caIssuers}`, `URI:${crl}`])
        expect(said).toContain(url)
      const fetched = async () => Buffer.from(await (await fetch(caIssuers)).arrayBuffer())
      expect(await fetched()).toEqual(Buffer.from(pki.issuing.der))
      await trust.issuers.behave({ wrong: 'other-certificate' })
      expect(await fetched()).not.toEqual(Buffer.from(pki.issuing.der))
    })
  })

  describe('bad days', () => {
    const outcome = async (): Promise<string | number> => {
      try {
        const answer = await fetch(trust.services.crl ?? '', { signal: AbortSignal.timeout(HTTP_TIMEOUT) })
        let length = 0
        for await (const part of answer.body ?? []) length += part.length
        return answer.status === 200 ? length : answer.status
      } catch (thrown) {
        const { name, cause } = thrown as Error
        return name === 'TimeoutError' ? 'timeout' : ((cause as { code?: string } | undefined)?.code ?? name)
      }
    }

    test('down is a closed door, a broken connection, silence or a status; afterwards it stands where it stood', async () => {
      const seen: (string | number)[] = []
      for (const down of ['refused', 'reset', 'silent', 503] as const) {
        await trust.crl.behave({ down })
        if (down === 'refused') await outcome() // whoever still had a connection hears first that it is closed
        seen.push(await outcome())
      }
      expect(seen).toEqual(['ECONNREFUSED', 'UND_ERR_SOCKET', 'timeout', 503])
      await trust.crl.behave()
      expect(await outcome()).toBeGreaterThan(300)
      expect(trust.crl.counts().outcomes).toEqual({ down: 3, right: 1 })
    })

    test('rude answers: nothing, half, a log-in page, a giant, a flood without end, drops', async () => {
      const seen: Record<string, string | number> = {}
      for (const wrong of ['empty', 'cut', 'portal', 'huge', 'endless', 'drip'] as const) {
        await trust.crl.behave({ wrong })
        seen[wrong] = await outcome()
      }
      expect(seen).toEqual({
        ...{ empty: 0, cut: 'UND_ERR_SOCKET', portal: expect.any(Number), huge: expect.anything() },
        ...{ endless: 'timeout', drip: 'timeout' },
      })
    })

    test('trouble may strike a few times and be over', async () => {
      await trust.crl.behave({ down: 503, times: 2 })
      const seen = [await outcome(), await outcome(), await outcome()]
      expect(seen.slice(0, 2)).toEqual([503, 503])
      expect(seen[2]).toBeGreaterThan(300)
    })

    test('too many a second are asked to wait, and who does not wait is counted', async () => {
      await trust.crl.behave({ limit: { perSecond: 2, retryAfter: 5 } })
      const answers = await Promise.all([1, 2, 3].map(() => fetch(trust.services.crl ?? '')))
      expect(answers.map((answer) => [answer.status, answer.headers.get('retry-after')]).sort()).toEqual([
        [200, null],
        [200, null],
        [429, '5'],
      ])
      expect(trust.crl.counts()).toMatchObject({ outcomes: { right: 2, limited: 1 }, hasty: 0 })
      await wait(300)
      await outcome()
      expect(trust.crl.counts().hasty).toBe(1)
    })
  })
})

function raise(what: string): never {
  throw new Error(what)
}
