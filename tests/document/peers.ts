// Strangers that judge our PDFs: qpdf and poppler, when they are installed. Files go to a folder of their own and away again.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined
export const hasQpdf = has('qpdf')
export const hasPoppler = ['pdfinfo', 'pdftotext', 'pdftoppm', 'pdfimages'].every(has)

export function inFolder<T>(pdf: Uint8Array, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'quay-pdf-'))
  try {
    const file = join(folder, 'in.pdf')
    writeFileSync(file, pdf)
    return use(file, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(tool: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${tool}: ${stderr}`)
  return stdout + stderr
}

/** `qpdf --check` answers 0 only without a single warning. */
export const qpdfCheck = (pdf: Uint8Array): string => inFolder(pdf, (file) => run('qpdf', '--check', file))

export const qpdfRewrite = (pdf: Uint8Array, ...options: string[]): Uint8Array =>
  inFolder(pdf, (file, folder) => {
    run('qpdf', ...options, '--newline-before-endstream', '--deterministic-id', file, join(folder, 'out.pdf'))
    return new Uint8Array(readFileSync(join(folder, 'out.pdf')))
  })

export const pdfInfo = (pdf: Uint8Array): Readonly<Record<string, string>> =>
  inFolder(pdf, (file) =>
    Object.fromEntries(
      run('pdfinfo', '-rawdates', file)
        .split('\n')
        .filter((line) => line.includes(':'))
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    ),
  )

/** Text of the pages, one after another, white space made single. */
export const textOf = (pdf: Uint8Array, ...options: string[]): string =>
  inFolder(pdf, (file) => run('pdftotext', ...options, file, '-').replace(/\s+/g, ' '))

export const fontsOf = (pdf: Uint8Array): readonly string[] =>
  inFolder(pdf, (file) => run('pdffonts', file).trim().split('\n').slice(2))

/** Pictures as they lie in the file, JPEG bytes untouched; `-tiff` gives them decoded. */
export const imagesOf = (pdf: Uint8Array, form: '-all' | '-tiff' = '-all'): readonly Uint8Array[] =>
  inFolder(pdf, (file, folder) => {
    run('pdfimages', form, file, join(folder, 'picture'))
    return readdirSync(folder)
      .filter((name) => name.startsWith('picture'))
      .sort()
      .map((name) => new Uint8Array(readFileSync(join(folder, name))))
  })

export const renderPages = (pdf: Uint8Array, dpi: number): readonly Uint8Array[] =>
  inFolder(pdf, (file, folder) => {
    run('pdftoppm', '-r', String(dpi), '-png', file, join(folder, 'page'))
    return readdirSync(folder)
      .filter((name) => name.startsWith('page'))
      .sort()
      .map((name) => new Uint8Array(readFileSync(join(folder, name))))
  })
