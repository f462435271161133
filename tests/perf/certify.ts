// Certified copies a second: the product's own engine from the confirmed list to the filed copy, with journal, vault, audit,
// register and verification on. In turn with it PDFBox on the same papers and tokens, and the token by itself.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pkcs11js from 'pkcs11js'
import { buildFaultingModule } from '../bench/token/build.ts'
import { openFaults } from '../bench/token/faults.ts'
import { makePki, type Pki } from '../bench/token/pki.ts'
import { root } from '../setup/place.ts'
import { bundlePrograms } from './bundle.ts'
import type { OursResult, OursWish } from './certify-ours.ts'
import { hasSigningPeer, type PeerWay, signWithPdfbox, tunePeer } from './certify-peer.ts'
import { makePapers } from './certify-peer-papers.ts'
import type { Measurement, Sampled } from './run.ts'

const WAYS: readonly PeerWay[] = ['template', 'direct']
const NAMES = {
  template: 'PDFBox as its examples sign, tuned',
  direct: 'PDFBox past its own signing, tuned',
} as const
/** Milliseconds a signature of a simulated token, and how many papers make its measurement about twenty seconds. */
const SLOW_TOKENS = [
  [50, 400],
  [100, 200],
  [250, 80],
] as const
const TUNING_PAPERS = 300

async function ours(
  program: string,
  mode: 'fill' | 'sign' | 'weigh',
  folder: string,
  wish: OursWish,
  env: object,
): Promise<unknown> {
  const file = join(folder, 'wish.json')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify(wish))
  const child = spawn(process.execPath, [program, mode, folder, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`certify-ours ${mode} ended with ${code}`)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '')
}

export async function certify(home: string, program: string, wish: OursWish, env: object): Promise<OursResult> {
  const folder = mkdtempSync(join(home, 'ours-'))
  try {
    const { bytes: before } = (await ours(program, 'fill', folder, wish, env)) as { bytes: number }
    const signed = (await ours(program, 'sign', folder, wish, env)) as Omit<OursResult, 'bytesPerSignature'>
    const { copies, bytes } = (await ours(program, 'weigh', folder, wish, env)) as { copies: number; bytes: number }
    return { ...signed, bytesPerSignature: copies === 0 ? 0 : (bytes - before) / copies / 2 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bare `C_Sign` on the officer's token, one after the other; signatures a second. */
function rawRate(module: string, pki: Pki, milliseconds: number): number {
  const library = new pkcs11js.PKCS11()
  library.load(module)
  library.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK })
  try {
    const slot = library
      .C_GetSlotList(true)
      .find((one) => library.C_GetTokenInfo(one).label.trim() === pki.officer.token)
    if (slot === undefined) throw new Error('the officer’s token is not there')
    const session = library.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION)
    library.C_Login(session, pkcs11js.CKU_USER, pki.officer.pin)
    library.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }])
    const key = library.C_FindObjects(session, 1)[0]
    library.C_FindObjectsFinal(session)
    if (key === undefined) throw new Error('no key on the token')
    // DigestInfo of SHA-256 (RFC 8017 §9.2), as the driver gives it to CKM_RSA_PKCS.
    const head = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const digest = Buffer.concat([head, createHash('sha256').update('a document').digest()])
    const value = Buffer.alloc(512)
    const began = performance.now()
    let signed = 0
    while (performance.now() - began < milliseconds) {
      library.C_SignInit(session, { mechanism: pkcs11js.CKM_RSA_PKCS }, key)
      library.C_Sign(session, digest, value)
      signed += 1
    }
    return signed / ((performance.now() - began) / 1000)
  } finally {
    library.C_Finalize()
  }
}

/** Tokens with their certificates, papers, and the programs bundled as the product is. */
export async function setUp(home: string, count: number) {
  const pki = await makePki(join(home, 'pki'))
  Object.assign(process.env, pki.env)
  const papers = await makePapers(join(root, '.runtime/certify-papers'), count)
  const programs = await bundlePrograms({
    ours: 'tests/perf/certify-ours.ts',
    'token-host': 'tests/bench/token/driver-child.ts',
  })
  const wish: OursWish = {
    papers,
    module: pki.module,
    trust: pki.ca.pem,
    pins: { officer: pki.officer.pin, agency: pki.agency.pin },
    roles: ['officer', 'agency'],
    tokenHost: programs['token-host'],
  }
  return { pki, programs, wish }
}

const both = (result: OursResult): number => (result.seconds.officer ?? 0) + (result.seconds.agency ?? 0)

export const measureCertify: Measurement = async ({ runs, n }) => {
  const count = n ?? 2000
  const rounds = runs ?? 3
  const home = mkdtempSync(join(tmpdir(), 'quay-perf-'))
  try {
    const { pki, programs, wish } = await setUp(home, count)
    const inputs = join(root, '.runtime/certify-papers')
    const ways = hasSigningPeer() ? WAYS : []
    if (ways.length === 0)
      process.stderr.write('PDFBox and a JDK are missing: libpdfbox2-java openjdk-17-jdk-headless\n')
    const tunings = new Map<PeerWay, Awaited<ReturnType<typeof tunePeer>>['tuning']>()
    for (const way of ways) tunings.set(way, (await tunePeer(inputs, pki, Math.min(TUNING_PAPERS, count), way)).tuning)
    const results: OursResult[] = []
    const raw: number[] = []
    const peers = new Map(ways.map((way) => [way, [] as { rate: number; mb: number; bytes: number }[]]))
    for (let round = 0; round < rounds; round += 1) {
      results.push(await certify(home, programs.ours, wish, {}))
      raw.push(rawRate(pki.module, pki, 1000))
      for (const way of ways) {
        const tuning = tunings.get(way)
        if (tuning === undefined) continue
        const out = mkdtempSync(join(home, 'peer-'))
        const { docsPerSecond, peakMb, bytesPerSignature } = await signWithPdfbox(inputs, pki, count, out, tuning)
        peers.get(way)?.push({ rate: docsPerSecond, mb: peakMb, bytes: bytesPerSignature })
        rmSync(out, { recursive: true, force: true })
      }
    }
    const rate = results.map((one) => count / both(one))
    const beside = (take: (one: { rate: number; mb: number; bytes: number }) => number, way: PeerWay) => ({
      name: NAMES[way],
      samples: (peers.get(way) ?? []).map(take),
    })
    const lines: Sampled[] = []
    const add = (measure: string, unit: string, own: readonly number[], take: Parameters<typeof beside>[0]): void => {
      if (ways.length === 0) lines.push({ measure, unit, ours: own, peer: null })
      for (const way of ways) lines.push({ measure, unit, ours: own, peer: beside(take, way) })
    }
    add('certify.docs_per_s', 'documents/s', rate, (one) => one.rate)
    add(
      'certify.memory_mb',
      'MB',
      results.map((one) => one.peakMb),
      (one) => one.mb,
    )
    add(
      'certify.bytes_per_signature',
      'bytes',
      results.map((one) => one.bytesPerSignature),
      (one) => one.bytes,
    )
    lines.push({
      measure: 'certify.cpu_ms',
      unit: 'ms/document',
      ours: results.map((one) => (one.cpuSeconds * 1000) / count),
      peer: null,
    })
    lines.push({
      measure: 'certify.softhsm_share',
      unit: 'of raw C_Sign',
      ours: rate.map((one, at) => (2 * one) / (raw[at] ?? 1)),
      peer: { name: 'raw C_Sign, signatures/s', samples: raw },
    })
    lines.push(...(await measureSlowTokens(home, programs.ours, pki, wish, rounds)))
    return lines
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** The officer's sitting on tokens that take their time, beside what the same token does in a bare loop. */
async function measureSlowTokens(
  home: string,
  program: string,
  pki: Pki,
  wish: OursWish,
  rounds: number,
): Promise<Sampled[]> {
  const faults = openFaults(home, 'slow')
  const module = join(home, 'faulting.so')
  buildFaultingModule(module)
  const env = { ...faults.env, QUAY_FAULTY_TARGET: pki.module }
  Object.assign(process.env, env)
  const lines: Sampled[] = []
  for (const [milliseconds, papers] of SLOW_TOKENS) {
    const shares: number[] = []
    await faults.say(`sign-time ${pki.officer.token} ${milliseconds}`)
    for (let round = 0; round < rounds; round += 1) {
      const some = { ...wish, module, papers: wish.papers.slice(0, papers), roles: ['officer'] as const }
      const { seconds } = await certify(home, program, some, env)
      const limit = rawRate(module, pki, 3000)
      shares.push(some.papers.length / (seconds.officer ?? 1) / limit)
    }
    lines.push({ measure: `certify.token_share_${milliseconds}ms`, unit: 'of the token', ours: shares, peer: null })
  }
  return lines
}
