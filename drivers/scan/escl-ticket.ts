// From what a scanner offers to what is asked of it: abilities for the contract, and the ScanSettings of one job.
// Pure. Only what the device offers is ever asked for.
import type { ScanAbilities, ScanRequest } from '../contract.ts'
import type { Capabilities, InputSource, SettingProfile } from './escl-xml.ts'

/** A4, ISO 216, in three-hundredths of an inch. */
const A4 = { width: 2480, height: 3508 } as const

type Source = ScanRequest['source']
const SOURCES = ['feeder', 'duplex', 'flatbed'] as const

const usable = (source: InputSource | undefined): readonly SettingProfile[] =>
  source?.profiles.filter((one) => one.jpeg && (one.colour || one.grey) && one.dpi.length > 0) ?? []

export function abilitiesOf(capabilities: Capabilities): ScanAbilities {
  const sources = SOURCES.filter((source) => usable(capabilities[source]).length > 0)
  const profiles = sources.flatMap((source) => usable(capabilities[source]))
  const grey = profiles.some((one) => one.grey)
  return {
    sources,
    modes: [
      ...(profiles.some((one) => one.colour) ? ['colour' as const] : []),
      // Black and white is fetched in grey.
      ...(grey ? ['grey' as const, 'bitonal' as const] : []),
    ],
    dpi: [...new Set(profiles.flatMap((one) => one.dpi))].sort((one, other) => one - other),
  }
}

/** From the left edge of the scanner to the left edge of the region: some feeders hold the paper in the middle. */
function offsetOf(source: InputSource, width: number): number {
  const free = source.maxWidth - width
  if (source.lies === 'centre') return Math.floor(free / 2)
  return source.lies === 'right' ? free : 0
}

const INPUT: Readonly<Record<Source, string>> = {
  feeder: '<pwg:InputSource>Feeder</pwg:InputSource>\n<scan:Duplex>false</scan:Duplex>',
  duplex: '<pwg:InputSource>Feeder</pwg:InputSource>\n<scan:Duplex>true</scan:Duplex>',
  flatbed: '<pwg:InputSource>Platen</pwg:InputSource>',
}

/** `2.63` is at least 2.1; a version that is no number is taken for an old one. */
function knowsFormatExt(version: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})$/.exec(version)
  if (parts === null) return false
  const [major, minor] = [Number(parts[1]), Number(parts[2])]
  return major > 2 || (major === 2 && minor >= 1)
}

/** The ScanSettings for an A4 page as JPEG, or undefined when the device does not offer what is asked. */
export function ticketFor(capabilities: Capabilities, request: ScanRequest): string | undefined {
  const source = capabilities[request.source]
  const colour = request.mode === 'colour'
  const profile = usable(source).find((one) => (colour ? one.colour : one.grey) && one.dpi.includes(request.dpi))
  if (source === undefined || profile === undefined) return undefined
  const width = Math.min(A4.width, source.maxWidth)
  const height = Math.min(A4.height, source.maxHeight)
  const version = /^\d{1,3}\.\d{1,3}$/.test(capabilities.version) ? capabilities.version : '2.0'
  const ext = knowsFormatExt(version) ? '\n<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>' : ''
  return `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>${version}</pwg:Version>
<pwg:ScanRegions><pwg:ScanRegion>
<pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>
<pwg:XOffset>${offsetOf(source, width)}</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>
<pwg:Width>${width}</pwg:Width><pwg:Height>${height}</pwg:Height>
</pwg:ScanRegion></pwg:ScanRegions>
${INPUT[request.source]}
<scan:ColorMode>${colour ? 'RGB24' : 'Grayscale8'}</scan:ColorMode>
<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>${ext}
<scan:XResolution>${request.dpi}</scan:XResolution><scan:YResolution>${request.dpi}</scan:YResolution>
</scan:ScanSettings>
`
}
