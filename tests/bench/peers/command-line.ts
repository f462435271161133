// What pdfsig, qpdf and OpenSSL say of a signed PDF file. Byte ranges are found by searching the text of the file.
// Never: a line of our own readers; a question answered for a program that did not answer it (that is null).
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as asn1 from 'asn1js'

export const COMMAND_LINE_TOOLS = ['pdfsig', 'qpdf', 'openssl', 'certutil'] as const

/** Those of them that this machine does not have. */
export const missingTools = (): readonly string[] =>
  COMMAND_LINE_TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0)

export interface PdfsigVerdict {
  readonly field: string
  readonly signer: string
  readonly type: string
  /** Where the gap for the signature value begins and ends, as `24791-32985`. */
  readonly gap: string
  /** Null for a type that poppler does not know. */
  readonly sound: boolean | null
  readonly trusted: boolean | null
  readonly whole: boolean
}

export interface OpensslVerdict {
  readonly gap: string
  readonly kind: 'signature' | 'timestamp'
  /** Digest and signature value. */
  readonly sound: boolean
  readonly trusted: boolean
  /** signing-certificate-v2 (`-cades`); null where the path to a root fails already, and for time stamps. */
  readonly ownCertificate: boolean | null
  /** One a signature time stamp inside the CMS: `ok` or the complaint. */
  readonly timestamps: readonly string[]
  /** `ok`, or the first complaint. */
  readonly complaint: string
}

export interface CommandLineVerdict {
  readonly file: string
  /** `ok`, or exit code and first complaint. */
  readonly qpdf: string
  readonly pdfsig: readonly PdfsigVerdict[]
  readonly openssl: readonly OpensslVerdict[]
}

export interface CommandLine {
  readonly ask: (file: string) => Promise<CommandLineVerdict>
  readonly close: () => Promise<void>
}

interface Said {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const run = (tool: string, words: readonly string[], cwd?: string): Promise<Said> =>
  new Promise((resolve) => {
    execFile(tool, words, { cwd, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 60_000 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ status, stdout, stderr: stderr || (error !== null && status === -1 ? error.message : '') })
    })
  })

/** Opens a room with the roots that pdfsig (NSS) and OpenSSL shall trust. `trust`: PEM files, one certificate each. */
export async function openCommandLine(trust: readonly string[]): Promise<CommandLine> {
  const room = mkdtempSync(join(tmpdir(), 'strangers-'))
  const nss = `sql:${room}`
  await run('certutil', ['-N', '-d', nss, '--empty-password'])
  for (const [index, pem] of trust.entries())
    await run('certutil', ['-A', '-d', nss, '-n', `root ${index}`, '-t', 'CT,C,C', '-i', pem])
  const roots = join(room, 'roots.pem')
  await writeFile(roots, (await Promise.all(trust.map((pem) => readFile(pem, 'utf8')))).join('\n'))
  return {
    ask: async (file) => {
      const place = mkdtempSync(join(room, 'file-'))
      try {
        return {
          file,
          qpdf: await askQpdf(file),
          pdfsig: await askPdfsig(file, nss),
          openssl: await askOpenssl(await readFile(file), roots, place),
        }
      } finally {
        await rm(place, { recursive: true })
      }
    },
    close: () => rm(room, { recursive: true, force: true }),
  }
}

async function askQpdf(file: string): Promise<string> {
  const { status, stdout, stderr } = await run('qpdf', ['--check', file])
  return status === 0 ? 'ok' : `${status}: ${(stderr || stdout).split('\n')[0]}`
}

async function askPdfsig(file: string, nss: string): Promise<readonly PdfsigVerdict[]> {
  const { stdout } = await run('pdfsig', ['-nssdir', nss, file])
  const after = (text: string, label: string): string => text.split(`${label}: `)[1]?.split('\n')[0] ?? ''
  return stdout
    .split(/^Signature #\d+:$/m)
    .slice(1)
    .filter((text) => text.includes('Signed Ranges:'))
    .map((text) => {
      const type = after(text, 'Signature Type')
      const known = /^(adbe\.pkcs7|ETSI\.CAdES)/.test(type)
      const [, start, end] = /\[0 - (\d+)\], \[(\d+) - \d+\]/.exec(after(text, 'Signed Ranges')) ?? []
      return {
        field: after(text, 'Signature Field Name'),
        signer: after(text, 'Signer Certificate Common Name'),
        type,
        gap: `${start}-${end}`,
        sound: known ? text.includes('Signature is Valid.') : null,
        // It looks at the certificate only when the signature holds.
        trusted: known && text.includes('Signature is Valid.') ? text.includes('Certificate is Trusted.') : null,
        whole: text.includes('- Total document signed'),
      }
    })
}

const complaintOf = ({ status, stdout, stderr }: Said): string =>
  status === 0 ? 'ok' : ((stderr || stdout).split('\n').find((line) => line.trim() !== '') ?? `ended with ${status}`)

async function askOpenssl(pdf: Buffer, roots: string, place: string): Promise<readonly OpensslVerdict[]> {
  const text = pdf.toString('latin1')
  const verdicts: OpensslVerdict[] = []
  for (const found of text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)) {
    const [, start = 0, length = 0, second = 0, rest = 0] = found.map(Number)
    const near = text.slice(Math.max(0, (found.index ?? 0) - 400), second + 400)
    const kind = near.includes('ETSI.RFC3161') ? 'timestamp' : 'signature'
    const cms = derOf(Buffer.from(text.slice(start + length + 1, second - 1), 'hex'))
    await writeFile(join(place, 'cms.der'), cms)
    const signed = [pdf.subarray(start, start + length), pdf.subarray(second, second + rest)]
    await writeFile(join(place, 'signed'), Buffer.concat(signed))
    const gap = `${length}-${second}`
    verdicts.push(kind === 'timestamp' ? await askTimestamp(gap, roots, place) : await askCms(gap, roots, place, cms))
  }
  return verdicts
}

/** The first DER value in a string that may be padded. */
function derOf(padded: Buffer): Buffer {
  const first = padded[1] ?? 0
  if (first < 128) return padded.subarray(0, 2 + first)
  const octets = first & 127
  return octets > 4 || octets === 0 ? padded : padded.subarray(0, 2 + octets + padded.readUIntBE(2, octets))
}

async function askTimestamp(gap: string, roots: string, place: string): Promise<OpensslVerdict> {
  const words = ['ts', '-verify', '-data', 'signed', '-in', 'cms.der', '-token_in', '-CAfile', roots]
  const said = await run('openssl', words, place)
  const ok = said.status === 0
  // OpenSSL answers for imprint, signature and path together.
  return {
    gap,
    kind: 'timestamp',
    sound: ok,
    trusted: ok,
    ownCertificate: null,
    timestamps: [],
    complaint: ok ? 'ok' : (said.stderr.split('\n').find((line) => line.includes(':error:')) ?? complaintOf(said)),
  }
}

async function askCms(gap: string, roots: string, place: string, cms: Buffer): Promise<OpensslVerdict> {
  const verify = (...more: readonly string[]): Promise<Said> => {
    const words = ['cms', '-verify', '-inform', 'DER', '-in', 'cms.der', '-content', 'signed', '-binary', '-CAfile']
    return run('openssl', [...words, roots, '-purpose', 'any', '-out', '/dev/null', ...more], place)
  }
  const whole = await verify('-cades')
  const all = whole.status === 0
  const sound = all || (await verify('-noverify')).status === 0
  const trusted = all || (sound && (await verify()).status === 0)
  return {
    gap,
    kind: 'signature',
    sound,
    trusted,
    ownCertificate: all ? true : trusted ? false : null,
    timestamps: await askInnerTimestamps(cms, roots, place),
    complaint: complaintOf(whole),
  }
}

async function askInnerTimestamps(cms: Buffer, roots: string, place: string): Promise<readonly string[]> {
  const answers: string[] = []
  for (const { token, value } of innerTimestamps(cms)) {
    await writeFile(join(place, 'token.der'), token)
    await writeFile(join(place, 'value'), value)
    const words = ['ts', '-verify', '-data', 'value', '-in', 'token.der', '-token_in', '-CAfile', roots]
    answers.push(complaintOf(await run('openssl', words, place)))
  }
  return answers
}

const SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14'
const itemsOf = (block: asn1.BaseBlock | undefined): readonly asn1.BaseBlock[] =>
  block instanceof asn1.Constructed ? block.valueBlock.value : []

/** Tokens among the unsigned attributes of the first signer (RFC 3161 appendix A), with the signature value they are of. */
function innerTimestamps(cms: Buffer): readonly { readonly token: Buffer; readonly value: Buffer }[] {
  const signedData = itemsOf(itemsOf(itemsOf(asn1.fromBER(Uint8Array.from(cms)).result)[1])[0])
  const signer = itemsOf(itemsOf(signedData.at(-1))[0])
  const unsigned = signer.at(-1)
  const value = signer.find((item) => item instanceof asn1.OctetString)
  if (unsigned?.idBlock.tagClass !== 3 || unsigned.idBlock.tagNumber !== 1 || value === undefined) return []
  return itemsOf(unsigned).flatMap((attribute) => {
    const [type, values] = itemsOf(attribute)
    const isStamp = type instanceof asn1.ObjectIdentifier && type.getValue() === SIGNATURE_TIMESTAMP
    return itemsOf(isStamp ? values : undefined).map((token) => ({
      token: Buffer.from(token.valueBeforeDecodeView),
      value: Buffer.from(value.valueBlock.valueHexView),
    }))
  })
}
