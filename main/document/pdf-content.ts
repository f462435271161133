// Reads the operators of one content stream (ISO 32000-1 §7.8.2, Annex A) and says what they use.
// Never draws and never decodes pictures; codes of text are gathered, not mapped to glyphs.
import {
  type Budget,
  brokenPdf,
  type Cursor,
  isArray,
  isName,
  isString,
  isWhite,
  isWord,
  type PdfValue,
  readToken,
  spend,
} from './pdf-objects.ts'

export interface ContentFacts {
  readonly unknownOperator: boolean
  /** Deepest q … Q nesting. */
  readonly nesting: number
  readonly device: ReadonlySet<'DeviceGray' | 'DeviceRGB' | 'DeviceCMYK'>
  /** Names a font, picture, state, shading, pattern or colour space of /Resources. */
  readonly usesResources: boolean
  readonly intents: readonly string[]
  readonly inlineFilters: readonly string[]
  readonly inlineInterpolated: boolean
  /** What is shown, by the name of its font in /Resources. */
  readonly shown: ReadonlyMap<string, ShownCodes>
}

/** Codes of all shown strings, read as one byte each and as two; which of them is meant, the font says. */
export interface ShownCodes {
  readonly single: Set<number>
  readonly double: Set<number>
}

const OPERATORS = new Set(
  (
    'b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri ' +
    `s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' "`
  ).split(' '),
)
const DEVICE_OF: Readonly<Record<string, 'DeviceGray' | 'DeviceRGB' | 'DeviceCMYK'>> = {
  g: 'DeviceGray',
  G: 'DeviceGray',
  rg: 'DeviceRGB',
  RG: 'DeviceRGB',
  k: 'DeviceCMYK',
  K: 'DeviceCMYK',
  DeviceGray: 'DeviceGray',
  DeviceRGB: 'DeviceRGB',
  DeviceCMYK: 'DeviceCMYK',
  CalGray: 'DeviceGray',
  CalRGB: 'DeviceRGB',
  CalCMYK: 'DeviceCMYK',
}
/** Short names that inline images may use (§8.9.7, Table 94). */
const INLINE_DEVICE: typeof DEVICE_OF = { G: 'DeviceGray', RGB: 'DeviceRGB', CMYK: 'DeviceCMYK' }
/** Operators that show text (§9.4.3). */
const SHOWING = new Set(['Tj', 'TJ', "'", '"'])
const MOST_OPERANDS = 4096

export function scanContent(bytes: Uint8Array, budget: Budget, notes: Set<string>): ContentFacts {
  const cursor: Cursor = { bytes, at: 0, end: bytes.length, budget, notes }
  const device = new Set<'DeviceGray' | 'DeviceRGB' | 'DeviceCMYK'>()
  const intents: string[] = []
  const inlineFilters: string[] = []
  let [unknownOperator, usesResources, inlineInterpolated] = [false, false, false]
  let [nesting, deepest] = [0, 0]
  let operands: PdfValue[] = []
  const shown = new Map<string, ShownCodes>()
  // The font belongs to the graphics state, which q keeps and Q brings back (§8.4.1).
  let font: string | undefined
  const kept: (string | undefined)[] = []
  for (let token = readToken(cursor, false); token !== undefined; token = readToken(cursor, false)) {
    if (!isWord(token)) {
      operands.push(token)
      if (operands.length > MOST_OPERANDS) throw brokenPdf('own-syntax')
      continue
    }
    const { word } = token
    const last = operands.at(-1)
    const name = nameIn(last)
    if (!OPERATORS.has(word)) unknownOperator = true
    if (word === 'q') {
      deepest = Math.max(deepest, ++nesting)
      kept.push(font)
    }
    if (word === 'Q') {
      nesting = Math.max(0, nesting - 1)
      if (kept.length > 0) font = kept.pop()
    }
    if (word === 'Tf') font = nameIn(operands.at(-2)) ?? font
    if (SHOWING.has(word) && font !== undefined) noteShown(shown, font, last)
    const direct = DEVICE_OF[word]
    if (direct !== undefined && word.length <= 2) device.add(direct)
    if (word === 'cs' || word === 'CS') {
      const named = DEVICE_OF[name ?? '']
      if (named !== undefined) device.add(named)
      else if (name !== 'Pattern') usesResources = true
    }
    if (['Do', 'Tf', 'gs', 'sh'].includes(word) || (['scn', 'SCN', 'BDC', 'DP'].includes(word) && name !== undefined))
      usesResources = true
    if (word === 'ri' && name !== undefined) intents.push(name)
    if (word === 'BI') {
      const inline = readInlineImage(cursor)
      inlineFilters.push(...inline.filters)
      inlineInterpolated ||= inline.interpolated
      const space = INLINE_DEVICE[inline.space] ?? DEVICE_OF[inline.space]
      if (space !== undefined) device.add(space)
    }
    operands = []
  }
  return { unknownOperator, nesting: deepest, device, usesResources, intents, inlineFilters, inlineInterpolated, shown }
}

const nameIn = (value: PdfValue | undefined): string | undefined => (isName(value) ? value.name : undefined)

function noteShown(shown: Map<string, ShownCodes>, font: string, operand: PdfValue | undefined): void {
  const codes = shown.get(font) ?? { single: new Set(), double: new Set() }
  shown.set(font, codes)
  for (const text of isArray(operand) ? operand : [operand]) {
    if (!isString(text)) continue
    for (const byte of text) codes.single.add(byte)
    for (let at = 0; at + 1 < text.length; at += 2) codes.double.add((text[at] ?? 0) * 256 + (text[at + 1] ?? 0))
  }
}

interface InlineImage {
  readonly filters: readonly string[]
  readonly space: string
  readonly interpolated: boolean
}

/** `BI … ID data EI`: the end is the first EI between white space that readable bytes follow. */
function readInlineImage(cursor: Cursor): InlineImage {
  const entries = new Map<string, PdfValue>()
  for (;;) {
    const key = readToken(cursor, false)
    if (isWord(key) && key.word === 'ID') break
    const value = readToken(cursor, false)
    if (!isName(key) || value === undefined || isWord(value)) throw brokenPdf('own-syntax')
    entries.set(key.name, value)
  }
  const from = cursor.at
  while (cursor.at < cursor.end && !endsHere(cursor)) cursor.at += 1
  spend(cursor.budget, cursor.at - from)
  cursor.at += 3
  const filter = entries.get('F') ?? entries.get('Filter')
  const space = entries.get('CS') ?? entries.get('ColorSpace')
  const list = Array.isArray(filter) ? (filter as readonly PdfValue[]) : filter === undefined ? [] : [filter]
  return {
    filters: list.map((each) => (isName(each) ? each.name : '?')),
    space: isName(space) ? space.name : '',
    interpolated: (entries.get('I') ?? entries.get('Interpolate')) === true,
  }
}

function endsHere({ bytes, at, end }: Cursor): boolean {
  if (!isWhite(bytes[at]) || bytes[at + 1] !== 0x45 || bytes[at + 2] !== 0x49) return false
  if (at + 3 < end && !isWhite(bytes[at + 3])) return false
  for (let index = at + 3; index < Math.min(end, at + 16); index += 1) {
    const byte = bytes[index] ?? 0
    if (!isWhite(byte) && (byte < 0x20 || byte > 0x7e)) return false
  }
  return true
}
