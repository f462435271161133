// What stands in the QR of a separator sheet (phiếu ngăn), and what the codes of a page mean for the stack. Pure.
// Promises that a misread, cut or foreign code is never taken for a sheet of ours: a check over every sign must agree.
import { z } from 'zod'
import type { FoundCode } from '../../preload/contract/scan.ts'

/** The list in resources/catalogue/paper-titles.json. Keys are printed on sheets: they are never changed nor used again. */
export const PaperTitles = z.array(
  z
    .object({
      key: z.string().regex(/^[0-9A-Z]{2,12}$/),
      /** Tên giấy tờ. */
      name: z.string().min(1),
      /** Most used first. */
      order: z.number().int(),
      /** A book: a copy has all its pages with information; with `cover-and-pages` its cover too. */
      book: z.enum(['pages', 'cover-and-pages']).optional(),
    })
    .strict(),
)
export type PaperTitles = z.infer<typeof PaperTitles>

/** Kind of paper a sheet announces: one of the list, or a title somebody typed. */
export type SheetTitle = { readonly key: string } | { readonly name: string }

export interface Separator {
  /** Official or provisional. */
  readonly dossierCode: string
  readonly title: SheetTitle | null
}

export interface Interpreted {
  /** Null also when two different sheets are seen at once, or one that is not read right; then `patch` is 2. */
  readonly separator: Separator | null
  readonly patch: '2' | '3' | 'T' | null
  /** Codes of dossiers on the page that are not those of a separator sheet: a receipt lying on top routes too. */
  readonly dossierCodes: readonly string[]
}

const LONGEST_TITLE = 200
const LONGEST_UNIT = 35
/** `QUAY1*code*title*check`, all in the alphanumeric set of QR (ISO/IEC 18004 §7.4.4), which packs 11 bits in two signs. */
const PAYLOAD = /^(QUAY1\*([0-9A-Z.-]{1,80})\*([0-9A-Z $%*+\-./:]*)\*)([0-3][0-9A-V]{6})$/
const KEY = /^[0-9A-Z]{2,12}$/
/** Marks a typed title; keys never begin so. */
const TYPED = ':'

/** Provisional number, `TAM-<unit>-<station>-<yyyymmdd>-<n>`; it cannot be mistaken for an official one. */
const PROVISIONAL = /^TAM-([0-9A-Z]+(?:\.[0-9A-Z]+)*)-[0-9A-Z]{1,6}-((?:20)\d{6})-\d{1,7}$/
/** Mã số hồ sơ: unit, day with or without the century, number; also the order of older years (TT 03/2025/TT-VPCP). */
const OFFICIAL = /^([0-9A-Z]+(?:\.[0-9A-Z]+)*)-((?:20)?\d{6})-\d{4,7}$/

const WORDS = /[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*/g

export function isDossierCode(text: string): boolean {
  const [, unit = '', day = ''] = PROVISIONAL.exec(text) ?? OFFICIAL.exec(text) ?? []
  const [month, date] = [Number(day.slice(-4, -2)), Number(day.slice(-2))]
  return unit !== '' && unit.length <= LONGEST_UNIT && month >= 1 && month <= 12 && date >= 1 && date <= 31
}

/** A title of the list by its key, any other by its letters. Empty: none. */
export function sheetTitle(name: string, titles: PaperTitles): SheetTitle | null {
  const plain = composed(name)
  if (plain === '') return null
  const listed = titles.find((title) => title.name === plain)
  return listed === undefined ? { name: plain } : { key: listed.key }
}

/** Null when the sheet names none, or a key that this list does not have: then a person says what the paper is. */
export function nameOfTitle(title: SheetTitle | null, titles: PaperTitles): string | null {
  if (title === null) return null
  if ('name' in title) return title.name
  return titles.find(({ key }) => key === title.key)?.name ?? null
}

/** @throws when the code is none of a dossier: our own codes always are. Titles are shortened to 200 signs. */
export function buildSeparator({ dossierCode, title }: Separator): string {
  if (!isDossierCode(dossierCode)) throw new Error('a separator sheet needs the code of a dossier')
  const body = `QUAY1*${dossierCode}*${writeTitle(title)}*`
  return body + checkOf(body)
}

/** Null: not a separator sheet of ours, or not read right. */
export function parseSeparator(text: string): Separator | null {
  const [, body, dossierCode = '', title = '', check] = PAYLOAD.exec(text) ?? []
  if (body === undefined || checkOf(body) !== check || !isDossierCode(dossierCode)) return null
  const read = readTitle(title)
  return read === undefined ? null : { dossierCode, title: read }
}

/** A sheet that is meant to be ours, of a later program or not read right. */
const MEANT = /^QUAY\d\*/

export function interpretCodes(codes: readonly FoundCode[]): Interpreted {
  const sheets = new Map<string, Separator | null>()
  const dossierCodes = new Set<string>()
  const patches = new Set<string>()
  for (const { format, text } of codes)
    if (format === 'Patch') patches.add(text)
    else if (MEANT.test(text)) sheets.set(text, parseSeparator(text))
    else for (const code of text.match(WORDS) ?? []) if (isDossierCode(code)) dossierCodes.add(code)
  const [separator = null] = sheets.values()
  // A sheet was there and names no dossier that can be trusted: nothing is carried over to what follows.
  if (sheets.size > 1 || (sheets.size === 1 && separator === null))
    return { separator: null, patch: '2', dossierCodes: [] }
  const patch = (['2', 'T', '3'] as const).find((one) => patches.has(one)) ?? null
  return { separator, patch, dossierCodes: [...dossierCodes] }
}

const composed = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()

function writeTitle(title: SheetTitle | null): string {
  if (title === null) return ''
  if ('key' in title) {
    if (!KEY.test(title.key)) throw new Error('no key of a paper title')
    return title.key
  }
  const letters = Array.from(composed(title.name)).slice(0, LONGEST_TITLE).join('').trim()
  return letters === '' ? '' : TYPED + toBase45(new TextEncoder().encode(letters))
}

/** Undefined: not written by us. */
function readTitle(text: string): SheetTitle | null | undefined {
  if (text === '') return null
  if (!text.startsWith(TYPED)) return KEY.test(text) ? { key: text } : undefined
  const bytes = fromBase45(text.slice(TYPED.length))
  if (bytes === null) return undefined
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return name !== '' && composed(name) === name ? { name } : undefined
  } catch {
    return undefined
  }
}

const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/** RFC 9285: two bytes become three signs, a last single byte two. */
function toBase45(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length
    const value = pair ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0)
    out += SIGNS.charAt(value % 45) + SIGNS.charAt(Math.floor(value / 45) % 45)
    if (pair) out += SIGNS.charAt(Math.floor(value / 2025))
  }
  return out
}

/** Null for anything that `toBase45` does not write. */
function fromBase45(text: string): Uint8Array | null {
  const out: number[] = []
  for (let at = 0; at < text.length; at += 3) {
    const [low = -1, middle = -1, high] = Array.from(text.slice(at, at + 3), (sign) => SIGNS.indexOf(sign))
    if (low < 0 || middle < 0 || high === -1) return null
    const value = low + middle * 45 + (high ?? 0) * 2025
    if (value > (high === undefined ? 0xff : 0xffff)) return null
    if (high !== undefined) out.push(value >> 8)
    out.push(value & 0xff)
  }
  return Uint8Array.from(out)
}

/** CRC-32 (ISO 3309) of ASCII text as seven signs: any change of up to four neighbouring signs shows. */
function checkOf(ascii: string): string {
  let crc = 0xffffffff
  for (let at = 0; at < ascii.length; at += 1) {
    crc ^= ascii.charCodeAt(at)
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(32).toUpperCase().padStart(7, '0')
}
