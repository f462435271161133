// Where an eSCL scanner answers: an address typed by an administrator or announced on the network, checked before use.
// Never a user name, a query or a scheme other than http and https.
import { isIP } from 'node:net'

export interface Address {
  /** https: encrypted, with whatever certificate the device made for itself. */
  readonly secure: boolean
  /** A name or an IP address without brackets. */
  readonly host: string
  readonly port: number
  /** Begins with `/`, has no `/` at its end: `/eSCL`. Empty for the root. */
  readonly path: string
}

const PATH = /^(?:\/[A-Za-z0-9._~%-]{1,80}){0,6}$/
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/

/** The path as it is used, or undefined for one no scanner has. `eSCL/` and `/eSCL` are the same. */
export function plainPath(path: string): string | undefined {
  const trimmed = path.replace(/^\/+|\/+$/g, '')
  const plain = trimmed === '' ? '' : `/${trimmed}`
  return PATH.test(plain) && !plain.split('/').some((part) => part === '.' || part === '..') ? plain : undefined
}

/** An address as an administrator writes it: `http://10.0.0.5/eSCL`, `https://scanner.office:8443/eSCL`; the path may be left out. */
export function readAddress(text: string): Address | undefined {
  let url: URL
  try {
    url = new URL(text.trim())
  } catch {
    return undefined
  }
  const secure = url.protocol === 'https:'
  if (!secure && url.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 && !HOST.test(host)) return undefined
  const path = plainPath(url.pathname === '/' ? '/eSCL' : url.pathname)
  if (path === undefined) return undefined
  return { secure, host, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), path }
}

/** The one way to write an address: how a scanner is named within the driver. */
export function writeAddress({ secure, host, port, path }: Address): string {
  return `${secure ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host.toLowerCase()}:${port}${path}`
}
