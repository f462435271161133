// One identity from chip, QR and typing: who is believed, what disagrees, what only warns.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChipIdentity, CitizenIdentity, QrIdentity } from '../../main/card/identity.ts'
import { judgeEvidence, mergeIdentity } from '../../main/card/judge.ts'
import { numberWarnings } from '../../main/card/number.ts'
import { readQr } from '../../main/card/qr.ts'
import { CitizenIdentity as Schema } from '../../preload/contract/citizen.ts'
import type { Result } from '../../preload/contract/result.ts'
import {
  type CardFiles,
  dg13From,
  entriesOf,
  entry,
  filesOf,
  MAU,
  PEOPLE,
  type Person,
  qrOf,
  text,
  tlv,
  UTF8,
} from '../bench/card/person.ts'

function given<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const judge = (files: Partial<CardFiles>): Result<ChipIdentity> =>
  judgeEvidence({ files, readAt: '2026-11-20T02:03:04Z' })
const chipOf = (person: Person): ChipIdentity => given(judge(filesOf(person)))
const closedChipOf = (person: Person): ChipIdentity => given(judge({ DG1: filesOf(person).DG1 }))
const scan = (line: string): QrIdentity => given(readQr(line))
const merged = (sources: Parameters<typeof mergeIdentity>[0]): CitizenIdentity => Schema.parse(mergeIdentity(sources))
const thu = PEOPLE.thu as Person

describe('who is believed', () => {
  test('chip and QR of one card agree in everything', () => {
    expect(merged({ chip: chipOf(MAU), qr: scan(qrOf(MAU)) })).toEqual({
      number: { value: '001190123456', source: 'chip-dg1', alsoIn: ['chip-dg13', 'qr'] },
      name: { value: 'Nguyễn Thị Mẫu', source: 'chip-dg13', alsoIn: ['chip-dg1', 'qr'] },
      birth: { value: '1990-01-15', source: 'chip-dg1', alsoIn: ['chip-dg13', 'qr'] },
      sex: { value: 'Nữ', source: 'chip-dg1', alsoIn: ['chip-dg13', 'qr'] },
      address: { value: 'Số 1, Phường Mẫu, Hà Nội', source: 'chip-dg13', alsoIn: ['qr'] },
      issued: { value: '2021-07-01', source: 'chip-dg13', alsoIn: ['qr'] },
      expiry: { value: '2030-01-15', source: 'chip-dg1', alsoIn: ['chip-dg13'] },
      oldNumber: { value: '012345678', source: 'chip-dg13', alsoIn: ['qr'] },
      conflicts: [],
      warnings: [],
      chipTrust: 'unchecked',
      extra: [],
    })
  })

  test('a card whose DG13 is closed takes the spelling of the name from the QR', () => {
    const { name, expiry, conflicts } = merged({ chip: closedChipOf(thu), qr: scan(qrOf(thu)) })
    expect({ name, expiry, conflicts }).toEqual({
      name: { value: 'Đỗ Văn Thử', source: 'qr', alsoIn: ['chip-dg1'] },
      expiry: { value: 'Không thời hạn', source: 'chip-dg1', alsoIn: [] },
      conflicts: [],
    })
    expect(merged({ chip: closedChipOf(thu) }).name).toEqual({ value: 'DO VAN THU', source: 'chip-dg1', alsoIn: [] })
  })

  test('a name longer than the zone is the same name', () => {
    const long = { ...MAU, name: 'Nguyễn Hoàng Thị Ngọc Phương Khánh Mẫu' }
    const { name, conflicts } = merged({ chip: chipOf(long) })
    expect({ name, conflicts }).toEqual({
      name: { value: long.name, source: 'chip-dg13', alsoIn: ['chip-dg1'] },
      conflicts: [],
    })
  })

  test('the QR goes before what was typed, and typing fills what nobody else says', () => {
    const typed = { number: '001190123456', name: 'Nguyễn Thị Mẫu', birth: '1990-01-15', expiry: '2030-01-15' }
    const identity = merged({ qr: scan(qrOf(MAU)), typed })
    expect([identity.number, identity.expiry]).toEqual([
      { value: '001190123456', source: 'qr', alsoIn: ['typed'] },
      { value: '2030-01-15', source: 'typed', alsoIn: [] },
    ])
    expect(merged({ typed }).name).toEqual({ value: 'Nguyễn Thị Mẫu', source: 'typed', alsoIn: [] })
    expect(() => mergeIdentity({ typed: { name: 'x' } })).toThrow(TypeError)
  })

  test('no source is lost: every said value is the value, agrees with it, or stands in a conflict', () => {
    const said = fc.record({
      name: fc.constantFrom('Lê An', 'Le An', 'Lê Bé'),
      birth: fc.constantFrom('1990-01-15', '1991-01-15'),
    })
    fc.assert(
      fc.property(fc.option(said, { nil: undefined }), fc.option(said, { nil: undefined }), said, (chip, qr, typed) => {
        const person = <T extends object>(one: T | undefined) => one && { number: MAU.number, ...one }
        const identity = merged({
          chip: chip && { number: MAU.number, ...chip, dg13: 'closed', checkDigits: true, extra: [] },
          qr: qr && { number: MAU.number, ...qr, damaged: false, extra: [] },
          typed: person(typed),
        })
        const sources = [chip && 'chip-dg1', qr && 'qr', 'typed'].filter(Boolean).length
        for (const field of ['name', 'birth'] as const) {
          const conflict = identity.conflicts.find((one) => one.field === field)
          expect(conflict ? conflict.values.length : 1 + identity[field].alsoIn.length).toBe(sources)
        }
      }),
    )
  })
})

describe('what disagrees stays in sight', () => {
  test('another birth date in the QR', () => {
    const identity = merged({ chip: chipOf(MAU), qr: scan(qrOf({ ...MAU, birth: '1990-01-16' })) })
    expect([identity.birth, identity.conflicts]).toEqual([
      { value: '1990-01-15', source: 'chip-dg1', alsoIn: ['chip-dg13'] },
      [
        {
          field: 'birth',
          values: [
            { value: '1990-01-15', source: 'chip-dg1' },
            { value: '1990-01-15', source: 'chip-dg13' },
            { value: '1990-01-16', source: 'qr' },
          ],
        },
      ],
    ])
  })

  test('the card of somebody else on the reader', () => {
    const identity = merged({ chip: chipOf(MAU), qr: scan(qrOf(thu)) })
    expect(identity.conflicts.map(({ field }) => field)).toEqual(['number', 'name', 'birth', 'sex', 'address'])
  })

  test('commas and capitals make no conflict in an address', () => {
    const qr = scan(qrOf({ ...MAU, address: 'số 1 phường Mẫu,Hà Nội' }))
    expect(merged({ chip: chipOf(MAU), qr }).conflicts).toEqual([])
  })
})

describe('what only warns', () => {
  test('a number that does not fit sex, birth or any place', () => {
    expect(numberWarnings('001190123456', '1990-01-15', 'Nữ')).toEqual([])
    expect(numberWarnings('001190123456', '1990-01-15', 'Nam')).toEqual(['number-sex'])
    expect(numberWarnings('001190123456', '1991-01-15', 'Nữ')).toEqual(['number-birth'])
    expect(numberWarnings('003190123456', '1990', undefined)).toEqual(['number-province'])
    expect(numberWarnings('250304000001', '2004-02-29', 'Nữ')).toEqual([])
    expect(numberWarnings('079961000123', '1961-11-30', 'Nam')).toEqual(['number-sex', 'number-birth'])
    expect(numberWarnings('12345', '1961-11-30', 'Nam')).toEqual(['number-province'])
  })

  test('a wrong check digit on the chip', () => {
    const DG1 = Buffer.from(filesOf(MAU).DG1)
    DG1.write('7', 5 + 36)
    const chip = given(judge({ DG1: new Uint8Array(DG1) }))
    expect(merged({ chip }).warnings).toEqual(['check-digit'])
  })

  test('letters the scanner damaged, as long as they are shown', () => {
    const qr = scan(qrOf(MAU).replace('Nguyễn', 'Nguy?n').replace('Phường', 'Ph\uFFFDng'))
    const alone = merged({ qr })
    expect([alone.name.value, alone.warnings]).toEqual(['Nguy?n Thị Mẫu', ['qr-diacritics']])
    const withChip = merged({ chip: chipOf(MAU), qr })
    expect([withChip.name.alsoIn, withChip.warnings, withChip.conflicts]).toEqual([['chip-dg1'], [], []])
    const typed = { number: MAU.number, name: MAU.name, birth: MAU.birth }
    expect(merged({ qr, typed }).name).toEqual({ value: MAU.name, source: 'typed', alsoIn: [] })
  })
})

describe('the files of the chip', () => {
  test('unknown entries are carried along', () => {
    const entries = entriesOf(MAU).set(17, entry(17, text(UTF8, 'gì đó')))
    const chip = given(judge({ ...filesOf(MAU), DG13: dg13From([...entries.values()]) }))
    expect(merged({ chip, qr: scan(`${qrOf(MAU)}|thêm`) }).extra).toEqual(['17: gì đó', 'thêm'])
  })

  test('a DG13 in an unknown form leaves DG1 to speak', () => {
    const chip = given(judge({ ...filesOf(MAU), DG13: tlv(0x6d, Uint8Array.of(1, 2, 3)) }))
    expect([chip.dg13, chip.name]).toEqual(['unreadable', 'NGUYEN THI MAU'])
  })

  test('a DG1 that is none is a malformed card', () => {
    const malformed = { ok: false, failure: { kind: 'malformed', what: 'card' } }
    expect(judge({})).toEqual(malformed)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(judge({ DG1: bytes })).toEqual(malformed)
        expect(judge({ DG1: tlv(0x61, tlv(0x5f1f, bytes)) })).toEqual(malformed)
      }),
    )
  })

  test('every reading of a bent card fits the contract', () => {
    const { DG1, DG13 } = filesOf(MAU)
    fc.assert(
      fc.property(fc.nat(DG1.length - 1), fc.nat(DG13.length - 1), fc.nat(255), (one, other, byte) => {
        const [bentDg1, bentDg13] = [Uint8Array.from(DG1), Uint8Array.from(DG13)]
        bentDg1[one] = byte
        bentDg13[other] = byte
        const chip = judge({ DG1: bentDg1, DG13: bentDg13 })
        if (chip.ok) merged({ chip: chip.value })
      }),
      { numRuns: 1000 },
    )
  })
})
