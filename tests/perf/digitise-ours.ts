// One run of ours, in a process of its own so that the clock sees all of it: every sheet of a folder made right in the
// workshop, then one PDF/A of them. `node digitise-ours.ts SHEETS OUT`; leaves pictures, findings and the PDF in OUT.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Findings } from '../../preload/contract/scan.ts'
import type { Truth } from '../bench/sheets/index.ts'
import { assemble, eachOf, openPageWork, PRODUCT_BENCHES } from './digitise-work.ts'

export interface OursSeen {
  readonly findings: Findings
  /** File of the picture as it would be filed, or null: the scan itself. */
  readonly made: string | null
}

const [sheets, out] = process.argv.slice(2)
if (sheets === undefined || out === undefined) throw new Error('usage: digitise-ours SHEETS OUT')
mkdirSync(out, { recursive: true })
const { truths } = JSON.parse(readFileSync(join(sheets, 'truth.json'), 'utf8')) as { readonly truths: readonly Truth[] }
const work = openPageWork(PRODUCT_BENCHES)
const done = await eachOf(truths, async ({ name, dpi }) => {
  const scan = readFileSync(join(sheets, name))
  const { findings, made } = await work.makeRight({ picture: scan, dpi, mode: 'colour', clean: true })
  if (made !== null) writeFileSync(join(out, name), made.picture)
  return { findings, made: made === null ? null : join(out, name), page: { picture: made?.picture ?? scan, dpi } }
})
const pages = done.map(({ findings, page }) => ({
  picture: page.picture,
  dpi: page.dpi,
  rotation: findings.upright.turn,
}))
writeFileSync(join(out, 'ours.pdf'), await assemble(work, pages))
const seen: readonly OursSeen[] = done.map(({ findings, made }) => ({ findings, made }))
writeFileSync(join(out, 'seen.json'), JSON.stringify(seen))
await work.close()
