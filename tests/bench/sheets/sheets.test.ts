import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KINDS, makeSheets, type Truth } from './index.ts'
import { planSheet } from './plan.ts'
import { measureStraightness } from './straightness.ts'

const home = mkdtempSync(join(tmpdir(), 'quay-sheets-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const here = join(home, 'stack')
const few = { dpi: 75, kinds: ['decision', 'table', 'card', 'blank', 'separator', 'half'], processes: 2 } as const
let truths: readonly Truth[] = []
beforeAll(async () => {
  truths = await makeSheets(here, 30, 1, few)
})
const pixelsOf = async (name: string): Promise<Buffer> => sharp(join(here, name)).greyscale().raw().toBuffer()

describe('The stack of scanned sheets that the benches feed', () => {
  test('has every kind of sheet in every sixty, the plain mix of a counter on demand, and is the same for the same seed', () => {
    const plans = (seed: number) => Array.from({ length: 60 }, (_one, at) => planSheet('everything', seed, at, 300))
    expect(new Set(plans(1).map(({ kind }) => kind))).toEqual(new Set(KINDS))
    expect(plans(1)).toEqual(plans(1))
    expect(plans(1)).not.toEqual(plans(2))
    const counter = Array.from({ length: 50 }, (_one, at) => planSheet('counter', 1, at, 300))
    expect({
      blank: counter.filter(({ kind }) => kind.startsWith('blank')).length,
      separators: counter.filter(({ kind }) => kind === 'separator').length,
      dark: counter.filter(({ ground }) => ground === 'over').length,
      upsideDown: counter.filter(({ turned }) => turned === 180).length,
    }).toEqual({ blank: 5, separators: 4, dark: 10, upsideDown: 6 })
  })

  test('tells of every picture how large it is and where in it the paper lies', async () => {
    for (const { name, width, height, paper, dpi } of truths) {
      const seen = await sharp(join(here, name)).metadata()
      expect([seen.width, seen.height, seen.density, seen.format]).toEqual([width, height, dpi, 'jpeg'])
      const { left, top, width: wide, height: high } = paper.box
      expect(left >= 0 && top >= 0 && left + wide <= width && top + high <= height).toBe(true)
    }
    const card = truths.find(({ kind, ground }) => kind === 'card' && ground === 'over')
    const middle = card && {
      x: card.paper.box.left + card.paper.box.width / 2,
      y: card.paper.box.top + card.paper.box.height / 2,
    }
    const grey = card && (await pixelsOf(card.name))
    const at = (x: number, y: number): number => grey?.[Math.round(y) * (card?.width ?? 0) + Math.round(x)] ?? -1
    expect(card?.paper.size).toBe('ID-1')
    expect(at(middle?.x ?? 0, middle?.y ?? 0)).toBeGreaterThan(at(2, 2))
  })

  test('lies as crooked as it says it does, by a measure that knows nothing of how it was drawn', async () => {
    const printed = truths.filter(({ kind }) => kind === 'decision' || kind === 'table')
    expect(printed.length).toBeGreaterThan(2)
    for (const { name, upright, skew } of printed) {
      const seen = await measureStraightness(readFileSync(join(here, name)), upright)
      expect(Math.abs((seen?.degrees ?? 99) - skew)).toBeLessThan(0.15)
    }
  })

  test('leaves blank sheets without a word, and gives every separator sheet its own code', () => {
    const blank = truths.filter((truth) => truth.blank)
    expect(blank.length).toBeGreaterThan(0)
    expect(blank.flatMap(({ lines }) => lines)).toEqual([])
    const separators = truths.filter(({ kind }) => kind === 'separator').map(({ separator }) => separator)
    expect(separators.length).toBeGreaterThan(0)
    expect(new Set(separators).size).toBe(separators.length)
    expect(separators.every((code) => code?.startsWith('QUAY1*'))).toBe(true)
  })

  test('is found again instead of being drawn again, and drawn again byte for byte elsewhere', async () => {
    const [first] = truths
    const file = join(here, first?.name ?? '')
    const drawn = statSync(file).mtimeMs
    expect(await makeSheets(here, 30, 1, few)).toEqual(truths)
    expect(statSync(file).mtimeMs).toBe(drawn)
    const elsewhere = join(home, 'elsewhere')
    expect(await makeSheets(elsewhere, 30, 1, { ...few, processes: 1 })).toEqual(truths)
    for (const { name } of truths)
      expect(readFileSync(join(elsewhere, name)).equals(readFileSync(join(here, name)))).toBe(true)
  })
})
