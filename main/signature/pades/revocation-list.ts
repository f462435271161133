// Promises: a list of revoked certificates (CRL, RFC 5280 5) judged: its issuer, signature, validity, and whether it covers the
// certificate; then what it says of it. Lists of many megabytes are read in place.
// Never: a list of changes (delta), of others' certificates (indirect) or of some reasons only taken for the whole truth.
import { maySignLists } from './certificate-path.ts'
import { type StatusAnswer, speaksOf } from './certificate-status.ts'
import { type Element, readElement } from './der.ts'
import { found, type Judged, judging, wrong } from './evidence-troubles.ts'
import type { ReadCertificate } from './examine-cms.ts'
import { covers } from './list-scope.ts'
import { dottedOf, magnitudeOf, need, onlyElement, partsOf, sameBytes, timeOf } from './read-der.ts'
import { isSealedBy } from './signature-value.ts'

/** Of a list of changes (5.2.4); of one with limits (5.2.5). */
const CHANGES = '2.5.29.27'
const LIMITS = '2.5.29.28'
/** Critical and harmless: the number of the list. */
const NUMBER = '2.5.29.20'

/** `certificate` is of `issuer`, which signed the list. `moment`: the time that it must speak of. */
export const judgeRevocationList = (
  list: Uint8Array,
  certificate: ReadCertificate,
  issuer: ReadCertificate,
  now: Date,
  moment = now,
): Judged<StatusAnswer> =>
  judging(() => {
    const [body, algorithm, value] = partsOf(onlyElement(list))
    const parts = partsOf(body)
    const [, name, from, ...rest] = parts[0]?.tag === 0x02 ? parts.slice(1) : parts
    if (!sameBytes(name?.whole, new Uint8Array(issuer.fields.subject.valueBeforeDecode))) return wrong('wrong-answer')
    const thisUpdate = timeOf(from)
    const until = rest.find((part) => part.tag === 0x17 || part.tag === 0x18)
    const nextUpdate = until === undefined ? null : timeOf(until)
    if (!maySignLists(issuer)) return wrong('wrong-certificate')
    if (!isSealedBy(issuer, body, algorithm, value)) return wrong('wrong-signature')
    const extensions = extensionsOf(rest.find((part) => part.tag === 0xa0))
    if (extensions.some(isUnknownDemand)) return wrong('wrong-answer')
    if (!extensions.every((one) => reaches(one, certificate))) return wrong('partial-list')
    if (!speaksOf(thisUpdate, nextUpdate, { now, moment })) return wrong('stale')
    const entry = findEntry(
      rest.find((part) => part.tag === 0x30),
      new Uint8Array(certificate.fields.serialNumber.valueBlock.valueHexView),
    )
    const standing = entry === undefined ? ({ is: 'good' } as const) : ({ is: 'revoked', at: entry } as const)
    return found({ standing, thisUpdate, nextUpdate })
  })

interface Extension {
  readonly id: string
  readonly critical: boolean
  readonly value: Uint8Array
}

const extensionsOf = (wrapped: Element | undefined): readonly Extension[] =>
  wrapped === undefined
    ? []
    : partsOf(partsOf(wrapped, 0xa0)[0]).map((extension) => {
        const [id, ...rest] = partsOf(extension)
        const critical = rest[0]?.tag === 0x01 && rest[0].content[0] !== 0
        return { id: dottedOf(id), critical, value: need(rest.at(-1), 0x04).content }
      })

const isUnknownDemand = ({ id, critical }: Extension): boolean => critical && ![NUMBER, CHANGES, LIMITS].includes(id)

/** Does not keep the list from speaking of the certificate, for every reason. */
const reaches = ({ id, value }: Extension, certificate: ReadCertificate): boolean =>
  id !== CHANGES && (id !== LIMITS || covers(value, certificate))

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
