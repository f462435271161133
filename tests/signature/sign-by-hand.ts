// Promises: PDF files signed in ways that our own writer never signs: certified, with locks, with other algorithms, stamped.
// The signatures are made by OpenSSL, the revisions by text; none of our own writers is used.
import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appendRevision, bodyOf, catalogOf, sizeOf } from '../bench/peers/rewrite.ts'

export interface HandSigning {
  readonly field: string
  /** DER over the covered bytes. */
  readonly cms: (covered: Buffer) => Uint8Array | Promise<Uint8Array>
  readonly subFilter?: string
  /** Further entries of the signature dictionary, for example /Reference. */
  readonly entries?: string
  /** DocMDP: the catalogue points to this signature. */
  readonly certifies?: boolean
  /** Entries of the widget; an invisible one when left out. */
  readonly widget?: string
}

const ROOM = 30_000
const NUMBER = '0000000000'

/** A list entry of a dictionary's text with one more item at its end; added when it is missing. */
export const withItem = (text: string, key: string, item: string): string =>
  new RegExp(`/${key}\\s*\\[`).test(text)
    ? text.replace(new RegExp(`/${key}\\s*\\[([^\\]]*)\\]`), (_, items: string) => `/${key} [${items} ${item}]`)
    : text.replace(/>>\s*$/, `/${key} [${item}] >>`)
export const withEntry = (text: string, entry: string): string => text.replace(/>>\s*$/, `${entry} >>`)

export const pageNumbers = (pdf: Uint8Array): readonly number[] => {
  const pages = /\/Pages (\d+) 0 R/.exec(bodyOf(pdf, catalogOf(pdf)))?.[1]
  const kids = /\/Kids\s*\[([^\]]*)\]/.exec(bodyOf(pdf, Number(pages)))?.[1] ?? ''
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, number]) => Number(number))
}

/** A further revision with one more signature field, signed over everything. */
export async function signByHand(pdf: Uint8Array, signing: HandSigning): Promise<Buffer> {
  const { field, subFilter = 'ETSI.CAdES.detached', entries = '', certifies = false } = signing
  const first = sizeOf(pdf)
  const [value, own] = [first, first + 1]
  const [page = 0] = pageNumbers(pdf)
  const kind = subFilter === 'ETSI.RFC3161' ? 'DocTimeStamp' : 'Sig'
  const time = kind === 'Sig' ? "/M (D:20261121103005+07'00')" : ''
  const range = `/ByteRange [0 ${NUMBER} ${NUMBER} ${NUMBER}]`
  const widget = signing.widget ?? '/Rect [0 0 0 0] /F 132'
  let catalog = bodyOf(pdf, catalogOf(pdf))
  const form = /\/AcroForm (\d+) 0 R/.exec(catalog)?.[1]
  const objects: Record<number, { text: string }> = {
    [value]: {
      text: `<< /Type /${kind} /Filter /Adobe.PPKLite /SubFilter /${subFilter} ${time} ${entries} ${range} /Contents <${'0'.repeat(ROOM)}> >>`,
    },
    [own]: {
      text: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${field}) /V ${value} 0 R /P ${page} 0 R ${widget} >>`,
    },
    [page]: { text: withItem(bodyOf(pdf, page), 'Annots', `${own} 0 R`) },
  }
  if (form === undefined) {
    const inside = /\/AcroForm\s*<</.test(catalog)
    if (inside) throw new Error('a form of its own number is wanted')
    objects[first + 2] = { text: `<< /Fields [${own} 0 R] /SigFlags 3 >>` }
    catalog = withEntry(catalog, `/AcroForm ${first + 2} 0 R`)
  } else objects[Number(form)] = { text: withItem(bodyOf(pdf, Number(form)), 'Fields', `${own} 0 R`) }
  if (certifies) catalog = withEntry(catalog, `/Perms << /DocMDP ${value} 0 R >>`)
  objects[catalogOf(pdf)] = { text: catalog }
  return fill(appendRevision(pdf, objects), signing)
}

async function fill(open: Buffer, { cms }: HandSigning): Promise<Buffer> {
  const at = open.lastIndexOf(`[0 ${NUMBER} ${NUMBER} ${NUMBER}]`)
  const from = open.indexOf('/Contents <', at) + 10
  const to = from + ROOM + 2
  const pad = (count: number): string => String(count).padStart(NUMBER.length, '0')
  open.write(`[0 ${pad(from)} ${pad(to)} ${pad(open.length - to)}]`, at, 'latin1')
  const covered = Buffer.concat([open.subarray(0, from), open.subarray(to)])
  const der = await cms(covered)
  open.write(Buffer.from(der).toString('hex'), from + 1, 'latin1')
  return open
}

/** Certification (DocMDP) of a level, and a lock of fields (FieldMDP), as entries of a signature dictionary. */
export const certification = (level: number): string =>
  `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P ${level} >> >>]`
export const fieldLock = (...names: readonly string[]): string =>
  `/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 /Action /Include /Fields [${names.map((name) => `(${name})`).join(' ')}] >> >>]`

let made = 0
const ANYTHING =
  '[anything]\ncountryName=optional\norganizationName=optional\nserialNumber=optional\ncommonName=supplied\n'
/** OpenSSL's CMS over the covered bytes. `folder` holds NAME.pem and NAME.key (pades-pki.ts). */
export const opensslCms =
  (folder: string, name: string, ...words: readonly string[]) =>
  (covered: Buffer): Uint8Array => {
    made += 1
    const file = join(folder, `covered-${made}`)
    writeFileSync(file, covered)
    const out = `${file}.der`
    const fixed = ['cms', '-sign', '-binary', '-nosmimecap', '-outform', 'DER', '-in', file, '-out', out]
    const who = ['-signer', `${name}.pem`, '-inkey', `${name}.key`, '-certfile', 'root.pem']
    execFileSync('openssl', [...fixed, ...who, ...words], { cwd: folder, stdio: 'pipe' })
    return new Uint8Array(readFileSync(out))
  }

/** Another signer under the same root, with a key of its own kind. */
export function enrol(folder: string, name: string, ...key: readonly string[]): void {
  const run = (...words: readonly string[]): void => void execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const settings = join(folder, 'settings.cnf')
  if (!readFileSync(settings, 'utf8').includes('[anything]')) appendFileSync(settings, ANYTHING)
  run('genpkey', ...key, '-out', `${name}.key`)
  const subject = `/C=VN/O=UBND Phường Mẫu/serialNumber=CCCD:001190123456/CN=Nguyễn Văn Đức`
  run('req', '-new', '-key', `${name}.key`, '-out', `${name}.csr`, '-utf8', '-subj', subject, '-config', 'settings.cnf')
  const life = ['-startdate', '20260101000000Z', '-enddate', '20401231235959Z']
  const issuer = ['-cert', 'root.pem', '-keyfile', 'root.key']
  const fixed = ['ca', '-batch', '-notext', '-utf8', '-preserveDN', '-config', 'settings.cnf', '-policy', 'anything']
  run(...fixed, '-extensions', 'signer', ...issuer, ...life, '-in', `${name}.csr`, '-out', `${name}.pem`)
}
