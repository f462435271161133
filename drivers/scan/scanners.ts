// All scanners of this computer as one driver: our own eSCL first, then what the system offers (SANE, or WIA on Windows).
// Composition only; it knows no device and no protocol.
import type { Driver, ScanSession } from '../contract.ts'
import { esclDriver } from './escl.ts'
import { openDiscovery } from './escl-discovery.ts'
import type { Environment } from './program.ts'
import { saneDriver } from './sane.ts'
import { mayDiscover, readScanSetting } from './setting.ts'
import { manyWays } from './ways.ts'
import { wiaDriver } from './wia.ts'

/** `option`: see `readScanSetting`. `environment` is what SANE sees, too. */
export function allScanners(
  option: string,
  platform: NodeJS.Platform = process.platform,
  environment: Environment = process.env,
): Driver<ScanSession> {
  const { spool, scanners, discovery } = readScanSetting(option)
  const windows = platform === 'win32'
  const search = discovery ?? (windows || mayDiscover(environment))
  const escl = esclDriver({ addresses: scanners, ...(search ? { discovery: openDiscovery({ platform }) } : {}) })
  return manyWays([escl, windows ? wiaDriver({ spool }) : saneDriver({ spool, environment, freshMs: 1_000 })])
}
