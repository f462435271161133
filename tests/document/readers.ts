// Strangers that read our PDFs: pdf.js as a browser has it, and the boxes of words that poppler finds.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { SKRSContext2D } from '@napi-rs/canvas'
import { inFolder } from './peers.ts'

export interface ReadWord {
  readonly text: string
  /** Points from the top left. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const plain = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => NAMED[name] ?? whole)

/** Words by page, in the order in which poppler reads them. */
export const popplerWords = (pdf: Uint8Array): readonly (readonly ReadWord[])[] =>
  inFolder(pdf, (file) => {
    const { status, stdout, stderr } = spawnSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    return stdout
      .split('<page ')
      .slice(1)
      .map((page) =>
        [
          ...page.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*)<\/word>/g),
        ].map(([, left, top, right, bottom, text = '']) => ({
          text: plain(text),
          left: Number(left),
          top: Number(top),
          right: Number(right),
          bottom: Number(bottom),
        })),
      )
  })

export interface PdfjsPage {
  /** Points. */
  readonly width: number
  readonly height: number
  /** As selecting everything and copying gives it. */
  readonly text: string
  /** Pieces with their left end on the base line, points from the lower left corner. */
  readonly pieces: readonly { readonly text: string; readonly x: number; readonly y: number; readonly width: number }[]
  /** Share of dark pixels when drawn, 0 to 1. */
  readonly dark: () => Promise<number>
}

const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))

export async function pdfjsPages(pdf: Uint8Array): Promise<readonly PdfjsPage[]> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const document = await getDocument({
    data: new Uint8Array(pdf),
    verbosity: 0,
    stopAtErrors: true,
    useSystemFonts: false,
    standardFontDataUrl: join(folder, 'standard_fonts/'),
  }).promise
  const pages: PdfjsPage[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number)
    const viewport = page.getViewport({ scale: 0.5 })
    const { items } = await page.getTextContent()
    const pieces = items.flatMap((item) =>
      'str' in item
        ? [{ text: item.str, x: item.transform[4], y: item.transform[5], width: item.width, end: item.hasEOL }]
        : [],
    )
    pages.push({
      width: viewport.width * 2,
      height: viewport.height * 2,
      text: pieces.map(({ text, end }) => (end ? `${text}\n` : text)).join(''),
      pieces: pieces.filter(({ text }) => text.trim() !== ''),
      dark: async () => {
        // The canvas that pdf.js brings, not ours: two versions of one native library do not take each other's objects.
        const factory = document.canvasFactory as { create(width: number, height: number): { context: SKRSContext2D } }
        const [width, height] = [Math.ceil(viewport.width), Math.ceil(viewport.height)]
        const { context } = factory.create(width, height)
        await page.render({ canvasContext: context as unknown as CanvasRenderingContext2D, viewport }).promise
        const { data } = context.getImageData(0, 0, width, height)
        let dark = 0
        for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128) dark += 1
        return dark / (data.length / 4)
      },
    })
  }
  return pages
}
