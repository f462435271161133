// Recorded conversations replayed strictly: the driver must send the very same bytes, in the same order, and no others.
// To record them anew after a wanted change of the protocol: RECORD=1 vitest run tests/card/trace.test.ts
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../drivers/card/apdu.ts'
import { readChip } from '../../drivers/card/read-chip.ts'
import type { Transceive } from '../../drivers/card/transceive.ts'
import type { AccessKey } from '../../drivers/contract.ts'
import { ok } from '../../preload/contract/result.ts'
import { type ChipHabits, createChip } from '../bench/card/chip.ts'
import { filesOf, MAU } from '../bench/card/person.ts'
import { parseTrace, record, replay, steadyRandom, writeTrace } from '../bench/card/trace.ts'

const FOLDER = join(import.meta.dirname, '../traces')
const KEY: AccessKey = { documentNumber: '190123456', birth: '900115', expiry: '300115' }
const { COM, DG1, DG13 } = filesOf(MAU)
const hexes = (files: object) => Object.fromEntries(Object.entries(files).map(([name, file]) => [name, toHex(file)]))

interface Scene {
  readonly file: string
  readonly about: string
  readonly habits: ChipHabits
  readonly key: AccessKey
  readonly end: unknown
}

const SCENES: readonly Scene[] = [
  {
    file: 'card-specimen.txt',
    about: 'the specimen card, BAC, EF.COM, DG1, DG13',
    habits: {},
    key: KEY,
    end: hexes({ COM, DG1, DG13 }),
  },
  {
    file: 'card-closed-dg13.txt',
    about: 'a card whose DG13 answers 6982',
    habits: { closedDg13: true },
    key: KEY,
    end: hexes({ COM, DG1 }),
  },
  {
    file: 'card-wrong-key.txt',
    about: 'a wrong birth date: one EXTERNAL AUTHENTICATE and no more',
    habits: {},
    key: { ...KEY, birth: '900116' },
    end: { kind: 'refused', rule: 'card-key-wrong' },
  },
  {
    file: 'card-unknown.txt',
    about: 'a card without the eMRTD application',
    habits: { withoutApplication: true },
    key: KEY,
    end: { kind: 'refused', rule: 'card-unknown' },
  },
]

async function read(transceive: Transceive, key: AccessKey): Promise<unknown> {
  const evidence = await readChip({
    transceive,
    atr: '3B80800101',
    key,
    random: steadyRandom(20),
    now: () => new Date(0),
    progress: () => {},
  })
  return evidence.ok ? hexes(evidence.value.files) : evidence.failure
}

if (process.env.RECORD)
  test.each(SCENES)('recording: $about', async ({ file, about, habits, key, end }) => {
    const chip = createChip(MAU, { random: steadyRandom(26), ...habits })
    const recorded = record(async (apdu) => ok(Uint8Array.from(chip.respond(Buffer.from(apdu)))))
    expect(await read(recorded.transceive, key)).toEqual(end)
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, file), writeTrace(`${about} (simulated chip, synthetic person)`, recorded.exchanges))
  })

describe('replaying', () => {
  test.each(SCENES)('$about', async ({ file, key, end }) => {
    const trace = replay(parseTrace(readFileSync(join(FOLDER, file), 'utf8')))
    expect(await read(trace.transceive, key)).toEqual(end)
    trace.ended()
  })

  test('another command than the recorded one is an error, and so is one that was not sent', async () => {
    const trace = replay(parseTrace('# remark\n=> 00 84 00 00 08\n<= 6d00\n'))
    expect(() => trace.ended()).toThrow('1 commands recorded, 0 sent')
    await expect(trace.transceive(fromHex('0084000009'))).rejects.toThrow('sent 0084000009, recorded 0084000008')
    expect(() => parseTrace('=> 00\n=> 00')).toThrow()
  })
})
