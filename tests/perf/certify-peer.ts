// The peer beside which certifying is measured: PDFBox 2 with BouncyCastle and SunPKCS11, two visible PAdES B-B signatures a
// document on the same tokens, in one tuned Java process. It keeps no journal and no register and verifies nothing.
// Never: a figure of its own start and warming up in the rate; those are in the memory and in `wholeCpuSeconds` only.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { javaClassPath } from '../bench/peers/java.ts'
import { root } from '../setup/place.ts'

export interface PeerSigner {
  /** Label of the token. */
  readonly token: string
  readonly pin: string
  /** SHA-256 of the certificate's DER, hexadecimal. */
  readonly fingerprint: string
}

/** What the bench's own `Pki` holds; `module` may be another one in front of it, with its variables added to `env`. */
export interface PeerTokens {
  readonly module: string
  readonly env: Readonly<Record<string, string>>
  readonly officer: PeerSigner
  readonly agency: PeerSigner
  /** PEM file of the certificates that go into the CMS behind the signer's. */
  readonly ca: { readonly pem: string }
}

/**
 * How the face of a signature gets into the file. `template`: as PDFBox's own examples do it, a small document for every
 * signature, with a font that was cut down beforehand. `direct`: past PDFBox's own way, objects made once and put into every
 * document; what somebody who knows its inside would write.
 */
export type PeerWay = 'template' | 'direct'

export interface PeerTuning {
  readonly way: PeerWay
  /** -Xmx. */
  readonly heapMb: number
  /** Documents signed at the same time, 2 unless told. */
  readonly threads?: number
  readonly collector?: 'Serial' | 'Parallel'
  /** Documents signed and thrown away before the clock starts, 100 unless told. */
  readonly warm?: number
}

export interface PeerResult {
  readonly documents: number
  readonly seconds: number
  readonly docsPerSecond: number
  /** Most resident memory of the process, MB of 1,048,576 bytes (proc(5), VmHWM). */
  readonly peakMb: number
  /** Most proportional set size seen, MB, looked at every 100 ms: the measure that is used for several processes together. */
  readonly proportionalMb: number
  /** Bytes added to a document, divided by two. */
  readonly bytesPerSignature: number
  /** Processor seconds of the counted documents. */
  readonly cpuSeconds: number
  /** Processor seconds of the process, its start and warming up included. */
  readonly wholeCpuSeconds: number
}

export const hasSigningPeer = (): boolean =>
  javaClassPath() !== null && spawnSync('which', ['pkcs11-tool']).status === 0

const FONT = join(root, 'resources/fonts/BeVietnamPro_400Regular.ttf')
const LOOK_EVERY_MS = 100

/** Slot number of the token with this label. */
function slotOf(tokens: PeerTokens, label: string): number {
  const { stdout } = spawnSync('pkcs11-tool', ['--module', tokens.module, '--list-token-slots'], {
    encoding: 'utf8',
    env: { ...process.env, ...tokens.env },
  })
  const slot = stdout.split(/^Slot \d+ /m).find((text) => new RegExp(`token label\\s*: ${label}\\s*$`, 'm').test(text))
  const number = /^\((0x[0-9a-f]+)\)/.exec(slot ?? '')?.[1]
  if (number === undefined) throw new Error(`no token ${label}`)
  return Number(number)
}

/** Signs the first `count` PDFs of `inputs` twice, into `out`. @throws with the end of what Java said. */
export async function signWithPdfbox(
  inputs: string,
  tokens: PeerTokens,
  count: number,
  out: string,
  { way, heapMb, threads = 2, collector = 'Serial', warm = 100 }: PeerTuning,
): Promise<PeerResult> {
  const classPath = javaClassPath()
  if (classPath === null) throw new Error('the signing peer needs a JDK, PDFBox and BouncyCastle')
  const { officer, agency } = tokens
  const options = {
    in: inputs,
    out,
    count,
    warm,
    threads,
    module: tokens.module,
    officer: `${slotOf(tokens, officer.token)}:${officer.fingerprint}`,
    agency: `${slotOf(tokens, agency.token)}:${agency.fingerprint}`,
    chain: tokens.ca.pem,
    font: FONT,
    way,
  }
  const flags = [`-Xmx${heapMb}m`, `-XX:+Use${collector}GC`, '-Xshare:auto', '-Dfile.encoding=UTF-8', '-cp', classPath]
  const words = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  const java = spawn('java', [...flags, 'SigningPeer', ...words], {
    env: { ...process.env, ...tokens.env, PEER_OFFICER_PIN: officer.pin, PEER_AGENCY_PIN: agency.pin },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [said, complained]: [string[], string[]] = [[], []]
  java.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text))
  java.stderr.setEncoding('utf8').on('data', (text: string) => complained.push(text))
  let proportional = 0
  const timer = setInterval(() => {
    proportional = Math.max(proportional, proportionalOf(java.pid ?? 0))
  }, LOOK_EVERY_MS)
  const code = await new Promise<number | null>((resolve, reject) => {
    java.once('error', reject)
    java.once('close', resolve)
  }).finally(() => clearInterval(timer))
  if (code !== 0) throw new Error(`the signing peer ended with ${code}: ${complained.join('').slice(-2000)}`)
  return { ...readAnswer(said.join('')), proportionalMb: proportional }
}

function readAnswer(line: string): Omit<PeerResult, 'proportionalMb'> {
  const answer = JSON.parse(line) as Readonly<
    Record<'documents' | 'seconds' | 'loopCpuSeconds' | 'cpuSeconds' | 'addedBytes' | 'peakKb', number>
  >
  return {
    documents: answer.documents,
    seconds: answer.seconds,
    docsPerSecond: answer.documents / answer.seconds,
    peakMb: answer.peakKb / 1024,
    bytesPerSignature: answer.addedBytes / answer.documents / 2,
    cpuSeconds: answer.loopCpuSeconds,
    wholeCpuSeconds: answer.cpuSeconds,
  }
}

/** MB; 0 when the process has gone or may not be looked at. */
function proportionalOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

export interface Tried {
  readonly tuning: Required<PeerTuning>
  /** Null: it ran out of memory. */
  readonly docsPerSecond: number | null
  /** Documents a processor second. */
  readonly docsPerCpuSecond: number | null
  readonly peakMb: number | null
}

export interface Tuned {
  readonly tuning: Required<PeerTuning>
  readonly tried: readonly Tried[]
}

const AMPLE_MB = 1024
const OTHER_WAYS = [
  ['Serial', 1],
  ['Serial', 3],
  ['Parallel', 2],
] as const
const HEAPS_MB = [512, 256, 192, 128, 96, 64, 48, 32, 24, 16] as const
/** A heap that loses less than this share is not slower. */
const NOT_SLOWER = 0.95

/**
 * Looks for the tuning that serves the peer best: threads and collector with ample memory first, then the smallest heap
 * that does not slow it. `count` documents a try; a few hundred are enough.
 */
export async function tunePeer(inputs: string, tokens: PeerTokens, count: number, way: PeerWay): Promise<Tuned> {
  const tried: Tried[] = []
  const attempt = async (tuning: Required<PeerTuning>): Promise<Tried> => {
    const out = mkdtempSync(join(tmpdir(), 'quay-peer-'))
    const seen = { tuning, docsPerSecond: null, docsPerCpuSecond: null, peakMb: null }
    try {
      const { docsPerSecond, documents, cpuSeconds, peakMb } = await signWithPdfbox(inputs, tokens, count, out, tuning)
      tried.push({ tuning, docsPerSecond, docsPerCpuSecond: documents / cpuSeconds, peakMb })
    } catch (trouble) {
      if (!String(trouble).includes('OutOfMemory') && !String(trouble).includes('Too small')) throw trouble
      tried.push(seen)
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
    return tried.at(-1) ?? seen
  }
  let best = await attempt({ way, heapMb: AMPLE_MB, threads: 2, collector: 'Serial', warm: 100 })
  for (const [collector, threads] of OTHER_WAYS) {
    const other = await attempt({ ...best.tuning, collector, threads })
    if ((other.docsPerSecond ?? 0) > (best.docsPerSecond ?? 0)) best = other
  }
  // A small heap costs processor time (collecting); measured by that, other work on the machine does not blur it.
  const ample = best.docsPerCpuSecond ?? 0
  for (const heapMb of HEAPS_MB) {
    const isSlower = ({ docsPerCpuSecond }: Tried): boolean => (docsPerCpuSecond ?? 0) < ample * NOT_SLOWER
    let smaller = await attempt({ ...best.tuning, heapMb })
    if (isSlower(smaller) && smaller.docsPerSecond !== null) smaller = await attempt(smaller.tuning)
    if (isSlower(smaller)) break
    best = smaller
  }
  return { tuning: best.tuning, tried }
}
