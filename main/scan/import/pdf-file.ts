// Pages of a PDF: a page that is one JPEG passes through untouched, any other is drawn at 300 dpi.
// Every stream is looked at before pdf.js sees the file; our own reading of a page counts only where pdf.js agrees.

import { readJpegFacts } from '../../workshop/jpeg-facts.ts'
import { checkMarks, type Painted, readContent } from './pdf/content.ts'
import { type DrawingRoom, openDrawingRoom } from './pdf/draw.ts'
import { type Objects, openObjects } from './pdf/objects.ts'
import { coarseness, coloursOf, findOnePicture, LARGEST_JPEG } from './pdf/one-picture.ts'
import { checkPageSize, type PdfPage, readPages } from './pdf/pages.ts'
import { checkStreams } from './pdf/safety.ts'
import { codeDrawn, takeJpeg } from './picture-pages.ts'
import { type ImportedPage, type ImportParts, type LookedInto, MOST_PAGES, ruleOf, stop } from './shapes.ts'

type PlainPage = Omit<ImportedPage, 'lowResolution'>

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** Pages that are one plain JPEG are named in `places`. */
export async function lookIntoPdf(bytes: Uint8Array, parts: ImportParts): Promise<LookedInto> {
  const objects = openObjects(asBuffer(bytes))
  checkStreams(objects)
  const own = readPages(objects)
  const single = own.map((page) => {
    checkPageSize(page.box[2] - page.box[0], page.box[3] - page.box[1])
    const seen = painted(page, objects)
    checkMarks(page, objects)
    return seen !== null && findOnePicture(page, seen, objects) !== null
  })
  const room = await openDrawingRoom(bytes, parts.pdfFolder)
  try {
    if (room.pages > MOST_PAGES) throw stop('file-too-large')
    if (room.pages < 1) throw stop('file-damaged')
    const places: number[] = []
    for (const [index, page] of own.length === room.pages ? own.entries() : [])
      if (single[index] === true && (await agrees(room, index, page))) places.push(index)
    return { kind: 'pdf', pages: room.pages, places }
  } finally {
    await room.close()
  }
}

function painted(page: PdfPage, objects: Objects): Painted | null {
  try {
    return readContent(page, objects)
  } catch (thrown) {
    if (ruleOf(thrown) !== 'file-damaged') throw thrown
    return null
  }
}

async function agrees(room: DrawingRoom, index: number, page: PdfPage): Promise<boolean> {
  const seen = await room.see(index).catch(() => null)
  if (seen === null || seen.rotate !== page.rotate || seen.unit !== page.unit) return false
  return seen.box.every((edge, side) => Math.abs(edge - (page.box[side] ?? 0)) < 0.5)
}

export interface PdfReading {
  readonly take: (index: number) => Promise<ImportedPage>
  readonly close: () => Promise<void>
}

/** For one batch of pages. `looked` must come from `lookIntoPdf` of the same bytes, which has checked them. */
export function readPdf(bytes: Uint8Array, looked: LookedInto, parts: ImportParts): PdfReading {
  const objects = openObjects(asBuffer(bytes))
  const pages = readPages(objects)
  const agreed = pages.length === looked.pages
  let room: Promise<DrawingRoom> | null = null
  const one = async (page: PdfPage, seen: Painted): Promise<PlainPage | null> => {
    const found = findOnePicture(page, seen, objects)
    if (found === null) return null
    const { data, rest } = objects.open(found.stream, LARGEST_JPEG)
    const facts = readJpegFacts(data)
    const { dictionary } = found.stream
    const [width, height] = [objects.get(dictionary.get('Width')), objects.get(dictionary.get('Height'))]
    if (rest?.name !== 'DCTDecode' || facts?.width !== width || facts?.height !== height) return null
    if (facts?.components !== coloursOf(found.stream, objects)) return null
    const taken = await takeJpeg(data).catch(() => null)
    if (taken?.untouched !== true) return null
    // A copy of its own: the bytes must not hold the whole file in memory.
    return { ...taken, picture: Uint8Array.from(taken.picture), dpi: found.dpi, rotation: found.rotation }
  }
  return {
    take: async (index) => {
      const page = agreed ? pages[index] : undefined
      const seen = page === undefined ? null : painted(page, objects)
      if (page !== undefined && seen !== null && looked.places.includes(index)) {
        const untouched = await one(page, seen)
        if (untouched !== null) return { ...untouched, lowResolution: untouched.dpi < parts.lowestDpi }
      }
      room ??= openDrawingRoom(bytes, parts.pdfFolder)
      const { rgba, width, height, dpi } = await (await room).draw(index)
      const picture = await codeDrawn(rgba, width, height, dpi)
      const coarse = page === undefined || seen === null ? null : coarseness(page, seen, objects)
      const lowResolution = (coarse ?? dpi) < parts.lowestDpi
      return { picture, bitonal: false, width, height, dpi, rotation: 0, untouched: false, lowResolution }
    },
    close: async () => {
      await (await room?.catch(() => null))?.close()
    },
  }
}
