// Finds eSCL scanners by multicast DNS (RFC 6762) on every interface of this computer, with nobody's daemon in between.
// Only asks and listens; never answers anybody, never leaves the link, and no packet can make it stumble.
import { createSocket } from 'node:dgram'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { performance } from 'node:perf_hooks'
import multicastDns from 'multicast-dns'
import { type Announced, openBook, SERVICES } from './escl-records.ts'

export interface Discovery {
  /** Begins to listen with the first call. */
  found(): readonly Announced[]
  /** Resolves once devices have had time to answer the first question. */
  settled(): Promise<void>
  /** Calls `nudge` when something came or went. */
  watch(nudge: () => void): () => void
  close(): void
}

export interface DiscoveryOptions {
  /** Milliseconds between questions (20,000). Only while somebody wants to know; the network is left in peace otherwise. */
  readonly everyMs?: number
  /** Milliseconds the first answers are waited for (900). */
  readonly firstMs?: number
  /** Where to ask; every IPv4 interface unless told. */
  readonly interfaces?: () => readonly Interface[]
  /** Windows answers a question from any port, but keeps 5353 to itself. */
  readonly platform?: NodeJS.Platform
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

export interface Interface {
  readonly address: string
  /** Bits of the network part. */
  readonly prefix: number
}

const GROUP = '224.0.0.251'
const PORT = 5353
const MOST_INTERFACES = 16
/** Milliseconds without anybody asking, after which questions stop. */
const IDLE = 120_000

/** The IPv4 interfaces of this computer, loopback included. */
export function ourInterfaces(): readonly Interface[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ address }) => isIP(address) === 4)
    .map(({ address, cidr }) => ({ address, prefix: Number(cidr?.split('/')[1] ?? 32) }))
    .slice(0, MOST_INTERFACES)
}

/** RFC 6762 §11: what does not come from the same link is not heard. */
function onLink(interfaces: readonly Interface[]): (sender: string) => boolean {
  const link = new BlockList()
  for (const { address, prefix } of interfaces) link.addSubnet(address, prefix, 'ipv4')
  return (sender) => isIP(sender) === 4 && link.check(sender)
}

export function openDiscovery(options: DiscoveryOptions = {}): Discovery {
  const list = options.interfaces ?? ourInterfaces
  const now = options.now ?? (() => performance.now())
  const book = openBook()
  const ears = new Map<string, multicastDns.MulticastDNS>()
  const nudges = new Set<() => void>()
  let link = onLink([])
  let own: ReadonlySet<string> = new Set()
  let beat: NodeJS.Timeout | undefined
  let first: Promise<void> | undefined
  let wantedAt = 0
  let asOf = ''
  let closed = false

  const tellIfNew = () => {
    const words = JSON.stringify(book.announced(now()))
    if (words === asOf) return
    asOf = words
    for (const nudge of nudges) nudge()
  }

  /** Listens on one interface. A port that is taken is no reason to be deaf: from any other port, answers come to us alone. */
  function listen(address: string, free: boolean): void {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    socket.unref()
    const ear = multicastDns({ socket, interface: address, bind: free ? false : '0.0.0.0' })
    ears.set(address, ear)
    ear.on('response', (packet, sender) => {
      if (closed || sender.port !== PORT || !link(sender.address)) return
      const said = [...(packet.answers ?? []), ...(packet.additionals ?? [])]
      if (book.hear(said, { ourselves: own.has(sender.address) }, now())) tellIfNew()
    })
    ear.on('warning', () => undefined)
    ear.once('error', () => {
      ear.on('error', () => undefined)
      ears.delete(address)
      ear.destroy()
      if (!free && !closed) listen(address, true)
    })
    ear.once('ready', () => question(ear))
  }

  function question(ear: multicastDns.MulticastDNS): void {
    if (closed) return
    const questions = SERVICES.map((name) => ({ name, type: 'PTR' as const }))
    ear.query({ questions }, { address: GROUP, port: PORT }, () => undefined)
  }

  /** Interfaces come and go (a cable, a dock): every question goes out on those that are there now. */
  function askAll(): void {
    const there = list()
    link = onLink(there)
    own = new Set(there.map(({ address }) => address))
    for (const [address, ear] of ears) {
      if (own.has(address)) question(ear)
      else {
        ears.delete(address)
        ear.destroy()
      }
    }
    const free = (options.platform ?? process.platform) === 'win32'
    for (const address of own) if (!ears.has(address)) listen(address, free)
    tellIfNew()
  }

  function begin(): Promise<void> {
    wantedAt = now()
    if (closed) return Promise.resolve()
    first ??= new Promise((settled) => {
      askAll()
      // Asked again soon, since the first question may be lost or leave before the socket has joined the group.
      setTimeout(askAll, (options.firstMs ?? 900) / 3).unref()
      setTimeout(settled, options.firstMs ?? 900)
      const look = () => (now() - wantedAt < IDLE ? askAll() : undefined)
      beat = setInterval(look, options.everyMs ?? 20_000)
      beat.unref()
    })
    return first
  }

  return {
    found() {
      void begin()
      return book.announced(now())
    },
    settled: begin,
    watch(nudge) {
      nudges.add(nudge)
      return () => nudges.delete(nudge)
    },
    close() {
      closed = true
      clearInterval(beat)
      for (const ear of ears.values()) ear.destroy()
      ears.clear()
      nudges.clear()
    },
  }
}
