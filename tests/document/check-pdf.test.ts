// The checker says yes to a sound file and names the right rule for each way to spoil it.
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ARCHIVAL_RULES } from '../../main/document/archival-rules.ts'
import { buildPdf } from '../../main/document/build-pdf.ts'
import { brokenRules, checkPdfA } from '../../main/document/check-pdf.ts'
import { type HandMade, IDENTIFICATION, soundPdf, TINY_JPEG, TITLE, withXmp, writePdf, xmpOf } from './hand-made-pdf.ts'
import { METADATA, marked, pageOf } from './papers.ts'
import { hasQpdf, qpdfCheck, qpdfRewrite } from './peers.ts'

type Change = (pdf: HandMade) => void

/** Replaces in one object's text or stream dictionary; a replacement that finds nothing is a mistake of the test. */
const edit =
  (number: number, from: string | RegExp, to: string): Change =>
  (pdf) => {
    const body = pdf.objects[number]
    const text = typeof body === 'string' ? body : (body?.dictionary ?? '')
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`nothing to change in object ${number}`)
    pdf.objects[number] = typeof body === 'object' ? { ...body, dictionary: changed } : changed
  }
const add = (number: number, entries: string): Change => {
  return (pdf) =>
    (typeof pdf.objects[number] === 'string'
      ? edit(number, /<<|$/, `<< ${entries}`)
      : edit(number, /^/, `${entries} `))(pdf)
}
const draw =
  (content: string): Change =>
  (pdf) => {
    pdf.objects[4] = { dictionary: '', data: content }
  }
const part =
  <Key extends keyof HandMade>(key: Key, change: (before: HandMade[Key]) => HandMade[Key]): Change =>
  (pdf) => {
    pdf[key] = change(pdf[key])
  }
const xmp =
  (inner: string, header?: string): Change =>
  (pdf) =>
    withXmp(pdf, xmpOf(inner, header))
const object =
  (number: number, body: HandMade['objects'][number]): Change =>
  (pdf) => {
    pdf.objects[number] = body
  }
const all =
  (...changes: Change[]): Change =>
  (pdf) => {
    for (const change of changes) change(pdf)
  }
const annotation = (entries: string): Change =>
  all(
    add(3, '/Annots [20 0 R]'),
    object(20, `<< /Type /Annot /Rect [1 1 9 9] ${entries} >>`),
    object(21, { dictionary: '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', data: '' }),
  )
const extension = (fields: string): string =>
  `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">${fields}</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>`
const OWN_PROPERTY = '<rdf:Description rdf:about="" xmlns:own="urn:x-own#"><own:thing>1</own:thing></rdf:Description>'

const LEVEL_U: Change = xmp(IDENTIFICATION.replace('>B<', '>U<') + TITLE)
const toUnicode = (rows: string): Change =>
  all(
    add(10, '/ToUnicode 20 0 R'),
    object(20, {
      dictionary: '',
      data: `begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar ${rows} endbfchar endcmap`,
    }),
  )

const spoiled: readonly (readonly [string, string, Change])[] = [
  ['own-syntax', 'a string without its end', object(8, '<< /Title (abc >>')],
  ['own-syntax', 'an object without endobj', object(14, '<< /Type /ExtGState >> 5')],
  ['own-nesting', 'a hundred lists in one another', object(8, `<< /Title ${'['.repeat(100)}${']'.repeat(100)} >>`)],
  ['own-flate', 'compressed data that are none', object(4, { dictionary: '/Filter /FlateDecode', data: 'abc' })],
  [
    'own-flate',
    'a compression bomb',
    object(4, { dictionary: '/Filter /FlateDecode', data: deflateSync(Buffer.alloc(40 << 20)) }),
  ],
  [
    'own-budget',
    'more drawing than can be read',
    object(4, { dictionary: '/Filter /FlateDecode', data: deflateSync(Buffer.alloc(31 << 20, 'q Q ')) }),
  ],
  ['own-filter', 'a page written in hexadecimal', object(4, { dictionary: '/Filter /ASCIIHexDecode', data: '7120>' })],
  ['own-structure', 'a wrong number of pages', edit(2, '/Count 1', '/Count 2')],
  ['own-structure', 'pages that go in a circle', edit(2, '[3 0 R]', '[2 0 R]')],
  ['own-structure', 'no page at all', all(edit(2, '[3 0 R]', '[]'), edit(2, '/Count 1', '/Count 0'))],
  [
    'own-xref',
    'a chain of references that bites its tail',
    all(object(20, '21 0 R'), object(21, '20 0 R'), edit(3, '4 0 R', '20 0 R')),
  ],
  ['own-xref', 'an older table that is not there', part('trailer', (before) => `${before} /Prev 999999`)],
  ['6.1.2-header', 'version 1.9', part('header', (before) => before.replace('1.7', '1.9'))],
  ['6.1.2-header', 'something before the header', part('header', (before) => ` ${before}`)],
  ['6.1.2-binary', 'no binary comment', part('header', () => '%PDF-1.7\n%abcd\n')],
  ['6.1.3-id', 'no identifier', part('trailer', () => '/Root 1 0 R')],
  ['6.1.3-encrypt', 'encryption', part('trailer', (before) => `${before} /Encrypt << /Filter /Standard >>`)],
  ['6.1.3-end', 'something after the end', part('tail', () => '\n\n')],
  ['6.1.4-xref', 'an empty line after xref', part('xrefKeyword', () => 'xref\n\n')],
  ['6.1.6-hexadecimal', 'half a byte', add(14, '/A <abc>')],
  ['6.1.7.1-length', 'a wrong length', object(4, { dictionary: '', data: 'q Q', length: 2 })],
  [
    '6.1.7.1-length',
    'a length behind the end of the file',
    object(4, { dictionary: '', data: 'q Q', length: 9_999_999 }),
  ],
  ['6.1.7.1-external', 'a stream in another file', add(13, '/F (c:/secret.bin)')],
  ['6.1.7.2-filter', 'LZW', add(13, '/Filter /LZWDecode')],
  ['6.1.7.2-filter', 'twenty filters', add(13, `/Filter [${'/FlateDecode '.repeat(20)}]`)],
  ['6.1.9-spacing', 'two spaces', part('objectHead', () => (number) => `${number}  0 obj\n`)],
  ['6.1.10-inline', 'LZW inside a page', draw('BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID x EI')],
  ['6.1.12-permissions', 'unknown permissions', add(1, '/Perms << /Extra 1 >>')],
  ['6.1.13-number', 'an integer of 40 bits', add(14, '/A 1099511627776')],
  ['6.1.13-string', 'a string of 40,000 bytes', add(14, `/A (${'x'.repeat(40_000)})`)],
  ['6.1.13-name', 'a name of 200 letters', add(14, `/A /${'n'.repeat(200)}`)],
  ['6.1.13-nesting', 'q thirty times', draw(`${'q '.repeat(30)}${'Q '.repeat(30)}`)],
  ['6.1.13-box', 'a page as wide as a hair', edit(2, '[0 0 595 842]', '[0 0 1 842]')],
  ['6.1.13-box', 'a page without a size', edit(2, '/MediaBox [0 0 595 842]', '/A 1')],
  ['6.1.13-box', 'a size that is no number', add(3, '/CropBox [0 0 (a) 9]')],
  ['6.2.2-operators', 'an operator nobody knows', draw('q 1 2 bogus Q')],
  [
    '6.2.2-resources',
    'a form that borrows the fonts of its page',
    object(15, { dictionary: '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', data: 'BT /F 9 Tf ET' }),
  ],
  ['6.2.3-intent', 'no output intent', edit(1, '/OutputIntents [5 0 R]', '')],
  ['6.2.3-intent', 'a colour profile that is none', object(6, { dictionary: '/N 3', data: 'x'.repeat(200) })],
  [
    '6.2.3-same',
    'two different profiles',
    all(edit(1, '[5 0 R]', '[5 0 R << /S /GTS_PDFX /DestOutputProfile 13 0 R >>]')),
  ],
  [
    '6.2.4.2-icc',
    'a picture with a broken profile',
    all(edit(9, '/DeviceGray', '[/ICCBased 20 0 R]'), object(20, { dictionary: '/N 1', data: 'x' })),
  ],
  ['6.2.4.3-rgb', 'colours without an output intent', all(edit(1, '/OutputIntents [5 0 R]', ''), draw('1 0 0 rg'))],
  ['6.2.4.3-cmyk', 'printing colours in the drawing', draw('0 0 0 1 k 0 0 9 9 re f')],
  [
    '6.2.4.3-cmyk',
    'printing colours behind an index',
    edit(9, '/DeviceGray', '[/Indexed /DeviceCMYK 1 <0000000011111111>]'),
  ],
  ['6.2.4.3-cmyk', 'printing colours by name', draw('/DeviceCMYK cs')],
  ['6.2.4.3-gray', 'grey without an output intent', edit(1, '/OutputIntents [5 0 R]', '')],
  ['6.2.4-known', 'a colour space nobody knows', edit(9, '/DeviceGray', '/DeviceBogus')],
  ['6.2.5-state', 'a transfer function', add(14, '/TR /Identity')],
  ['6.2.6-intent', 'a rendering intent nobody knows', draw('/Bogus ri')],
  ['6.2.8-keys', 'an alternate picture', add(9, '/Alternates []')],
  ['6.2.8-interpolate', 'a picture that is smoothed', add(9, '/Interpolate true')],
  ['6.2.8-bits', 'three bits a colour', edit(9, '/BitsPerComponent 8', '/BitsPerComponent 3')],
  ['6.2.8-jpeg', 'a picture of another size than it says', edit(9, '/Width 8', '/Width 9')],
  ['6.2.8-jpeg', 'a picture of another colour than it says', edit(9, '/DeviceGray', '/DeviceRGB')],
  [
    '6.2.8-jpeg',
    'a picture cut short',
    object(9, {
      dictionary: '/Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /Filter /DCTDecode',
      data: TINY_JPEG.slice(0, 60),
    }),
  ],
  ['6.2.9-xobject', 'PostScript', add(15, '/PS 13 0 R')],
  ['6.2.9-xobject', 'a page of another file', add(15, '/Ref << /F (b.pdf) >>')],
  ['6.2.10-blend', 'a blend mode nobody knows', edit(14, '/BM /Normal', '/BM /Bogus')],
  ['6.2.11.2-type', 'a font nobody knows', edit(10, '/Subtype /Type0', '/Subtype /Bogus')],
  ['6.2.11.3-composite', 'a font without a map to glyphs', edit(11, '/CIDToGIDMap /Identity', '')],
  ['6.2.11.3-composite', 'a Chinese code table that is not in the file', edit(10, '/Identity-H', '/GBK-EUC-H')],
  ['6.2.11.4-embedded', 'a font that is not in the file', edit(12, '/FontFile2 13 0 R', '')],
  ['6.2.11.4-embedded', 'Helvetica by name', object(10, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')],
  [
    '6.2.11.6-encoding',
    'a symbolic font with an encoding',
    object(10, '<< /Type /Font /Subtype /TrueType /BaseFont /Mau /FontDescriptor 12 0 R /Encoding /WinAnsiEncoding >>'),
  ],
  [
    '6.2.11.7-unicode',
    'level U without the letters behind the glyphs',
    xmp(IDENTIFICATION.replace('>B<', '>U<') + TITLE),
  ],
  ['6.2.11.7-unicode', 'level U with a map by name only', all(LEVEL_U, add(10, '/ToUnicode /Identity-H'))],
  ['6.2.11.7-unicode', 'level U with a map that is empty', all(LEVEL_U, toUnicode(''))],
  ['6.2.11.7-unicode', 'level U with a letter that is none', all(LEVEL_U, toUnicode('<4162> <0000>'))],
  [
    '6.2.11.7-unicode',
    'level U with a letter that is a mark of byte order',
    all(LEVEL_U, toUnicode('<4162> <0041FEFF>')),
  ],
  ['6.2.11.7-shown', 'level U with a letter that the map leaves out', all(LEVEL_U, toUnicode('<4163> <0041>'))],
  [
    '6.2.11.7-shown',
    'level U with a font that is not there',
    all(LEVEL_U, toUnicode('<4162> <0041>'), draw('BT /N 9 Tf (ab) Tj ET')),
  ],
  ['6.3.1-type', 'a film', annotation('/Subtype /Movie /F 4 /AP << /N 21 0 R >>')],
  ['6.3.2-flags', 'a note that is hidden', annotation('/Subtype /Stamp /F 6 /AP << /N 21 0 R >>')],
  ['6.3.2-flags', 'a note that is not printed', annotation('/Subtype /Stamp /AP << /N 21 0 R >>')],
  ['6.3.3-appearance', 'a stamp nobody can see', annotation('/Subtype /Stamp /F 4')],
  ['6.3.3-appearance', 'a stamp with a second face', annotation('/Subtype /Stamp /F 4 /AP << /N 21 0 R /D 21 0 R >>')],
  [
    '6.4.1-widget',
    'a field that acts',
    annotation('/Subtype /Widget /FT /Tx /F 4 /AP << /N 21 0 R >> /A << /S /GoTo >>'),
  ],
  ['6.4.1-appearances', 'a form that a viewer must draw', add(1, '/AcroForm << /Fields [] /NeedAppearances true >>')],
  ['6.4.2-xfa', 'an XFA form', add(1, '/AcroForm << /Fields [] /XFA (x) >>')],
  ['6.5.1-action', 'JavaScript when the file opens', add(1, '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>')],
  [
    '6.5.1-action',
    'a program that starts',
    annotation('/Subtype /Link /F 4 /A << /Type /Action /S /Launch /F (calc.exe) >>'),
  ],
  [
    '6.5.1-action',
    'JavaScript in the name tree',
    add(1, '/Names << /JavaScript << /Names [(a) << /S /JavaScript >>] >> >>'),
  ],
  ['6.5.1-outward', 'a link to the web', annotation('/Subtype /Link /F 4 /A << /S /URI /URI (https://example.vn) >>')],
  ['6.5.1-named', 'a command to print', add(1, '/OpenAction << /S /Named /N /Print >>')],
  ['6.5.2-trigger', 'something that happens by itself', add(3, '/AA << /O << /S /GoTo >> >>')],
  ['6.6.2.1-metadata', 'no metadata', edit(1, '/Metadata 7 0 R', '')],
  ['6.6.2.1-xmp', 'metadata that are no XML', (pdf) => withXmp(pdf, xmpOf(`${IDENTIFICATION}<a>`))],
  [
    '6.6.2.1-xmp',
    'metadata with entities of their own',
    (pdf) => withXmp(pdf, `<!DOCTYPE a [<!ENTITY b "c">]>${xmpOf(IDENTIFICATION)}`),
  ],
  [
    '6.6.2.1-xmp',
    'metadata that are no UTF-8',
    object(7, { dictionary: '/Type /Metadata /Subtype /XML', data: Uint8Array.of(0x3c, 0xff, 0xfe) }),
  ],
  ['6.6.2.2-header', 'an encoding in the packet header', xmp(IDENTIFICATION + TITLE, ' encoding="UTF-8"')],
  ['6.6.2.3-described', 'a property nobody described', xmp(IDENTIFICATION + TITLE + OWN_PROPERTY)],
  [
    '6.6.2.3-schema',
    'a description without its fields',
    xmp(IDENTIFICATION + TITLE + extension('<pdfaSchema:schema>own</pdfaSchema:schema>')),
  ],
  ['6.6.4-part', 'PDF/A-1', xmp(IDENTIFICATION.replace('>2<', '>1<') + TITLE)],
  ['6.6.4-part', 'the right name with the wrong prefix', xmp(IDENTIFICATION.replaceAll('pdfaid', 'other') + TITLE)],
  [
    '6.6.4-conformance',
    'no level',
    xmp(IDENTIFICATION.replace(/<pdfaid:conformance>.*<\/pdfaid:conformance>/, '') + TITLE),
  ],
  [
    '6.8-embedded',
    'an attachment',
    add(1, '/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /EF << /F 13 0 R >> >>] >> >>'),
  ],
  ['6.9-optional', 'layers', add(1, '/OCProperties << /OCGs [] /D << >> >>')],
  ['6.10-alternate', 'presentation steps', add(3, '/PresSteps << >>')],
  ['6.11-requirements', 'requirements', add(1, '/Requirements []')],
  ['own-info', 'another title in Info than in the metadata', object(8, '<< /Title (Another) >>')],
  ['own-info', 'another time in Info than in the metadata', add(8, '/CreationDate (D:20260101000000Z)')],
]

describe('a sound file', () => {
  test('is accepted, with its level and its pages', () => {
    expect(brokenRules(writePdf(soundPdf()))).toEqual({ broken: [], archival: { part: 2, conformance: 'B', pages: 1 } })
  })

  test.skipIf(!hasQpdf)('is sound for qpdf too, so that only the change of each test is wrong', () => {
    expect(qpdfCheck(writePdf(soundPdf()))).toContain('No syntax or stream encoding errors found')
  })

  test.skipIf(!hasQpdf).each([
    ['cross-reference streams and object streams', ['--object-streams=generate']],
    ['linearised', ['--linearize']],
    ['both', ['--linearize', '--object-streams=generate']],
  ])('stays accepted when a stranger writes it anew: %s', async (_, options) => {
    const built = buildPdf({ pages: [pageOf(await marked(), { rotation: 90 })], metadata: METADATA })
    expect(built.ok && checkPdfA(qpdfRewrite(built.value.pdf, ...options))).toEqual({
      ok: true,
      value: { part: 2, conformance: 'B', pages: 1 },
    })
  })

  test.each([
    ['letter by letter', 'beginbfchar <4162> <0041> endbfchar'],
    ['as a range', 'beginbfrange <4160> <416f> <0041> endbfrange'],
    ['as a range with a list', 'beginbfrange <4162> <4163> [<0041> <00480049>] endbfrange'],
  ])('is of level U when every letter has its value: %s', (_, map) => {
    const pdf = soundPdf()
    all(LEVEL_U, add(10, '/ToUnicode 20 0 R'), object(20, { dictionary: '', data: map }))(pdf)
    expect(brokenRules(writePdf(pdf))).toEqual({ broken: [], archival: { part: 2, conformance: 'U', pages: 1 } })
  })

  test('may carry a visible signature field, and properties that it describes', () => {
    const pdf = soundPdf()
    annotation('/Subtype /Widget /FT /Sig /T (s) /F 132 /AP << /N 21 0 R >> /V << /Type /Sig /Contents <00ff> >>')(pdf)
    add(1, '/AcroForm << /SigFlags 3 /Fields [20 0 R] >>')(pdf)
    const property =
      '<pdfaProperty:name>thing</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>a thing</pdfaProperty:description>'
    const schema = `<pdfaSchema:schema>own</pdfaSchema:schema><pdfaSchema:namespaceURI>urn:x-own#</pdfaSchema:namespaceURI><pdfaSchema:prefix>own</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">${property}</rdf:li></rdf:Seq></pdfaSchema:property>`
    withXmp(pdf, xmpOf(IDENTIFICATION + TITLE + extension(schema) + OWN_PROPERTY))
    expect(brokenRules(writePdf(pdf)).broken).toEqual([])
  })
})

describe('one rule broken', () => {
  test.each(spoiled)('%s: %s', (rule, _, change) => {
    const pdf = soundPdf()
    change(pdf)
    expect(brokenRules(writePdf(pdf)).broken).toContain(rule)
  })

  test('own-size: a file too large to look at', () => {
    expect(brokenRules(new Uint8Array(256 * 1024 * 1024 + 1)).broken).toEqual(['own-size'])
  })

  test('every rule of the table is broken by at least one of these', () => {
    const tried = new Set(['own-size', ...spoiled.map(([rule]) => rule)])
    expect(ARCHIVAL_RULES.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([])
  })

  test('the clerk is told by the rule, and nothing of the file is repeated', () => {
    const pdf = soundPdf()
    edit(1, '/Metadata 7 0 R', '')(pdf)
    expect(checkPdfA(writePdf(pdf))).toEqual({
      ok: false,
      failure: { kind: 'refused', rule: 'pdf-not-archival', detail: '6.6.2.1-metadata' },
    })
  })

  test('every rule has a sentence, and ids and clauses of the standard fit together', () => {
    for (const { id, clause, sentence } of ARCHIVAL_RULES) {
      expect(sentence).toMatch(/^[A-Zpqo/].{10,}\.$/)
      expect(id.startsWith('own-') ? clause : id).toMatch(id.startsWith('own-') ? /^-$/ : /^6\.\d/)
    }
    expect(new Set(ARCHIVAL_RULES.map(({ id }) => id)).size).toBe(ARCHIVAL_RULES.length)
  })
})
