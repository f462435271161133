// One process that signs foreign PDFs as the counter would, one after the other; whoever starts it measures time and memory.
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signForeign } from './foreign-signing.ts'
import type { BenchPki, BenchSigner } from './pades-pki.ts'

export interface ForeignTask {
  readonly path: string
  /** Where the signed file and, if there is one, the repaired file go. */
  readonly signed: string
  readonly accepted: string
}
export interface ForeignAnswer {
  readonly as: 'it-is' | 'repaired' | 'refused' | 'failed'
  readonly reason: string
  readonly pages: number
  readonly earlier: number
  readonly carried: readonly string[]
  readonly ms: number
  /** Highest so far in this process. */
  readonly peakMb: number
}

const [folder = '', ...roots] = process.argv.slice(2)
const pem = (path: string): Uint8Array =>
  new Uint8Array(Buffer.from(readFileSync(path, 'latin1').replace(/-----[^-]+-----/g, ''), 'base64'))
const root = pem(join(folder, 'root.pem'))
const signer = (name: string): BenchSigner => {
  const key = createPrivateKey(readFileSync(join(folder, `${name}.key`)))
  const certificate = pem(join(folder, `${name}.pem`))
  return { certificate, chain: [root], key, sign: (attributes) => sign('sha256', attributes, key) }
}
const pki: BenchPki = { rootPem: '', root, officer: signer('officer'), agency: signer('agency') }
const trust = [root, ...roots.map(pem)]

async function work(task: ForeignTask): Promise<ForeignAnswer> {
  const began = performance.now()
  const outcome = await signForeign(new Uint8Array(readFileSync(task.path)), pki, trust)
  const measured = {
    ms: Math.round(performance.now() - began),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }
  const nothing = { pages: 0, earlier: 0, carried: [] }
  if (outcome.as === 'refused' || outcome.as === 'failed')
    return { as: outcome.as, reason: outcome.reason, ...nothing, ...measured }
  writeFileSync(task.signed, outcome.signed)
  if (outcome.as === 'repaired') writeFileSync(task.accepted, outcome.file)
  const { as, because = '', pages, carried } = outcome
  return { as, reason: because, pages, earlier: outcome.earlier.length, carried, ...measured }
}

process.on('message', (task: ForeignTask) => {
  void work(task).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
