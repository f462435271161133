// What a scanner says over eSCL, read as plain facts, and what is asked of it: whatever it says, we stay within the contract.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAddress, writeAddress } from '../../drivers/scan/escl-address.ts'
import { jobPath } from '../../drivers/scan/escl-job.ts'
import { judgeEnd, judgeRefusal, paperTrouble } from '../../drivers/scan/escl-states.ts'
import { abilitiesOf, ticketFor } from '../../drivers/scan/escl-ticket.ts'
import { type Capabilities, readCapabilities, readStatus, XML_LIMIT } from '../../drivers/scan/escl-xml.ts'
import { capabilities, type FeederState, readTicket, status } from '../bench/scanner/escl-words.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const BENCH = capabilities('Quay Bench Scanner', 'ABC-1')
const must = (found: Capabilities | undefined): Capabilities => {
  if (found === undefined) throw new Error('not read')
  return found
}

test('the bench scanner says what it offers', () => {
  const read = must(readCapabilities(bytes(BENCH)))
  expect({ name: read.name, uuid: read.uuid, version: read.version, abilities: abilitiesOf(read) }).toEqual({
    name: 'Quay Bench Scanner',
    uuid: 'abc-1',
    version: '2.63',
    abilities: {
      sources: ['feeder', 'duplex', 'flatbed'],
      modes: ['colour', 'grey', 'bitonal'],
      dpi: [75, 100, 150, 200, 300, 400, 600],
    },
  })
})

/** As other devices write it: no name spaces, a range of resolutions, one profile for two sources, paper in the middle. */
const OTHER = `<?xml version="1.0"?><ScannerCapabilities><Version>2.0</Version><MakeAndModel>M&#x1ea3;y &amp; Qu&lt;t\n  2</MakeAndModel>
<SettingProfiles><SettingProfile name="p1"><ColorModes><ColorMode>RGB24</ColorMode><ColorMode>BlackAndWhite1</ColorMode></ColorModes>
<DocumentFormats><DocumentFormat>application/pdf</DocumentFormat><DocumentFormat>image/jpeg</DocumentFormat></DocumentFormats>
<SupportedResolutions><ResolutionRange><XResolutionRange><Min>100</Min><Max>400</Max><Step>50</Step></XResolutionRange><YResolutionRange><Min>100</Min><Max>300</Max></YResolutionRange></ResolutionRange></SupportedResolutions></SettingProfile></SettingProfiles>
<Adf><AdfSimplexInputCaps><MaxWidth>2580</MaxWidth><MaxHeight>4200</MaxHeight><SettingProfiles><SettingProfile ref="p1"/></SettingProfiles></AdfSimplexInputCaps>
<AdfOptions><AdfOption>Duplex</AdfOption></AdfOptions><Justification><XImagePosition>Center</XImagePosition></Justification></Adf></ScannerCapabilities>`

test('a scanner that writes it another way is understood too, and paper in the middle of the feeder is found there', () => {
  const read = must(readCapabilities(bytes(OTHER)))
  expect(abilitiesOf(read)).toEqual({ sources: ['feeder', 'duplex'], modes: ['colour'], dpi: [100, 150, 200, 300] })
  expect(read.name.startsWith('M')).toBe(true)
  const ticket = ticketFor(read, { source: 'duplex', mode: 'colour', dpi: 200 }) ?? ''
  expect(ticket).toContain('<pwg:XOffset>50</pwg:XOffset>')
  expect(ticket).toContain('<scan:Duplex>true</scan:Duplex>')
  expect(ticket).not.toContain('DocumentFormatExt')
  expect(ticketFor(read, { source: 'duplex', mode: 'bitonal', dpi: 200 })).toBeUndefined()
  expect(ticketFor(read, { source: 'flatbed', mode: 'colour', dpi: 200 })).toBeUndefined()
  expect(ticketFor(read, { source: 'feeder', mode: 'colour', dpi: 240 })).toBeUndefined()
})

test('what is asked is an A4 page within what the scanner has, and the scanner understands it', () => {
  const read = must(readCapabilities(bytes(BENCH)))
  const region = { x: 0, y: 0, width: 2480, height: 3508 }
  expect(readTicket(ticketFor(read, { source: 'feeder', mode: 'colour', dpi: 300 }) ?? '')).toEqual({
    source: 'Feeder',
    duplex: false,
    colour: 'RGB24',
    dpi: 300,
    region,
  })
  expect(readTicket(ticketFor(read, { source: 'duplex', mode: 'bitonal', dpi: 200 }) ?? '')).toEqual({
    source: 'Feeder',
    duplex: true,
    colour: 'Grayscale8',
    dpi: 200,
    region,
  })
})

const EXPANDING = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<ScannerCapabilities><MakeAndModel>&b;</MakeAndModel></ScannerCapabilities>`

test('a document that brings its own entities, is cut off, too long, too deep or something else is none', () => {
  const hostile = [
    EXPANDING,
    EXPANDING.replace('<!DOCTYPE', '<!\ndoctype'),
    BENCH.slice(0, -40),
    BENCH + ' '.repeat(XML_LIMIT),
    '<a>'.repeat(40) + '</a>'.repeat(40),
    `<ScannerCapabilities>${'<a>'.repeat(200)}${'</a>'.repeat(200)}</ScannerCapabilities>`,
    '<html><body>404</body></html>',
    '{}',
    '',
    '\u0000',
  ]
  expect(hostile.map((text) => readCapabilities(bytes(text)))).toEqual(hostile.map(() => undefined))
  expect(readCapabilities(Uint8Array.from([0xff, 0xfe, 0x3c, 0x00]))).toBeUndefined()
  expect(readStatus(bytes(BENCH))).toBeUndefined()
})

test('names that mean something to the language change nothing in it', () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'prototype']
  for (const name of names) {
    const sly = `<ScannerCapabilities><${name}><MakeAndModel>x</MakeAndModel></${name}><MakeAndModel>Fine</MakeAndModel></ScannerCapabilities>`
    expect([undefined, 'Fine']).toContain(readCapabilities(bytes(sly))?.name)
  }
  expect(({} as Record<string, unknown>).MakeAndModel).toBeUndefined()
})

test('every state of the feeder is a word the clerk knows', () => {
  const states: readonly [FeederState | 'ScannerAdfMispick' | 'ScannerAdfProcessing' | '', string | undefined][] = [
    ['ScannerAdfLoaded', undefined],
    ['ScannerAdfEmpty', undefined],
    ['ScannerAdfProcessing', undefined],
    ['', undefined],
    ['ScannerAdfJam', 'jammed'],
    ['ScannerAdfMispick', 'jammed'],
    ['ScannerAdfMultipickDetected', 'double-fed'],
    ['ScannerAdfHatchOpen', 'cover-open'],
    ['ScannerAdfDoorOpen', 'cover-open'],
  ]
  const seen = states.map(([state]) => paperTrouble(readStatus(bytes(status(false, state as FeederState)))))
  expect(seen).toEqual(states.map(([, what]) => what))
})

const at = (feeder: string, state = 'Idle', job?: string) => ({
  state,
  feeder,
  jobs: job === undefined ? [] : [{ uri: 'http://scanner/eSCL/ScanJobs/7', state: job }],
})

test('a refused job is named after the paper first, then after the answer', () => {
  expect([
    judgeRefusal(409, 'feeder', at('ScannerAdfEmpty')),
    judgeRefusal(503, 'feeder', at('ScannerAdfEmpty', 'Processing')),
    judgeRefusal(409, 'feeder', at('ScannerAdfLoaded', 'Processing')),
    judgeRefusal(409, 'duplex', at('ScannerAdfJam')),
    judgeRefusal(409, 'flatbed', at('ScannerAdfJam')),
    judgeRefusal(415, 'feeder', at('ScannerAdfLoaded')),
    judgeRefusal(401, 'feeder', undefined),
    judgeRefusal(302, 'flatbed', undefined),
  ]).toEqual(['feeder-empty', 'busy', 'busy', 'jammed', 'busy', 'unsupported', 'failed', 'failed'])
})

test('no more pages is the end only where nothing speaks against it', () => {
  const end = (
    code: number,
    pages: number,
    seen: ReturnType<typeof at> | undefined,
    source: 'feeder' | 'flatbed' = 'feeder',
  ) => judgeEnd({ code, pages, source, status: seen, job: '/eSCL/ScanJobs/7' })
  expect([
    end(404, 3, at('ScannerAdfEmpty')),
    end(410, 3, at('ScannerAdfLoaded')),
    end(409, 3, at('ScannerAdfEmpty')),
    end(404, 3, at('ScannerAdfHatchOpen', 'Idle', 'Completed')),
    end(404, 3, at('ScannerAdfHatchOpen')),
    end(404, 3, at('ScannerAdfJam', 'Idle', 'Completed')),
    end(404, 3, at('ScannerAdfEmpty', 'Idle', 'Aborted')),
    end(404, 3, undefined),
    end(500, 3, at('ScannerAdfLoaded')),
    end(404, 0, at('ScannerAdfEmpty')),
    end(404, 0, at('')),
    end(404, 0, at('ScannerAdfLoaded')),
    end(404, 0, at('ScannerAdfEmpty'), 'flatbed'),
  ]).toEqual([
    'complete',
    'complete',
    'complete',
    'complete',
    'cover-open',
    'jammed',
    'failed',
    'removed',
    'failed',
    'feeder-empty',
    'feeder-empty',
    'failed',
    'failed',
  ])
})

test('addresses as an administrator writes them, and what is none', () => {
  const good = ['http://10.0.0.5', 'HTTPS://Scanner.Office:8443/eSCL/', 'http://[fd00::7]:8080/a/eSCL'].map((text) => {
    const address = readAddress(text)
    return address === undefined ? undefined : writeAddress(address)
  })
  expect(good).toEqual(['http://10.0.0.5:80/eSCL', 'https://scanner.office:8443/eSCL', 'http://[fd00::7]:8080/a/eSCL'])
  const bad = ['', '10.0.0.5', 'file:///etc/passwd', 'http://user:pw@10.0.0.5/', 'http://10.0.0.5/?a=1', 'ftp://a/eSCL']
  expect(bad.map(readAddress)).toEqual(bad.map(() => undefined))
})

test('a new job stays on the scanner that was asked, wherever it says to go', () => {
  expect(
    [
      '/eSCL/ScanJobs/7',
      'http://evil.example/eSCL/ScanJobs/7/',
      '//evil.example/jobs/7',
      'eSCL/ScanJobs/7?x=1#y',
      '',
      'http://',
      undefined,
      `/${'a'.repeat(600)}`,
    ].map(jobPath),
  ).toEqual([
    '/eSCL/ScanJobs/7',
    '/eSCL/ScanJobs/7',
    '/jobs/7',
    '/eSCL/ScanJobs/7',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

/** Documents that are nearly right: the bench's words with pieces taken out, doubled, and strange things put in. */
const strange = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '<',
    '>',
    '</',
    '<!--',
    ']]>',
    '<![CDATA[',
    '&',
    '&#x0;',
    '&lt;',
    '<?x ?>',
    '<!DOCTYPE a>',
    '"',
    '=',
    '-1',
    '1e9',
    '__proto__',
    '<scan:Adf>',
    '</scan:Adf>',
    '<pwg:Version/>',
    ' ref="p1"',
  ),
)
const garbled = fc
  .tuple(
    fc.constantFrom(BENCH, OTHER, status(true, 'ScannerAdfJam')),
    fc.array(fc.tuple(fc.nat(4_000), fc.nat(80), strange), { maxLength: 6 }),
  )
  .map(([text, changes]) =>
    changes.reduce((now, [from, length, put]) => now.slice(0, from) + put + now.slice(from + length), text),
  )

test('whatever a scanner answers, its abilities stay within the contract and the ticket is one that can be read', () => {
  let read = 0
  fc.assert(
    fc.property(garbled, (text) => {
      const found = readCapabilities(bytes(text))
      readStatus(bytes(text))
      if (found === undefined) return
      read++
      const abilities = abilitiesOf(found)
      expect(found.name.length <= 200 && !/[\p{C}\n]/u.test(found.name)).toBe(true)
      expect([...abilities.dpi]).toEqual([...new Set(abilities.dpi)].sort((one, other) => one - other))
      expect(abilities.dpi.every((dpi) => Number.isInteger(dpi) && dpi >= 75 && dpi <= 600)).toBe(true)
      for (const source of abilities.sources) {
        for (const mode of abilities.modes) {
          for (const dpi of abilities.dpi) {
            const ticket = ticketFor(found, { source, mode, dpi })
            if (ticket !== undefined) expect(ticket).toMatch(/<pwg:Width>\d+<\/pwg:Width><pwg:Height>\d+</)
          }
        }
      }
    }),
    { numRuns: 4_000 },
  )
  expect(read).toBeGreaterThan(100)
})
