// Data group 13 of the Vietnamese card: the person's details, in a national form that is not published.
// One table says what each entry is. Tolerant on purpose: any order, any string type, empty or unknown entries.
// Pure and total; an entry nobody knows is kept as it is, never rejected and never guessed at.
import { readDay } from './day.ts'
import { NEVER_EXPIRES, type SaidFields } from './identity.ts'
import { readTlv, readTlvs, type Tlv } from './tlv.ts'

export const DG13_ENTRIES = {
  1: 'number',
  2: 'name',
  3: 'birth',
  4: 'sex',
  5: 'nationality',
  6: 'ethnicity',
  7: 'religion',
  8: 'home',
  9: 'address',
  10: 'marks',
  11: 'issued',
  12: 'expiry',
  13: 'parents',
  14: 'spouse',
  15: 'oldNumber',
  16: 'chipNumber',
} as const
export type Dg13Name = (typeof DG13_ENTRIES)[keyof typeof DG13_ENTRIES]

export interface Dg13 {
  /** Non-empty values by name, NFC, as written on the chip (days `dd/mm/yyyy`). `parents` are parted by `; `. */
  readonly entries: Readonly<Partial<Record<Dg13Name, string>>>
  /** Entries without a row in the table, a second entry of the same kind, and entries that could not be read. */
  readonly unknown: readonly string[]
}

const INTEGER = 0x02
const SEQUENCE = 0x30
const SET = 0x31
/** UTF8String, NumericString, PrintableString, T61String, IA5String, VisibleString. */
const STRINGS: readonly number[] = [0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a]
const BMP_STRING = 0x1e
const DEEPEST = 4
/** Longer values are not shown as a field; characters. */
const LONGEST = 1000

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const clean = (text: string) =>
  text
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()

function decode({ tag, value }: Tlv): string {
  if (tag !== BMP_STRING) return clean(new TextDecoder().decode(value))
  const units = Array.from(
    { length: value.length >> 1 },
    (_, at) => ((value[at * 2] ?? 0) << 8) | (value[at * 2 + 1] ?? 0),
  )
  return clean(String.fromCharCode(...units))
}

/** All texts inside, however they are nested; null when something is neither a text nor a container. */
function textsIn(objects: readonly Tlv[], depth = 0): readonly string[] | null {
  const texts: string[] = []
  for (const object of objects) {
    if (STRINGS.includes(object.tag) || object.tag === BMP_STRING) {
      texts.push(decode(object))
      continue
    }
    const inner = object.tag === SEQUENCE || object.tag === SET ? readTlvs(object.value) : null
    const nested = inner && depth < DEEPEST ? textsIn(inner, depth + 1) : null
    if (!nested) return null
    texts.push(...nested)
  }
  return texts
}

function readEntry(object: Tlv): { readonly id: number; readonly text: string } | null {
  const parts = object.tag === SEQUENCE ? readTlvs(object.value) : null
  const id = parts?.[0]
  if (!parts || id?.tag !== INTEGER || id.value.length < 1 || id.value.length > 2) return null
  const texts = textsIn(parts.slice(1))
  return texts
    ? { id: id.value.reduce((whole, byte) => whole * 256 + byte, 0), text: texts.filter(Boolean).join('; ') }
    : null
}

const nameOf = (id: number): Dg13Name | undefined => (DG13_ENTRIES as Readonly<Record<number, Dg13Name>>)[id]

/** Null when the file is not `6D { SEQUENCE { … SET of entries } }`, or is truncated. */
export function readDg13(file: Uint8Array): Dg13 | null {
  const outer = readTlv(file)
  const body = outer?.tag === 0x6d ? readTlv(outer.value) : null
  const parts = body?.tag === SEQUENCE ? readTlvs(body.value) : null
  const set = parts?.find((part) => part.tag === SET)
  const rows = set ? readTlvs(set.value) : null
  if (!rows) return null

  const entries: Partial<Record<Dg13Name, string>> = {}
  const unknown: string[] = []
  for (const row of rows) {
    const entry = readEntry(row)
    const name = entry ? nameOf(entry.id) : undefined
    if (!entry) unknown.push(`?: ${hex(row.value.slice(0, LONGEST))}`)
    else if (!name || entries[name] !== undefined || entry.text.length > LONGEST)
      unknown.push(`${entry.id}: ${entry.text.slice(0, LONGEST)}`)
    else if (entry.text !== '') entries[name] = entry.text
  }
  return { entries, unknown }
}

/** The old 9-digit number; one card profile writes it at 16 instead of 15. */
function oldNumberOf({ oldNumber, chipNumber }: Dg13['entries']): string | undefined {
  if (oldNumber) return oldNumber
  return chipNumber && /^\d{9}$/.test(chipNumber) ? chipNumber : undefined
}

/** What DG13 says about the fields of an identity; days as `yyyy-mm-dd`. A value in no known form is left out. */
export function saidByDg13({ entries }: Dg13): SaidFields {
  const { number, name, sex, address, expiry } = entries
  const until = expiry === undefined ? undefined : (readDay(expiry) ?? (/\d/.test(expiry) ? undefined : NEVER_EXPIRES))
  const said = {
    number: number && /^\d{12}$/.test(number) ? number : undefined,
    name,
    birth: entries.birth ? (readDay(entries.birth) ?? undefined) : undefined,
    sex: sex === 'Nam' || sex === 'Nữ' ? sex : undefined,
    address,
    issued: entries.issued ? (readDay(entries.issued) ?? undefined) : undefined,
    expiry: until,
    oldNumber: oldNumberOf(entries),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}
