// Which list speaks of which certificate: every way to name a place in a certificate against every limit that a list may say of
// itself (RFC 5280 4.2.1.13, 5.2.5, 6.3.3). OpenSSL judges the same files; where it differs, the story says so.
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { readElement, readElements } from '../../main/signature/pades/der.ts'
import { readCertificate } from '../../main/signature/pades/examine-cms.ts'
import { covers } from '../../main/signature/pades/list-scope.ts'
import { judgeRevocationList } from '../../main/signature/pades/revocation-list.ts'
import { address, extension, nameOf, writeCertificate } from '../bench/token/certificate.ts'
import {
  type Der,
  integer,
  oid,
  pem,
  plain,
  sequence,
  setOf,
  signatureAlgorithm,
  signed,
  tagged,
  time,
  utf8,
} from '../bench/token/der.ts'

const NOW = new Date()
const hours = (count: number): Date => new Date(NOW.getTime() + count * 3_600_000)
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const subject = { commonName: 'CA danh sách mẫu', organization: 'Mẫu' }
const life = { notBefore: hours(-9), notAfter: hours(99), issuer: { subject, ...keys } }
const root = writeCertificate({ ...life, subject, publicKey: keys.publicKey, authority: true })
const issuer = readCertificate(root)

/** BOOLEAN TRUE as [bit]. */
const set = (bit: number): Der => plain(bit, Buffer.of(0xff))
const USERS = set(1)
const AUTHORITIES = set(2)
const INDIRECT = set(4)
const ATTRIBUTES = set(5)
const KEYS_ONLY = Buffer.of(6, 0x40)

const place = (...names: readonly Der[]): Der => tagged(0, tagged(0, ...names))
const issuerName = tagged(4, nameOf(subject))
const [kind, text] = [oid('2.5.4.3'), utf8('Danh sách 7')]
/** The same name, whole and as what is below the issuer's. */
const whole = tagged(
  4,
  sequence(
    ...readElements(readElement(nameOf(subject), 0).content).map((one) => one.whole),
    setOf(sequence(kind, text)),
  ),
)
const below = tagged(0, tagged(1, sequence(kind, text)))
const [here, there] = [address('http://localhost/7.crl'), address('http://localhost/8.crl')]

/** What a certificate says of the places of lists; undefined: nothing. */
const POINTS: Readonly<Record<string, Der | undefined>> = {
  none: undefined,
  here: sequence(sequence(place(here))),
  there: sequence(sequence(place(there))),
  both: sequence(sequence(place(there)), sequence(place(here))),
  'one point, two names': sequence(sequence(place(there, here))),
  'the whole name': sequence(sequence(place(whole))),
  'below the issuer': sequence(sequence(below)),
  'here, some reasons': sequence(sequence(place(here), plain(1, KEYS_ONLY))),
  'here, by another': sequence(
    sequence(place(here), tagged(2, tagged(4, nameOf({ ...subject, commonName: 'Other' })))),
  ),
}
const LIMITS: Readonly<Record<string, Der | undefined>> = {
  none: undefined,
  here: sequence(place(here)),
  'here, users': sequence(place(here), USERS),
  'here, authorities': sequence(place(here), AUTHORITIES),
  users: sequence(USERS),
  authorities: sequence(AUTHORITIES),
  attributes: sequence(place(here), ATTRIBUTES),
  'some reasons': sequence(place(here), plain(3, KEYS_ONLY)),
  indirect: sequence(place(here), INDIRECT),
  'the whole name': sequence(place(whole)),
  'below the issuer': sequence(below),
  'the issuer': sequence(place(issuerName)),
  nothing: sequence(),
}

const certificateWith = (points: Der | undefined, authority: boolean): Buffer =>
  writeCertificate({
    ...life,
    subject: { commonName: authority ? 'CA con mẫu' : 'Nguyễn Thị Mẫu', organization: 'Mẫu' },
    publicKey: keys.publicKey,
    authority,
    ...(points === undefined ? {} : { points }),
  })

function listWith(limits: Der | undefined): Buffer {
  const head = [integer(1), signatureAlgorithm(keys.privateKey), nameOf(subject), time(hours(-1)), time(hours(9))]
  const extensions = limits === undefined ? [] : [extension('2.5.29.28', true, limits)]
  const number = extension('2.5.29.20', false, integer(7))
  return signed(sequence(...head, tagged(0, sequence(number, ...extensions))), keys.privateKey)
}

const HERE = ['here', 'both', 'one point, two names']
/** By the paragraphs, said once more in another way than the product does. */
function expected(points: string, limits: string, authority: boolean): boolean {
  if (['attributes', 'some reasons', 'indirect', 'nothing'].includes(limits)) return false
  if (limits.endsWith(authority ? 'users' : 'authorities')) return false
  if (limits === 'the issuer') return points === 'none'
  if (limits.startsWith('here')) return HERE.includes(points)
  return (
    !['the whole name', 'below the issuer'].includes(limits) || ['the whole name', 'below the issuer'].includes(points)
  )
}

/** What OpenSSL 3 sees otherwise: it takes an empty limit, assumes no place where none is said, and asks the list's place of the certificate always. */
const differs = (points: string, limits: string): boolean =>
  limits === 'nothing' || (points === 'none' && limits === 'the issuer') || points === 'here, some reasons'

describe('which list speaks of which certificate', () => {
  const dir = mkdtempSync(join(tmpdir(), 'quay-scope-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  const openssl = spawnSync('openssl', ['version']).status === 0

  const file = (name: string, der: Buffer, label: string): string => {
    const path = join(dir, name)
    writeFileSync(path, pem(der, label))
    return path
  }
  const cases = Object.keys(POINTS).flatMap((points) =>
    Object.keys(LIMITS).flatMap((limits) => [true, false].map((authority) => ({ points, limits, authority }))),
  )
  const said = ({ points, limits, authority }: (typeof cases)[number], good: boolean): string =>
    `${authority ? 'authority' : 'user'} at ${points}, list of ${limits}: ${good ? 'covered' : 'partial-list'}`

  test('every place against every limit', () => {
    const verdicts = cases.map((one) => {
      const certificate = readCertificate(certificateWith(POINTS[one.points], one.authority))
      const judged = judgeRevocationList(listWith(LIMITS[one.limits]), certificate, issuer, NOW)
      return judged.ok
        ? said(one, judged.value.standing.is === 'good')
        : said(one, false).replace('partial-list', judged.trouble)
    })
    expect(verdicts).toEqual(cases.map((one) => said(one, expected(one.points, one.limits, one.authority))))
  })

  test.skipIf(!openssl)(
    'OpenSSL says the same of the same files',
    () => {
      const ca = file('ca.pem', root, 'CERTIFICATE')
      const seen = cases.filter(({ points, limits }) => !differs(points, limits))
      const verdicts = seen.map((one) => {
        const certificate = file('one.pem', certificateWith(POINTS[one.points], one.authority), 'CERTIFICATE')
        const list = file('list.pem', listWith(LIMITS[one.limits]), 'X509 CRL')
        const { status } = spawnSync('openssl', ['verify', '-crl_check', '-CAfile', ca, '-CRLfile', list, certificate])
        return said(one, status === 0)
      })
      expect(verdicts).toEqual(seen.map((one) => said(one, expected(one.points, one.limits, one.authority))))
    },
    60_000,
  )

  test('damaged limits never make more of a list, and nothing but "broken" is thrown', () => {
    const certificate = readCertificate(certificateWith(POINTS.here, false))
    const right = LIMITS['here, users'] ?? Buffer.alloc(0)
    const judged = (limits: Uint8Array): boolean | string => {
      try {
        return covers(limits, certificate)
      } catch (trouble) {
        return String(trouble)
      }
    }
    expect(judged(right)).toBe(true)
    fc.assert(
      fc.property(fc.nat({ max: right.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const verdict = judged(right.map((byte, index) => (index === at ? byte ^ by : byte)))
        expect([true, false, 'Error: broken pdf']).toContain(verdict)
        // Only whether it holds users, or users only, may change without harm to this certificate.
        if (verdict === true) expect(at).toBeGreaterThanOrEqual(right.length - 1)
      }),
      { numRuns: 2000, seed: 6 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([false, 'Error: broken pdf']).toContain(judged(bytes))
      }),
      { numRuns: 2000, seed: 7 },
    )
  })
})
