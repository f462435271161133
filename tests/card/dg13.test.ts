// DG13, the national data group: the specimen byte for byte, every variant that public readers have met, and garbage.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../drivers/card/apdu.ts'
import { type Dg13, readDg13, saidByDg13 } from '../../main/card/dg13.ts'
import { dg13From, entriesOf, entry, filesOf, MAU, PRINTABLE, sequence, text, tlv, UTF8 } from '../bench/card/person.ts'

const ENTRIES = {
  number: '001190123456',
  name: 'Nguyễn Thị Mẫu',
  birth: '15/01/1990',
  sex: 'Nữ',
  nationality: 'Việt Nam',
  ethnicity: 'Kinh',
  religion: 'Không',
  home: 'Xã Mẫu, Hà Nội',
  address: 'Số 1, Phường Mẫu, Hà Nội',
  marks: 'Nốt ruồi C:1cm dưới trước mắt phải',
  issued: '01/07/2021',
  expiry: '15/01/2030',
  parents: 'Nguyễn Văn Cha; Trần Thị Mẹ',
  oldNumber: '012345678',
  chipNumber: '0123456789ABCDEF',
}

const SAID = {
  number: '001190123456',
  name: 'Nguyễn Thị Mẫu',
  birth: '1990-01-15',
  sex: 'Nữ',
  address: 'Số 1, Phường Mẫu, Hà Nội',
  issued: '2021-07-01',
  expiry: '2030-01-15',
  oldNumber: '012345678',
}

/** The specimen's file with some entries replaced, or left out when null. */
function variant(changes: Readonly<Record<number, Uint8Array | null>>): Dg13 | null {
  const entries = entriesOf(MAU)
  for (const [id, bytes] of Object.entries(changes)) {
    if (bytes) entries.set(Number(id), bytes)
    else entries.delete(Number(id))
  }
  return readDg13(dg13From([...entries.values()]))
}

describe('the specimen files', () => {
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  test('are built byte for byte as agreed', () => {
    const { COM, DG1, DG13 } = filesOf(MAU)
    expect(toHex(COM)).toBe('60185F0104303130375F36063034303030305C066175636D6E6F')
    expect([COM, DG1, DG13].map((file) => [file.length, hash(file)])).toEqual([
      [26, '8fe090f6b426672ade7be239b00020589dc25e6f448c8a8736bd51f5a54e334a'],
      [95, 'd725884e66d79f3451e7a8c9b6d6fab1db0cd50bd4bc813e7087b963108240bf'],
      [384, '682575e5dfc4b455b8c49c9bfc668eb78aee7e418e457c6335841ba52ca12bef'],
    ])
  })

  test('say who Nguyễn Thị Mẫu is', () => {
    const dg13 = readDg13(filesOf(MAU).DG13)
    expect(dg13).toEqual({ entries: ENTRIES, unknown: [] })
    expect(dg13 && saidByDg13(dg13)).toEqual(SAID)
  })
})

describe('variants that cards are known to have', () => {
  test('the card never expires', () => {
    const dg13 = variant({ 12: entry(12, text(UTF8, 'Không thời hạn')) })
    expect(dg13?.entries.expiry).toBe('Không thời hạn')
    expect(dg13 && saidByDg13(dg13).expiry).toBe('Không thời hạn')
  })

  test('both parents stand in one nested sequence', () => {
    const nested = entry(13, sequence(text(UTF8, 'Nguyễn Văn Cha'), text(UTF8, 'Trần Thị Mẹ')))
    expect(variant({ 13: nested })).toEqual({ entries: ENTRIES, unknown: [] })
  })

  test('a spouse is named', () => {
    const dg13 = variant({ 14: entry(14, sequence(text(UTF8, 'Lê Văn Chồng'))) })
    expect(dg13).toEqual({ entries: { ...ENTRIES, spouse: 'Lê Văn Chồng' }, unknown: [] })
  })

  test('an entry 17 nobody knows is kept', () => {
    const dg13 = variant({ 17: entry(17, text(UTF8, 'gì đó')) })
    expect(dg13).toEqual({ entries: ENTRIES, unknown: ['17: gì đó'] })
  })

  test('there is no old number, as a missing or as an empty entry', () => {
    const { oldNumber: _, ...rest } = ENTRIES
    for (const empty of [null, entry(15), entry(15, text(PRINTABLE, ''))]) {
      expect(variant({ 15: empty })).toEqual({ entries: rest, unknown: [] })
    }
  })

  test('the old number stands at 16', () => {
    const dg13 = variant({ 15: null, 16: entry(16, text(PRINTABLE, '012345678')) })
    expect(dg13 && saidByDg13(dg13).oldNumber).toBe('012345678')
  })

  test('any string type is a string, composed or not', () => {
    const bmp = tlv(0x1e, Buffer.from('Mẫu', 'utf16le').swap16())
    const dg13 = variant({
      1: entry(1, text(UTF8, '001190123456')),
      2: entry(2, text(UTF8, 'Nguyễn Thị Mẫu'.normalize('NFD'))),
      6: entry(6, text(0x16, 'Kinh')),
      7: entry(7, bmp),
    })
    expect(dg13).toEqual({ entries: { ...ENTRIES, religion: 'Mẫu' }, unknown: [] })
  })

  test('entries come in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...entriesOf(MAU).values()], { minLength: 16 }), (entries) => {
        expect(readDg13(dg13From(entries))).toEqual({ entries: ENTRIES, unknown: [] })
      }),
    )
  })

  test('a second entry of one kind, or an entry in no known form, is kept and overrides nothing', () => {
    const odd = sequence(tlv(0x02, Uint8Array.of(9)), tlv(0xc0, Uint8Array.of(1)))
    const dg13 = readDg13(dg13From([...entriesOf(MAU).values(), entry(9, text(UTF8, 'Chỗ khác')), odd]))
    expect(dg13).toEqual({ entries: ENTRIES, unknown: ['9: Chỗ khác', '?: 020109c00101'] })
  })
})

describe('broken files', () => {
  test('a truncated file is not half believed', () => {
    const file = filesOf(MAU).DG13
    for (let length = 0; length < file.length; length += 1) expect(readDg13(file.slice(0, length))).toBeNull()
  })

  test('a wrong length inside is noticed or kept apart, never a crash', () => {
    const file = filesOf(MAU).DG13
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        const bent = Uint8Array.from(file)
        bent[at] = byte
        const dg13 = readDg13(bent)
        if (dg13) saidByDg13(dg13)
      }),
      { numRuns: 1000 },
    )
  })

  test('any bytes at all are read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readDg13(bytes)
        readDg13(tlv(0x6d, bytes))
        readDg13(dg13From([bytes]))
      }),
      { numRuns: 500 },
    )
    expect(readDg13(fromHex('6D00'))).toBeNull()
  })

  test('a depth bomb and a giant text are contained', () => {
    let deep = text(UTF8, 'x')
    for (let level = 0; level < 200; level += 1) deep = sequence(deep)
    expect(readDg13(dg13From([entry(9, deep)]))?.entries).toEqual({})
    const giant = readDg13(dg13From([entry(9, text(UTF8, 'á'.repeat(3000)))]))
    expect(giant).toEqual({ entries: {}, unknown: [`9: ${'á'.repeat(1000)}`] })
  })
})
