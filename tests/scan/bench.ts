// Puts the virtual scanner, a SANE configuration and the driver together for a test, and takes them apart again.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ScannedPage, ScanRequest, ScanSession } from '../../drivers/contract.ts'
import { type SaneOptions, saneDriver } from '../../drivers/scan/sane.ts'

const BACKENDS = [
  '/usr/lib/x86_64-linux-gnu/sane',
  '/usr/lib/aarch64-linux-gnu/sane',
  '/usr/lib64/sane',
  '/usr/lib/sane',
]
export const hasScanimage = spawnSync('scanimage', ['--version']).status === 0
export const hasAirscan = hasScanimage && BACKENDS.some((folder) => existsSync(join(folder, 'libsane-airscan.so.1')))

export const A4_COLOUR = { source: 'feeder', mode: 'colour', dpi: 300 } as const satisfies ScanRequest

/** A driver with a spool and a configuration of its own. */
export function workplace(settings: Partial<SaneOptions> = {}) {
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'quay-scan-'))
  const spool = join(home, 'spool')
  const config = join(home, 'sane')
  const driver = saneDriver({
    spool,
    environment: { ...process.env, SANE_CONFIG_DIR: config },
    graceMs: 1_000,
    freshMs: 0,
    ...settings,
  })
  return {
    driver,
    spool,
    config,
    left: () => (existsSync(spool) ? readdirSync(spool) : []),
    clear: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** Scans and keeps what came. */
export async function scanAll(session: ScanSession, request: ScanRequest) {
  const pages: ScannedPage[] = []
  const result = await session.scan(request, async (page) => {
    pages.push(page)
  })
  return { result, pages }
}
