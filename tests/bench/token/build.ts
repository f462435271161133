// Builds the faulting PKCS#11 module with the system's C compiler, once, and again only when its source is newer.
// It never leaves a half-written library: another test may be loading it.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** Answers `outFile`, built and up to date. Rejects with the compiler's words when it does not build. */
export async function buildFaultingModule(outFile: string): Promise<string> {
  const parts = (await readdir(HERE)).filter((name) => /^faulting.*\.[ch]$/.test(name)).map((name) => join(HERE, name))
  const built = await stat(outFile).catch(() => undefined)
  const newest = Math.max(...(await Promise.all(parts.map(async (part) => (await stat(part)).mtimeMs))))
  if (built !== undefined && built.mtimeMs >= newest) return outFile
  await mkdir(dirname(outFile), { recursive: true })
  const fresh = `${outFile}.${randomUUID()}`
  const flags = ['-shared', '-fPIC', '-fvisibility=hidden', '-O1', '-Wall', '-Wextra', '-Werror']
  const sources = parts.filter((part) => part.endsWith('.c'))
  await promisify(execFile)('gcc', [...flags, '-I/usr/include/p11-kit-1', '-o', fresh, ...sources, '-ldl', '-lpthread'])
  await rename(fresh, outFile)
  return outFile
}
