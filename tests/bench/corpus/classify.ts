// Says of which kind a published PDF is, by its bytes and by qpdf; none of our own readers is asked.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** The first that fits, in this order. */
export type PublishedKind =
  | 'published-no-pdf'
  | 'published-password'
  | 'published-encrypted'
  | 'published-signed'
  | 'published-damaged'
  | 'published-form'
  | 'published-hybrid'
  | 'published-linearised'
  | 'published-object-streams'
  | 'published-plain'

/** 0: sound; 2: errors, 3: warnings (manual of qpdf, exit status); 124 when it does not end. */
const check = (path: string): Promise<{ readonly status: number; readonly said: string }> =>
  new Promise((resolve) => {
    execFile('qpdf', ['--check', path], { timeout: 20_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 124
      resolve({ status, said: stdout + stderr })
    })
  })

export async function sortPdf(path: string): Promise<PublishedKind> {
  const bytes = await readFile(path)
  const text = bytes.toString('latin1')
  if (!text.slice(0, 1024 * 1024).includes('%PDF-')) return 'published-no-pdf'
  const { status, said } = await check(path)
  if (said.includes('invalid password')) return 'published-password'
  if (text.includes('/Encrypt ') || /^R = \d/m.test(said)) return 'published-encrypted'
  if (/\/ByteRange\s*\[/.test(text)) return 'published-signed'
  if (status !== 0) return 'published-damaged'
  if (text.includes('/AcroForm')) return 'published-form'
  if (text.includes('/XRefStm')) return 'published-hybrid'
  if (text.slice(0, 1024).includes('/Linearized')) return 'published-linearised'
  return /\/Type\s*\/ObjStm/.test(text) ? 'published-object-streams' : 'published-plain'
}
