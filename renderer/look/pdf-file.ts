// A PDF of the vault, opened with pdf.js in its own worker. The bytes come from this window's own origin only.
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'
import PdfWorker from 'pdfjs-dist/legacy/build/pdf.worker.mjs?worker'

export type Pdf = pdfjs.PDFDocumentProxy

let worker: pdfjs.PDFWorker | undefined
function sharedWorker(): pdfjs.PDFWorker {
  worker ??= new pdfjs.PDFWorker({ port: new PdfWorker() as unknown as null })
  return worker
}

/** Address of a file of the vault; main decides whether it may be seen. */
export const vaultUrl = (file: string): string => `/vault/${file}`

/** Files that this window was given and main does not keep, by their hash. */
const held = new Map<string, Uint8Array>()
/** From now on `openPdf(file)` opens these bytes; the answer lets go of them. */
export function holdPdf(file: string, bytes: Uint8Array): () => void {
  held.set(file, bytes)
  return () => void held.delete(file)
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const own = held.get(file)
  if (own !== undefined) return own.slice()
  const answer = await fetch(vaultUrl(file))
  if (!answer.ok) throw new Error(`vault answered ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

export async function openPdf(file: string): Promise<Pdf> {
  const data = await bytesOf(file)
  return pdfjs.getDocument({ data, worker: sharedWorker(), isEvalSupported: false, enableXfa: false }).promise
}

export interface Painted {
  readonly canvas: HTMLCanvasElement
  readonly width: number
  readonly height: number
}

/** Paints one page (from 1). `scale` 1 is 72 dpi; `ratio` device pixels per CSS pixel. */
export async function paintPage(pdf: Pdf, at: number, scale: number, turned: number, ratio: number): Promise<Painted> {
  const page = await pdf.getPage(at)
  const rotation = (page.rotate + turned) % 360
  const view = page.getViewport({ scale, rotation })
  const sharp = page.getViewport({ scale: scale * ratio, rotation })
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(sharp.width)
  canvas.height = Math.round(sharp.height)
  const canvasContext = canvas.getContext('2d')
  if (canvasContext === null) throw new Error('no canvas')
  await page.render({ canvasContext, viewport: sharp, annotationMode: pdfjs.AnnotationMode.ENABLE }).promise
  return { canvas, width: view.width, height: view.height }
}

/** Width and height of a page in points, after rotation. */
export async function pageSize(
  pdf: Pdf,
  at: number,
  turned: number,
): Promise<{ readonly width: number; readonly height: number }> {
  const page = await pdf.getPage(at)
  const { width, height } = page.getViewport({ scale: 1, rotation: (page.rotate + turned) % 360 })
  return { width, height }
}

/** Paints every page at 200 dpi onto a sheet that only the printer sees, and asks the system to print it. */
export async function printPdf(pdf: Pdf): Promise<void> {
  const sheet = document.createElement('div')
  sheet.id = 'print-sheet'
  const urls: string[] = []
  for (let at = 1; at <= pdf.numPages; at += 1) {
    const { canvas } = await paintPage(pdf, at, 200 / 72, 0, 1)
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    if (blob === null) throw new Error('page not painted')
    const image = new Image()
    image.src = URL.createObjectURL(blob)
    urls.push(image.src)
    await image.decode()
    sheet.append(image)
  }
  document.body.append(sheet)
  window.print()
  sheet.remove()
  for (const url of urls) URL.revokeObjectURL(url)
}
