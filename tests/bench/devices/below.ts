// The bench devices as the lower half of a desk (tests/bench/stack.ts): no service is started and nothing must be installed.
// Says plainly in every report that no device stack ran.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Below } from '../stack.ts'
import { buildBenchDrivers } from './bundle.ts'
import { layOut } from './control.ts'
import { DESK } from './desk.ts'
import { makeBenchTrust } from './trust.ts'

export async function benchBelow(home: string): Promise<Below> {
  const { card, scanner, faults, desk } = layOut(join(home, 'bench'))
  const [pki, drivers] = await Promise.all([makeBenchTrust(join(home, 'pki'), desk), buildBenchDrivers()])
  return {
    bench: true,
    card,
    scanner,
    faults,
    pki,
    // One host for all tokens; the name stands where a module's path would.
    tokenModules: ['bench'],
    env: { [DESK]: desk.folder, QUAY_BENCH: pathToFileURL(drivers).href },
    facts: {
      reader: 'bench device (no PC/SC stack), simulated chip',
      scanner: 'bench device (no SANE stack), pages from a folder',
      token: 'bench device (no PKCS#11 stack), keys in files',
    },
    close: async () => undefined,
  }
}
