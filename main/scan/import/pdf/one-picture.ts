// Decides whether a page is one JPEG and nothing else, so that its bytes can pass through untouched; else it is drawn.
// When in doubt it is drawn: nothing that a viewer shows may get lost.
import type { Rotation } from '../../../../preload/contract/scan.ts'
import { isArray, isDictionary } from '../../../workshop/pdf/values.ts'
import { chooseDensity, isCredible, type Told } from '../density.ts'
import type { Painted, Placed } from './content.ts'
import { boxAfter, sidesOf, turnOf } from './matrix.ts'
import type { Objects, Stream } from './objects.ts'
import { nameOf } from './objects.ts'
import type { PdfPage } from './pages.ts'

export interface OnePicture {
  readonly stream: Stream
  readonly dpi: number
  readonly rotation: Rotation
}

/** Bytes of a JPEG under another filter. */
export const LARGEST_JPEG = 256 * 1024 * 1024
/** Share of a page's side that may stay white around the picture, or be cut off it. */
const MARGIN = 0.02
const HIDDEN = 2
const SIZELESS_LINK = new Set(['Link', 'Popup'])

export function findOnePicture(page: PdfPage, painted: Painted, objects: Objects): OnePicture | null {
  const [only] = painted.pictures
  if (only === undefined || painted.pictures.length > 1 || painted.other) return null
  if (!isPlainJpeg(only.stream, objects) || hasMarksOnTop(page, objects)) return null
  const turn = turnOf(only.matrix)
  if (turn === null || !covers(only, page)) return null
  const told = densityOf(only, page, objects)
  if (told === null || Math.abs(told.x - told.y) > 0.05 * Math.max(told.x, told.y)) return null
  const [width, height] = sizeOf(only.stream, objects)
  const dpi = chooseDensity(width, height, told)
  return { stream: only.stream, dpi, rotation: ((turn + page.rotate) % 360) as Rotation }
}

/** Dots an inch of the picture that fills most of a drawn page; null when the page is no picture or nobody set its size. */
export function coarseness(page: PdfPage, painted: Painted, objects: Objects): number | null {
  const area = (page.box[2] - page.box[0]) * (page.box[3] - page.box[1])
  const large = painted.pictures.filter(({ matrix }) => {
    const { width, height } = sidesOf(matrix)
    return width * height >= area / 2
  })
  const dots = large.flatMap((picture) => {
    const told = densityOf(picture, page, objects)
    const [width, height] = sizeOf(picture.stream, objects)
    return isCredible(width, height, told) ? [Math.round(Math.min(told.x, told.y))] : []
  })
  return dots.length === 0 ? null : Math.max(...dots)
}

function sizeOf(stream: Stream, { get }: Objects): readonly [number, number] {
  const [width, height] = [get(stream.dictionary.get('Width')), get(stream.dictionary.get('Height'))]
  return [typeof width === 'number' ? width : 0, typeof height === 'number' ? height : 0]
}

function densityOf(picture: Placed, page: PdfPage, objects: Objects): Told | null {
  const [width, height] = sizeOf(picture.stream, objects)
  const sides = sidesOf(picture.matrix)
  if (!(sides.width > 0 && sides.height > 0 && width > 0 && height > 0)) return null
  return { x: (width * 72) / (sides.width * page.unit), y: (height * 72) / (sides.height * page.unit) }
}

function covers(picture: Placed, page: PdfPage): boolean {
  const lies = boxAfter([0, 0, 1, 1], picture.matrix)
  const [across, down] = [(page.box[2] - page.box[0]) * MARGIN, (page.box[3] - page.box[1]) * MARGIN]
  return lies.every((edge, side) => Math.abs(edge - (page.box[side] ?? 0)) <= (side % 2 === 0 ? across : down))
}

function isPlainJpeg(stream: Stream, objects: Objects): boolean {
  const { get } = objects
  const { dictionary } = stream
  if (['SMask', 'Mask', 'OC', 'ImageMask'].some((key) => ![null, false].includes(get(dictionary.get(key)) as null)))
    return false
  const filters = objects.filters(stream)
  const last = filters[filters.length - 1]
  if (last?.name !== 'DCTDecode' || last.parameters?.has('ColorTransform') === true) return false
  const decode = get(dictionary.get('Decode'))
  if (isArray(decode) && decode.some((value, index) => get(value) !== index % 2)) return false
  return coloursOf(stream, objects) !== null
}

/** 1 grey, 3 colour; null for spaces in which the samples mean something else than in the JPEG itself. */
export function coloursOf(stream: Stream, { get, stream: streamAt }: Objects): 1 | 3 | null {
  const space = get(stream.dictionary.get('ColorSpace'))
  const name = nameOf(isArray(space) ? get(space[0]) : space)
  if (name === 'DeviceGray' || name === 'CalGray') return 1
  if (name === 'DeviceRGB' || name === 'CalRGB') return 3
  if (name !== 'ICCBased' || !isArray(space)) return null
  const count = get(streamAt(space[1])?.dictionary.get('N'))
  return count === 1 || count === 3 ? count : null
}

/** Stamps, notes and filled forms are seen; links and hidden ones are not. */
function hasMarksOnTop(page: PdfPage, { get }: Objects): boolean {
  const list = get(page.dictionary.get('Annots'))
  if (!isArray(list)) return false
  return list.some((each) => {
    const mark = get(each)
    if (!isDictionary(mark)) return false
    const flags = get(mark.get('F'))
    const hidden = typeof flags === 'number' && (flags & HIDDEN) !== 0
    return !hidden && !SIZELESS_LINK.has(nameOf(get(mark.get('Subtype'))))
  })
}
