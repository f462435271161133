// Pictures that a unit brings: what would not look as the decree wants is refused by the entry of unit.json that names it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { openStampImages } from '../../main/signature/appearance-images.ts'
import { bytesOf } from '../../main/signature/pades/index.ts'
import { NO_IMAGES } from '../../main/signature/stamp-images.ts'
import { must } from '../bench/office.ts'
import { drawSeal, drawSignature, OFFICER_NUMBER } from './appearance-pictures.ts'

const room = mkdtempSync(join(tmpdir(), 'appearance-images-'))
const inside = (name: string): string => join(room, name)
afterAll(() => rmSync(room, { recursive: true, force: true }))

test('good pictures are coded small, in their real size, and found by the personal number', async () => {
  writeFileSync(inside('seal.png'), await drawSeal())
  writeFileSync(inside('hand.png'), await drawSignature())
  const hand = { personNumber: OFFICER_NUMBER, file: 'hand.png', widthMm: 40 }
  const images = must(
    await openStampImages(room, { sealImage: { file: 'seal.png', widthMm: 36 }, signatureImages: [hand] }),
  )
  expect(Object.keys(images.signatures)).toEqual([OFFICER_NUMBER])
  expect(images.seal?.size.map((points) => Math.round((points * 25.4) / 72))).toEqual([36, 36])
  for (const picture of [images.seal, images.signatures[OFFICER_NUMBER]]) {
    expect(picture === null || picture === undefined ? 0 : bytesOf(picture)).toBeLessThanOrEqual(8_000)
    // One ink is one colour.
    expect(picture?.soft.palette.length).toBe(3)
  }
  expect(must(await openStampImages(room, {}))).toEqual(NO_IMAGES)
})

describe('a picture that would not do is refused by the entry that names it', () => {
  const refusal = async (bytes: Uint8Array | null, widthMm = 36) => {
    if (bytes === null) rmSync(inside('other.png'), { force: true })
    else writeFileSync(inside('other.png'), bytes)
    const opened = await openStampImages(room, { sealImage: { file: 'other.png', widthMm } })
    return opened.ok ? 'taken' : opened.failure
  }
  const refused = (rule: string) => ({ kind: 'refused', rule, detail: 'sealImage' })

  test('missing, no PNG, a picture on white, too coarse, too large', async () => {
    expect(await refusal(null)).toEqual(refused('file-unknown'))
    expect(
      await refusal(
        await sharp(await drawSeal())
          .flatten({ background: '#fff' })
          .jpeg()
          .toBuffer(),
      ),
    ).toEqual(refused('not-an-image'))
    expect(
      await refusal(
        await sharp(await drawSeal())
          .flatten({ background: '#fff' })
          .png()
          .toBuffer(),
      ),
    ).toEqual(refused('not-an-image'))
    const white = sharp({ create: { width: 600, height: 600, channels: 4, background: '#ffffffff' } })
    expect(await refusal(await white.png().toBuffer())).toEqual(refused('not-an-image'))
    expect(await refusal(await drawSeal(180))).toEqual(refused('file-resolution-low'))
    expect(await refusal(Buffer.concat([await drawSeal(), Buffer.alloc(1_100_000)]))).toEqual(refused('file-too-large'))
    expect(await refusal((await drawSeal()).subarray(0, 900))).toEqual(refused('not-an-image'))
    expect(await refusal(await drawSeal())).toBe('taken')
  })

  test('whatever bytes stand there', async () => {
    const good = await drawSeal(300)
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), async (from, noise) => {
        const bytes = Buffer.from(good)
        bytes.set(noise.subarray(0, good.length - from), from)
        const answer = await refusal(bytes)
        expect(answer === 'taken' || answer.kind === 'refused').toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})
