// Rows of the PDF/A-2b table on colour, pictures, graphics states and fonts (ISO 19005-2 §6.2).
// Stricter than the standard where reading more would be long: /Default… colour spaces do not excuse a device colour, and a
// font must be embedded even when its text is invisible.
import type { Rule } from './archival-rule.ts'
import { arrayOf, dictionaryOf, nameOf, type PdfFacts } from './pdf-facts.ts'
import { isArray, isDictionary, isName, isStream, latin1, type PdfDictionary, type PdfValue } from './pdf-objects.ts'

const INTENTS = new Set(['RelativeColorimetric', 'AbsoluteColorimetric', 'Perceptual', 'Saturation'])
const BLEND_MODES = new Set(
  'Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference Exclusion Hue Saturation Color Luminosity'.split(
    ' ',
  ),
)

/** Header of an ICC profile (ICC.1 §7.2): colour space of the device and whether it is one that PDF/A accepts. */
function iccOf(profile: Uint8Array | null, classes: readonly string[]): string | null {
  if (profile === null || profile.length < 132 || latin1(profile.subarray(36, 40)) !== 'acsp') return null
  if ((profile[8] ?? 9) >= 5 || !classes.includes(latin1(profile.subarray(12, 16)))) return null
  return latin1(profile.subarray(16, 20)).trim()
}

const archivalIntents = ({ file, intents }: PdfFacts) =>
  intents.filter(({ dictionary }) => nameOf(file, dictionary.get('S')) === 'GTS_PDFA1')

const outputColour = (facts: PdfFacts): string | null =>
  iccOf(archivalIntents(facts)[0]?.profile ?? null, ['prtr', 'mntr'])

const COMPONENTS: Readonly<Record<string, number>> = { GRAY: 1, RGB: 3, CMYK: 4, Lab: 3 }

function usesDevice(facts: PdfFacts, device: 'DeviceGray' | 'DeviceRGB' | 'DeviceCMYK'): boolean {
  return (
    facts.contents.some((content) => content.device.has(device)) ||
    facts.colourSpaces.some((space) => isName(space) && space.name === device)
  )
}

const familyOf = (facts: PdfFacts, space: PdfValue): string | undefined =>
  isName(space) ? space.name : isArray(space) ? nameOf(facts.file, space[0]) : undefined

export const COLOUR_RULES: readonly Rule[] = [
  {
    id: '6.2.3-intent',
    clause: '6.2.3',
    sentence:
      'There is an output intent GTS_PDFA1 with an ICC output or monitor profile (GRAY, RGB or CMYK, below version 5).',
    test: (facts) => {
      const colour = outputColour(facts)
      return colour !== null && colour !== 'Lab' && COMPONENTS[colour] !== undefined
    },
  },
  {
    id: '6.2.3-same',
    clause: '6.2.3',
    sentence: 'All output intents name the same profile, and none names one outside the file.',
    test: ({ intents }) => {
      const profiles = intents
        .map(({ dictionary }) => dictionary.get('DestOutputProfile'))
        .filter((each) => each !== undefined)
      return (
        new Set(profiles.map((each) => JSON.stringify(each))).size <= 1 &&
        !intents.some(({ dictionary }) => dictionary.has('DestOutputProfileRef'))
      )
    },
  },
  {
    id: '6.2.4.2-icc',
    clause: '6.2.4.2',
    sentence: 'ICC-based colour spaces carry a profile of a known class whose components equal /N.',
    test: (facts) =>
      facts.colourSpaces.every((space) => {
        if (familyOf(facts, space) !== 'ICCBased' || !isArray(space)) return true
        const stream = facts.file.get(space[1])
        if (!isStream(stream)) return false
        const colour = iccOf(facts.file.decode(stream) ?? null, ['prtr', 'mntr', 'scnr', 'spac'])
        return colour !== null && COMPONENTS[colour] === facts.file.get(stream.dictionary.get('N'))
      }),
  },
  {
    id: '6.2.4.3-rgb',
    clause: '6.2.4.3',
    sentence: 'DeviceRGB is used only with an RGB output intent.',
    test: (facts) => !usesDevice(facts, 'DeviceRGB') || outputColour(facts) === 'RGB',
  },
  {
    id: '6.2.4.3-cmyk',
    clause: '6.2.4.3',
    sentence: 'DeviceCMYK is used only with a CMYK output intent.',
    test: (facts) => !usesDevice(facts, 'DeviceCMYK') || outputColour(facts) === 'CMYK',
  },
  {
    id: '6.2.4.3-gray',
    clause: '6.2.4.3',
    sentence: 'DeviceGray is used only with an output intent.',
    test: (facts) => !usesDevice(facts, 'DeviceGray') || outputColour(facts) !== null,
  },
  {
    id: '6.2.4-known',
    clause: '6.2.4',
    sentence: 'Every colour space is one of ISO 32000-1 §8.6.',
    test: (facts) =>
      facts.colourSpaces.every((space) => {
        const family = familyOf(facts, space)
        return family !== undefined && FAMILIES.has(family)
      }),
  },
]

const FAMILIES = new Set(
  'DeviceGray DeviceRGB DeviceCMYK CalGray CalRGB Lab ICCBased Indexed Pattern Separation DeviceN'.split(' '),
)

const value = (facts: PdfFacts, dictionary: PdfDictionary, key: string): PdfValue => facts.file.get(dictionary.get(key))
const everyImage = (facts: PdfFacts, holds: (dictionary: PdfDictionary) => boolean): boolean =>
  facts.images.every(({ dictionary }) => holds(dictionary))

export const GRAPHICS_RULES: readonly Rule[] = [
  {
    id: '6.2.2-operators',
    clause: '6.2.2',
    sentence: 'Content streams use operators of ISO 32000-1 only.',
    test: ({ contents }) => !contents.some(({ unknownOperator }) => unknownOperator),
  },
  {
    id: '6.2.2-resources',
    clause: '6.2.2',
    sentence: 'A content stream that names resources has its own /Resources.',
    test: ({ contents }) => contents.every(({ usesResources, ownResources }) => !usesResources || ownResources),
  },
  {
    id: '6.2.5-state',
    clause: '6.2.5',
    sentence: 'Graphics states carry no transfer function, halftone phase or named halftone.',
    test: (facts) =>
      facts.graphicsStates.every((state) => {
        const halftone = dictionaryOf(facts.file, state.get('HT'))
        const type = halftone && facts.file.get(halftone.get('HalftoneType'))
        const second = facts.file.get(state.get('TR2'))
        return (
          !state.has('TR') &&
          !state.has('HTP') &&
          (second === null || (isName(second) && second.name === 'Default')) &&
          (halftone === undefined || ((type === 1 || type === 5) && !halftone.has('HalftoneName')))
        )
      }),
  },
  {
    id: '6.2.6-intent',
    clause: '6.2.6',
    sentence: 'Rendering intents are one of the four of ISO 32000-1 Table 70.',
    test: (facts) =>
      facts.contents.every(({ intents }) => intents.every((each) => INTENTS.has(each))) &&
      [
        ...facts.graphicsStates.map((each) => each.get('RI')),
        ...facts.images.map(({ dictionary }) => dictionary.get('Intent')),
      ]
        .map((each) => nameOf(facts.file, each))
        .every((each) => each === undefined || INTENTS.has(each)),
  },
  {
    id: '6.2.8-keys',
    clause: '6.2.8',
    sentence: 'Pictures have no alternates and no OPI.',
    test: (facts) => everyImage(facts, (each) => !each.has('Alternates') && !each.has('OPI')),
  },
  {
    id: '6.2.8-interpolate',
    clause: '6.2.8',
    sentence: 'Pictures are not interpolated.',
    test: (facts) =>
      everyImage(facts, (each) => value(facts, each, 'Interpolate') !== true) &&
      !facts.contents.some(({ inlineInterpolated }) => inlineInterpolated),
  },
  {
    id: '6.2.8-bits',
    clause: '6.2.8',
    sentence: 'Pictures have 1, 2, 4, 8 or 16 bits a component, masks have 1.',
    test: (facts) =>
      everyImage(facts, (each) => {
        const bits = value(facts, each, 'BitsPerComponent')
        return (
          bits === null ||
          (value(facts, each, 'ImageMask') === true ? bits === 1 : [1, 2, 4, 8, 16].includes(Number(bits)))
        )
      }),
  },
  {
    id: '6.2.8-jpeg',
    clause: '6.2.8',
    sentence:
      'A JPEG inside is whole and has the size and the number of colours that its dictionary says (ISO 32000-1 §7.4.8).',
    test: (facts) =>
      facts.jpegs.every(({ image, facts: jpeg }) => {
        if (jpeg === null) return false
        const space = value(facts, image.dictionary, 'ColorSpace')
        const family = familyOf(facts, space)
        const profile = family === 'ICCBased' && isArray(space) ? dictionaryOf(facts.file, space[1]) : undefined
        const colours =
          profile !== undefined
            ? facts.file.get(profile.get('N'))
            : { DeviceGray: 1, CalGray: 1, Indexed: 1, DeviceRGB: 3, CalRGB: 3, Lab: 3, DeviceCMYK: 4 }[family ?? '']
        return (
          jpeg.width === value(facts, image.dictionary, 'Width') &&
          jpeg.height === value(facts, image.dictionary, 'Height') &&
          (colours === undefined || jpeg.components === colours)
        )
      }),
  },
  {
    id: '6.2.9-xobject',
    clause: '6.2.9',
    sentence: 'No PostScript, no OPI and no reference to another file in form XObjects.',
    test: (facts) =>
      facts.forms.every(
        ({ dictionary }) =>
          !['OPI', 'PS', 'Ref'].some((key) => dictionary.has(key)) &&
          nameOf(facts.file, dictionary.get('Subtype2')) !== 'PS',
      ) && !facts.streams.some(({ dictionary }) => nameOf(facts.file, dictionary.get('Subtype')) === 'PS'),
  },
  {
    id: '6.2.10-blend',
    clause: '6.2.10',
    sentence: 'Only the blend modes of ISO 32000-1 are used.',
    test: (facts) =>
      facts.graphicsStates.every((state) => {
        const mode = facts.file.get(state.get('BM'))
        const modes = isArray(mode)
          ? mode.slice(0, 32).map((each) => nameOf(facts.file, each))
          : mode === null
            ? []
            : [nameOf(facts.file, mode)]
        return modes.every((each) => each !== undefined && BLEND_MODES.has(each))
      }),
  },
]

const FONT_TYPES = new Set('Type0 Type1 MMType1 TrueType Type3 CIDFontType0 CIDFontType2'.split(' '))
/** Predefined CMaps other than these are for Chinese, Japanese and Korean; they are refused here, an embedded CMap is fine. */
const isKnownCmap = (encoding: PdfValue): boolean =>
  isStream(encoding) || (isName(encoding) && /^Identity-[HV]$/.test(encoding.name))

const programOf = (facts: PdfFacts, font: PdfDictionary): boolean => {
  const descriptor = dictionaryOf(facts.file, font.get('FontDescriptor'))
  return (
    descriptor !== undefined &&
    ['FontFile', 'FontFile2', 'FontFile3'].some((key) => isStream(facts.file.get(descriptor.get(key))))
  )
}

export const FONT_RULES: readonly Rule[] = [
  {
    id: '6.2.11.2-type',
    clause: '6.2.11.2',
    sentence: 'Every font has a /Subtype of ISO 32000-1.',
    test: (facts) => facts.fonts.every((font) => FONT_TYPES.has(nameOf(facts.file, font.get('Subtype')) ?? '')),
  },
  {
    id: '6.2.11.3-composite',
    clause: '6.2.11.3',
    sentence:
      'Composite fonts have one descendant, an identity or embedded CMap, and TrueType descendants a map to glyphs.',
    test: (facts) =>
      facts.fonts.every((font) => {
        const type = nameOf(facts.file, font.get('Subtype'))
        if (type === 'CIDFontType2') {
          const map = facts.file.get(font.get('CIDToGIDMap'))
          return isStream(map) || (isName(map) && map.name === 'Identity')
        }
        if (type !== 'Type0') return true
        const descendants = arrayOf(facts.file, font.get('DescendantFonts'))
        return (
          descendants.length === 1 &&
          dictionaryOf(facts.file, descendants[0]) !== undefined &&
          isKnownCmap(facts.file.get(font.get('Encoding')))
        )
      }),
  },
  {
    id: '6.2.11.4-embedded',
    clause: '6.2.11.4.1',
    sentence: 'The program of every font is embedded.',
    test: (facts) =>
      facts.fonts.every((font) => {
        const type = nameOf(facts.file, font.get('Subtype'))
        if (type === 'Type3') return true
        if (type !== 'Type0') return programOf(facts, font)
        return arrayOf(facts.file, font.get('DescendantFonts')).every((each) => {
          const descendant = facts.file.get(each)
          return isDictionary(descendant) && programOf(facts, descendant)
        })
      }),
  },
  {
    id: '6.2.11.6-encoding',
    clause: '6.2.11.6',
    sentence: 'TrueType fonts: symbolic ones have no /Encoding, the others WinAnsi or MacRoman.',
    test: (facts) =>
      facts.fonts.every((font) => {
        if (nameOf(facts.file, font.get('Subtype')) !== 'TrueType') return true
        const flags = facts.file.get(dictionaryOf(facts.file, font.get('FontDescriptor'))?.get('Flags'))
        const encoding = facts.file.get(font.get('Encoding'))
        if (typeof flags === 'number' && (flags & 4) !== 0) return encoding === null
        const base = isDictionary(encoding)
          ? nameOf(facts.file, encoding.get('BaseEncoding'))
          : isName(encoding)
            ? encoding.name
            : undefined
        return base === 'WinAnsiEncoding' || base === 'MacRomanEncoding'
      }),
  },
]
