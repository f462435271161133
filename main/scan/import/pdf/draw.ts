// Draws pages of a PDF with pdf.js on a canvas without a browser: no script runs, nothing is fetched, no XFA, no embedded file is opened.
// Promises an end: a page that takes too long or too much memory is given up as `file-unsafe`.
// One open file at a time a process; the two parts of pdf.js speak over a real message channel, so that timers get their turn.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import * as canvases from '@napi-rs/canvas'
import type { PDFDocumentLoadingTask, PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist'
import { LONGEST_SIDE, MOST_PIXELS, PAGE_TIME, stop } from '../shapes.ts'
import { type Box, checkPageSize } from './pages.ts'

export interface DrawnPage {
  /** RGBA, row by row. */
  readonly rgba: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

/** A page as pdf.js understands it, to be compared with our own reading. */
export interface SeenPage {
  readonly box: Box
  readonly rotate: number
  readonly unit: number
}

export interface DrawingRoom {
  readonly pages: number
  /** `index` from 0. */
  readonly see: (index: number) => Promise<SeenPage>
  /** Upright, marks on top of the page included, on white. */
  readonly draw: (index: number) => Promise<DrawnPage>
  readonly close: () => Promise<void>
}

const WANTED_DPI = 300
const LOWEST_DPI = 200
/** Pixels of a drawing; A2 at 300 dpi and A1 at 260 fit. */
const LARGEST_DRAWING = 70_000_000
/** Bytes by which a page may make the process grow. */
const MOST_GROWTH = 1_500_000_000
const LOOK_EVERY = 100

/** Throws `file-locked`, `file-damaged`, `file-unsafe`. `bytes` are copied. */
export async function openDrawingRoom(bytes: Uint8Array, pdfFolder: string): Promise<DrawingRoom> {
  const { pdfjs, worker } = await loadPdfjs()
  const { port1, port2 } = new MessageChannel()
  const threads = new pdfjs.PDFWorker({ port: port1 as unknown as null, verbosity: 0 })
  let task: PDFDocumentLoadingTask | null = null
  // On broken files pdf.js leaves rejected promises to nobody, which would end the process; what it awaits itself still counts.
  process.on('unhandledRejection', deaf)
  const close = async (): Promise<void> => {
    await Promise.race([task?.destroy().catch(() => undefined), later(1000)])
    threads.destroy()
    port1.close()
    port2.close()
    setTimeout(() => process.off('unhandledRejection', deaf), 50).unref()
  }
  try {
    worker.WorkerMessageHandler.initializeFromPort(port2)
    // A copy of the bytes: pdf.js takes it for itself.
    task = pdfjs.getDocument({ ...quietly(pdfFolder), data: new Uint8Array(bytes), worker: threads })
    const document = await inTime(task.promise, null)
    return {
      pages: document.numPages,
      see: (index) => seePage(document, index),
      draw: (index) => drawPage(document, index, pdfjs.AnnotationMode.ENABLE),
      close,
    }
  } catch (error) {
    await close()
    throw (error as { name?: unknown }).name === 'PasswordException' ? stop('file-locked') : error
  }
}

const deaf = (): void => undefined

/** Everything off that runs, fetches or asks the system. */
const quietly = (pdfFolder: string) => ({
  verbosity: 0,
  isEvalSupported: false,
  enableXfa: false,
  disableFontFace: true,
  useSystemFonts: false,
  useWorkerFetch: false,
  isOffscreenCanvasSupported: false,
  isImageDecoderSupported: false,
  maxImageSize: MOST_PIXELS,
  CanvasFactory: Canvases,
  FilterFactory: NoFilters,
  CMapReaderFactory: readsFrom(join(pdfFolder, 'cmaps')),
  StandardFontDataFactory: readsFrom(join(pdfFolder, 'standard_fonts')),
  cMapUrl: 'cmaps/',
  cMapPacked: true,
  standardFontDataUrl: 'standard_fonts/',
})

async function seePage(document: PDFDocumentProxy, index: number): Promise<SeenPage> {
  const page = await inTime(document.getPage(index + 1), null)
  const [left, bottom, right, top] = page.view
  const box: Box = [left ?? 0, bottom ?? 0, right ?? 0, top ?? 0]
  const seen = { box, rotate: page.rotate, unit: page.userUnit }
  page.cleanup()
  return seen
}

async function drawPage(document: PDFDocumentProxy, index: number, annotationMode: number): Promise<DrawnPage> {
  const page: PDFPageProxy = await inTime(document.getPage(index + 1), null)
  const size = page.getViewport({ scale: 1 })
  checkPageSize(size.width / page.userUnit, size.height / page.userUnit)
  const dpi = densityFor(size.width, size.height)
  const viewport = page.getViewport({ scale: dpi / 72 })
  const [width, height] = [Math.max(1, Math.round(viewport.width)), Math.max(1, Math.round(viewport.height))]
  const canvas = canvases.createCanvas(width, height)
  try {
    const task = page.render({
      canvasContext: canvas.getContext('2d') as unknown as CanvasRenderingContext2D,
      viewport,
      annotationMode,
      background: '#ffffff',
    })
    task.onContinue = (go: () => void) => setImmediate(go)
    await inTime(task.promise, task)
    // pdf.js leaves out a picture that it cannot decode; a page with a hole must not pass for the page.
    for (const [id, data] of [...objectsOf(page.objs), ...objectsOf(page.commonObjs)])
      if (data === null && id.includes('img')) throw stop('file-damaged')
    return { rgba: canvas.data(), width, height, dpi }
  } finally {
    page.cleanup()
  }
}

const objectsOf = (objects: unknown): Iterable<readonly [string, unknown]> =>
  objects as Iterable<readonly [string, unknown]>

/** `width`, `height` in points. Large plans get fewer dots, down to what the law wants; beyond: `file-too-large`. */
export function densityFor(width: number, height: number): number {
  const bySide = (LONGEST_SIDE * 72) / Math.max(width, height)
  const byArea = Math.sqrt(LARGEST_DRAWING / ((width / 72) * (height / 72)))
  const dpi = Math.floor(Math.min(WANTED_DPI, bySide, byArea))
  if (dpi < LOWEST_DPI) throw stop('file-too-large')
  return dpi
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** The promise, unless time or memory run out first. */
async function inTime<T>(promise: Promise<T>, task: RenderTask | null): Promise<T> {
  const began = performance.now()
  const before = process.memoryUsage.rss()
  let timer: NodeJS.Timeout | undefined
  const guard = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (performance.now() - began < PAGE_TIME && process.memoryUsage.rss() - before < MOST_GROWTH) return
      reject(stop('file-unsafe'))
      task?.cancel()
    }, LOOK_EVERY)
  })
  try {
    return await Promise.race([promise, guard])
  } finally {
    clearInterval(timer)
    promise.catch(() => undefined)
  }
}

interface WorkerSide {
  readonly WorkerMessageHandler: { initializeFromPort(port: unknown): void }
}

/** pdf.js looks for these when it is loaded; a browser has them. */
async function loadPdfjs() {
  const { DOMMatrix, ImageData, Path2D } = canvases
  const own = { DOMMatrix, ImageData, Path2D }
  for (const [name, value] of Object.entries(own)) if (!(name in globalThis)) Reflect.set(globalThis, name, value)
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs')
  // @ts-expect-error: the worker side has no types
  const worker: WorkerSide = await import('pdfjs-dist/legacy/build/pdf.worker.mjs')
  return { pdfjs, worker }
}

interface Kept {
  canvas: canvases.Canvas | null
  context: canvases.SKRSContext2D | null
}

/** Canvases that pdf.js wants for groups and patterns; a hostile size is refused. */
class Canvases {
  create(width: number, height: number): Kept {
    if (!(width > 0 && height > 0) || width * height > MOST_PIXELS) throw new Error('canvas size')
    const canvas = canvases.createCanvas(width, height)
    return { canvas, context: canvas.getContext('2d') }
  }
  reset(kept: Kept, width: number, height: number): void {
    if (!(width > 0 && height > 0) || width * height > MOST_PIXELS) throw new Error('canvas size')
    if (kept.canvas === null) return
    kept.canvas.width = width
    kept.canvas.height = height
  }
  destroy(kept: Kept): void {
    kept.canvas = null
    kept.context = null
  }
}

/** Colour filters of soft masks are CSS in a browser; without them pdf.js draws those masks plainly. */
class NoFilters {
  addFilter = (): string => 'none'
  addHCMFilter = (): string => 'none'
  addAlphaFilter = (): string => 'none'
  addLuminosityFilter = (): string => 'none'
  addHighlightHCMFilter = (): string => 'none'
  destroy(): void {}
}

/** Files of a folder by their plain names; a name that leads out of it is not read. */
function readsFrom(folder: string) {
  return class {
    async fetch({ name, filename }: { name?: string; filename?: string }) {
      const file = filename ?? `${name}.bcmap`
      if (!/^[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)?$/.test(file)) throw new Error('no such file')
      const data = new Uint8Array(await readFile(join(folder, file)))
      return filename === undefined ? { cMapData: data, isCompressed: true } : data
    }
  }
}
