// The XML a scanner speaks over eSCL (Mopria eSCL 2.97, PWG 5100.x names): capabilities, status, and a job ticket read back.
// Only the words this bench needs; reading never trusts more than numbers and the names listed here.
const NAMESPACES =
  'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

export const RESOLUTIONS = [75, 100, 150, 200, 300, 400, 600] as const
/** Lengths in eSCL are three-hundredths of an inch: 2550 × 3508 is 215.9 × 297 mm. */
export const GLASS = { width: 2550, height: 3508 } as const

/**
 * What the feeder says of itself. sane-airscan 0.99.27 translates exactly these:
 * Jam → SANE_STATUS_JAMMED, DoorOpen → COVER_OPEN, Empty and Processing → NO_DOCS, Loaded → good.
 * The specification's own `ScannerAdfHatchOpen` and `ScannerAdfMultipickDetected` are unknown to it and end as IO_ERROR.
 */
export type FeederState =
  | 'ScannerAdfLoaded'
  | 'ScannerAdfEmpty'
  | 'ScannerAdfJam'
  | 'ScannerAdfDoorOpen'
  | 'ScannerAdfHatchOpen'
  | 'ScannerAdfMultipickDetected'

export interface JobTicket {
  readonly source: 'Platen' | 'Feeder'
  /** Both sides of every sheet, front before back. */
  readonly duplex: boolean
  readonly colour: 'RGB24' | 'Grayscale8'
  readonly dpi: number
  /** In three-hundredths of an inch. */
  readonly region: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

function inputCaps(): string {
  const resolutions = RESOLUTIONS.map(
    (dpi) =>
      `<scan:DiscreteResolution><scan:XResolution>${dpi}</scan:XResolution><scan:YResolution>${dpi}</scan:YResolution></scan:DiscreteResolution>`,
  ).join('')
  return `<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>${GLASS.width}</scan:MaxWidth>
<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>${GLASS.height}</scan:MaxHeight><scan:MaxScanRegions>1</scan:MaxScanRegions>
<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>${resolutions}</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>`
}

export function capabilities(name: string, uuid: string): string {
  return `${HEAD}<scan:ScannerCapabilities ${NAMESPACES}>
<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>${name}</pwg:MakeAndModel><pwg:SerialNumber>BENCH-1</pwg:SerialNumber><scan:UUID>${uuid}</scan:UUID>
<scan:Platen><scan:PlatenInputCaps>${inputCaps()}</scan:PlatenInputCaps></scan:Platen>
<scan:Adf><scan:AdfSimplexInputCaps>${inputCaps()}</scan:AdfSimplexInputCaps><scan:AdfDuplexInputCaps>${inputCaps()}</scan:AdfDuplexInputCaps><scan:FeederCapacity>50</scan:FeederCapacity>
<scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption><scan:AdfOption>Duplex</scan:AdfOption></scan:AdfOptions></scan:Adf>
</scan:ScannerCapabilities>`
}

export function status(busy: boolean, feeder: FeederState): string {
  return `${HEAD}<scan:ScannerStatus ${NAMESPACES}>
<pwg:Version>2.63</pwg:Version><pwg:State>${busy ? 'Processing' : 'Idle'}</pwg:State><scan:AdfState>${feeder}</scan:AdfState>
</scan:ScannerStatus>`
}

const wordIn = (xml: string, name: string) => new RegExp(`<(?:\\w+:)?${name}>\\s*([^<]*?)\\s*<`).exec(xml)?.[1]
const numberIn = (xml: string, name: string) => Number.parseInt(wordIn(xml, name) ?? '', 10)

/** A ScanSettings document, or undefined when it asks for something this scanner does not have. */
export function readTicket(xml: string): JobTicket | undefined {
  const source = wordIn(xml, 'InputSource')
  const colour = wordIn(xml, 'ColorMode')
  const dpi = numberIn(xml, 'XResolution')
  const duplex = wordIn(xml, 'Duplex') === 'true'
  const region = {
    x: numberIn(xml, 'XOffset'),
    y: numberIn(xml, 'YOffset'),
    width: numberIn(xml, 'Width'),
    height: numberIn(xml, 'Height'),
  }
  if (source !== 'Platen' && source !== 'Feeder') return undefined
  if (colour !== 'RGB24' && colour !== 'Grayscale8') return undefined
  if (!RESOLUTIONS.some((offered) => offered === dpi)) return undefined
  if (!Object.values(region).every((length) => length >= 0 && length <= GLASS.height)) return undefined
  return { source, duplex: duplex && source === 'Feeder', colour, dpi, region }
}
