// What the scanner host is told at its start, and what the computer's own SANE settings say about searching the network.
// Only reads; a setting that cannot be understood is as if it were not there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

export interface ScanSetting {
  /** Folder for pages in transit. */
  readonly spool: string
  /** Addresses of eSCL scanners that are not announced on the network: `http://10.0.0.5/eSCL`. */
  readonly scanners: readonly string[]
  /** Whether to look for announced scanners; undefined: as the computer's SANE settings say. */
  readonly discovery: boolean | undefined
}

const Written = z.object({
  spool: z.string().min(1),
  scanners: z.array(z.string().max(300)).max(64).optional(),
  discovery: z.boolean().optional(),
})

/** A plain path is the spool; else JSON: `{"spool": "/…", "scanners": ["http://10.0.0.5/eSCL"], "discovery": false}`. */
export function readScanSetting(option: string): ScanSetting {
  const plain: ScanSetting = { spool: option, scanners: [], discovery: undefined }
  if (!option.trimStart().startsWith('{')) return plain
  try {
    const { spool, scanners = [], discovery } = Written.parse(JSON.parse(option))
    return { spool, scanners, discovery }
  } catch {
    return plain
  }
}

/** Text of an airscan.conf: true when it forbids to search the network (`[options]`, `discovery = disable`). */
export function forbidsDiscovery(airscan: string): boolean {
  let section = ''
  for (const line of airscan.split('\n')) {
    section = /^\s*\[([a-z]+)\]/.exec(line)?.[1] ?? section
    if (section === 'options' && /^\s*discovery\s*=\s*(disable|off|no)\b/.test(line)) return true
  }
  return false
}

/** One switch for the administrator: where sane-airscan is told not to search the network, we do not either. */
export function mayDiscover(environment: Readonly<Record<string, string | undefined>>): boolean {
  const folders = (environment.SANE_CONFIG_DIR ?? '/etc/sane.d').split(':').filter((folder) => folder !== '')
  for (const folder of folders) {
    try {
      return !forbidsDiscovery(readFileSync(join(folder, 'airscan.conf'), 'utf8'))
    } catch {
      // The next folder, as SANE does.
    }
  }
  return true
}
