// Files that people bring become pages: untouched where they already are what the archive keeps, drawn where they are not.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { A4_BOX, drawPage, FILL_A4, faxTiff, inkOf, joinTiffs, jpegOf, pdfOfPages, tiffOf } from './samples.ts'
import { factsOf, takeAll } from './take-all.ts'

const folder = mkdtempSync(join(tmpdir(), 'import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const A4_200 = { width: 1654, height: 2339 }
const untouched = { bitonal: false, rotation: 0, untouched: true, lowResolution: false }
const refusal = (rule: string) => ({ pages: [], trouble: { kind: 'refused', rule } })
const picture = async () => ({ bytes: await jpegOf({ ...A4_200, dpi: 72 }), ...A4_200 })

/** Mean difference of two pictures, 0 to 255, both brought to one size. */
async function difference(one: Uint8Array, other: Uint8Array): Promise<number> {
  // Decoded whole first: a JPEG is otherwise shrunk while it is read, and comes out a little different.
  const small = async (bytes: Uint8Array) =>
    sharp(await sharp(bytes).png({ compressionLevel: 1 }).toBuffer())
      .resize(200, 280, { fit: 'fill' })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw()
      .toBuffer()
  const [a, b] = [await small(one), await small(other)]
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length
}

describe('pictures', () => {
  test('a JPEG passes through byte for byte, grey or progressive too', async () => {
    for (const wish of [{}, { grey: true }, { progressive: true }]) {
      const bytes = await jpegOf({ ...wish, ...A4_200, dpi: 200 })
      const { pages, trouble } = await takeAll(bytes)
      expect(trouble).toBeNull()
      expect(pages.map(factsOf)).toEqual([{ ...untouched, ...A4_200, dpi: 200 }])
      expect(Buffer.compare(pages[0]?.picture ?? Buffer.alloc(0), bytes)).toBe(0)
    }
  })
  test('a photo that says nothing of its density fits an A4 sheet; a coarse one is marked, not refused', async () => {
    const { pages } = await takeAll(await jpegOf({ width: 1240, height: 1754 }))
    expect(pages.map(factsOf)).toEqual([{ ...untouched, width: 1240, height: 1754, dpi: 150, lowResolution: true }])
  })
  test('a phone held sideways: the picture stays, the turn is told once and for all', async () => {
    const { pages } = await takeAll(await jpegOf({ ...A4_200, dpi: 200, orientation: 6 }))
    expect(pages.map(factsOf)).toEqual([{ ...untouched, ...A4_200, dpi: 200, rotation: 90 }])
    const again = await sharp(pages[0]?.picture).metadata()
    expect(again.orientation).toBe(1)
  })
  test('a mirrored picture is drawn the right way round', async () => {
    const bytes = await jpegOf({ ...A4_200, dpi: 200, orientation: 2 })
    const { pages } = await takeAll(bytes)
    expect(pages.map(factsOf)).toEqual([{ ...untouched, ...A4_200, dpi: 200, untouched: false }])
    expect(await difference(pages[0]?.picture ?? bytes, await sharp(bytes).flop().png().toBuffer())).toBeLessThan(3)
  })
  test('a film behind a photo is cut off, the photo stays as it is', async () => {
    const bytes = await jpegOf({ ...A4_200, dpi: 200 })
    const { pages } = await takeAll(Buffer.concat([bytes, Buffer.alloc(50_000, 'film')]))
    expect(pages.map(factsOf)).toEqual([{ ...untouched, ...A4_200, dpi: 200 }])
    expect(Buffer.compare(pages[0]?.picture ?? Buffer.alloc(0), bytes)).toBe(0)
  })
  test('a JPEG in CMYK becomes a plain one', async () => {
    const bytes = await sharp(await drawPage(800, 1131))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    const { pages } = await takeAll(bytes)
    expect(pages.map(factsOf)).toEqual([
      { ...untouched, width: 800, height: 1131, dpi: 97, untouched: false, lowResolution: true },
    ])
    expect((await sharp(pages[0]?.picture).metadata()).channels).toBe(3)
  })
  test('a colour PNG becomes a JPEG, its clear parts white', async () => {
    const clear = await sharp({ create: { width: 827, height: 1170, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer()
    const { pages } = await takeAll(clear)
    expect(pages.map(factsOf)).toEqual([
      { ...untouched, width: 827, height: 1170, dpi: 100, untouched: false, lowResolution: true },
    ])
    expect((await sharp(pages[0]?.picture).stats()).channels[0]?.min).toBeGreaterThan(250)
  })
  test('a fax of many pages becomes black-and-white pages with every dot where it was', async () => {
    const sizes = [
      [1728, 2200],
      [1728, 1100],
      [864, 1100],
    ] as const
    const { pages, trouble } = await takeAll(await faxTiff(sizes, 204))
    expect(trouble).toBeNull()
    expect(pages.map(factsOf)).toEqual(
      sizes.map(([width, height]) => ({
        bitonal: true,
        rotation: 0,
        untouched: false,
        lowResolution: false,
        width,
        height,
        dpi: 204,
      })),
    )
    for (const [index, [width, height]] of sizes.entries()) {
      const dots = await sharp(pages[index]?.picture).extractChannel(0).raw().toBuffer()
      expect(Buffer.compare(dots, await inkOf(width, height))).toBe(0)
      expect((await sharp(pages[index]?.picture).metadata()).bitsPerSample).toBe(1)
    }
    const again = await takeAll(pages[0]?.picture ?? Buffer.alloc(0))
    expect(again.pages.map((page) => page.untouched)).toEqual([true])
  })
  test('a coarse fax of 204 × 98 dots gets square dots; previews in a TIFF are no pages', async () => {
    const page = {
      width: 1600,
      height: 800,
      data: new Uint8Array(200 * 800).fill(0xaa),
      compression: 1,
      photometric: 1,
    }
    const { pages } = await takeAll(
      tiffOf([
        { ...page, dpi: 204, dpiY: 98 },
        { ...page, width: 80, height: 40, subfile: 1 },
      ]),
    )
    expect(pages.map(factsOf)).toEqual([
      { bitonal: true, rotation: 0, untouched: false, lowResolution: false, width: 1600, height: 1665, dpi: 204 },
    ])
  })
  test('colour pages of a TIFF become JPEGs of good quality', async () => {
    const one = await sharp(await drawPage(1240, 1754))
      .tiff({ compression: 'lzw', xres: 150 / 25.4, yres: 150 / 25.4 })
      .toBuffer()
    const { pages } = await takeAll(joinTiffs([one, one]))
    expect(pages.map((page) => [page.width, page.height, page.dpi, page.untouched])).toEqual([
      [1240, 1754, 150, false],
      [1240, 1754, 150, false],
    ])
    expect(await difference(pages[1]?.picture ?? one, one)).toBeLessThan(2)
  })
  test('what is none of the four kinds is refused by content, whatever its name', async () => {
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(100)])
    const webp = await sharp(await drawPage(50, 70))
      .webp()
      .toBuffer()
    for (const bytes of [
      heic,
      webp,
      Buffer.from('PK\x03\x04docx'),
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      Buffer.alloc(0),
    ])
      expect(await takeAll(bytes)).toEqual(refusal('file-unknown'))
  })
  test('a file that breaks off is damaged, wherever it breaks off', async () => {
    const files = [await jpegOf(), await drawPage(300, 400), await faxTiff([[400, 300]]), pdfOfPages([{}])]
    for (const bytes of files)
      for (const share of [0.2, 0.5, 0.9])
        expect(await takeAll(bytes.subarray(0, bytes.length * share))).toEqual(refusal('file-damaged'))
  })
})

describe('PDF', () => {
  test('pages that are one JPEG give its bytes, the density of its place, the turn of the page', async () => {
    const jpeg = await picture()
    const wishes = [
      {},
      { more: '/Rotate 90' },
      { more: '/Rotate -90' },
      // Laid on its side by the matrix; half a user unit; a page of phone pixels.
      { content: 'q 0 -595.28 841.89 0 0 595.28 cm /Im Do Q', box: '0 0 841.89 595.28' },
      { more: '/UserUnit 2', content: 'q 297.64 0 0 420.945 0 0 cm /Im Do Q', box: '0 0 297.64 420.945' },
      { content: 'q 1654 0 0 2339 0 0 cm /Im Do Q', box: '0 0 1654 2339' },
      // With the layer of words that OCR programs put there, and a clip as wide as the page.
      { content: `q 0 0 595.28 841.89 re W n ${FILL_A4} Q BT 3 Tr /F 9 Tf 50 700 Td (unseen) Tj ET` },
      { more: '/Annots [<< /Subtype /Link /Rect [0 0 9 9] >>]' },
    ]
    const { pages, trouble } = await takeAll(pdfOfPages(wishes.map((wish) => ({ jpeg, ...wish }))))
    expect(trouble).toBeNull()
    expect(pages.map(factsOf)).toEqual(
      [0, 90, 270, 90, 0, 0, 0, 0].map((rotation) => ({ ...untouched, ...A4_200, dpi: 200, rotation })),
    )
    for (const page of pages) expect(Buffer.compare(page.picture, jpeg.bytes)).toBe(0)
  })
  test('anything more on a page, and it is drawn as a viewer shows it', async () => {
    const jpeg = await picture()
    const wishes = [
      { content: `${FILL_A4} BT /F 24 Tf 100 400 Td (Ban sao) Tj ET` },
      { content: `${FILL_A4} 1 0 0 rg 100 100 50 50 re f` },
      { content: `q 300 0 0 400 0 0 cm /Im Do Q` },
      { content: `${FILL_A4} q 10 0 0 10 0 0 cm /Im Do Q` },
      { content: `q 100 100 200 200 re W n ${FILL_A4} Q` },
      { content: `/G gs ${FILL_A4}`, resources: '/ExtGState << /G << /ca 0.5 >> >>' },
      { more: '/Annots [<< /Subtype /Square /Rect [50 50 90 90] /C [1 0 0] >>]' },
      { jpeg: { ...jpeg, more: '/Decode [1 0 1 0 1 0]' } },
      { jpeg: { ...jpeg, grey: true } },
      { content: 'q -595.28 0 0 841.89 595.28 0 cm /Im Do Q' },
      { box: '0 0 300 400' },
    ]
    const { pages, trouble } = await takeAll(pdfOfPages(wishes.map((wish) => ({ jpeg, ...wish }))))
    expect(trouble).toBeNull()
    expect(pages.map((page) => [page.untouched, page.rotation, page.dpi])).toEqual(wishes.map(() => [false, 0, 300]))
    expect([pages[0]?.width, pages[0]?.height]).toEqual([2480, 3508])
  })
  test('drawn pages look as poppler draws them', async () => {
    const jpeg = await picture()
    const text =
      'BT /F 30 Tf 60 600 Td (Ban sao chung thuc) Tj 0 -60 Td (So 123/2026) Tj ET 0.8 0 0 RG 4 w 300 200 120 90 re S'
    const bytes = pdfOfPages([
      { content: text },
      { jpeg, content: `q 400 0 0 500 80 200 cm /Im Do Q ${text}`, more: '/Rotate 90' },
    ])
    writeFileSync(join(folder, 'drawn.pdf'), bytes)
    spawnSync('pdftoppm', ['-r', '100', '-png', join(folder, 'drawn.pdf'), join(folder, 'drawn')])
    const { pages } = await takeAll(bytes)
    for (const [index, page] of pages.entries())
      expect(await difference(page.picture, readFileSync(join(folder, `drawn-${index + 1}.png`)))).toBeLessThan(3)
  })
  test('a drawn page that is mostly a coarse picture is marked', async () => {
    const jpeg = { bytes: await jpegOf({ width: 827, height: 1170 }), width: 827, height: 1170 }
    const { pages } = await takeAll(
      pdfOfPages([{ jpeg, content: `${FILL_A4} 5 5 9 9 re f` }, { content: '5 5 9 9 re f' }]),
    )
    expect(pages.map((page) => [page.untouched, page.dpi, page.lowResolution])).toEqual([
      [false, 300, true],
      [false, 300, false],
    ])
  })
  test.each([
    ['linearised', ['--linearize']],
    ['with its objects in streams', ['--object-streams=generate']],
    ['protected with RC4 of 40 bits', ['--allow-weak-crypto', '--encrypt', '', 'owner', '40', '--']],
    ['protected with RC4 of 128 bits', ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=n', '--']],
    ['protected with AES-128', ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=y', '--']],
    ['protected with AES-256', ['--object-streams=generate', '--encrypt', '', 'owner', '256', '--']],
  ])('a file %s opens without a question', async (_, options) => {
    const jpeg = await picture()
    writeFileSync(
      join(folder, 'plain.pdf'),
      pdfOfPages([{ jpeg }, { jpeg, more: '/Rotate 180' }, { content: '9 9 99 99 re f' }]),
    )
    const made = spawnSync('qpdf', [...options, join(folder, 'plain.pdf'), join(folder, 'made.pdf')])
    expect(made.status).toBe(0)
    const { pages, trouble } = await takeAll(readFileSync(join(folder, 'made.pdf')))
    expect(trouble).toBeNull()
    expect(pages.map((page) => [page.untouched, page.rotation])).toEqual([
      [true, 0],
      [true, 180],
      [false, 0],
    ])
    expect(Buffer.compare(pages[1]?.picture ?? Buffer.alloc(0), jpeg.bytes)).toBe(0)
  })
  test('a file with a password is locked, whatever its kind of lock', async () => {
    writeFileSync(join(folder, 'open.pdf'), pdfOfPages([{}]))
    for (const bits of ['128', '256']) {
      spawnSync('qpdf', [
        '--allow-weak-crypto',
        '--encrypt',
        'secret',
        'owner',
        bits,
        '--',
        join(folder, 'open.pdf'),
        join(folder, 'locked.pdf'),
      ])
      expect(await takeAll(readFileSync(join(folder, 'locked.pdf')))).toEqual(refusal('file-locked'))
    }
  })
  test('a wrong index, a stray head, an update at the end: the pages are there all the same', async () => {
    const jpeg = await picture()
    const bytes = pdfOfPages([{ jpeg }])
    const text = bytes.toString('latin1')
    const lost = Buffer.from(
      text.replace(/startxref\n\d+/, 'startxref\n99').replace(/\d{10} 00000 n/g, '0000000007 00000 n'),
      'latin1',
    )
    const late = Buffer.concat([Buffer.from('X-Mailer: scanner\r\n\r\n'), bytes])
    const turned = Buffer.concat([
      bytes,
      Buffer.from(
        `3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [${A4_BOX}] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> /Rotate 270 >>\nendobj\n` +
          `xref\n3 1\n${String(bytes.length).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev ${/startxref\n(\d+)/.exec(text)?.[1]} >>\nstartxref\n`,
      ),
      Buffer.from(`${bytes.length + 174}\n%%EOF\n`),
    ])
    for (const [file, rotation] of [
      [lost, 0],
      [late, 0],
      [turned, 270],
    ] as const) {
      const { pages, trouble } = await takeAll(file)
      expect(trouble).toBeNull()
      expect(pages.map((page) => [page.untouched, page.rotation])).toEqual([[true, rotation]])
    }
  })
  test('a page with a picture that cannot be read is not passed off as a page without it', async () => {
    const jpeg = { bytes: Buffer.alloc(5000, 'no picture'), ...A4_200 }
    expect(await takeAll(pdfOfPages([{ jpeg }]))).toEqual(refusal('file-damaged'))
  })
  test('a script and an embedded file stay asleep', async () => {
    const bytes = Buffer.from(
      pdfOfPages([{ content: '9 9 99 99 re f' }])
        .toString('latin1')
        .replace(
          '/Type /Catalog',
          '/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\); while\\(true\\){}) >>',
        ),
      'latin1',
    )
    expect((await takeAll(bytes)).pages.map((page) => [page.width, page.height])).toEqual([[2480, 3508]])
  })
})
