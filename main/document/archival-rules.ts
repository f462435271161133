// The rules of PDF/A-2 level B (ISO 19005-2:2011) that this program checks, as a table: one row a rule.
// Promises pure tests on gathered facts. Rows whose test is `lexical` are noted while the bytes are read; rows whose id starts
// with `own-` are not in the standard: they say what this checker needs to be able to answer, and refuse otherwise.

import type { Rule } from './archival-rule.ts'
import { COLOUR_RULES, FONT_RULES, GRAPHICS_RULES } from './archival-rules-graphics.ts'
import { ACTION_RULES, ANNOTATION_RULES, FORM_RULES } from './archival-rules-interaction.ts'
import { METADATA_RULES } from './archival-rules-metadata.ts'
import { UNICODE_RULES } from './archival-rules-unicode.ts'
import { arrayOf, nameOf } from './pdf-facts.ts'
import { filtersOf } from './pdf-file.ts'
import { isString, latin1 } from './pdf-objects.ts'

const FILTERS = new Set([
  'ASCIIHexDecode',
  'ASCII85Decode',
  'FlateDecode',
  'RunLengthDecode',
  'CCITTFaxDecode',
  'JBIG2Decode',
  'DCTDecode',
  'JPXDecode',
])
export const isAllowedFilter = (name: string): boolean => FILTERS.has(name)

const SHORT_FILTERS = new Set(['AHx', 'A85', 'Fl', 'RL', 'CCF', 'DCT', ...FILTERS])

const FILE_RULES: readonly Rule[] = [
  {
    id: '6.1.2-header',
    clause: '6.1.2',
    sentence: 'The file begins at byte 0 with %PDF-1.n, n from 0 to 7, and one end of line.',
    test: ({ file }) => /^%PDF-1\.[0-7](\r\n|\n|\r)/.test(latin1(file.bytes.subarray(0, 12))),
  },
  {
    id: '6.1.2-binary',
    clause: '6.1.2',
    sentence: 'A comment with at least four bytes above 127 follows the header at once.',
    test: ({ file }) => /^%PDF-1\.\d(\r\n|\n|\r)%[\x80-\xff]{4}/.test(latin1(file.bytes.subarray(0, 20))),
  },
  {
    id: '6.1.3-id',
    clause: '6.1.3',
    sentence: 'The trailer carries the file identifier: two strings that are not empty.',
    test: ({ file }) => {
      const id = arrayOf(file, file.trailer.get('ID')).map(file.get)
      return id.length === 2 && id.every((each) => isString(each) && each.length > 0)
    },
  },
  { id: '6.1.3-encrypt', clause: '6.1.3', sentence: 'The file is not encrypted.', test: ({ file }) => !file.encrypted },
  {
    id: '6.1.3-end',
    clause: '6.1.3',
    sentence: 'Nothing but one end of line follows the last %%EOF.',
    test: ({ file }) => /%%EOF(\r\n|\n|\r)?$/.test(latin1(file.bytes.subarray(-16))),
  },
  {
    id: '6.1.4-xref',
    clause: '6.1.4',
    sentence: 'One end of line stands between xref and its first subsection.',
    test: 'lexical',
  },
  {
    id: '6.1.6-hexadecimal',
    clause: '6.1.6',
    sentence: 'Hexadecimal strings have an even number of digits and nothing else.',
    test: 'lexical',
  },
  {
    id: '6.1.7.1-length',
    clause: '6.1.7.1',
    sentence: '/Length counts the bytes between stream and endstream exactly.',
    test: 'lexical',
  },
  {
    id: '6.1.7.1-external',
    clause: '6.1.7.1',
    sentence: 'No stream keeps its data in another file (/F, /FFilter, /FDecodeParms).',
    test: ({ streams }) =>
      !streams.some(({ dictionary }) => ['F', 'FFilter', 'FDecodeParms'].some((key) => dictionary.has(key))),
  },
  {
    id: '6.1.7.2-filter',
    clause: '6.1.7.2',
    sentence: 'Only the filters of ISO 32000-1 Table 6 are used, and never LZWDecode or Crypt.',
    test: ({ file, streams }) =>
      streams.every(({ dictionary }) => filtersOf(dictionary, file.get).every((name) => FILTERS.has(name))),
  },
  {
    id: '6.1.9-spacing',
    clause: '6.1.9',
    sentence: 'obj and endobj stand on their own lines, their numbers one space apart.',
    test: 'lexical',
  },
  {
    id: '6.1.10-inline',
    clause: '6.1.10',
    sentence: 'Inline pictures use no LZW, Crypt or unknown filter.',
    test: ({ contents }) =>
      contents.every(({ inlineFilters }) => inlineFilters.every((name) => SHORT_FILTERS.has(name))),
  },
  {
    id: '6.1.12-permissions',
    clause: '6.1.12',
    sentence: 'The permissions dictionary has no keys but UR3 and DocMDP.',
    test: ({ file, catalog }) => {
      const permissions = file.get(catalog.get('Perms'))
      return !(permissions instanceof Map) || [...permissions.keys()].every((key) => key === 'UR3' || key === 'DocMDP')
    },
  },
  {
    id: '6.1.13-number',
    clause: '6.1.13',
    sentence: 'Numbers stay within 32-bit integers and single-precision reals.',
    test: 'lexical',
  },
  { id: '6.1.13-string', clause: '6.1.13', sentence: 'No string is longer than 32,767 bytes.', test: 'lexical' },
  { id: '6.1.13-name', clause: '6.1.13', sentence: 'No name is longer than 127 bytes.', test: 'lexical' },
  {
    id: '6.1.13-nesting',
    clause: '6.1.13',
    sentence: 'q and Q nest at most 28 deep.',
    test: ({ contents }) => contents.every(({ nesting }) => nesting <= 28),
  },
  {
    id: '6.1.13-box',
    clause: '6.1.13',
    sentence: 'Every page has a /MediaBox, and page boundaries measure 3 to 14,400 units.',
    test: ({ pages }) =>
      pages.every(
        ({ boxes }) => boxes.has('MediaBox') && [...boxes.values()].every((box) => box !== null && isSaneBox(box)),
      ),
  },
  {
    id: '6.8-embedded',
    clause: '6.8',
    sentence:
      'No files are attached (stricter than the standard, which allows PDF/A attachments: they are not opened here).',
    test: ({ dictionaries }) => !dictionaries.some((each) => each.has('EF') || each.has('EmbeddedFiles')),
  },
  {
    id: '6.9-optional',
    clause: '6.9',
    sentence: 'No optional content (layers): stricter than the standard, a copy shows the same to everyone.',
    test: ({ catalog }) => !catalog.has('OCProperties'),
  },
  {
    id: '6.10-alternate',
    clause: '6.10',
    sentence: 'No alternate presentations and no presentation steps.',
    test: ({ dictionaries }) =>
      !dictionaries.some((each) => each.has('AlternatePresentations') || each.has('PresSteps')),
  },
  {
    id: '6.11-requirements',
    clause: '6.11',
    sentence: 'The catalog has no /Requirements.',
    test: ({ catalog }) => !catalog.has('Requirements'),
  },
]

const OWN_RULES: readonly Rule[] = [
  { id: 'own-size', clause: '-', sentence: 'The file has at most 256 MB.', test: 'lexical' },
  { id: 'own-xref', clause: '-', sentence: 'The cross-reference finds every object it names.', test: 'lexical' },
  { id: 'own-syntax', clause: '-', sentence: 'Objects and content streams follow PDF syntax.', test: 'lexical' },
  { id: 'own-nesting', clause: '-', sentence: 'Arrays and dictionaries nest at most 64 deep.', test: 'lexical' },
  {
    id: 'own-budget',
    clause: '-',
    sentence: 'The file can be checked within bounded work and memory.',
    test: 'lexical',
  },
  {
    id: 'own-flate',
    clause: '-',
    sentence: 'Compressed data that must be read decompress, to at most 32 MB each.',
    test: 'lexical',
  },
  { id: 'own-filter', clause: '-', sentence: 'Content streams use no filter or FlateDecode alone.', test: 'lexical' },
  {
    id: 'own-structure',
    clause: '-',
    sentence: 'The catalog leads to a page tree without loops, with as many pages as it says and at least one.',
    test: ({ pages, declaredPages, file, catalog }) =>
      nameOf(file, catalog.get('Type')) === 'Catalog' && pages.length > 0 && pages.length === declaredPages,
  },
]

function isSaneBox([left = 0, bottom = 0, right = 0, top = 0]: readonly number[]): boolean {
  return [Math.abs(right - left), Math.abs(top - bottom)].every((side) => side >= 3 && side <= 14_400)
}

export const ARCHIVAL_RULES: readonly Rule[] = [
  ...OWN_RULES,
  ...FILE_RULES,
  ...COLOUR_RULES,
  ...GRAPHICS_RULES,
  ...FONT_RULES,
  ...ANNOTATION_RULES,
  ...FORM_RULES,
  ...ACTION_RULES,
  ...METADATA_RULES,
  ...UNICODE_RULES,
]
