// Rows of the PDF/A-2 table on level U: every character that is shown has a value in Unicode (ISO 19005-2 §6.2.11.7).
// Stricter than the standard: simple Latin fonts need a map too. A composite font with a CMap of its own is judged by its map
// alone, since its codes have no fixed length. That a value is the right letter nobody but a reader can tell.
import type { Rule } from './archival-rule.ts'
import { findXmp } from './archival-rules-metadata.ts'
import { dictionaryOf, nameOf, type PdfFacts } from './pdf-facts.ts'
import { isName, isStream, type PdfDictionary } from './pdf-objects.ts'
import { readUnicodeMap, type UnicodeMap } from './read-unicode-map.ts'

const claimsUnicode = (facts: PdfFacts): boolean => findXmp(facts, 'pdfaid', 'conformance')?.values[0] !== 'B'

function mapOf(facts: PdfFacts, font: PdfDictionary): UnicodeMap | null {
  const stream = facts.file.get(font.get('ToUnicode'))
  const bytes = isStream(stream) ? facts.file.decode(stream) : undefined
  return bytes === undefined ? null : readUnicodeMap(bytes, facts.file.budget)
}

const fontsWithText = (facts: PdfFacts): readonly PdfDictionary[] =>
  facts.fonts.filter((font) => !/^CIDFont/.test(nameOf(facts.file, font.get('Subtype')) ?? ''))

function everyShownCodeIsMapped(facts: PdfFacts): boolean {
  const maps = new Map<PdfDictionary, UnicodeMap | null>()
  return facts.contents.every(({ shown, resources }) => {
    const fonts = dictionaryOf(facts.file, resources?.get('Font'))
    return [...shown].every(([name, { single, double }]) => {
      const font = dictionaryOf(facts.file, fonts?.get(name))
      if (font === undefined) return false
      const map = maps.get(font) ?? mapOf(facts, font)
      maps.set(font, map)
      const composite = nameOf(facts.file, font.get('Subtype')) === 'Type0'
      if (composite && !isName(facts.file.get(font.get('Encoding')))) return true
      return [...(composite ? double : single)].every((code) => map?.has(code, composite ? 2 : 1) === true)
    })
  })
}

export const UNICODE_RULES: readonly Rule[] = [
  {
    id: '6.2.11.7-unicode',
    clause: '6.2.11.7.2',
    sentence:
      'A file that claims level U or A gives every font a /ToUnicode map, whose values are none of 0, FEFF and FFFE.',
    test: (facts) => !claimsUnicode(facts) || fontsWithText(facts).every((font) => mapOf(facts, font)?.sound === true),
  },
  {
    id: '6.2.11.7-shown',
    clause: '6.2.11.7.2',
    sentence: 'A file that claims level U or A maps every code that it shows.',
    test: (facts) => !claimsUnicode(facts) || everyShownCodeIsMapped(facts),
  },
]
