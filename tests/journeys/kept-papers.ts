// Papers that stay in the dossier (thành phần hồ sơ): fed, read, signed by who scanned them, their data confirmed, sent. What came
// of them is asked from outside: the store opened by itself, the province's own files, poppler and qpdf.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from 'playwright/test'
import type { Document, Fields } from '../../preload/contract/document.ts'
import { callerFor, must, openNodeCounter, PEOPLE } from '../bench/office.ts'
import type { Stack } from '../bench/stack.ts'
import { askQpdf, verdictOfStrangers } from '../signature/strangers.ts'
import * as story from './story.ts'

/** A procedure of which the papers are kept, not certified: the signature on a paper is to be certified. */
export const openKept = (page: Page): Promise<void> => story.openDossier(page, 'chung thuc chu ky', '2.000884')

/** Feeds these sheets (JPEG) through the real scanner's stack and waits until each is made right. */
export async function feedSheets(page: Page, stack: Stack, sheets: readonly Buffer[]): Promise<void> {
  stack.scanner.load(sheets)
  await story.feed(page, sheets.length)
  await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', String(sheets.length), { timeout: 30_000 })
}

/** F10, F9: one document a paper, under the names that stand there. Ends at the form. */
export async function makeKept(page: Page, papers: number): Promise<void> {
  await expect(story.at(page, 'paper-row')).toHaveCount(papers)
  await page.keyboard.press('F9')
  await expect(story.at(page, 'screen-fields')).toBeVisible({ timeout: 30_000 })
}

export interface Filed {
  readonly document: Document
  readonly fields: Fields
  /** Paths of the capture as filed, and with the signature of who scanned; null before it is signed. */
  readonly file: string
  readonly signed: string | null
  /** The agency's own copy (sao y). */
  readonly copied: string | null
}

/** After the program has ended: what its store says, and the files themselves. */
export async function filedIn(stack: Stack): Promise<readonly Filed[]> {
  const counter = openNodeCounter({ folder: stack.data, unit: { ...stack.unit, province: null, reading: false } })
  try {
    const clerk = callerFor(counter, PEOPLE.clerk.login)
    const dossiers = must(await counter.handlers.dossier.list({}, clerk))
    const lists = await Promise.all(
      dossiers.map(async ({ id }) => must(await counter.handlers.document.list({ dossierId: id }, clerk))),
    )
    const written = (hash: string, name: string): string => {
      const path = join(stack.home, name)
      writeFileSync(path, must(counter.vault.get(hash)))
      return path
    }
    return await Promise.all(
      lists.flat().map(async (document) => ({
        document,
        fields: must(await counter.handlers.document.fields({ documentId: document.id }, clerk)),
        file: written(document.file, `${document.id}.pdf`),
        signed: document.scanSigned === null ? null : written(document.scanSigned.file, `${document.id}-signed.pdf`),
        copied:
          document.agencyCopy?.signed == null
            ? null
            : written(document.agencyCopy.signed.file, `${document.id}-copy.pdf`),
      })),
    )
  } finally {
    await counter.close()
  }
}

/** The words poppler finds, in its order. */
export const textOf = (path: string): string => execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })

export interface Archival {
  readonly qpdf: string
  /** Of the XMP, as pdfinfo shows it. */
  readonly part: string
  readonly level: string
}

export function archivalOf(path: string): Archival {
  const xmp = execFileSync('pdfinfo', ['-meta', path], { encoding: 'utf8' })
  const value = (name: string): string => new RegExp(`pdfaid:${name}[^0-9A-Z]{1,4}([0-9A-Z]+)`).exec(xmp)?.[1] ?? ''
  return { qpdf: askQpdf(path), part: value('part'), level: value('conformance') }
}

/** Where this word stands on page 1, as shares of the page from its top left; null when poppler does not see it. */
export function placeOf(path: string, word: string): { readonly left: number; readonly top: number } | null {
  const html = execFileSync('pdftotext', ['-bbox', '-f', '1', '-l', '1', path, '-'], { encoding: 'utf8' })
  const page = /<page width="([\d.]+)" height="([\d.]+)"/.exec(html)
  const found = new RegExp(`xMin="([\\d.]+)" yMin="([\\d.]+)"[^>]*>${word}<`).exec(html)
  if (page === null || found === null) return null
  return { left: Number(found[1]) / Number(page[1]), top: Number(found[2]) / Number(page[2]) }
}

/** Page 1 as poppler paints it, for people to look at; only when QUAY_SHOTS names a folder. */
export function pictureOf(path: string, name: string): void {
  const folder = process.env.QUAY_SHOTS
  if (folder !== undefined)
    execFileSync('pdftoppm', ['-r', '80', '-f', '1', '-l', '1', '-png', '-singlefile', path, join(folder, name)])
}

/** What strangers say of the scanner's signature. */
export function scannerSignature(path: string, stack: Stack) {
  const { pdfsig, qpdf, openssl } = verdictOfStrangers(path, stack.pki.ca.pem)
  return {
    signers: pdfsig.map(({ signer, valid, trusted, whole }) => ({ signer, valid, trusted, whole })),
    qpdf,
    openssl,
  }
}

export const SIGNED_BY_CLERK = {
  signers: [{ signer: PEOPLE.clerk.name, valid: true, trusted: true, whole: true }],
  qpdf: 'ok',
  openssl: ['ok'],
} as const

/** The files of the papers, asked from the province itself under the numbers it gave for them. */
export async function arrivedFiles(page: Page, stack: Stack): Promise<readonly Buffer[]> {
  const parcels = await story.ask(page, (api) => api.outbox.list({}))
  const ids = parcels.flatMap(({ kind, provinceId }) => (kind === 'paper' && provinceId !== null ? [provinceId] : []))
  return Promise.all(
    ids.map(async (id) => {
      const answer = await fetch(`${stack.province.url}/files/${encodeURIComponent(id)}`)
      if (!answer.ok) throw new Error(`the province has no file ${id}`)
      return Buffer.from(await answer.arrayBuffer())
    }),
  )
}
