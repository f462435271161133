// A disk with hardly any room: a tiny tmpfs, mounted for one test. Only root may mount.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()

function tryMount(): boolean {
  try {
    smallDisk(64).end()
    return true
  } catch {
    // In a container without CAP_SYS_ADMIN root may not mount either.
    return false
  }
}

export function smallDisk(kilobytes: number): { readonly folder: string; end(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'quay-small-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700`, 'tmpfs', folder], { stdio: 'pipe' })
  return {
    folder,
    end: () => {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
