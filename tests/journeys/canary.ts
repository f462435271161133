// Looks for a secret where it must never be: in the memory of processes and in files, as typed and as the window holds text.
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

const CHUNK = 4 * 1024 * 1024

const shapesOf = (secret: string): readonly Buffer[] => [Buffer.from(secret, 'latin1'), Buffer.from(secret, 'utf16le')]
const finds = (bytes: Buffer, shapes: readonly Buffer[]): number =>
  shapes.reduce((sum, shape) => {
    let count = 0
    for (let at = bytes.indexOf(shape); at >= 0; at = bytes.indexOf(shape, at + 1)) count += 1
    return sum + count
  }, 0)

/** How often the secret stands in the readable memory of a process; null where it cannot be read. */
export function inMemory(pid: number, secret: string): number | null {
  const shapes = shapesOf(secret)
  let handle: number
  try {
    handle = openSync(`/proc/${pid}/mem`, 'r')
  } catch {
    return null
  }
  let count = 0
  const buffer = Buffer.alloc(CHUNK)
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
      const found = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)$/.exec(line)
      if (found === null || /\[(vvar|vsyscall|vdso)/.test(found[3] ?? '')) continue
      const [from, to] = [BigInt(`0x${found[1]}`), BigInt(`0x${found[2]}`)]
      for (let at = from; at < to; at += BigInt(CHUNK - 64)) {
        const length = Number(to - at < BigInt(CHUNK) ? to - at : BigInt(CHUNK))
        try {
          const read = readSync(handle, buffer, 0, length, at)
          count += finds(buffer.subarray(0, read), shapes)
        } catch {
          // Reserved and never touched: nothing can stand there.
          break
        }
      }
    }
  } finally {
    closeSync(handle)
  }
  return count
}

/** What a process is called, for a report. */
export function nameOf(pid: number): string {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    return /--utility-sub-type=([\w.]+)/.exec(line)?.[1] ?? /--type=([\w-]+)/.exec(line)?.[1] ?? 'main'
  } catch {
    return readlinkSync(`/proc/${pid}/exe`)
  }
}

/** Files below a folder that hold the secret. */
export function inFiles(folder: string, secret: string): readonly string[] {
  const shapes = shapesOf(secret)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => {
      try {
        return statSync(path).isFile() && finds(readFileSync(path), shapes) > 0
      } catch {
        return false
      }
    })
}
