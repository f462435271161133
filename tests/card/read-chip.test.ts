// Reading the chip: the simulated chip answers in memory, the protocol of the product does the rest.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileLength, listedGroups, readChip } from '../../drivers/card/read-chip.ts'
import type { Transceive } from '../../drivers/card/transceive.ts'
import type { CardEvidence } from '../../drivers/contract.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { type Chip, type ChipHabits, createChip } from '../bench/card/chip.ts'
import { type CardFiles, filesOf, MAU, tlv } from '../bench/card/person.ts'
import { steadyRandom } from '../bench/card/trace.ts'

const KEY = { documentNumber: '190123456', birth: '900115', expiry: '300115' }
const NOW = () => new Date('2026-11-20T02:03:04Z')
const over =
  (chip: Chip): Transceive =>
  async (apdu) =>
    ok(Uint8Array.from(chip.respond(Buffer.from(apdu))))

const readOver = (transceive: Transceive, key = KEY, steps: string[] = []): Promise<Result<CardEvidence>> =>
  readChip({ transceive, atr: '3B', key, random: steadyRandom(7), now: NOW, progress: (step) => steps.push(step) })

function chipWith(habits: ChipHabits = {}, files: Partial<CardFiles> = {}) {
  return createChip(MAU, { random: steadyRandom(3), ...habits }, { ...filesOf(MAU), ...files })
}

const evidence = (files: Partial<CardFiles>) => ({
  ok: true,
  value: {
    atr: '3B',
    access: 'bac',
    files: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, Uint8Array.from(file)])),
    readAt: '2026-11-20T02:03:04.000Z',
  },
})
const trouble = (what: string) => ({ ok: false, failure: { kind: 'device', device: 'card', what } })

test('the specimen card gives its three files, step by step, with one try of the key and no SELECT MF', async () => {
  const chip = chipWith()
  const steps: string[] = []
  expect(await readOver(over(chip), KEY, steps)).toEqual(evidence(filesOf(MAU)))
  expect([...new Set(steps)]).toEqual(['select', 'access', 'COM', 'DG1', 'DG13', 'done'])
  expect(chip.counts()).toMatchObject({ keyTries: 1, masterFile: 0 })
})

test('a wrong birth date is tried once and no more', async () => {
  const chip = chipWith()
  expect(await readOver(over(chip), { ...KEY, birth: '900116' })).toEqual({
    ok: false,
    failure: { kind: 'refused', rule: 'card-key-wrong' },
  })
  expect(chip.counts()).toEqual({ commands: 3, keyTries: 1, masterFile: 0 })
})

test('another kind of card is an unknown card and is never asked for a key', async () => {
  const chip = chipWith({ withoutApplication: true })
  expect(await readOver(over(chip))).toEqual({ ok: false, failure: { kind: 'refused', rule: 'card-unknown' } })
  expect(chip.counts()).toEqual({ commands: 1, keyTries: 0, masterFile: 0 })
})

test('a card from July 2024 whose DG13 is closed, or not listed, still gives DG1', async () => {
  const { COM, DG1 } = filesOf(MAU)
  expect(await readOver(over(chipWith({ closedDg13: true })))).toEqual(evidence({ COM, DG1 }))
  const without = tlv(0x60, tlv(0x5c, Uint8Array.of(0x61, 0x75)))
  expect(await readOver(over(chipWith({}, { COM: without })))).toEqual(evidence({ COM: without, DG1 }))
})

test('a chip that answers in small portions is read all the same', async () => {
  expect(await readOver(over(chipWith({ stingy: 130 })))).toEqual(evidence(filesOf(MAU)))
})

test('a chip that drips one byte at a time is given up, not read for ever', async () => {
  const chip = chipWith({ stingy: 4 }, { DG13: tlv(0x6d, new Uint8Array(8000)) })
  expect(await readOver(over(chip))).toEqual(trouble('unreadable'))
  expect(chip.counts().commands).toBeLessThan(120)
})

test('a file that claims to be endless, or is another file, is not read', async () => {
  for (const DG13 of [
    tlv(0x6d, new Uint8Array(9000)),
    tlv(0x61, new Uint8Array(9)),
    Uint8Array.of(0x6d, 0x83, 1, 0, 0, 0),
  ]) {
    expect(await readOver(over(chipWith({}, { DG13 })))).toEqual(trouble('unreadable'))
  }
  expect(await readOver(over(chipWith({}, { DG1: undefined })))).toEqual(trouble('unreadable'))
})

test('a card lifted in the middle says so, whichever command was under way', async () => {
  for (let lifted = 1; lifted <= 10; lifted += 1) {
    const chip = chipWith()
    const transceive: Transceive = async (apdu) =>
      chip.counts().commands + 1 < lifted ? over(chip)(apdu) : fail({ kind: 'device', device: 'card', what: 'removed' })
    expect(await readOver(transceive)).toEqual(trouble('removed'))
  }
})

describe('a chip gone mad', () => {
  test('one changed bit in any answer never gives wrong files: the reading fails or is right', async () => {
    const right = JSON.stringify(evidence(filesOf(MAU)))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), fc.nat(), fc.nat(7), async (which, at, bit) => {
        const distort = (answer: Buffer, _: Buffer, count: number) => {
          const bent = Buffer.from(answer)
          const where = at % bent.length
          if (count === which) bent[where] = bent.readUInt8(where) ^ (1 << bit)
          return bent
        }
        const result = await readOver(over(chipWith({ distort })))
        // A refused DG13 may be left out; what is there must be right.
        const { COM, DG1 } = filesOf(MAU)
        if (result.ok) expect([right, JSON.stringify(evidence({ COM, DG1 }))]).toContain(JSON.stringify(result))
      }),
      { numRuns: 300 },
    )
  })

  test('any answers at all end the reading with a failure', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 12 }),
        fc.boolean(),
        async (answers, done) => {
          const queue = answers.map((answer) => (done ? Uint8Array.of(...answer, 0x90, 0) : answer))
          const result = await readOver(async () => ok(queue.shift() ?? new Uint8Array(0)))
          expect(result.ok).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('the length of a file is believed only in known forms and within its limit', () => {
  const dg13 = { tag: 0x6d, limit: 8192 }
  expect(fileLength(Uint8Array.of(0x6d, 0x82, 0x01, 0x7c), dg13)).toBe(384)
  expect(fileLength(Uint8Array.of(0x6d, 0x81, 0x80, 0), dg13)).toBe(131)
  expect(fileLength(Uint8Array.of(0x6d, 0x10, 0, 0), dg13)).toBe(18)
  for (const head of [
    [0x6d, 0x80, 0, 0],
    [0x6d, 0x82, 0xff, 0xff],
    [0x61, 0x10, 0, 0],
    [0x6d, 0x01, 0, 0],
    [0x6d, 0x10],
  ]) {
    expect(fileLength(Uint8Array.from(head), dg13)).toBeNull()
  }
})

test('the list of data groups is found, and garbage gives none', () => {
  expect(listedGroups(filesOf(MAU).COM)).toEqual([0x61, 0x75, 0x63, 0x6d, 0x6e, 0x6f])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const listed = listedGroups(bytes)
      expect(listed === null || listed.length <= bytes.length).toBe(true)
    }),
  )
})
