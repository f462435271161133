// What devices announce of themselves by DNS-SD (RFC 6763), kept for as long as they said: scanners that speak eSCL.
// Never believes a packet further than its shape: names, numbers and addresses are checked, and everything is limited.
import { isIP } from 'node:net'
import type { Answer } from 'dns-packet'
import { type Address, plainPath } from './escl-address.ts'
import { plainName } from './escl-xml.ts'

/** `_uscans`: the same over TLS. */
export const SERVICES = ['_uscans._tcp.local', '_uscan._tcp.local'] as const
type Service = (typeof SERVICES)[number]

/** A scanner on the network. */
export interface Announced {
  /** What a person called it, else what its maker did. */
  readonly name: string
  readonly uuid: string
  /** Where it answers, the best first: encrypted before plain. */
  readonly ways: readonly Address[]
}

export interface Sender {
  /** The packet came from this very computer: only then may it speak of loopback. */
  readonly ourselves: boolean
}

export interface Book {
  /** Takes down what a response says; true when it was news. `now` in milliseconds, monotonic. */
  hear(answers: readonly Answer[], sender: Sender, now: number): boolean
  announced(now: number): readonly Announced[]
}

const MOST_SERVICES = 100
const MOST_HOSTS = 200
const MOST_ADDRESSES = 4
/**
 * Seconds. Longer promises are cut, so that a device that was unplugged is not listed for an hour; shorter ones are
 * stretched to the next questions (an answer to us alone says at most 10, RFC 6762 §6.7).
 */
const LONGEST = 180
const SHORTEST = 60
/** A cache-flush or goodbye leaves a record for a second (RFC 6762 §10.1). */
const GOODBYE = 1
const LONGEST_NAME = 255

interface Kept<Value> {
  readonly value: Value
  readonly until: number
}
type Shelf<Value> = Map<string, Kept<Value>>

/** Puts a record on its shelf; when that is full, what expired goes, and a newcomer beyond the limit is not taken. */
function keep<Value>(shelf: Shelf<Value>, key: string, value: Value, ttl: number, now: number, most: number): boolean {
  const before = shelf.get(key)
  if (before === undefined && ttl <= 0) return false
  if (before === undefined && shelf.size >= most) {
    for (const [old, { until }] of shelf) if (until <= now) shelf.delete(old)
    if (shelf.size >= most) return false
  }
  const seconds = ttl <= 0 ? GOODBYE : Math.max(SHORTEST, Math.min(ttl, LONGEST))
  shelf.set(key, { value, until: now + seconds * 1000 })
  const isNews = before === undefined || before.until <= now || ttl <= 0
  return isNews || JSON.stringify(before.value) !== JSON.stringify(value)
}

const same = (name: string) => name.toLowerCase()
const isName = (name: unknown): name is string =>
  typeof name === 'string' && name.length > 0 && name.length <= LONGEST_NAME
const serviceOf = (name: string): Service | undefined => SERVICES.find((service) => same(name) === service)

/** Of an instance such as `Máy quét._uscan._tcp.local`: the name before the service. */
const labelOf = (instance: string, service: Service): string | undefined =>
  same(instance).endsWith(`.${service}`) ? instance.slice(0, -service.length - 1) : undefined

/** An address a scanner can have: no broadcast, no group, nothing that needs an interface named; loopback only among ourselves. */
export function isDeviceAddress(address: unknown, sender: Sender): address is string {
  if (typeof address !== 'string') return false
  if (isIP(address) === 4) {
    const first = Number(address.split('.')[0])
    return first === 127 ? sender.ourselves : first > 0 && first < 224
  }
  if (isIP(address) !== 6) return false
  return address === '::1' ? sender.ourselves : /^[23fF][0-9a-fA-F]/.test(address) && !/^f[ef]/i.test(address)
}

type Text = Readonly<Record<'ty' | 'note' | 'uuid' | 'rs', string>>

/** `key=value` strings of a TXT record (RFC 6763 §6); keys without case, the first of a name counts. */
function readText(data: unknown): Text {
  const said: Record<string, string> = { ty: '', note: '', uuid: '', rs: '' }
  for (const part of Array.isArray(data) ? data.slice(0, 60) : [data]) {
    if (typeof part !== 'string' && !(part instanceof Uint8Array)) continue
    const text = typeof part === 'string' ? part : Buffer.from(part).toString('utf8')
    const at = text.indexOf('=')
    const key = same(text.slice(0, Math.max(at, 0)))
    if (Object.hasOwn(said, key) && said[key] === '') said[key] = text.slice(at + 1, at + 256)
  }
  return said as Text
}

interface Instance {
  readonly service: Service
  readonly label: string
}

export function openBook(): Book {
  const instances: Shelf<Instance> = new Map()
  const places: Shelf<{ readonly host: string; readonly port: number }> = new Map()
  const texts: Shelf<Text> = new Map()
  const hosts: Shelf<readonly string[]> = new Map()

  function hearOne(answer: Answer, sender: Sender, now: number, flushed: Set<string>): boolean {
    if (!('data' in answer) || !isName(answer.name)) return false
    const ttl = 'ttl' in answer && typeof answer.ttl === 'number' ? answer.ttl : 0
    const key = same(answer.name)
    switch (answer.type) {
      case 'PTR': {
        const service = serviceOf(answer.name)
        if (service === undefined || !isName(answer.data)) return false
        const label = labelOf(answer.data, service)
        if (label === undefined) return false
        return keep(instances, same(answer.data), { service, label }, ttl, now, MOST_SERVICES)
      }
      case 'SRV': {
        const place: Partial<typeof answer.data> | null | undefined = answer.data
        const [target, port = 0] = [place?.target, place?.port]
        if (!isName(target) || !Number.isInteger(port) || port < 1 || port > 65_535) return false
        return keep(places, key, { host: same(target), port }, ttl, now, MOST_SERVICES)
      }
      case 'TXT':
        return keep(texts, key, readText(answer.data), ttl, now, MOST_SERVICES)
      case 'A':
      case 'AAAA': {
        if (!isDeviceAddress(answer.data, sender)) return false
        const known = flushed.has(key) ? (hosts.get(key)?.value ?? []) : []
        flushed.add(key)
        const addresses = [...new Set([...known, answer.data])].slice(0, MOST_ADDRESSES)
        return keep(hosts, key, addresses, ttl, now, MOST_HOSTS)
      }
      default:
        return false
    }
  }

  const alive = <Value>(shelf: Shelf<Value>, key: string, now: number): Value | undefined => {
    const kept = shelf.get(key)
    return kept !== undefined && kept.until > now ? kept.value : undefined
  }

  /** Where an instance answers, IPv4 before IPv6; nothing while a part of it is still unknown. */
  function waysOf(key: string, { service }: Instance, now: number): readonly Address[] {
    const place = alive(places, key, now)
    const path = plainPath(alive(texts, key, now)?.rs || 'eSCL')
    if (place === undefined || path === undefined) return []
    const addresses = [...(alive(hosts, place.host, now) ?? [])].sort((one, other) => isIP(one) - isIP(other))
    return addresses.map((host) => ({ secure: service === SERVICES[0], host, port: place.port, path }))
  }

  return {
    hear(answers, sender, now) {
      const flushed = new Set<string>()
      return answers.map((answer) => hearOne(answer, sender, now, flushed)).some(Boolean)
    },
    announced(now) {
      const found = new Map<string, Announced>()
      // The encrypted service first, so that its way comes first.
      for (const service of SERVICES) {
        for (const [key, kept] of instances) {
          if (kept.until <= now || kept.value.service !== service) continue
          const ways = waysOf(key, kept.value, now)
          if (ways.length === 0) continue
          const text = alive(texts, key, now)
          const host = alive(places, key, now)?.host ?? ''
          const both = `${host} ${same(kept.value.label)}`
          const before = found.get(both)
          const name = plainName(kept.value.label) || plainName(text?.ty ?? '') || host
          found.set(both, {
            name: before?.name ?? name,
            uuid: before?.uuid || same(text?.uuid ?? ''),
            ways: [...(before?.ways ?? []), ...ways],
          })
        }
      }
      return [...found.values()]
    },
  }
}
