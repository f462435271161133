// Synthetic persons and the files of their cards: MRZ (TD1), EF.COM, DG1, DG13 with right check digits and lengths.
// Independent of the product: own check digits, own encoder. No real person, number or card is in here.

export interface Person {
  /** 12 digits. */
  readonly number: string
  /** With diacritics. */
  readonly name: string
  /** yyyy-mm-dd */
  readonly birth: string
  readonly sex: 'Nam' | 'Nữ'
  readonly address: string
  /** yyyy-mm-dd */
  readonly issued: string
  /** yyyy-mm-dd, or null: Không thời hạn. */
  readonly expiry: string | null
  readonly home: string
  readonly marks: string
  readonly father?: string
  readonly mother?: string
  readonly spouse?: string
  readonly oldNumber?: string
}

/** The specimen: Nguyễn Thị Mẫu. */
export const MAU: Person = {
  number: '001190123456',
  name: 'Nguyễn Thị Mẫu',
  birth: '1990-01-15',
  sex: 'Nữ',
  address: 'Số 1, Phường Mẫu, Hà Nội',
  issued: '2021-07-01',
  expiry: '2030-01-15',
  home: 'Xã Mẫu, Hà Nội',
  marks: 'Nốt ruồi C:1cm dưới trước mắt phải',
  father: 'Nguyễn Văn Cha',
  mother: 'Trần Thị Mẹ',
  oldNumber: '012345678',
}

/** More people for the counter's queue, by the word one types to put their card on the reader. */
export const PEOPLE: Readonly<Record<string, Person>> = {
  mau: MAU,
  thu: {
    ...MAU,
    number: '079061000123',
    name: 'Đỗ Văn Thử',
    birth: '1961-11-30',
    sex: 'Nam',
    address: 'Số 2, Phường Thử, Thành phố Hồ Chí Minh',
    expiry: null,
    home: 'Xã Thử, Đồng Nai',
    spouse: 'Lê Thị Vợ Mẫu',
    oldNumber: undefined,
  },
  tre: {
    ...MAU,
    number: '048304000456',
    name: 'Phan Ngọc Trẻ Mẫu',
    birth: '2004-02-29',
    sex: 'Nữ',
    address: 'Tổ 3, Phường Ví Dụ, Đà Nẵng',
    issued: '2024-08-15',
    expiry: '2029-02-28',
    father: undefined,
    oldNumber: undefined,
  },
}

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function digitOf(text: string): string {
  const weights = [7, 3, 1]
  return String(
    [...text].reduce((sum, letter, at) => sum + Math.max(0, CHARACTERS.indexOf(letter)) * (weights[at % 3] ?? 0), 0) %
      10,
  )
}

const plain = (name: string) =>
  name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toUpperCase()

const short = (day: string) => day.slice(2).replaceAll('-', '')
const slashed = (day: string) => day.split('-').reverse().join('/')

/** The three lines of the MRZ, 30 characters each. */
export function mrzOf(person: Person): readonly [string, string, string] {
  const nine = person.number.slice(3)
  const birth = short(person.birth)
  const expiry = person.expiry === null ? '991231' : short(person.expiry)
  const first = `IDVNM${nine}${digitOf(nine)}${person.number}<<${digitOf(person.number)}`
  const dates = `${birth}${digitOf(birth)}`
  const until = `${expiry}${digitOf(expiry)}`
  const composite = digitOf(first.slice(5) + dates + until + '<'.repeat(11))
  const [family = '', ...given] = plain(person.name).split(' ')
  return [
    first,
    `${dates}${person.sex === 'Nữ' ? 'F' : 'M'}${until}VNM${'<'.repeat(11)}${composite}`,
    `${family}<<${given.join('<')}`.slice(0, 30).padEnd(30, '<'),
  ]
}

/** What opens this card: MRZ information of ICAO 9303-11 §4.3.2. */
export const mrzInformationOf = (person: Person): string => {
  const [first, second] = mrzOf(person)
  return first.slice(5, 15) + second.slice(0, 7) + second.slice(8, 15)
}

export function tlv(tag: number, value: Uint8Array): Uint8Array {
  const { length } = value
  const head = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag]
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Uint8Array.of(...head, ...size, ...value)
}

export const UTF8 = 0x0c
export const PRINTABLE = 0x13
export const text = (kind: number, value: string): Uint8Array => tlv(kind, Buffer.from(value, 'utf8'))
export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x30, Buffer.concat(parts))
export const entry = (id: number, ...values: readonly Uint8Array[]): Uint8Array =>
  sequence(tlv(0x02, Uint8Array.of(id)), ...values)

/** DG13 from its entries, with the placeholder object identifier 1.2.3.4.5. */
export const dg13From = (entries: readonly Uint8Array[]): Uint8Array =>
  tlv(
    0x6d,
    sequence(tlv(0x02, Uint8Array.of(0)), tlv(0x06, Uint8Array.of(0x2a, 3, 4, 5)), tlv(0x31, Buffer.concat(entries))),
  )

/** The sixteen entries by id. */
export function entriesOf(person: Person): Map<number, Uint8Array> {
  const parents = [person.father, person.mother].map((name) => (name ? sequence(text(UTF8, name)) : sequence()))
  return new Map([
    [1, entry(1, text(PRINTABLE, person.number))],
    [2, entry(2, text(UTF8, person.name))],
    [3, entry(3, text(PRINTABLE, slashed(person.birth)))],
    [4, entry(4, text(UTF8, person.sex))],
    [5, entry(5, text(UTF8, 'Việt Nam'))],
    [6, entry(6, text(UTF8, 'Kinh'))],
    [7, entry(7, text(UTF8, 'Không'))],
    [8, entry(8, text(UTF8, person.home))],
    [9, entry(9, text(UTF8, person.address))],
    [10, entry(10, text(UTF8, person.marks))],
    [11, entry(11, text(PRINTABLE, slashed(person.issued)))],
    [12, entry(12, text(UTF8, person.expiry === null ? 'Không thời hạn' : slashed(person.expiry)))],
    [13, entry(13, ...parents)],
    [14, person.spouse ? entry(14, sequence(text(UTF8, person.spouse))) : entry(14)],
    [15, person.oldNumber ? entry(15, text(PRINTABLE, person.oldNumber)) : entry(15)],
    [16, entry(16, text(PRINTABLE, '0123456789ABCDEF'))],
  ])
}

export interface CardFiles {
  readonly COM: Uint8Array
  readonly DG1: Uint8Array
  readonly DG13: Uint8Array
}

export function filesOf(person: Person): CardFiles {
  return {
    COM: tlv(
      0x60,
      Buffer.concat([
        tlv(0x5f01, Buffer.from('0107')),
        tlv(0x5f36, Buffer.from('040000')),
        tlv(0x5c, Uint8Array.of(0x61, 0x75, 0x63, 0x6d, 0x6e, 0x6f)),
      ]),
    ),
    DG1: tlv(0x61, tlv(0x5f1f, Buffer.from(mrzOf(person).join('')))),
    DG13: dg13From([...entriesOf(person).values()]),
  }
}

/** The QR of the card of 2021 (seven fields). */
export const qrOf = (person: Person): string =>
  [
    person.number,
    person.oldNumber ?? '',
    person.name,
    slashed(person.birth).replaceAll('/', ''),
    person.sex,
    person.address,
    slashed(person.issued).replaceAll('/', ''),
  ].join('|')
