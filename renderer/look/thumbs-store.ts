// Small pictures of pages, painted one after the other by a worker and kept while somebody is signed in.
// Never more than KEEP of them, never more than two at work, and none after `forgetThumbs`.
import { vaultUrl } from './pdf-file.ts'
import type { PaintAnswer, PaintOrder } from './thumb-painter.ts'
import Painter from './thumb-painter.ts?worker'

const KEEP = 800
const AT_ONCE = 2
const HEIGHT = 256

export interface Wanted {
  readonly picture: string
  readonly rotation: 0 | 90 | 180 | 270
}
interface Waiting {
  readonly key: string
  readonly order: PaintOrder
  readonly done: Set<(url: string | null) => void>
}

export const thumbKey = ({ picture, rotation }: Wanted): string => `${picture}.${rotation}`

const made = new Map<string, string>()
const queue = new Map<string, Waiting>()
const atWork = new Map<number, Waiting>()
let painter: Worker | null = null
let orders = 0

function work(): void {
  if (painter === null) {
    painter = new Painter()
    painter.onmessage = ({ data }: MessageEvent<PaintAnswer>) => finish(data)
  }
  while (atWork.size < AT_ONCE) {
    // The newest wish first: it is what the person looks at now.
    const next = [...queue.values()].at(-1)
    if (next === undefined) return
    queue.delete(next.key)
    atWork.set(next.order.id, next)
    painter.postMessage(next.order)
  }
}

function finish({ id, picture }: PaintAnswer): void {
  const waiting = atWork.get(id)
  atWork.delete(id)
  if (waiting !== undefined) {
    const url = picture === null ? null : URL.createObjectURL(picture)
    if (url !== null) made.set(waiting.key, url)
    for (const tell of waiting.done) tell(url)
    const [oldest, address] = made.entries().next().value ?? []
    if (made.size > KEEP && oldest !== undefined && address !== undefined) {
      URL.revokeObjectURL(address)
      made.delete(oldest)
    }
  }
  work()
}

/** The picture if it is there already. */
export const knownThumb = (wanted: Wanted): string | null => made.get(thumbKey(wanted)) ?? null

/** Asks for a small picture; `tell` hears its address, or null when there is none to be had. The answer takes the wish back. */
export function askThumb(wanted: Wanted, tell: (url: string | null) => void): () => void {
  const key = thumbKey(wanted)
  const running = [...atWork.values()].find((one) => one.key === key)
  const waiting = running ??
    queue.get(key) ?? {
      key,
      order: {
        id: ++orders,
        url: new URL(vaultUrl(wanted.picture), location.href).href,
        rotation: wanted.rotation,
        height: HEIGHT,
      },
      done: new Set(),
    }
  waiting.done.add(tell)
  if (running === undefined) queue.set(key, waiting)
  work()
  return () => {
    waiting.done.delete(tell)
    if (waiting.done.size === 0 && queue.get(key) === waiting) queue.delete(key)
  }
}

/** Nobody is signed in any more: no picture of a page stays in memory. */
export function forgetThumbs(): void {
  for (const url of made.values()) URL.revokeObjectURL(url)
  made.clear()
  queue.clear()
  atWork.clear()
  painter?.terminate()
  painter = null
}
