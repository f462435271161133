// Synthetic papers for the document station: pictures drawn here, metadata of nobody.
import { join } from 'node:path'
import sharp from 'sharp'
import type { DocumentMetadata } from '../../main/document/metadata.ts'
import type { PictureOfPage } from '../../main/document/place-picture.ts'
import { legalDate } from '../../preload/contract/legal-time.ts'

export const FONT_FOLDER = join(import.meta.dirname, '../../resources/fonts')

export const METADATA: DocumentMetadata = {
  id: '3f2b8a52-7a0e-4f5e-9d7e-0c4f8f1f2a11',
  now: legalDate(2026, 11, 21, 10, 30, 5),
  title: 'Giấy khai sinh <bản chính> & "phụ lục"',
  creator: 'Trần Văn Thử',
  paperType: 'KQ.G15.000031',
  ownerId: '001190123456',
  number: '12/2026',
  issuedOn: '02/01/2026',
  issuer: 'Ủy ban nhân dân xã Mẫu',
}

/** A white page with the given SVG shapes on it. */
export async function drawPage(width: number, height: number, shapes = '', paper = '#fdfcf8'): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`
  const picture = sharp({ create: { width, height, channels: 3, background: paper } }).composite([
    { input: Buffer.from(svg) },
  ])
  return new Uint8Array(await picture.jpeg({ quality: 85 }).toBuffer())
}

/** A black square in the upper left corner tells which way is up. */
export const marked = (width = 400, height = 560): Promise<Uint8Array> =>
  drawPage(width, height, `<rect x="0" y="0" width="${width / 4}" height="${width / 4}"/>`)

/** The same picture in black and white, as the picture pipeline hands it on: a PNG of one bit a pixel. */
export const bitonalOf = async (picture: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp(picture).greyscale().threshold(128).png({ palette: true, colours: 2, dither: 0 }).toBuffer(),
  )

export const pageOf = (picture: Uint8Array, rest: Partial<PictureOfPage> = {}): PictureOfPage => ({
  picture,
  rotation: 0,
  dpi: 200,
  words: null,
  ...rest,
})
