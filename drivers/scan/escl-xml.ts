// Reads the XML that a scanner answers over eSCL (Mopria eSCL 2.97): what it offers, and how it stands.
// Never expands an entity of the document's own (a document type is refused), never believes more than names and numbers.
import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** Longest document read, in bytes; real capabilities have some 10,000. */
export const XML_LIMIT = 512 * 1024
const DEEPEST = 24
const MOST_ENTRIES = 200

/** One kind of scan a source can do. Resolutions in dots per inch, ascending. */
export interface SettingProfile {
  readonly colour: boolean
  readonly grey: boolean
  readonly jpeg: boolean
  readonly dpi: readonly number[]
}

/** One way for paper into the scanner. Lengths in three-hundredths of an inch. */
export interface InputSource {
  readonly profiles: readonly SettingProfile[]
  readonly maxWidth: number
  readonly maxHeight: number
  /** Where a sheet narrower than the scanner lies (eSCL Justification). */
  readonly lies: 'left' | 'centre' | 'right'
}

export interface Capabilities {
  /** e.g. 2.63 */
  readonly version: string
  /** Maker and model as the device calls itself; may be empty. */
  readonly name: string
  readonly uuid: string
  readonly flatbed: InputSource | undefined
  readonly feeder: InputSource | undefined
  readonly duplex: InputSource | undefined
}

export interface JobInfo {
  readonly uri: string
  /** Canceled, Aborted, Completed, Pending or Processing. */
  readonly state: string
}

export interface ScannerStatus {
  /** Idle, Processing, Testing, Stopped or Down. */
  readonly state: string
  /** ScannerAdf… ; empty when the scanner says nothing of a feeder. */
  readonly feeder: string
  readonly jobs: readonly JobInfo[]
}

/** An element: its text and attributes (`@name`) as words, its children as lists. */
type Element = Readonly<Record<string, unknown>>

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  alwaysCreateTextNode: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEEPEST,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
})

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null

/** All elements at the end of `path`, through every branch, in order. */
function elements(from: Element | undefined, ...path: readonly string[]): readonly Element[] {
  let found: readonly Element[] = from === undefined ? [] : [from]
  for (const name of path) {
    found = found.flatMap((one) => {
      const children = Object.hasOwn(one, name) ? one[name] : undefined
      return Array.isArray(children) ? children.filter(isElement).slice(0, MOST_ENTRIES) : []
    })
  }
  return found
}

function textOf(element: Element | undefined): string {
  const text = element === undefined || !Object.hasOwn(element, '#text') ? '' : element['#text']
  return typeof text === 'string' ? text.trim() : ''
}

const words = (from: Element | undefined, ...path: readonly string[]) => elements(from, ...path).map(textOf)
const word = (from: Element | undefined, ...path: readonly string[]) => words(from, ...path)[0] ?? ''

function count(from: Element | undefined, ...path: readonly string[]): number | undefined {
  const text = word(from, ...path)
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

/** What a person may read: one line without control or direction characters, at most 100 characters. */
export const plainName = (text: string): string => [...text.replace(/[\p{C}\s]+/gu, ' ').trim()].slice(0, 100).join('')

/** The root element of that name, or undefined when the bytes are not such a document. */
function rootOf(bytes: Uint8Array, name: string): Element | undefined {
  if (bytes.length > XML_LIMIT) return undefined
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // eSCL has no document types; without them there are no entities but XML's own five.
    if (/<!\s*(doctype|entity)/i.test(text) || XMLValidator.validate(text) !== true) return undefined
    const document: unknown = parser.parse(text)
    return isElement(document) ? elements(document, name)[0] : undefined
  } catch {
    return undefined
  }
}

const LOWEST_DPI = 75
const HIGHEST_DPI = 600
/** Offered out of a continuous range. */
const USUAL_DPI = [75, 100, 150, 200, 240, 300, 400, 600] as const

function resolutionsOf(profile: Element): readonly number[] {
  const found: number[] = []
  for (const one of elements(profile, 'SupportedResolutions', 'DiscreteResolutions', 'DiscreteResolution')) {
    const [across, down] = [count(one, 'XResolution'), count(one, 'YResolution')]
    if (across !== undefined && across === down) found.push(across)
  }
  for (const one of elements(profile, 'SupportedResolutions', 'ResolutionRange')) {
    const from = Math.max(count(one, 'XResolutionRange', 'Min') ?? 0, count(one, 'YResolutionRange', 'Min') ?? 0)
    const to = Math.min(count(one, 'XResolutionRange', 'Max') ?? 0, count(one, 'YResolutionRange', 'Max') ?? 0)
    const step = count(one, 'XResolutionRange', 'Step') ?? 1
    found.push(...USUAL_DPI.filter((dpi) => dpi >= from && dpi <= to && (step <= 1 || (dpi - from) % step === 0)))
  }
  const good = found.filter((dpi) => dpi >= LOWEST_DPI && dpi <= HIGHEST_DPI)
  return [...new Set(good)].sort((one, other) => one - other)
}

function profileOf(profile: Element): SettingProfile {
  const modes = words(profile, 'ColorModes', 'ColorMode')
  const formats = [
    ...words(profile, 'DocumentFormats', 'DocumentFormat'),
    ...words(profile, 'DocumentFormats', 'DocumentFormatExt'),
  ]
  return {
    colour: modes.includes('RGB24'),
    grey: modes.includes('Grayscale8'),
    jpeg: formats.includes('image/jpeg'),
    dpi: resolutionsOf(profile),
  }
}

function liesOf(text: string): InputSource['lies'] {
  if (text === 'Center') return 'centre'
  return text === 'Right' ? 'right' : 'left'
}

function sourceOf(root: Element, caps: Element | undefined, lies: InputSource['lies']): InputSource | undefined {
  const [maxWidth, maxHeight] = [count(caps, 'MaxWidth') ?? 0, count(caps, 'MaxHeight') ?? 0]
  if (caps === undefined || maxWidth === 0 || maxHeight === 0) return undefined
  const named = new Map(elements(root, 'SettingProfiles', 'SettingProfile').map((one) => [one['@name'], one]))
  const profiles = elements(caps, 'SettingProfiles', 'SettingProfile').map((one) => {
    const ref = Object.hasOwn(one, '@ref') ? one['@ref'] : undefined
    return profileOf((ref === undefined ? undefined : named.get(ref)) ?? one)
  })
  return { profiles, maxWidth, maxHeight, lies }
}

/** A ScannerCapabilities document, or undefined when the bytes are none. Anything unknown in it is passed over. */
export function readCapabilities(bytes: Uint8Array): Capabilities | undefined {
  const root = rootOf(bytes, 'ScannerCapabilities')
  if (root === undefined) return undefined
  const adf = elements(root, 'Adf')[0]
  const lies = liesOf(word(adf, 'Justification', 'XImagePosition'))
  const feeder = sourceOf(root, elements(adf, 'AdfSimplexInputCaps')[0], lies)
  const twoSided = words(adf, 'AdfOptions', 'AdfOption').includes('Duplex')
  return {
    version: plainName(word(root, 'Version')).slice(0, 10),
    name: plainName(word(root, 'MakeAndModel')),
    uuid: word(root, 'UUID').toLowerCase().slice(0, 100),
    flatbed: sourceOf(root, elements(root, 'Platen', 'PlatenInputCaps')[0], 'left'),
    feeder,
    duplex: sourceOf(root, elements(adf, 'AdfDuplexInputCaps')[0], lies) ?? (twoSided ? feeder : undefined),
  }
}

/** A ScannerStatus document, or undefined when the bytes are none. */
export function readStatus(bytes: Uint8Array): ScannerStatus | undefined {
  const root = rootOf(bytes, 'ScannerStatus')
  if (root === undefined) return undefined
  return {
    state: word(root, 'State').slice(0, 40),
    feeder: word(root, 'AdfState').slice(0, 60),
    jobs: elements(root, 'Jobs', 'JobInfo').map((job) => ({
      uri: word(job, 'JobUri').slice(0, 500),
      state: word(job, 'JobState').slice(0, 40),
    })),
  }
}
