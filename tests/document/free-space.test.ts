// Is there room at the bottom of the last page? When in doubt, no: then a page is added.
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { lastPageHasRoom } from '../../main/document/free-space.ts'
import type { Rotation } from '../../main/document/place-picture.ts'
import { bitonalOf, drawPage } from './papers.ts'

const [WIDTH, HEIGHT] = [1240, 1754]
const BAND = { from: 0.78, to: 0.97 }
const text = (y: number) =>
  `<text x="120" y="${y}" font-size="34" font-family="sans-serif">Nguyễn Thị Mẫu, sinh ngày 02 tháng 01 năm 1990</text>`
const UPPER_TEXT = [200, 300, 400, 900].map(text).join('')

const cases: readonly (readonly [string, string, string, boolean])[] = [
  ['an empty page', '', '#ffffff', true],
  ['text that ends above the band', UPPER_TEXT, '#fdfcf8', true],
  ['yellowed paper, still light', UPPER_TEXT, '#ede2c4', true],
  ['the back page shining through', `${UPPER_TEXT}<g fill="#e4e2dc">${text(1500)}</g>`, '#fdfcf8', true],
  ['a few specks of dust', '<circle cx="300" cy="1500" r="3"/><circle cx="800" cy="1600" r="3"/>', '#ffffff', true],
  ['a line of text inside the band', text(1500), '#fdfcf8', false],
  ['a small page number inside the band', '<text x="600" y="1600" font-size="40">12</text>', '#ffffff', false],
  ['a hairline across', '<rect x="100" y="1500" width="1000" height="2"/>', '#ffffff', false],
  [
    'a dotted line to write on',
    '<line x1="100" y1="1500" x2="1100" y2="1500" stroke="#000" stroke-width="3" stroke-dasharray="3 6"/>',
    '#ffffff',
    false,
  ],
  [
    'a red seal that reaches in',
    '<circle cx="900" cy="1350" r="160" fill="none" stroke="#d01020" stroke-width="8"/>',
    '#ffffff',
    false,
  ],
  ['dark paper', '', '#808080', false],
]

test.each(cases)('%s', async (_, shapes, paper, room) => {
  expect(await lastPageHasRoom(await drawPage(WIDTH, HEIGHT, shapes, paper), 0, BAND)).toBe(room)
})

test('a black-and-white page is looked at in the same way', async () => {
  const written = await bitonalOf(await drawPage(WIDTH, HEIGHT, text(1500)))
  const free = await bitonalOf(await drawPage(WIDTH, HEIGHT, UPPER_TEXT))
  expect([await lastPageHasRoom(written, 0, BAND), await lastPageHasRoom(free, 0, BAND)]).toEqual([false, true])
  expect(await lastPageHasRoom(written, 180, BAND)).toBe(true)
})

test('the bottom is the bottom of the upright page, however the scanner took it', async () => {
  const upright = await drawPage(WIDTH, HEIGHT, text(1500))
  const empty = await drawPage(WIDTH, HEIGHT, text(300))
  for (const rotation of [0, 90, 180, 270] as readonly Rotation[]) {
    const turned = async (page: Uint8Array) =>
      new Uint8Array(
        await sharp(page)
          .rotate((360 - rotation) % 360)
          .jpeg()
          .toBuffer(),
      )
    expect([rotation, await lastPageHasRoom(await turned(upright), rotation, BAND)]).toEqual([rotation, false])
    expect([rotation, await lastPageHasRoom(await turned(empty), rotation, BAND)]).toEqual([rotation, true])
  }
})

test('something that is no picture, or a band that is none, has no room', async () => {
  const page = await drawPage(WIDTH, HEIGHT)
  expect(await lastPageHasRoom(Buffer.from('not a picture'), 0, BAND)).toBe(false)
  expect(await lastPageHasRoom(page.slice(0, 800), 0, BAND)).toBe(false)
  expect(await lastPageHasRoom(page, 0, { from: 0.9, to: 0.2 })).toBe(false)
  expect(await lastPageHasRoom(page, 0, { from: Number.NaN, to: 1 })).toBe(false)
})
