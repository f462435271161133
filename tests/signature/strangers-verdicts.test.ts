// Whether the strangers that judge our output are worth asking: they accept what is right, and each forgery is seen by at
// least those who can see it. The last column of a story says who noticed.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { type Asked, askStrangers, type FileVerdict } from '../bench/peers/ask-strangers.ts'
import { missingTools } from '../bench/peers/command-line.ts'
import { hasJavaPeers } from '../bench/peers/java.ts'
import {
  addTimestamp,
  appendRevision,
  bodyOf,
  catalogOf,
  type Gap,
  gapsOf,
  putValue,
  signatureValue,
  signedBytes,
  sizeOf,
  swapCertificate,
  vriKey,
} from '../bench/peers/rewrite.ts'
import { makePaper } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByAgency, signByOfficer } from './pades-signing.ts'

const everybodyIsHere = missingTools().length === 0 && hasJavaPeers()
const room = mkdtempSync(join(tmpdir(), 'strangers-verdicts-'))
const inside = (name: string): string => join(room, name)
let pki: BenchPki
let stranger: BenchPki
let once: Uint8Array
let twice: Uint8Array
beforeAll(async () => {
  for (const name of ['own', 'stranger']) mkdirSync(inside(name))
  pki = makePki(inside('own'), 'ec')
  stranger = makePki(inside('stranger'), 'ec')
  once = signByOfficer(await makePaper(), pki)
  twice = signByAgency(once, pki)
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const ours = async (file: string) => {
  const reports = await verifySignatures(new Uint8Array(readFileSync(file)), [pki.root])
  return reports.ok ? reports.value : null
}

async function ask(files: Readonly<Record<string, Uint8Array>>, withUs = false): Promise<Asked> {
  const paths = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(inside(`${name}.pdf`), bytes)
    return inside(`${name}.pdf`)
  })
  return askStrangers(paths, { trust: [pki.rootPem], ...(withUs ? { ours } : {}) })
}

/** `Field question: who says no` for every no. */
const noes = ({ signatures }: FileVerdict): readonly string[] =>
  signatures.flatMap(({ field, answers }) =>
    Object.entries(answers).flatMap(([question, of]) => {
      const no = Object.entries(of).flatMap(([who, answer]) => (answer ? [] : [who]))
      return no.length === 0 ? [] : [`${field} ${question}: ${no.sort().join(' ')}`]
    }),
  )

async function noesOn(pdf: Uint8Array): Promise<readonly string[]> {
  const { verdicts } = await ask({ forged: pdf }, true)
  return verdicts.flatMap(noes)
}

const firstGap = (pdf: Uint8Array): Gap => gapsOf(pdf)[0] ?? { offset: 0, length: 0, range: [0, 0, 0, 0] }
const lastGap = (pdf: Uint8Array): Gap => gapsOf(pdf).at(-1) ?? firstGap(pdf)
/** Nobody expects the officer's signature to cover what the agency added. */
const NOT_WHOLE = 'Officer whole: java ours pdfsig'

describe.skipIf(!everybodyIsHere)('what the counter signed', () => {
  test('is found right by everybody, and nobody disagrees with our own checker', async () => {
    const { verdicts, disagreements, missing } = await ask({ once, twice }, true)
    expect(verdicts.map(({ clean, qpdf }) => ({ clean, qpdf }))).toEqual([
      { clean: true, qpdf: 'ok' },
      { clean: true, qpdf: 'ok' },
    ])
    expect({ disagreements, missing }).toEqual({ disagreements: [], missing: [] })
    expect(verdicts.map(noes)).toEqual([[], [NOT_WHOLE]])
  })

  test('is not trusted by anybody when the root is another one', async () => {
    writeFileSync(inside('foreign.pdf'), twice)
    const { verdicts, disagreements } = await askStrangers([inside('foreign.pdf')], { trust: [stranger.rootPem] })
    expect({ noes: verdicts.flatMap(noes), disagreements }).toEqual({
      noes: [
        'Officer trusted: java openssl pdfsig',
        'Officer whole: java pdfsig',
        'Agency trusted: java openssl pdfsig',
      ],
      disagreements: [],
    })
  })
})

describe.skipIf(!everybodyIsHere)('a forgery is noticed', () => {
  test('one changed byte in the paper: both signatures are broken for everybody', async () => {
    const changed = Uint8Array.from(twice)
    const at = Buffer.from(twice).indexOf('/Producer') + 12
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(await noesOn(changed)).toEqual(
      expect.arrayContaining(['Officer sound: java openssl ours pdfsig', 'Agency sound: java openssl ours pdfsig']),
    )
  })

  test('the content of a signed page replaced by a later revision (shadow attack)', async () => {
    const page = Number(/\/Kids \[\s*(\d+) 0 R/.exec(Buffer.from(twice).toString('latin1'))?.[1])
    const content = Number(/\/Contents (\d+) 0 R/.exec(bodyOf(twice, page))?.[1])
    const forged = appendRevision(twice, { [content]: { text: '', data: Buffer.from('0 0 300 300 re f') } })
    expect(await noesOn(forged)).toEqual([
      NOT_WHOLE,
      'Officer unchanged: java ours',
      'Agency whole: java ours pdfsig',
      'Agency unchanged: java ours',
    ])
  })

  test('a new page tree behind the signatures', async () => {
    const [catalog, next] = [catalogOf(twice), sizeOf(twice)]
    const forged = appendRevision(twice, {
      [catalog]: { text: bodyOf(twice, catalog).replace(/\/Pages \d+ 0 R/, `/Pages ${next} 0 R`) },
      [next]: { text: `<< /Type /Pages /Kids [${next + 1} 0 R] /Count 1 >>` },
      [next + 1]: { text: `<< /Type /Page /Parent ${next} 0 R /MediaBox [0 0 595 842] /Resources << >> >>` },
    })
    expect(await noesOn(forged)).toEqual(
      expect.arrayContaining(['Officer unchanged: java ours', 'Agency unchanged: java ours']),
    )
  })

  test('a note laid over a signed page', async () => {
    const page = Number(/\/Kids \[\s*(\d+) 0 R/.exec(Buffer.from(twice).toString('latin1'))?.[1])
    const next = sizeOf(twice)
    const forged = appendRevision(twice, {
      [page]: { text: bodyOf(twice, page).replace(/^<</, `<< /Annots [${next} 0 R]`) },
      [next]: { text: '<< /Type /Annot /Subtype /FreeText /Rect [0 0 300 300] /Contents (x) /F 4 >>' },
    })
    expect(await noesOn(forged)).toEqual(expect.arrayContaining(['Agency unchanged: java ours']))
  })

  test('text behind the end of the file', async () => {
    expect(await noesOn(Buffer.concat([twice, Buffer.from('một câu viết thêm\n')]))).toEqual(
      expect.arrayContaining(['Agency whole: java ours pdfsig', 'Agency unchanged: java ours']),
    )
  })

  test('a signature taken out of the form: those who look elsewhere still find it, and that is a disagreement', async () => {
    const text = Buffer.from(twice).toString('latin1')
    const forms = [...text.matchAll(/\/AcroForm (\d+) 0 R/g)].map(([, number]) => Number(number))
    const form = forms.at(-1) ?? 0
    const forged = appendRevision(twice, {
      [form]: { text: bodyOf(twice, form).replace(/(\/Fields\s*\[\s*\d+ 0 R)[^\]]*\]/, '$1]') },
    })
    const { verdicts, disagreements } = await ask({ forged }, true)
    const hidden = disagreements.filter(({ question }) => question === 'found').map(({ answers }) => answers)
    // pdfsig finds it on the page, OpenSSL by its bytes
    expect(hidden).toEqual([{ java: false, pdfsig: true, openssl: true, ours: false }])
    expect(verdicts[0]?.clean).toBe(false)
  })

  test('the certificate of somebody else in the CMS', async () => {
    expect(await noesOn(swapCertificate(once, firstGap(once), pki.agency.certificate))).toEqual([
      'Officer sound: java openssl ours pdfsig',
    ])
  })

  test('a signature by a person of another authority under the same name', async () => {
    const forged = signByOfficer(await makePaper(), stranger)
    expect(await noesOn(forged)).toEqual(['Officer trusted: java openssl ours pdfsig'])
  })

  test('another certificate for the same key: only signing-certificate-v2 tells', async () => {
    const words = [
      '-batch',
      '-notext',
      '-utf8',
      '-config',
      'settings.cnf',
      '-extensions',
      'signer',
      '-cert',
      'root.pem',
    ]
    const life = ['-startdate', '20260101000000Z', '-enddate', '20401231235959Z']
    execFileSync(
      'openssl',
      ['ca', ...words, ...life, '-keyfile', 'root.key', '-in', 'officer.csr', '-out', 'again.pem'],
      {
        cwd: inside('own'),
        stdio: 'pipe',
      },
    )
    const der = execFileSync('openssl', ['x509', '-in', inside('own/again.pem'), '-outform', 'DER'])
    const { verdicts } = await ask({ forged: swapCertificate(once, firstGap(once), der) }, true)
    // pdfsig does not look at the attribute; ours takes it for a part of the signature's integrity.
    expect(verdicts[0]?.signatures[0]?.answers).toMatchObject({
      'own-certificate': { java: false, openssl: false },
      sound: { java: true, openssl: true, pdfsig: true, ours: false },
    })
    expect(verdicts[0]?.clean).toBe(false)
  })

  test('something hidden behind the CMS', async () => {
    const forged = Buffer.from(once)
    const { offset, length } = firstGap(once)
    forged.write('31', offset + length - 2, 'latin1')
    const { verdicts } = await ask({ forged }, true)
    expect(verdicts[0]?.signatures[0]?.answers.sound).toMatchObject({ java: false, ours: false })
  })
})

describe.skipIf(!everybodyIsHere)('time stamps and validation data', () => {
  const TSA = `[tsa]
default_tsa=authority
[authority]
serial=tsa.serial
signer_cert=tsa.pem
signer_key=tsa.key
signer_digest=sha256
default_policy=1.2.3.4
digests=sha256
ess_cert_id_alg=sha256
[ext]
basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
`
  let stamp: (bytes: Uint8Array) => Buffer
  beforeAll(() => {
    const cwd = inside('own')
    const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { cwd, stdio: 'pipe' })
    writeFileSync(join(cwd, 'tsa.cnf'), TSA)
    writeFileSync(join(cwd, 'tsa.serial'), '01\n')
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'tsa.key')
    openssl('req', '-new', '-key', 'tsa.key', '-subj', '/CN=TSA Mau', '-config', 'settings.cnf', '-out', 'tsa.csr')
    const issue = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '30']
    openssl('x509', '-req', '-in', 'tsa.csr', ...issue, '-extfile', 'tsa.cnf', '-extensions', 'ext', '-out', 'tsa.pem')
    writeFileSync(join(cwd, 'crlnumber'), '01\n')
    openssl(
      'ca',
      '-config',
      'settings.cnf',
      '-gencrl',
      '-crldays',
      '30',
      '-cert',
      'root.pem',
      '-keyfile',
      'root.key',
      '-out',
      'root.crl',
    )
    openssl('crl', '-in', 'root.crl', '-outform', 'DER', '-out', 'root.crl.der')
    stamp = (bytes) => {
      writeFileSync(join(cwd, 'stamped'), bytes)
      openssl('ts', '-query', '-data', 'stamped', '-sha256', '-cert', '-out', 'query.tsq')
      openssl(
        'ts',
        '-reply',
        '-config',
        'tsa.cnf',
        '-section',
        'authority',
        '-queryfile',
        'query.tsq',
        '-token_out',
        '-out',
        'token.der',
      )
      return readFileSync(join(cwd, 'token.der'))
    }
  })

  /** DSS with the authority's certificate and list of revoked ones, and the name of both signatures. */
  const withValidationData = (pdf: Uint8Array): Buffer => {
    const [catalog, next] = [catalogOf(pdf), sizeOf(pdf)]
    const keys = gapsOf(pdf).map((gap) => `/${vriKey(pdf, gap)} << /Cert [${next + 1} 0 R] /CRL [${next + 2} 0 R] >>`)
    const store = `<< /Certs [${next + 1} 0 R] /CRLs [${next + 2} 0 R] /VRI << ${keys.join(' ')} >> >>`
    return appendRevision(pdf, {
      [catalog]: { text: bodyOf(pdf, catalog).replace(/^<</, `<< /DSS ${next} 0 R`) },
      [next]: { text: store },
      [next + 1]: { text: '', data: pki.root },
      [next + 2]: { text: '', data: readFileSync(inside('own/root.crl.der')) },
    })
  }

  /** A document time stamp (ETSI EN 319 142-1 5.4.3) in a revision of its own. */
  function withDocumentTimestamp(pdf: Uint8Array, of: (bytes: Uint8Array) => Uint8Array): Buffer {
    const text = Buffer.from(pdf).toString('latin1')
    const form = [...text.matchAll(/\/AcroForm (\d+) 0 R/g)].map(([, number]) => Number(number)).at(-1) ?? 0
    const next = sizeOf(pdf)
    const blank = '[0 0000000000 0000000000 0000000000]'
    const value = `<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange ${blank} /Contents <${'0'.repeat(8000)}> >>`
    const grown = bodyOf(pdf, form).replace(/\/Fields\s*\[([^\]]*)\]/, `/Fields [$1 ${next} 0 R]`)
    const laid = appendRevision(pdf, {
      [form]: { text: grown },
      [next]: {
        text: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp) /V ${next + 1} 0 R /F 132 /Rect [0 0 0 0] >>`,
      },
      [next + 1]: { text: value },
    })
    const first = laid.lastIndexOf('/Contents <') + 10
    const second = first + 8002
    const range = `[0 ${first} ${second} ${laid.length - second}]`
    laid.write(range.padEnd(blank.length), laid.lastIndexOf(blank), 'latin1')
    return putValue(laid, lastGap(laid), of(signedBytes(laid, lastGap(laid))))
  }

  test('a document time stamp over signatures with validation data is judged by OpenSSL and BouncyCastle alike', async () => {
    const kept = withDocumentTimestamp(withValidationData(twice), stamp)
    const { verdicts, disagreements } = await ask({ kept })
    expect({ disagreements, clean: verdicts[0]?.clean, qpdf: verdicts[0]?.qpdf }).toEqual({
      disagreements: [],
      clean: true,
      qpdf: 'ok',
    })
    expect(verdicts[0]?.java?.validationData).toEqual({ certificates: 1, ocsp: 0, crl: 1, vri: 2, unreadable: 0 })
    const seen = verdicts[0]?.java?.signatures?.map(({ field, kind, chain, revocation, vri, later }) => ({
      field,
      kind,
      chain,
      revocation,
      vri,
      later,
    }))
    const signature = { kind: 'signature', chain: 'trusted', revocation: 'good', vri: true, later: 'signature-only' }
    expect(seen).toEqual([
      { field: 'Officer', ...signature },
      { field: 'Agency', ...signature },
      { field: 'Stamp', kind: 'timestamp', chain: 'trusted', revocation: 'good', vri: false, later: 'none' },
    ])
  })

  test('a time stamp of something else is refused by both', async () => {
    const { verdicts } = await ask({ lying: withDocumentTimestamp(twice, () => stamp(Buffer.from('something else'))) })
    expect(verdicts[0]?.signatures.at(-1)?.answers.sound).toEqual({ java: false, openssl: false })
  })

  test('a time stamp on the signature itself is judged too', async () => {
    const gap = firstGap(once)
    const good = addTimestamp(once, gap, stamp(signatureValue(once, gap)))
    const lying = addTimestamp(once, gap, stamp(Buffer.from('something else')))
    const { verdicts } = await ask({ good, lying })
    const said = verdicts.map(({ java, commandLine }) => ({
      java: java?.signatures?.[0]?.timestamps.map(({ sound, chain }) => ({ sound, chain })),
      openssl: commandLine?.openssl[0]?.timestamps.map((answer) => answer === 'ok'),
    }))
    expect(said).toEqual([
      { java: [{ sound: true, chain: 'trusted' }], openssl: [true] },
      { java: [{ sound: false, chain: 'trusted' }], openssl: [false] },
    ])
  })
})
