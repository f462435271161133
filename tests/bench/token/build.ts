// Builds the faulting PKCS#11 module with the system's C compiler, once, and again only when its source is newer.
// It never leaves a half-written library: another test may be loading it.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SOURCE = fileURLToPath(new URL('./faulting-pkcs11.c', import.meta.url))

/** Answers `outFile`, built and up to date. Rejects with the compiler's words when it does not build. */
export async function buildFaultingModule(outFile: string): Promise<string> {
  const [source, built] = await Promise.all([stat(SOURCE), stat(outFile).catch(() => undefined)])
  if (built !== undefined && built.mtimeMs >= source.mtimeMs) return outFile
  await mkdir(dirname(outFile), { recursive: true })
  const fresh = `${outFile}.${randomUUID()}`
  const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-I/usr/include/p11-kit-1']
  await promisify(execFile)('gcc', [...flags, '-o', fresh, SOURCE, '-ldl', '-lpthread'])
  await rename(fresh, outFile)
  return outFile
}
