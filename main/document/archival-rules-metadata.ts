// Rows of the PDF/A-2b table on XMP metadata (ISO 19005-2 §6.6).
// That Info says the same as XMP is no longer demanded by part 2; it is demanded here (`own-info`), as part 1 §6.7.3 did,
// because two different titles or times in one archival file help nobody.
import type { Rule } from './archival-rule.ts'
import { nameOf, type PdfFacts } from './pdf-facts.ts'
import { filtersOf } from './pdf-file.ts'
import { isString, latin1 } from './pdf-objects.ts'
import { XMP_SPACES, type XmpProperty } from './read-xmp.ts'

/** Schemas predefined by the XMP specification, ISO 19005-1 and ISO 19005-2; their property names are not checked. */
const PREDEFINED = new Set<string>([
  ...Object.values(XMP_SPACES),
  'http://www.aiim.org/pdfa/ns/type#',
  'http://www.aiim.org/pdfa/ns/field#',
  'http://ns.adobe.com/xap/1.0/mm/',
  'http://ns.adobe.com/xap/1.0/rights/',
  'http://ns.adobe.com/xap/1.0/bj/',
  'http://ns.adobe.com/xap/1.0/t/pg/',
  'http://ns.adobe.com/xmp/1.0/DynamicMedia/',
  'http://ns.adobe.com/xmp/Identifier/qual/1.0/',
  'http://ns.adobe.com/photoshop/1.0/',
  'http://ns.adobe.com/camera-raw-settings/1.0/',
  'http://ns.adobe.com/tiff/1.0/',
  'http://ns.adobe.com/exif/1.0/',
  'http://ns.adobe.com/exif/1.0/aux/',
])

export const findXmp = ({ xmp }: PdfFacts, space: keyof typeof XMP_SPACES, name: string): XmpProperty | undefined =>
  xmp?.properties.find((each) => each.space === XMP_SPACES[space] && each.name === name)

const PAIRS = [
  ['Title', 'dc', 'title'],
  ['Author', 'dc', 'creator'],
  ['Subject', 'dc', 'description'],
  ['Keywords', 'pdf', 'Keywords'],
  ['Creator', 'xmp', 'CreatorTool'],
  ['Producer', 'pdf', 'Producer'],
  ['CreationDate', 'xmp', 'CreateDate'],
  ['ModDate', 'xmp', 'ModifyDate'],
] as const

/** Text string (ISO 32000-1 §7.9.2.2): UTF-16BE or UTF-8 by its mark, else PDFDocEncoding, here as Latin-1. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes.subarray(3))
  return latin1(bytes)
}

/** Milliseconds of `D:20261121103005+07'00'` (§7.9.4); NaN when it is no date. */
export function pdfDate(text: string): number {
  const found = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)?'?)?$/.exec(text)
  if (found === null) return Number.NaN
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((each) => (each === undefined ? undefined : Number(each)))
  const ahead = (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0)) * (found[7] === '-' ? -1 : 1)
  return Date.UTC(year, month - 1, day, hour, minute, second) - ahead * 60_000
}

const isInStep = (key: string, info: string, xmp: XmpProperty | undefined): boolean => {
  if (xmp === undefined) return false
  if (!key.endsWith('Date')) return info === xmp.values.join(', ') || info === xmp.values[0]
  const [left, right] = [pdfDate(info), Date.parse(xmp.values[0] ?? '')]
  return Math.floor(left / 1000) === Math.floor(right / 1000)
}

export const METADATA_RULES: readonly Rule[] = [
  {
    id: '6.6.2.1-metadata',
    clause: '6.6.2.1',
    sentence: 'The catalog names a metadata stream, Type Metadata, Subtype XML, not filtered out of sight.',
    test: ({ file, metadata }) =>
      metadata !== null &&
      nameOf(file, metadata.dictionary.get('Type')) === 'Metadata' &&
      nameOf(file, metadata.dictionary.get('Subtype')) === 'XML' &&
      filtersOf(metadata.dictionary, file.get).every((each) => each === 'FlateDecode'),
  },
  {
    id: '6.6.2.1-xmp',
    clause: '6.6.2.1',
    sentence: 'The metadata are well-formed XMP in UTF-8.',
    test: ({ xmp }) => xmp !== null,
  },
  {
    id: '6.6.2.2-header',
    clause: '6.6.2.2',
    sentence: 'The packet header has no bytes or encoding attribute.',
    test: ({ xmp }) => xmp?.headerAttributes !== true,
  },
  {
    id: '6.6.2.3-described',
    clause: '6.6.2.3.1',
    sentence: 'Every property belongs to a predefined schema or to one described in the file.',
    test: ({ xmp }) =>
      xmp === null ||
      xmp.properties.every(
        ({ space, name }) =>
          PREDEFINED.has(space) || xmp.schemas.some((schema) => schema.space === space && schema.properties.has(name)),
      ),
  },
  {
    id: '6.6.2.3-schema',
    clause: '6.6.2.3.3',
    sentence: 'Schema descriptions have all their fields.',
    test: ({ xmp }) => xmp === null || xmp.schemas.every(({ complete }) => complete),
  },
  {
    id: '6.6.4-part',
    clause: '6.6.4',
    sentence: 'pdfaid:part is 2.',
    test: (facts) => isIdentification(findXmp(facts, 'pdfaid', 'part'), /^2$/),
  },
  {
    id: '6.6.4-conformance',
    clause: '6.6.4',
    sentence: 'pdfaid:conformance is A, B or U.',
    test: (facts) => isIdentification(findXmp(facts, 'pdfaid', 'conformance'), /^[ABU]$/),
  },
  {
    id: 'own-info',
    clause: '-',
    sentence: 'Info and XMP say the same (ISO 19005-1 §6.7.3).',
    test: (facts) =>
      facts.info === null ||
      PAIRS.every(([key, space, name]) => {
        const value = facts.file.get(facts.info?.get(key))
        return !isString(value) || value.length === 0 || isInStep(key, textOf(value), findXmp(facts, space, name))
      }),
  },
]

/** Written as an element the prefix must be `pdfaid`; written as an attribute the reader no longer knows it. */
const isIdentification = (property: XmpProperty | undefined, pattern: RegExp): boolean =>
  property !== undefined &&
  (property.prefix === '' || property.prefix === 'pdfaid') &&
  pattern.test(property.values[0] ?? '')
