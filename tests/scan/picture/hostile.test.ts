// Bytes from outside: whatever is wrong with them, the page is refused with a word, or worked on; nothing throws and nothing hangs.
import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { makeRight } from '../../../main/scan/picture/make-right.ts'

const right = (picture: Uint8Array, dpi = 100) =>
  makeRight({ picture, dpi, mode: 'colour', clean: true }, async () => [])

async function small(kind: 'jpeg' | 'progressive' | 'png'): Promise<Buffer> {
  const data = Uint8Array.from({ length: 180 * 240 * 3 }, (_, at) => ((at * at) % 251 > 200 ? 30 : 240))
  const picture = sharp(data, { raw: { width: 180, height: 240, channels: 3 } })
  return kind === 'png' ? picture.png().toBuffer() : picture.jpeg({ progressive: kind === 'progressive' }).toBuffer()
}

const refused = (detail: string) => ({ ok: false, failure: { kind: 'refused', rule: 'not-an-image', detail } })

test('what is no picture is refused', async () => {
  for (const bytes of [
    new Uint8Array(0),
    Buffer.from('%PDF-1.7'),
    Buffer.from('GIF89a'),
    new Uint8Array(500).fill(0xff),
  ])
    expect(await right(bytes)).toEqual(refused('unreadable'))
})

test('a picture that says it is enormous is refused before any room is made for it', async () => {
  const jpeg = await small('jpeg')
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  for (const [height, width] of [
    [20_001, 10],
    [65_500, 65_500],
    [11_000, 11_000],
  ] as const) {
    const huge = Buffer.from(jpeg)
    huge.writeUInt16BE(height, frame + 5)
    huge.writeUInt16BE(width, frame + 7)
    expect(await right(huge)).toEqual(refused('too large'))
  }
  const png = await small('png')
  png.writeUInt32BE(40_000, 16)
  expect(await right(png)).toEqual(refused('too large'))
})

test('a JPEG that ends too early is refused', async () => {
  const jpeg = await small('jpeg')
  for (const share of [0.1, 0.5, 0.9, 0.99]) {
    const cut = jpeg.subarray(0, Math.floor(jpeg.length * share))
    expect(await right(cut)).toEqual(refused('unreadable'))
    expect(await right(Buffer.concat([cut, Buffer.from([0xff, 0xd9])]))).toMatchObject({ ok: false })
  }
})

test('300 pictures with a few bytes changed, cut out or repeated are refused or worked on', async () => {
  const sources = [await small('jpeg'), await small('progressive'), await small('png')]
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sources),
      changes,
      fc.integer({ min: -40, max: 40 }),
      async (source, edits, moved) => {
        const bytes = Buffer.from(source)
        for (const [where, value] of edits) bytes[Math.floor(where * (bytes.length - 1))] = value
        const middle = bytes.length >> 1
        const hostile = Buffer.concat([bytes.subarray(0, middle), bytes.subarray(middle + moved)])
        const made = await right(hostile)
        if (!made.ok) expect(made.failure).toMatchObject({ kind: 'refused', rule: 'not-an-image' })
      },
    ),
    { numRuns: 300, seed: 9 },
  )
}, 30_000)

test('pictures of any small shape are worked on', async () => {
  for (const [width, height] of [
    [1, 1],
    [1, 900],
    [700, 2],
    [37, 41],
    [1500, 60],
  ] as const) {
    const picture = await sharp({ create: { width, height, channels: 3, background: '#eee' } })
      .jpeg()
      .toBuffer()
    expect((await right(picture, 300)).ok).toBe(true)
    expect((await makeRight({ picture, dpi: 300, mode: 'bitonal', clean: true }, async () => [])).ok).toBe(true)
  }
})

test('a picture of four inks or with transparency is made one that a document can hold', async () => {
  const four = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#e8e4d8' } })
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer()
  const glass = await sharp({
    create: { width: 300, height: 200, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.1 } },
  })
    .png()
    .toBuffer()
  for (const picture of [four, glass]) {
    const made = await right(picture)
    expect(made.ok && (await sharp(made.value.made?.picture).metadata())).toMatchObject({ format: 'jpeg', channels: 3 })
  }
})
