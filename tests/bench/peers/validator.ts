// Asks the Java validator of this folder (Apache PDFBox and BouncyCastle) about signed PDF files: one start of Java for all.
// Never: a line of our own readers, or a file changed.
import { spawn } from 'node:child_process'
import { javaClassPath } from './java.ts'

/** What a time-stamp token (RFC 3161) says. */
export interface JudgedToken {
  readonly authority: string
  /** ISO 8601, the time in the token. */
  readonly at: string
  /** The token is of these bytes. */
  readonly imprint: boolean
  /** Imprint, signature and the purpose of the authority's certificate. */
  readonly sound: boolean
  readonly complaint: string | null
  /** `trusted`, or why not, at the time in the token. */
  readonly chain: string
}

export interface JudgedSignature {
  readonly field: string
  /** `timestamp` for ETSI.RFC3161. */
  readonly kind: 'signature' | 'timestamp'
  readonly subFilter: string
  readonly range: readonly number[]
  readonly signer: string
  /** SHA-256 of the signer's certificate, hexadecimal; empty when there is none. */
  readonly fingerprint: string
  /** ISO 8601: claimed time, or the time stamp's own. */
  readonly at: string | null
  /** `yes` when what is covered is a whole revision that holds this signature, or why not. */
  readonly covers: string
  /** Covers every byte of the file but its own value. */
  readonly whole: boolean
  /** The digest in the CMS, or the imprint of the token, is that of the covered bytes. */
  readonly digest: boolean
  /** The signature value is the certificate's; for a time stamp all that RFC 3161 asks. */
  readonly sound: boolean
  /** signing-certificate-v2 (RFC 5035). */
  readonly ownCertificate: 'matches' | 'differs' | 'missing'
  /** `trusted`, or why not, at the claimed time. */
  readonly chain: string
  /** What the document security store says of the signer's certificate. */
  readonly revocation: 'good' | 'revoked' | 'unknown'
  /** The document security store names this signature (VRI). */
  readonly vri: boolean
  /** `none`, `signature-only`, or `other: ` and where. */
  readonly later: string
  /** Signature time stamps inside the CMS. */
  readonly timestamps: readonly JudgedToken[]
  /** Why it could not be judged further, or null. */
  readonly trouble: string | null
}

export interface JudgedFile {
  readonly file: string
  /** `yes`, `password`, or `no: ` and why. */
  readonly opened: string
  readonly pages?: number
  readonly encrypted?: boolean
  /** What the document security store holds, null without one. */
  readonly validationData?: {
    readonly certificates: number
    readonly ocsp: number
    readonly crl: number
    readonly vri: number
    readonly unreadable: number
  } | null
  /** In the order of the form; left out when the file could not be opened. */
  readonly signatures?: readonly JudgedSignature[]
}

/** `trust`: PEM files of the roots. @throws without a JDK and the jars, or when Java fails. */
export async function askValidator(
  files: readonly string[],
  { trust, heapMb = 1024 }: { readonly trust: readonly string[]; readonly heapMb?: number },
): Promise<readonly JudgedFile[]> {
  const classPath = javaClassPath()
  if (classPath === null) throw new Error('the Java validator needs a JDK, PDFBox and BouncyCastle')
  const flags = [`-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath]
  const java = spawn('java', [...flags, 'Validator', ...trust.map((file) => `trust=${file}`)])
  const [said, complained]: [string[], string[]] = [[], []]
  java.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text))
  java.stderr.setEncoding('utf8').on('data', (text: string) => complained.push(text))
  java.stdin.on('error', () => undefined)
  java.stdin.end(files.map((file) => `${file}\n`).join(''))
  const code = await new Promise<number | null>((resolve, reject) => {
    java.once('error', reject)
    java.once('close', resolve)
  })
  if (code !== 0) throw new Error(`the Java validator ended with ${code}: ${complained.join('').slice(-2000)}`)
  return said
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JudgedFile)
}
