// A page goes in as scanned and comes out right: straight, cut, white, with its colours, or untouched when it was right already.
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { makeRight } from '../../../main/scan/picture/make-right.ts'
import { skewOf } from '../../../main/scan/picture/measure-picture.ts'
import type { ReadCodes } from '../../../main/scan/picture/shapes.ts'
import { Findings } from '../../../preload/contract/scan.ts'
import { text } from '../../bench/scanner/ink.ts'
import * as drawn from './drawn.ts'

const noCodes: ReadCodes = async () => []

async function scan(
  draw: Parameters<typeof drawn.drawSamples>[0],
  scene: drawn.Scene = {},
  grey = false,
): Promise<Buffer> {
  const { data, width, height } = drawn.drawSamples(draw, scene, 200)
  const picture = sharp(data, { raw: { width, height, channels: 3 } })
  return (grey ? picture.greyscale() : picture).jpeg({ quality: 88 }).toBuffer()
}

async function right(picture: Uint8Array, options: { mode?: 'colour' | 'grey' | 'bitonal'; clean?: boolean } = {}) {
  const made = await makeRight({ picture, dpi: 200, mode: 'colour', clean: true, ...options }, noCodes)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  expect(Findings.parse(made.value.findings)).toEqual(made.value.findings)
  return made.value
}

/** Mean colour of a square of the picture. */
async function colourAt(picture: Uint8Array, left: number, top: number, size = 40): Promise<readonly number[]> {
  const { channels } = await sharp(
    await sharp(picture).extract({ left, top, width: size, height: size }).toBuffer(),
  ).stats()
  return channels.map((channel) => Math.round(channel.mean))
}

describe('a page fed askew', () => {
  test('comes out straight, with its density, and its ground is white', async () => {
    const { findings, made } = await right(await scan(drawn.letter, { skew: -2.3 }))
    expect(findings.skew.straightened).toBe(true)
    const picture = made?.picture ?? new Uint8Array()
    const left = await skewOf(picture, 200)
    expect(left.ok && Math.abs(left.value.degrees)).toBeLessThan(0.05)
    expect(await sharp(picture).metadata()).toMatchObject({
      format: 'jpeg',
      density: 200,
      chromaSubsampling: '4:2:0',
      width: made?.width,
      height: made?.height,
    })
    expect(await colourAt(picture, 60, 1200)).toEqual([255, 255, 255])
  })

  test('keeps its ground when nobody asked for white', async () => {
    const { made } = await right(await scan(drawn.letter, { skew: 1.5 }), { clean: false })
    const [red = 0, , blue = 0] = await colourAt(made?.picture ?? new Uint8Array(), 60, 1200)
    expect(red - blue).toBeGreaterThan(6)
  })

  test('keeps the red of its stamp and the blue of its pen', async () => {
    const draw = (ink: Parameters<typeof drawn.letter>[0]): void => {
      drawn.letter(ink)
      ink.fillStyle = '#c8141e'
      ink.fillRect(1500, 3000, 150, 150)
      ink.fillStyle = '#22349c'
      ink.fillRect(700, 3000, 150, 150)
    }
    const { findings, made } = await right(await scan(draw, { skew: 0.9 }))
    expect(findings.colour).toBe(true)
    const picture = made?.picture ?? new Uint8Array()
    const [red = 0, green = 0] = await colourAt(picture, 1035, 2035, 30)
    expect(red - green).toBeGreaterThan(140)
    const [dim = 0, , blue = 0] = await colourAt(picture, 500, 2035, 30)
    expect(blue - dim).toBeGreaterThan(80)
  })

  test('on coloured paper stays coloured', async () => {
    const paper = { width: 2480, height: 3508, colour: '#f2d2dc' }
    const { made } = await right(await scan(drawn.letter, { skew: 1.2, paper }))
    const [red = 0, green = 0] = await colourAt(made?.picture ?? new Uint8Array(), 60, 1200)
    expect(red - green).toBeGreaterThan(25)
  })

  test('with a photograph keeps the photograph as it was', async () => {
    const draw = (ink: Parameters<typeof drawn.letter>[0]): void => {
      drawn.tableOfFees(ink)
      drawn.photograph(ink, 1300, 2500, 800, 800)
    }
    const before = await right(await scan(draw, { skew: 1.1 }), { clean: false })
    const after = await right(await scan(draw, { skew: 1.1 }))
    const was = await colourAt(before.made?.picture ?? new Uint8Array(), 1000, 1850, 200)
    expect(await colourAt(after.made?.picture ?? new Uint8Array(), 1000, 1850, 200)).toEqual(was)
  })
})

describe('a page that is right already', () => {
  test('passes untouched', async () => {
    const { findings, made } = await right(await scan(drawn.letter))
    expect(made).toBeNull()
    expect(findings).toMatchObject({
      upright: { turn: 0 },
      skew: { straightened: false },
      paper: { size: 'A4', cropped: false, left: 0, top: 0, width: 1653, height: 2339 },
      blank: { is: false },
    })
  })

  test('lying on its side is told, not turned', async () => {
    const picture = await sharp(await scan(drawn.letter))
      .rotate(90)
      .jpeg({ quality: 88 })
      .toBuffer()
    const { findings, made } = await right(picture)
    expect({ turn: findings.upright.turn, made }).toEqual({ turn: 270, made: null })
  })

  test('but says to a viewer that it be turned is made anew without saying so', async () => {
    const picture = await sharp(await scan(drawn.letter))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 88 })
      .toBuffer()
    const { made } = await right(picture)
    expect((await sharp(made?.picture).metadata()).orientation ?? 1).toBe(1)
  })
})

const card = (ink: Parameters<typeof drawn.letter>[0]): void => {
  for (const [line, words] of ['CĂN CƯỚC CÔNG DÂN', 'Nguyễn Thị Mẫu', '001190123456'].entries())
    text(ink, words, 380, 180 + line * 120)
}

describe('paper smaller than the glass', () => {
  test('an identity card is cut out and straight', async () => {
    const paper = { width: 1011, height: 638, colour: '#d8e6de' }
    const { findings, made } = await right(await scan(card, { skew: 6, ground: '#9a9a9a', paper }))
    expect(findings.paper).toMatchObject({ size: 'ID-1', cropped: true })
    expect(Math.abs((made?.width ?? 0) - 674)).toBeLessThan(8)
    expect(Math.abs((made?.height ?? 0) - 425)).toBeLessThan(8)
  })

  test('the dark belt is cut off', async () => {
    const { findings, made } = await right(
      await scan(drawn.letter, { skew: 1, ground: '#201f1e', paper: { width: 2380, height: 3400 } }),
    )
    expect(findings.paper.cropped).toBe(true)
    const picture = made?.picture ?? new Uint8Array()
    for (const [left, top] of [
      [0, 0],
      [(made?.width ?? 0) - 12, 0],
      [0, (made?.height ?? 0) - 12],
      [(made?.width ?? 0) - 12, (made?.height ?? 0) - 12],
    ] as const)
      expect(Math.min(...(await colourAt(picture, left, top, 12)))).toBeGreaterThan(225)
  })
})

describe('black and white', () => {
  test('a colour scan becomes a PNG of one bit a pixel, and that passes untouched the next time', async () => {
    const { made } = await right(await scan(drawn.letter, { skew: 1.4 }), { mode: 'bitonal' })
    const picture = made?.picture ?? new Uint8Array()
    expect([picture[24], picture[25]]).toEqual([1, 0])
    expect((await sharp(picture).metadata()).density).toBe(200)
    const { channels } = await sharp(picture).stats()
    expect(channels[0]?.mean).toBeGreaterThan(220)
    const again = await right(picture, { mode: 'bitonal' })
    expect(again.made).toBeNull()
    expect(Math.abs(again.findings.skew.degrees)).toBeLessThan(0.1)
    expect(again.findings.colour).toBe(false)
  })

  test('a grey scan stays grey', async () => {
    const { findings, made } = await right(await scan(drawn.letter, { skew: 2 }, true), { mode: 'grey' })
    expect(findings.colour).toBe(false)
    expect((await sharp(made?.picture).metadata()).channels).toBe(1)
    expect(await colourAt(made?.picture ?? new Uint8Array(), 60, 1200)).toEqual([255, 255, 255])
  })
})

test('the reader of codes gets the small picture and can look closer', async () => {
  const seen: unknown[] = []
  const picture = await scan(drawn.letter)
  const made = await makeRight({ picture, dpi: 200, mode: 'colour', clean: true }, async (small, closer) => {
    const close = closer(small.width - 10, -5, 20, 15)
    seen.push({ ...small, data: small.data.length }, { ...close, data: close.data.length })
    return [{ format: 'Patch', text: '2' }]
  })
  expect(made.ok && made.value.findings.codes).toEqual([{ format: 'Patch', text: '2' }])
  expect(seen).toEqual([
    { width: 551, height: 779, dpi: 200 / 3, data: 551 * 779 },
    { width: 30, height: 30, dpi: 200, data: 900 },
  ])
})

test('two pages at a time do not get in each other’s way', async () => {
  const pages = await Promise.all([scan(drawn.letter, { skew: 1 }), scan(drawn.tableOfFees, { skew: -2 })])
  const alone = [await right(pages[0] ?? Buffer.of()), await right(pages[1] ?? Buffer.of())]
  expect(await Promise.all(pages.map((page) => right(page)))).toEqual(alone)
})
