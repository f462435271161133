// What programs of others say of a foreign PDF that was signed or written anew: qpdf, pdfsig, and poppler's pictures of its pages.
// Never: a line of our own readers.
import { execFile, execFileSync } from 'node:child_process'

interface Said {
  readonly status: number
  readonly said: Buffer
}

const ask = (tool: string, ...words: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(tool, words, { timeout: 60_000, maxBuffer: 1 << 28, encoding: 'buffer' }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 124
      resolve({ status, said: Buffer.concat([stdout, stderr]) })
    })
  })

/** An empty store of certificates for pdfsig, made in `folder`. */
export function makeStore(folder: string): string {
  execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password'], { stdio: 'pipe' })
  return folder
}

/** 0 sound, 1 warnings, 2 errors (manual of qpdf, exit status 0, 3, 2). */
async function gravityOf(path: string): Promise<number> {
  const { status } = await ask('qpdf', '--check', path)
  return status === 0 ? 0 : status === 3 ? 1 : 2
}

/** Field name → the value of its signature holds, as pdfsig says. */
async function validFields(path: string, store: string): Promise<ReadonlyMap<string, boolean>> {
  const { said } = await ask('pdfsig', '-nocert', '-nssdir', `sql:${store}`, path)
  const parts = said
    .toString('utf8')
    .split(/^Signature #\d+:$/m)
    .slice(1)
  return new Map(
    parts.map((part) => [
      part.split('Signature Field Name: ')[1]?.split('\n')[0] ?? '',
      part.includes('Signature is Valid.'),
    ]),
  )
}

export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue. */
  readonly pixels: Buffer
}

/** A page as poppler shows it, its longer side `size` pixels; null when it cannot. `page` counts from 1. */
export async function drawPage(path: string, page: number, size = 240): Promise<Picture | null> {
  const words = ['-cropbox', '-f', String(page), '-l', String(page), '-scale-to', String(size), path]
  const { said } = await ask('pdftoppm', ...words)
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(said.toString('latin1', 0, 60))
  if (head === null) return null
  const [width, height] = [Number(head[1]), Number(head[2])]
  const pixels = said.subarray(head[0].length, head[0].length + width * height * 3)
  return pixels.length === width * height * 3 ? { width, height, pixels } : null
}

/** Share of pixels that differ by more than a shade, 1 for pictures of another size. */
export function differenceOf(one: Picture, other: Picture): number {
  if (one.width !== other.width || one.height !== other.height) return 1
  let different = 0
  for (let at = 0; at < one.pixels.length; at += 3)
    if ([0, 1, 2].some((part) => Math.abs((one.pixels[at + part] ?? 0) - (other.pixels[at + part] ?? 0)) > 40))
      different += 1
  return different / (one.width * one.height)
}

export interface SignedFile {
  /** As it was brought. */
  readonly brought: string
  /** What was signed: the same, or the repaired one. */
  readonly accepted: string
  readonly signed: string
  readonly pages: number
  readonly repaired: boolean
}

/** What is wrong with it, or null; `store` from `makeStore`. */
export async function judgeForeign(file: SignedFile, store: string): Promise<string | null> {
  return (
    (await judgeStructure(file)) ??
    (await judgeSignatures(file, store)) ??
    (await judgeStamp(file)) ??
    (file.repaired ? await judgeRepair(file) : null)
  )
}

async function judgeStructure({ brought, signed }: SignedFile): Promise<string | null> {
  const after = await gravityOf(signed)
  return after > 0 && after > (await gravityOf(brought)) ? `qpdf ${after}` : null
}

async function judgeSignatures({ accepted, signed, repaired }: SignedFile, store: string): Promise<string | null> {
  const after = await validFields(signed, store)
  if (after.get('Officer') !== true || after.get('Agency') !== true) return 'pdfsig ours'
  if (repaired || after.size === 2) return null
  for (const [field, valid] of await validFields(accepted, store))
    if (valid && after.get(field) !== true) return 'pdfsig earlier'
  return null
}

/** The last page shows more than before. A page that poppler cannot draw before is not asked about. */
async function judgeStamp({ accepted, signed, pages }: SignedFile): Promise<string | null> {
  const [before, after] = await Promise.all([drawPage(accepted, pages), drawPage(signed, pages)])
  if (before === null) return null
  if (after === null) return 'not drawn'
  const share = differenceOf(before, after)
  return share > 0.002 && share < 0.9 ? null : `stamp ${share.toFixed(4)}`
}

/** As many pages, and the first, the middle and the last look the same, as far as poppler can draw the broken file at all. */
async function judgeRepair({ brought, accepted, pages }: SignedFile): Promise<string | null> {
  const facts = (await ask('pdfinfo', brought)).said.toString('latin1')
  const counted = Number(/^Pages:\s+(\d+)/m.exec(facts)?.[1] ?? 0)
  if (counted > 0 && counted !== pages) return `pages ${counted} to ${pages}`
  // Poppler counts pages that it cannot read, and draws nothing of them.
  if (/^Page size:\s+0 x 0/m.test(facts)) return null
  for (const page of new Set([1, Math.ceil(pages / 2), pages])) {
    const [before, after] = await Promise.all([drawPage(brought, page), drawPage(accepted, page)])
    if (before === null) continue
    if (after === null) return 'repaired not drawn'
    const share = differenceOf(before, after)
    if (share > 0.005) return `picture ${share.toFixed(3)}`
  }
  return null
}
