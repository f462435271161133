// Reads the option list of `scanimage -A` and turns a request into arguments in the device's own words.
// Only what the device offers is ever asked for; anything not understood is left alone.
import type { ScanAbilities, ScanRequest } from '../contract.ts'

/** What a device offers, in its own words. */
export interface DeviceOptions {
  /** The value of --source for each; null when there is no such option and the only source is meant. */
  readonly feeder?: string | undefined
  /** The source that feeds both sides, front before back. */
  readonly duplex?: string | undefined
  /** For a device that has both sides as a switch of its own, next to the source: what to say for one side and for two. */
  readonly sides?: { readonly one: string; readonly two: string } | undefined
  readonly flatbed?: string | null | undefined
  readonly colour?: string | undefined
  readonly grey?: string | undefined
  readonly dpi: readonly number[]
  /** Whether --depth 8 may be asked for (JPEG has 8 bits). */
  readonly eightBit: boolean
  /** Largest values in millimetres of the geometry options that exist. */
  readonly reach: Readonly<Partial<Record<Geometry, number>>>
}
type Geometry = (typeof GEOMETRY)[number]

/** In the order in which they must be given: the paper before the window, the corner before the size. */
const GEOMETRY = ['--page-width', '--page-height', '-l', '-t', '-x', '-y'] as const
/** A4, ISO 216, in millimetres. */
const WANTED: Readonly<Record<Geometry, number>> = {
  '--page-width': 210,
  '--page-height': 297,
  '-l': 0,
  '-t': 0,
  '-x': 210,
  '-y': 297,
}
/** Offered out of a continuous range. */
const USUAL_DPI = [75, 100, 150, 200, 240, 300, 400, 600] as const
const LOWEST_DPI = 75
const HIGHEST_DPI = 600

/** Takes the last ` [value]` off a line, minding brackets inside the value (`[24bit Color[Fast]]`). */
function takeBracket(line: string): { readonly rest: string; readonly inside: string } | undefined {
  if (!line.endsWith(']')) return undefined
  let depth = 0
  for (let at = line.length - 1; at > 0; at--) {
    const letter = line[at]
    if (letter === ']') depth++
    else if (letter === '[' && --depth === 0) {
      return line[at - 1] === ' ' ? { rest: line.slice(0, at - 1), inside: line.slice(at + 1, -1) } : undefined
    }
  }
  return undefined
}

/** Name and offered values of every active option, as the text between the name and the current value. */
function activeOptions(output: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  for (const line of output.split('\n')) {
    const named = /^ {4}(--[a-z0-9-]+|-[a-z])(?:[ =]|\[=\((?=yes\|no\)\]))(.*)$/.exec(line.trimEnd())
    const name = named?.[1]
    let offered = named?.[2]?.replace(/^yes\|no\)\]/, 'yes|no')
    if (name === undefined || offered === undefined) continue
    let active = true
    for (let taken = takeBracket(offered); taken !== undefined; taken = takeBracket(offered)) {
      if (taken.inside === 'inactive' || taken.inside === 'read-only') active = false
      offered = taken.rest
    }
    if (active && !options.has(name)) options.set(name, offered)
  }
  return options
}

interface Range {
  readonly from: number
  readonly to: number
  readonly step: number
}

function readRange(offered: string): Range | undefined {
  const parts = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)[^\d(]*(?:\(in steps of (\d+(?:\.\d+)?)\))?$/.exec(offered)
  if (parts === null) return undefined
  return { from: Number(parts[1]), to: Number(parts[2]), step: Number(parts[3] ?? 0) }
}

function readResolutions(offered: string): readonly number[] {
  const range = readRange(offered)
  const fits = (dpi: number) =>
    range === undefined ||
    (dpi >= range.from && dpi <= range.to && (range.step === 0 || (dpi - range.from) % range.step === 0))
  const named = range === undefined ? offered.replace(/dpi$/, '').split('|').map(Number) : USUAL_DPI
  const good = named.filter((dpi) => Number.isInteger(dpi) && dpi >= LOWEST_DPI && dpi <= HIGHEST_DPI && fits(dpi))
  return [...new Set(good)].sort((one, other) => one - other)
}

/** Of a feeder: not the front alone. */
const BOTH_SIDES = /duplex|back|both|two.?sided/i

/** The first value that matches `wanted` best: exact words first, then anything not in `unwanted`, then anything. */
function choose(values: readonly string[], exact: RegExp, wanted: RegExp, unwanted: RegExp): string | undefined {
  const fitting = values.filter((value) => wanted.test(value))
  return fitting.find((value) => exact.test(value)) ?? fitting.find((value) => !unwanted.test(value)) ?? fitting[0]
}

/** Switches for both sides that are not sources: `--adf-mode Simplex|Duplex`, `--duplex[=(yes|no)]`. */
function sidesOf(options: ReadonlyMap<string, string>): DeviceOptions['sides'] {
  const modes = options.get('--adf-mode')?.split('|')
  const [one, two] = [modes?.find((mode) => /simplex/i.test(mode)), modes?.find((mode) => /duplex/i.test(mode))]
  if (one !== undefined && two !== undefined) return { one: `--adf-mode=${one}`, two: `--adf-mode=${two}` }
  return options.get('--duplex') === 'yes|no' ? { one: '--duplex=no', two: '--duplex=yes' } : undefined
}

/** Output of `scanimage -A -d DEVICE`. Unknown text gives a device that offers nothing. */
export function parseOptions(output: string): DeviceOptions {
  const options = activeOptions(output)
  const sources = options.get('--source')?.split('|')
  const modes = options.get('--mode')?.split('|') ?? []
  const reach: Partial<Record<Geometry, number>> = {}
  for (const name of GEOMETRY) {
    const range = readRange(options.get(name) ?? '')
    if (range !== undefined && range.to > 0) reach[name] = range.to
  }
  const plainGrey = modes.filter((mode) => !/error|diffusion|halftone|dither|lineart|16/i.test(mode))
  return {
    feeder: choose(sources ?? [], /^(ADF|ADF Front|Automatic Document Feeder)$/, /adf|feeder/i, BOTH_SIDES),
    duplex: choose(sources ?? [], /^(ADF Duplex|Duplex)$/i, /duplex|both sides|two.?sided/i, /card/i),
    sides: sidesOf(options),
    flatbed:
      sources === undefined
        ? options.size > 0
          ? null
          : undefined
        : sources.find((name) => /flat ?bed|platen|table|^normal$/i.test(name)),
    colour: choose(modes, /^colou?r$/i, /colou?r/i, /fast|16|48/i),
    grey: choose(plainGrey, /^gr[ae]y(scale)?$/i, /gr[ae]y/i, /^$/),
    dpi: readResolutions(options.get('--resolution') ?? ''),
    eightBit: options.get('--depth')?.replace(/bit$/, '').split('|').includes('8') ?? false,
    reach,
  }
}

export function abilitiesOf(options: DeviceOptions): ScanAbilities {
  const { feeder, duplex, sides, flatbed, colour, grey, dpi } = options
  const bothSides = duplex !== undefined || (feeder !== undefined && sides !== undefined)
  return {
    sources: [
      ...(feeder === undefined ? [] : ['feeder' as const]),
      ...(bothSides ? ['duplex' as const] : []),
      ...(flatbed === undefined ? [] : ['flatbed' as const]),
    ],
    modes: [
      ...(colour === undefined ? [] : ['colour' as const]),
      // Black and white is fetched in grey.
      ...(grey === undefined ? [] : ['grey' as const, 'bitonal' as const]),
    ],
    dpi,
  }
}

/** The value of --source, with the switch for one side or two where there is one; nothing for the only source there is. */
function sourceFor(options: DeviceOptions, source: ScanRequest['source']): readonly string[] | undefined {
  const { feeder, duplex, sides, flatbed } = options
  const from = (name: string, ...more: readonly string[]) => [`--source=${name}`, ...more]
  if (source === 'flatbed') return flatbed === undefined ? undefined : flatbed === null ? [] : from(flatbed)
  if (source === 'duplex' && duplex !== undefined) return from(duplex)
  if (feeder === undefined || (source === 'duplex' && sides === undefined)) return undefined
  return sides === undefined ? from(feeder) : from(feeder, source === 'duplex' ? sides.two : sides.one)
}

/** The arguments for an A4 page, or undefined when the device does not offer what is asked. */
export function argumentsFor(options: DeviceOptions, request: ScanRequest): readonly string[] | undefined {
  const source = sourceFor(options, request.source)
  const mode = request.mode === 'colour' ? options.colour : options.grey
  if (source === undefined || mode === undefined || !options.dpi.includes(request.dpi)) return undefined
  const asked = [...source, `--mode=${mode}`]
  if (options.eightBit) asked.push('--depth=8')
  asked.push(`--resolution=${request.dpi}`)
  for (const name of GEOMETRY) {
    const most = options.reach[name]
    if (most === undefined) continue
    const value = String(Math.min(WANTED[name], most))
    if (name.startsWith('--')) asked.push(`${name}=${value}`)
    else asked.push(name, value)
  }
  return asked
}
