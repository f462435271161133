// Promises: what three independent programs say of a signed PDF: poppler's pdfsig, qpdf, and OpenSSL's CMS with -cades.
// Never: a line of our own readers; the byte ranges are found by searching the text of the file.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Strangers {
  readonly pdfsig: readonly {
    readonly field: string
    readonly signer: string
    readonly valid: boolean
    readonly trusted: boolean
    readonly whole: boolean
  }[]
  /** `ok`, or the exit code and the first complaint. */
  readonly qpdf: string
  /** One verdict a signature: `ok`, or the first complaint. */
  readonly openssl: readonly string[]
}

export const strangersAreHere: boolean = ['pdfsig', 'qpdf', 'openssl', 'certutil'].every(
  (tool) => spawnSync('which', [tool]).status === 0,
)

/** `caPem`: path of the root that pdfsig and OpenSSL shall trust. */
export function verdictOfStrangers(pdfPath: string, caPem: string): Strangers {
  const room = mkdtempSync(join(tmpdir(), 'strangers-'))
  try {
    return {
      pdfsig: askPdfsig(pdfPath, caPem, room),
      qpdf: askQpdf(pdfPath),
      openssl: askOpenssl(pdfPath, caPem, room),
    }
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

function askPdfsig(pdfPath: string, caPem: string, room: string): Strangers['pdfsig'] {
  execFileSync('certutil', ['-N', '-d', `sql:${room}`, '--empty-password'], { stdio: 'pipe' })
  execFileSync('certutil', ['-A', '-d', `sql:${room}`, '-n', 'root', '-t', 'CT,C,C', '-i', caPem], { stdio: 'pipe' })
  const { stdout } = spawnSync('pdfsig', ['-nssdir', `sql:${room}`, pdfPath], { encoding: 'utf8' })
  const after = (text: string, label: string): string => text.split(`${label}: `)[1]?.split('\n')[0] ?? ''
  return stdout
    .split(/^Signature #\d+:$/m)
    .slice(1)
    .map((text) => ({
      field: after(text, 'Signature Field Name'),
      signer: after(text, 'Signer Certificate Common Name'),
      valid: text.includes('Signature is Valid.'),
      trusted: text.includes('Certificate is Trusted.'),
      whole: text.includes('- Total document signed'),
    }))
}

/** qpdf's word alone: `ok` for exit code 0. */
export function askQpdf(pdfPath: string): string {
  const { status, stderr, stdout } = spawnSync('qpdf', ['--check', pdfPath], { encoding: 'utf8' })
  return status === 0 ? 'ok' : `${status}: ${(stderr || stdout).split('\n')[0]}`
}

function askOpenssl(pdfPath: string, caPem: string, room: string): readonly string[] {
  const pdf = readFileSync(pdfPath)
  const ranges = [...pdf.toString('latin1').matchAll(/\/ByteRange ?\[ ?(\d+) +(\d+) +(\d+) +(\d+) *\]/g)]
  return ranges.map((found) => {
    const [, start = 0, length = 0, second = 0, rest = 0] = found.map(Number)
    const padded = Buffer.from(pdf.toString('latin1', start + length + 1, second - 1), 'hex')
    const lengthOctets = (padded[1] ?? 0) & 127
    writeFileSync(join(room, 'cms.der'), padded.subarray(0, 2 + lengthOctets + padded.readUIntBE(2, lengthOctets)))
    writeFileSync(
      join(room, 'signed'),
      Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(second, second + rest)]),
    )
    const words = [
      'cms',
      '-verify',
      '-cades',
      '-inform',
      'DER',
      '-in',
      'cms.der',
      '-content',
      'signed',
      '-binary',
      '-CAfile',
      caPem,
      '-purpose',
      'any',
      '-out',
      '/dev/null',
    ]
    const { status, stderr } = spawnSync('openssl', words, { cwd: room, encoding: 'utf8' })
    return status === 0 ? 'ok' : (stderr.split('\n')[0] ?? 'failed')
  })
}
