// Promises: a list of revoked certificates (CRL, RFC 5280 5) judged: its issuer, signature, validity, and whether it is whole;
// then what it says of a certificate. Lists of many megabytes are read in place.
// Never: a partial list (delta, indirect, some reasons) taken for a whole one.

import { mayUseKey } from './certificate-addresses.ts'
import { isOfToday, type StatusAnswer } from './certificate-status.ts'
import { type Element, readElement, readElements } from './der.ts'
import { found, type Judged, judging, wrong } from './evidence-troubles.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { dottedOf, magnitudeOf, need, onlyElement, partsOf, sameBytes, timeOf } from './read-der.ts'
import { isSealedBy } from './signature-value.ts'

const SIGNS_CERTIFICATES = 5
const SIGNS_LISTS = 6
const ISSUING_POINT = '2.5.29.28'
/** Critical and harmless: the number of the list, who issued it. */
const UNDERSTOOD = [ISSUING_POINT, '2.5.29.20', '2.5.29.35']

/** `certificate` is of `issuer`, which signed the list. */
export const judgeRevocationList = (
  list: Uint8Array,
  certificate: ReadCertificate,
  issuer: ReadCertificate,
  now: Date,
): Judged<StatusAnswer> =>
  judging(() => {
    const [body, algorithm, value] = partsOf(onlyElement(list))
    const parts = partsOf(body)
    const [, name, from, ...rest] = parts[0]?.tag === 0x02 ? parts.slice(1) : parts
    if (!sameBytes(name?.whole, new Uint8Array(issuer.fields.subject.valueBeforeDecode))) return wrong('wrong-answer')
    const thisUpdate = timeOf(from)
    const until = rest.find((part) => part.tag === 0x17 || part.tag === 0x18)
    const nextUpdate = until === undefined ? null : timeOf(until)
    if (!mayUseKey(issuer, SIGNS_LISTS)) return wrong('wrong-certificate')
    if (!isSealedBy(issuer, body, algorithm, value)) return wrong('wrong-signature')
    if (
      !isWhole(
        rest.find((part) => part.tag === 0xa0),
        mayUseKey(certificate, SIGNS_CERTIFICATES),
      )
    )
      return wrong('wrong-answer')
    if (!isOfToday(thisUpdate, nextUpdate, now)) return wrong('stale')
    const entry = findEntry(
      rest.find((part) => part.tag === 0x30),
      new Uint8Array(certificate.fields.serialNumber.valueBlock.valueHexView),
    )
    const standing = entry === undefined ? ({ is: 'good' } as const) : ({ is: 'revoked', at: entry } as const)
    return found({ standing, thisUpdate, nextUpdate })
  })

/**
 * Nothing limits what the list covers (5.2.5): some reasons [3], indirect [4], attribute certificates [5]; people's
 * certificates alone [1] and authorities' alone [2] are whole for their own.
 */
function isWhole(wrapped: Element | undefined, authority: boolean): boolean {
  const partial = [authority ? 0x81 : 0x82, 0x83, 0x84, 0x85, 0xa3]
  if (wrapped === undefined) return true
  return partsOf(partsOf(wrapped, 0xa0)[0]).every((extension) => {
    const [id, second, third] = partsOf(extension)
    const critical = second?.tag === 0x01 && second.content[0] !== 0
    const point = dottedOf(id) === ISSUING_POINT
    if (critical && !UNDERSTOOD.includes(dottedOf(id))) return false
    const inside = critical ? third : second
    return (
      !point || readElements(onlyElement(need(inside, 0x04).content).content).every(({ tag }) => !partial.includes(tag))
    )
  })
}

/** When it was revoked; entries are looked at one by one where they stand. */
function findEntry(list: Element | undefined, serial: Uint8Array): Date | undefined {
  if (list === undefined) return undefined
  const wanted = magnitudeOf(serial)
  for (let at = 0; at < list.content.length; ) {
    const entry = readElement(list.content, at)
    const number = need(readElement(entry.content, 0), 0x02)
    if (sameBytes(magnitudeOf(number.content), wanted)) return timeOf(readElement(entry.content, number.end))
    at = entry.end
  }
  return undefined
}
