// The folder through which pages pass on their way from scanimage to us, meant to lie in memory (tmpfs).
// Only our own user may look in; nothing is left behind, not even by a crash (swept at the next open).
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const PREFIX = 'pages-'

/**
 * Makes the folder (0700) and removes what an earlier process left in it, except the folders in `inUse`.
 * False when the path is not a folder of ours: in a shared place such as /dev/shm somebody else may have been first.
 */
export async function openSpool(spool: string, inUse: ReadonlySet<string>): Promise<boolean> {
  try {
    await mkdir(spool, { recursive: true, mode: 0o700 })
    const found = await lstat(spool)
    if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false
    await chmod(spool, 0o700)
    for (const name of await readdir(spool)) {
      const path = join(spool, name)
      if (name.startsWith(PREFIX) && !inUse.has(path)) await rm(path, { recursive: true, force: true })
    }
    return true
  } catch {
    return false
  }
}

/** A fresh folder (0700) for the pages of one scan. */
export const takeFolder = (spool: string): Promise<string> => mkdtemp(join(spool, PREFIX))

export const dropFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
