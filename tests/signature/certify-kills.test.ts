// The program is killed (SIGKILL) again and again while it certifies: before and after the transactions of its journal, and at
// moments nobody chose. `npm run torture -- certify --kills 500` does it at length; this is the short run.
import { expect, test } from 'vitest'
import { seeded } from '../bench/scanner/ink.ts'
import { missingTools } from '../bench/token/pki.ts'
import { killWhileCertifying } from './certify-kills.ts'

test.skipIf(missingTools().length > 0)(
  'half a dozen kills, and sixty papers are certified once each: one number, one parcel, two good signatures, originals untouched',
  { timeout: 240_000 },
  async () => {
    const seen = await killWhileCertifying(6, 60, seeded(20_261_122), () => undefined)
    expect(seen).toMatchObject({ papers: 60, kills: 6, lost: 0, doubled: 0, gaps: 0, disagreements: 0 })
  },
)
