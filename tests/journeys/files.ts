// Files as citizens, offices and enemies bring them, and the ways they come in: the choice of files, dropping, the watched folder.
// All are drawn and written here; no file of a person is used.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { expect, type Page } from 'playwright/test'
import sharp from 'sharp'
import { joinTiffs, pdfOf, pdfOfPages } from '../scan/import/samples.ts'
import { drawKind, type Kind } from '../scan/reading/papers.ts'
import { at } from './story.ts'

export interface BroughtFile {
  readonly name: string
  readonly bytes: Buffer
}

/** A sheet as a scanner took it, JPEG. */
export const sheetOf = async (kind: Kind, seed = 3): Promise<Buffer> => (await drawKind(kind, seed, 200)).picture

export async function pdfOfSheets(name: string, kinds: readonly Kind[]): Promise<BroughtFile> {
  const sheets = await Promise.all(
    kinds.map(async (kind) => {
      const bytes = await sheetOf(kind)
      const { width, height } = await sharp(bytes).metadata()
      return { jpeg: { bytes, width, height } }
    }),
  )
  return { name, bytes: pdfOfPages(sheets) }
}

export const jpegFile = async (name: string, kind: Kind): Promise<BroughtFile> => ({ name, bytes: await sheetOf(kind) })

export const pngFile = async (name: string, kind: Kind): Promise<BroughtFile> => ({
  name,
  bytes: await sharp(await sheetOf(kind))
    .withMetadata({ density: 200 })
    .png({ compressionLevel: 3 })
    .toBuffer(),
})

/** Black-and-white fax pages in one file. */
export async function faxFile(name: string, kinds: readonly Kind[]): Promise<BroughtFile> {
  const dots = 200 / 25.4
  const pages = await Promise.all(
    kinds.map(async (kind) =>
      sharp(await sheetOf(kind))
        .toColourspace('b-w')
        .threshold(150)
        .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: dots, yres: dots })
        .toBuffer(),
    ),
  )
  return { name, bytes: joinTiffs(pages) }
}

/** A photograph of a paper from a message: an A4 sheet in 100 dots an inch. */
export const coarseFile = async (name: string, kind: Kind): Promise<BroughtFile> => ({
  name,
  bytes: await sharp(await sheetOf(kind))
    .resize(827)
    .withMetadata({ density: 100 })
    .jpeg({ quality: 70 })
    .toBuffer(),
})

/** The same PDF with a password that is needed to open it. */
export function lockedFile(name: string, open: Buffer): BroughtFile {
  const folder = mkdtempSync(join(tmpdir(), 'quay-locked-'))
  try {
    const [from, to] = [join(folder, 'open.pdf'), join(folder, 'locked.pdf')]
    writeFileSync(from, open)
    execFileSync('qpdf', ['--encrypt', 'bi-mat', 'chu-tep', '256', '--', from, to])
    return { name, bytes: readFileSync(to) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One page whose content unfolds from half a megabyte to half a gigabyte. */
export const bombFile = (name: string): BroughtFile => ({
  name,
  bytes: pdfOf([
    { words: '<< /Type /Catalog /Pages 2 0 R >>' },
    { words: '<< /Type /Pages /Count 1 /Kids [3 0 R] >>' },
    { words: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>' },
    {
      words: '<< /Filter /FlateDecode >>',
      data: deflateSync(Buffer.alloc(512 * 1024 * 1024, 32), { level: 1 }),
    },
  ]),
})

/** A real picture, 40,000 pixels wide. */
export const giantFile = async (name: string): Promise<BroughtFile> => ({
  name,
  bytes: await sharp({ create: { width: 40_000, height: 1_000, channels: 3, background: '#f4f1ea' } })
    .png()
    .toBuffer(),
})

/** Whole by its beginning and its end, and nonsense between. */
export const brokenFile = (name: string): BroughtFile => ({
  name,
  bytes: Buffer.from(`%PDF-1.7\n${'hỏng '.repeat(2_000)}\nstartxref\n12\n%%EOF\n`),
})

/** Writes them where the choice of files can find them. */
export const putOnDisk = (folder: string, files: readonly BroughtFile[]): readonly string[] =>
  files.map(({ name, bytes }) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  })

/** With O and the system's own choice of files. */
export async function chooseFiles(page: Page, paths: readonly string[]): Promise<void> {
  await expect(at(page, 'import')).toBeVisible()
  const choosing = page.waitForEvent('filechooser')
  // The window must have heard that somebody listens before the key comes.
  await page.evaluate(() => undefined)
  await page.keyboard.press('o')
  await (await choosing).setFiles([...paths])
}

/** As a file manager drops them onto the stack. */
export async function dropFiles(page: Page, files: readonly BroughtFile[]): Promise<void> {
  const dropped = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer()
      for (const { name, base64 } of given)
        transfer.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name))
      return transfer
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  )
  const stack = at(page, 'screen-scan')
  await stack.dispatchEvent('dragover', { dataTransfer: dropped })
  await expect(page.locator('.drop-veil')).toBeVisible()
  await stack.dispatchEvent('drop', { dataTransfer: dropped })
}
