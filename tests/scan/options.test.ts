import fc from 'fast-check'
import { expect, test } from 'vitest'
import { abilitiesOf, argumentsFor, parseOptions } from '../../drivers/scan/options.ts'
import { AIRSCAN, BRACKETS, TEST_BACKEND, THREE_FEEDERS } from './option-lists.ts'

const USUAL = [75, 100, 150, 200, 240, 300, 400, 600]

test('a network scanner with a glass and a feeder says what it can do', () => {
  expect(abilitiesOf(parseOptions(AIRSCAN))).toEqual({
    sources: ['feeder', 'flatbed'],
    modes: ['colour', 'grey', 'bitonal'],
    dpi: [75, 100, 150, 200, 300, 400, 600],
  })
})

test('a scanner with a continuous range is offered at the usual resolutions', () => {
  expect(abilitiesOf(parseOptions(TEST_BACKEND))).toEqual({
    sources: ['feeder', 'flatbed'],
    modes: ['colour', 'grey', 'bitonal'],
    dpi: USUAL,
  })
})

test('a sheet-fed scanner has no glass, and its front side is taken', () => {
  const options = parseOptions(THREE_FEEDERS)
  expect(abilitiesOf(options)).toEqual({
    sources: ['feeder', 'duplex'],
    modes: ['colour', 'grey', 'bitonal'],
    dpi: USUAL,
  })
  expect(argumentsFor(options, { source: 'feeder', mode: 'grey', dpi: 300 })).toEqual([
    '--source=ADF Front',
    '--mode=Gray',
    '--resolution=300',
    '--page-width=210',
    '--page-height=297',
    '-l',
    '0',
    '-t',
    '0',
    '-x',
    '210',
    '-y',
    '279.364',
  ])
})

test('brackets and commas inside the words of a device are kept as they are', () => {
  const options = parseOptions(BRACKETS)
  expect(abilitiesOf(options)).toEqual({
    sources: ['feeder', 'duplex', 'flatbed'],
    modes: ['colour', 'grey', 'bitonal'],
    dpi: [100, 150, 200, 300, 400, 600],
  })
  expect(argumentsFor(options, { source: 'feeder', mode: 'colour', dpi: 300 })).toEqual([
    '--source=Automatic Document Feeder(left aligned)',
    '--mode=24bit Color',
    '--resolution=300',
    '-l',
    '0',
    '-t',
    '0',
    '-x',
    '210',
    '-y',
    '297',
  ])
  expect(argumentsFor(options, { source: 'flatbed', mode: 'grey', dpi: 300 })?.slice(0, 2)).toEqual([
    '--source=FlatBed',
    '--mode=True Gray',
  ])
})

test('eight bits are asked for where other depths exist', () => {
  expect(argumentsFor(parseOptions(TEST_BACKEND), { source: 'flatbed', mode: 'colour', dpi: 150 })).toEqual([
    '--source=Flatbed',
    '--mode=Color',
    '--depth=8',
    '--resolution=150',
    '-l',
    '0',
    '-t',
    '0',
    '-x',
    '200',
    '-y',
    '200',
  ])
})

test('both sides are a source of their own, whatever the device calls it', () => {
  const source = (output: string) =>
    argumentsFor(parseOptions(output), { source: 'duplex', mode: 'grey', dpi: 300 })?.[0]
  const named = (sources: string) =>
    `    --source ${sources} [Flatbed]\n    --mode Color|Gray [Color]\n    --resolution 300dpi [300]\n`
  expect([THREE_FEEDERS, BRACKETS, named('Flatbed|ADF|Duplex'), named('Flatbed|ADF')].map(source)).toEqual([
    '--source=ADF Duplex',
    '--source=Automatic Document Feeder(left aligned,Duplex)',
    '--source=Duplex',
    undefined,
  ])
  expect(abilitiesOf(parseOptions(AIRSCAN)).sources).not.toContain('duplex')
})

test('a device with a switch for both sides is told one side too, and a glass is told nothing of it', () => {
  const common = '    --source Flatbed|ADF [ADF]\n    --mode Color|Gray [Color]\n    --resolution 300dpi [300]\n'
  const switches = ['    --adf-mode Simplex|Duplex [Simplex]\n', '    --duplex[=(yes|no)] [no]\n']
  const asked = (more: string, source: 'feeder' | 'duplex' | 'flatbed') =>
    argumentsFor(parseOptions(common + more), { source, mode: 'colour', dpi: 300 })?.slice(0, 2)
  expect(switches.map((one) => [asked(one, 'feeder'), asked(one, 'duplex'), asked(one, 'flatbed')])).toEqual([
    [
      ['--source=ADF', '--adf-mode=Simplex'],
      ['--source=ADF', '--adf-mode=Duplex'],
      ['--source=Flatbed', '--mode=Color'],
    ],
    [
      ['--source=ADF', '--duplex=no'],
      ['--source=ADF', '--duplex=yes'],
      ['--source=Flatbed', '--mode=Color'],
    ],
  ])
  expect(asked('    --duplex[=(yes|no)] [inactive]\n', 'duplex')).toBeUndefined()
})

test('black and white is fetched in grey', () => {
  const asked = (mode: 'grey' | 'bitonal') => argumentsFor(parseOptions(AIRSCAN), { source: 'feeder', mode, dpi: 300 })
  expect(asked('bitonal')).toEqual(asked('grey'))
})

test('what a scanner does not offer is not asked of it', () => {
  const options = parseOptions(THREE_FEEDERS)
  expect(argumentsFor(options, { source: 'flatbed', mode: 'colour', dpi: 300 })).toBeUndefined()
  expect(argumentsFor(options, { source: 'feeder', mode: 'colour', dpi: 301 })).toBeUndefined()
  expect(abilitiesOf(parseOptions(''))).toEqual({ sources: [], modes: [], dpi: [] })
})

test('a scanner without a choice of source is a glass, and is not told a source', () => {
  const options = parseOptions(
    '    --mode Color|Gray [Color]\n    --resolution auto||150|300dpi [300]\n    --source ADF [inactive]\n',
  )
  expect(abilitiesOf(options)).toEqual({ sources: ['flatbed'], modes: ['colour', 'grey', 'bitonal'], dpi: [150, 300] })
  expect(argumentsFor(options, { source: 'flatbed', mode: 'colour', dpi: 300 })).toEqual([
    '--mode=Color',
    '--resolution=300',
  ])
})

const pieces = fc.constantFrom(
  '    --source ',
  '    --mode ',
  '    --resolution ',
  '    -x ',
  '    --depth ',
  ' [',
  ']',
  '[',
  '|',
  '..',
  'dpi',
  'mm',
  '\n',
  '(in steps of ',
  ')',
  'ADF',
  'Duplex',
  '    --duplex[=(yes|no)]',
  'Flatbed',
  'Color',
  'Gray',
  '300',
  '1e9',
  '-',
  '[inactive]',
  'Ữ',
)
const garble = fc
  .array(fc.oneof(pieces, pieces, fc.string({ maxLength: 12 })), { maxLength: 60 })
  .map((parts) => parts.join(''))

test('whatever a driver prints, the abilities stay within the contract and the arguments within one line each', () => {
  fc.assert(
    fc.property(garble, (output) => {
      const options = parseOptions(output)
      const abilities = abilitiesOf(options)
      for (const dpi of abilities.dpi) expect(Number.isInteger(dpi) && dpi >= 75 && dpi <= 600).toBe(true)
      expect([...abilities.dpi]).toEqual([...new Set(abilities.dpi)].sort((one, other) => one - other))
      for (const source of abilities.sources)
        for (const mode of abilities.modes)
          for (const dpi of abilities.dpi) {
            const args = argumentsFor(options, { source, mode, dpi })
            expect(args?.every((arg) => arg.startsWith('-') || /^\d/.test(arg))).toBe(true)
            expect(args?.some((arg) => arg.includes('\n'))).toBe(false)
          }
    }),
    { numRuns: 2_000 },
  )
})
