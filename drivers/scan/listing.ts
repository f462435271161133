// Reads the device list of `scanimage -f`. Drops what cannot be a scanner's name; never guesses.
// A device name is opaque: it is given back to scanimage as one argument, never to a shell.
import type { Device } from '../contract.ts'

const UNIT = '\u001f'
/** For `--formatted-device-list`: name, vendor, model, type, divided by U+001F, one device a line. */
export const LIST_FORMAT = `%d${UNIT}%v${UNIT}%m${UNIT}%t%n`

/** A device and, of one on the network, where it answers as far as the listing says. */
export interface Listed {
  readonly device: Device
  readonly hosts: readonly string[]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
const FORBIDDEN = /[\u0000-\u001f\u007f]/u
/** Vendor words that name a protocol or nobody. */
const NO_VENDOR = new Set(['', 'escl', 'wsd', 'noname', 'unknown'])

/** 1 to 200 characters, no control character, no leading dash, and not a camera (SANE lists those too). */
export function isDeviceName(name: string): boolean {
  return name.length > 0 && name.length <= 200 && !FORBIDDEN.test(name) && !/^(-|v4l:)/.test(name)
}

/** Network backends list configured addresses without asking whether anybody is there. */
export const isNetworkName = (name: string): boolean => /^(airscan|escl|net):|[:/]net[:/]/.test(name)

function callIt(vendor: string, model: string, name: string): string {
  const plain = (words: string) => words.replaceAll('_', ' ').trim()
  const maker = plain(vendor)
  const kind = plain(model)
  if (kind === '') return name
  if (NO_VENDOR.has(maker.toLowerCase()) || kind.toLowerCase().startsWith(maker.toLowerCase())) return kind
  return `${maker} ${kind}`
}

/** sane-airscan names the address as the type (`ip=192.0.2.7`), the escl backend within the name (`escl:http://192.0.2.7:80`). */
function hostsOf(id: string, type: string): readonly string[] {
  const said = /^ip=(\S+)$/.exec(type)?.[1] ?? /^escl:https?:\/\/(\[[^\]]+\]|[^/:]+)/.exec(id)?.[1]
  return said === undefined ? [] : [said.replace(/^\[|\]$/g, '')]
}

/** Output of `scanimage -f LIST_FORMAT` as devices. Lines of another shape are passed over. */
export function parseListing(output: string): readonly Listed[] {
  const found = new Map<string, Listed>()
  for (const line of output.split('\n')) {
    const [id, vendor, model, type, ...more] = line.split(UNIT)
    if (id === undefined || vendor === undefined || model === undefined || type === undefined) continue
    if (more.length > 0) continue
    if (!isDeviceName(id) || FORBIDDEN.test(vendor) || FORBIDDEN.test(model) || found.has(id)) continue
    const device: Device = { id, kind: 'scan', name: callIt(vendor, model, id).slice(0, 200), loaded: true }
    found.set(id, { device, hosts: isNetworkName(id) ? hostsOf(id, type) : [] })
  }
  return [...found.values()]
}
