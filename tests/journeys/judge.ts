// What must be true after every journey, judged from outside the program: the store opened by itself, the province's own counts,
// and strangers' verdicts on every certified copy.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callerFor, must, openNodeCounter, PEOPLE } from '../bench/office.ts'
import type { Stack } from '../bench/stack.ts'
import { verdictOfStrangers } from '../signature/strangers.ts'

export interface Verdict {
  /** Documents that were made, by state. */
  readonly documents: Readonly<Record<string, number>>
  readonly registerNumbers: readonly number[]
  readonly parcels: Readonly<Record<string, number>>
  /** First broken row of the audit and of the register; null when the chains hold. */
  readonly audit: number | null
  readonly register: number | null
  /** Certified copies that a stranger calls valid, both signatures. */
  readonly validCopies: number
  /** Certified copies that are not: must be empty. */
  readonly faults: readonly string[]
  readonly province: { readonly dossiers: number; readonly files: number; readonly results: number }
}

const count = <T extends string>(all: readonly T[]): Record<string, number> =>
  Object.fromEntries([...new Set(all)].map((one) => [one, all.filter((other) => other === one).length]))

/** Opens the store after the program has ended; nothing is sent or changed. Strangers see every copy, or each `every`th of many. */
export async function judge(stack: Stack, every = 1): Promise<Verdict> {
  const counter = openNodeCounter({ folder: stack.data, unit: { ...stack.unit, province: null } })
  try {
    const clerk = callerFor(counter, PEOPLE.clerk.login)
    const dossiers = must(await counter.handlers.dossier.list({}, clerk))
    const documents = (
      await Promise.all(
        dossiers.map(async ({ id }) => must(await counter.handlers.document.list({ dossierId: id }, clerk))),
      )
    ).flat()
    const year = new Date(Date.now() + 7 * 3_600_000).getUTCFullYear()
    const rows = must(await counter.handlers.certification.register({ year }, clerk))
    const parcels = must(await counter.handlers.outbox.list({}, clerk))
    const faults: string[] = []
    let validCopies = 0
    for (const [index, document] of documents.filter((one) => one.copyFile !== null).entries()) {
      const content = must(counter.vault.get(document.copyFile ?? ''))
      if (createHash('sha256').update(content).digest('hex') !== document.copyFile) faults.push(`${document.id}: hash`)
      if (index % every !== 0) continue
      const file = join(stack.home, `${document.id}.pdf`)
      writeFileSync(file, content)
      const { pdfsig, qpdf, openssl } = verdictOfStrangers(file, stack.pki.ca.pem)
      const valid = pdfsig.length === 2 && pdfsig.every((one) => one.valid && one.trusted) && pdfsig[1]?.whole === true
      if (valid && qpdf === 'ok' && openssl.length === 2 && openssl.every((word) => word === 'ok')) validCopies += 1
      else faults.push(`${document.id}: ${JSON.stringify({ pdfsig, qpdf, openssl })}`)
    }
    const { dossiers: there, files, results } = await stack.province.counts()
    return {
      documents: count(documents.map((one) => one.state)),
      registerNumbers: rows.map((row) => row.number),
      parcels: count(parcels.map((one) => one.state)),
      audit: counter.storage.read((r) => counter.audit.verify(r)),
      register: counter.storage.read((r) => counter.certifications.check(r)),
      validCopies,
      faults,
      province: { dossiers: there, files, results },
    }
  } finally {
    await counter.close()
  }
}

/** The one good end of a dossier with three papers. */
export const ALL_WELL: Verdict = {
  documents: { delivered: 3 },
  registerNumbers: [1, 2, 3],
  parcels: { delivered: 5 },
  audit: null,
  register: null,
  validCopies: 3,
  faults: [],
  province: { dossiers: 1, files: 3, results: 3 },
}
