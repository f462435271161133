// Promises: a document security store (DSS with VRI, ETSI EN 319 142-1 5.4, ISO 32000-2 12.8.4.3) as objects of an update:
// what stood in the file stays, the new comes behind it.
// Never: a judgement of what it stores.
import { createHash } from 'node:crypto'
import { findCatalog, listSignatureFields } from '../../workshop/pdf/form.ts'
import { spansOfEntries } from '../../workshop/pdf/tokens.ts'
import { asDictionary, asList, asReference, at, type Dictionary, latin1 } from '../../workshop/pdf/values.ts'
import { broken } from './broken.ts'
import type { Pdf } from './file.ts'
import type { UpdatedObject } from './update.ts'

/** DER of certificates, OCSP responses and CRLs. */
export interface Proofs {
  readonly certificates: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

export interface Store {
  /** Proofs of one signature, by the name of its field. */
  readonly signatures: readonly { readonly field: string; readonly proofs: Proofs }[]
  /** Proofs of the timestamp that will cover all. */
  readonly more: Proofs
}

const LISTS = [
  ['Certs', 'Cert', 'certificates'],
  ['OCSPs', 'OCSP', 'ocsps'],
  ['CRLs', 'CRL', 'crls'],
] as const

/** Objects from the number `first` on; the first of them is the store itself. */
export function writeStore(file: Pdf, store: Store, first: number): readonly UpdatedObject[] {
  const objects: UpdatedObject[] = []
  const numbers = new Map<string, number>()
  const reference = (der: Uint8Array): string => {
    const key = createHash('sha256').update(der).digest('hex')
    const known = numbers.get(key)
    const number = known ?? first + 1 + objects.length
    if (known === undefined) {
      numbers.set(key, number)
      objects.push({ number, generation: 0, body: streamOf(der) })
    }
    return `${number} 0 R`
  }
  const standing = asDictionary(file.look(at(findCatalog(file).dictionary, 'DSS')))
  const all = [...store.signatures.map((one) => one.proofs), store.more]
  const lists = LISTS.map(([key, , kind]) => {
    const fresh = [...new Set(all.flatMap((proofs) => proofs[kind].map(reference)))]
    const items = [...referencesIn(file, standing, key), ...fresh]
    return items.length === 0 ? '' : ` /${key} [${items.join(' ')}]`
  })
  const vri = [...vriIn(file, standing), ...newVri(file, store, reference)].map(([key, text]) => ` /${key} ${text}`)
  const body = Buffer.from(`<< /Type /DSS${lists.join('')} /VRI <<${vri.join('')} >> >>`, 'latin1')
  return [{ number: first, generation: 0, body }, ...objects]
}

const streamOf = (der: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`<< /Length ${der.length} >>\nstream\n`), der, Buffer.from('\nendstream')])

const referencesIn = (file: Pdf, standing: Dictionary | undefined, key: string): readonly string[] =>
  (asList(file.look(at(standing, key))) ?? []).map((item) => {
    const found = asReference(item) ?? broken('broken-dss')
    return `${found.object} ${found.generation} R`
  })

/** Entries that stand in the file, as they were written. */
function vriIn(file: Pdf, standing: Dictionary | undefined): readonly (readonly [string, string])[] {
  const vri = asDictionary(file.look(at(standing, 'VRI')))
  if (vri === undefined) return []
  return [...spansOfEntries(vri)].map(([key, { source, start, end }]) => {
    if (!/^[0-9A-Fa-f]{40}$/.test(key)) return broken('broken-dss')
    return [key, latin1(source, start, end)] as const
  })
}

/** An entry for each signature that has none yet. Its key: SHA-1 of Contents with the zeros behind the CMS, in upper case. */
function newVri(
  file: Pdf,
  store: Store,
  reference: (der: Uint8Array) => string,
): readonly (readonly [string, string])[] {
  const fields = listSignatureFields(file)
  const before = new Set(
    vriIn(file, asDictionary(file.look(at(findCatalog(file).dictionary, 'DSS')))).map(([key]) => key),
  )
  return store.signatures.flatMap(({ field, proofs }) => {
    const contents = fields.find((one) => one.name === field)?.contents ?? broken('no-such-field')
    const key = createHash('sha1').update(contents.bytes).digest('hex').toUpperCase()
    const lists = LISTS.map(([, own, kind]) =>
      proofs[kind].length === 0 ? '' : ` /${own} [${proofs[kind].map(reference).join(' ')}]`,
    )
    return before.has(key) ? [] : [[key, `<< /Type /VRI${lists.join('')} >>`] as const]
  })
}
