// The subfolder for files that could not be taken in (khong-nhan-duoc): each with a reason beside it, for whoever put it there.
// Never overwrites a file, never loses one: the reason is written first and reserves the name, then the file is moved.
import { lstat, mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { Failure, type Refusal } from '../../../preload/contract/result.ts'
import type { HotFolder } from '../../../preload/contract/scan.ts'

export const ASIDE = 'khong-nhan-duoc'
const REASON = '.ly-do.txt'
const MOST_SHOWN = 100
const MOST_NAMES = 10_000

const WORDS: Readonly<Partial<Record<Refusal, readonly [string, string]>>> = {
  'file-unknown': [
    'Không phải PDF, JPEG, PNG hoặc TIFF. Hãy quét lại hoặc lưu sang PDF.',
    'Not a PDF, JPEG, PNG or TIFF. Scan it again or save it as PDF.',
  ],
  'file-too-large': [
    'Tệp quá lớn: quá 256 MB, 1000 trang hoặc 20.000 điểm ảnh mỗi chiều. Hãy chia nhỏ tệp.',
    'Too large: over 256 MB, 1000 pages or 20,000 pixels a side. Split the file.',
  ],
  'file-locked': ['PDF có mật khẩu. Hãy lưu lại không có mật khẩu.', 'The PDF has a password. Save it without one.'],
  'file-damaged': [
    'Tệp hỏng hoặc chưa được ghi hết. Hãy gửi lại.',
    'Damaged, or never written to its end. Send it again.',
  ],
  'file-unsafe': [
    'Tệp có cấu tạo bất thường, có thể gây hại nên không được mở.',
    'Built in an unusual way that can do harm; it was not opened.',
  ],
}
const OTHER: readonly [string, string] = [
  'Chương trình không xử lý được tệp này.',
  'The program could not work on this file.',
]

function wordsOf(failure: Failure): readonly [string, string] {
  return (
    (failure.kind === 'refused' ? WORDS[failure.rule] : failure.kind === 'malformed' ? WORDS['file-damaged'] : null) ??
    OTHER
  )
}

type Refused = HotFolder['refused'][number]

export interface Aside {
  /** False: it could not be moved; it is where it was. */
  put(name: string, failure: Failure, at: Date): Promise<boolean>
  /** Newest first, at most 100; those that somebody took out are no longer in it. */
  list(): Promise<Refused[]>
}

export function openAside(folder: string): Aside {
  const place = join(folder, ASIDE)
  const known = new Map<string, Refused>()

  const isThere = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null)) !== null

  /** A name whose file is not there, with its reason written. A reason without a file is left from a crash and is used again. */
  async function reserve(name: string, text: string): Promise<string | null> {
    const { name: stem, ext } = parse(name)
    for (let count = 1; count < MOST_NAMES; count += 1) {
      const free = count === 1 ? name : `${stem} (${count})${ext}`
      if (await isThere(join(place, free))) continue
      const reason = join(place, `${free}${REASON}`)
      const facts = await lstat(reason).catch(() => null)
      if (facts !== null && !facts.isFile()) continue
      const handle = await open(reason, facts === null ? 'wx' : 'w')
      try {
        await handle.writeFile(text)
        await handle.sync()
      } finally {
        await handle.close()
      }
      return free
    }
    return null
  }

  return {
    put: async (name, failure, at) => {
      try {
        await mkdir(place, { recursive: true })
        if (!(await lstat(place)).isDirectory()) return false
        const [vietnamese, english] = wordsOf(failure)
        const plain = name.replace(/\p{Cc}/gu, '?')
        const text = `${plain}\r\n${at.toISOString()}\r\n\r\n${vietnamese}\r\n${english}\r\n\r\n${JSON.stringify(failure)}\r\n`
        const free = await reserve(name, text)
        if (free === null) return false
        await rename(join(folder, name), join(place, free))
        return true
      } catch {
        return false
      }
    },
    list: async () => {
      const names = await readdir(place).catch((): string[] => [])
      const there = new Set(names)
      for (const name of known.keys()) if (!there.has(name)) known.delete(name)
      for (const name of names) {
        if (!there.has(`${name}${REASON}`) || known.has(name)) continue
        const refused = readReason(name, await readFile(join(place, `${name}${REASON}`), 'utf8').catch(() => ''))
        if (refused !== null) known.set(name, refused)
      }
      return [...known.values()].sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, MOST_SHOWN)
    },
  }
}

function readReason(name: string, text: string): Refused | null {
  const lines = text.split('\r\n')
  const at = lines[1] ?? ''
  try {
    const failure = Failure.safeParse(JSON.parse(lines[6] ?? ''))
    return failure.success && !Number.isNaN(Date.parse(at)) ? { name, at, failure: failure.data } : null
  } catch {
    return null
  }
}
