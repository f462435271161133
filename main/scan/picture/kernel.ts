// The compiled passes over all pixels (kernel.wat) with the memory they work in. A kernel does one page at a time.
// It never reads or writes outside the rooms it was given, and a kernel that had to grow large is not kept.
import { KERNEL_BASE64 } from './kernel-bytes.ts'

export interface KernelPasses {
  /** `width` even: pixels of the small picture. RGB rows of `stride` bytes to RGBX. */
  shrinkColour(from: number, stride: number, width: number, height: number, to: number): void
  /** `width` a multiple of four. */
  shrinkGrey(from: number, stride: number, width: number, height: number, to: number): void
  turnColour: TurnRow
  turnGrey: TurnRow
}
export type TurnRow = (
  to: number,
  groups: number,
  u: number,
  v: number,
  du: number,
  dv: number,
  from: number,
  stride: number,
  table: number,
  gains: number,
  reach: number,
) => void

/** Where things lie in the kernel's memory. */
export interface Rooms {
  /** Weights of the turning pass, at most 6,144 bytes. */
  readonly table: number
  /** Gains of one row: one byte a group of pixels, at most 8,192. */
  readonly gains: number
  readonly source: number
  readonly target: number
}

export interface Kernel extends KernelPasses {
  readonly rooms: Rooms
  /** Valid until the next `prepare`. */
  bytes(): Uint8Array
  /** Makes room for a source of `height` rows of `stride` bytes and a target of `target` bytes; what lay there is lost. */
  prepare(stride: number, height: number, target: number): void
  /** Makes room for a larger target; the source stays. */
  extend(target: number): void
}

const PAGE = 65_536
const TABLE = 1_024
const GAINS = 8_192
/** Above it a kernel is let go after use: three A4 pages at 300 dpi in colour. */
const KEPT = 80 * 1024 * 1024

let compiled: WebAssembly.Module | null = null
let resting: Kernel | null = null

export function makeKernel(): Kernel {
  compiled ??= new WebAssembly.Module(new Uint8Array(Buffer.from(KERNEL_BASE64, 'base64')))
  const passes = new WebAssembly.Instance(compiled).exports as unknown as KernelPasses & { memory: WebAssembly.Memory }
  const { memory } = passes
  let view = new Uint8Array(memory.buffer)
  let rooms: Rooms = { table: TABLE, gains: GAINS, source: PAGE, target: PAGE }
  const grow = (end: number): void => {
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE)
    if (missing > 0) memory.grow(missing)
    view = new Uint8Array(memory.buffer)
  }
  return {
    shrinkColour: passes.shrinkColour,
    shrinkGrey: passes.shrinkGrey,
    turnColour: passes.turnColour,
    turnGrey: passes.turnGrey,
    get rooms() {
      return rooms
    },
    bytes: () => view,
    prepare(stride, height, target) {
      // The passes may look up to three rows beside the picture, at pixels that are thrown away.
      const beside = 4 * stride + 256
      const source = align(PAGE + beside)
      rooms = { table: TABLE, gains: GAINS, source, target: align(source + stride * height + beside) }
      grow(rooms.target + target + 256)
    },
    extend(target) {
      grow(rooms.target + target + 256)
    },
  }
}

const align = (place: number): number => Math.ceil(place / 64) * 64

/** Lends a kernel to one page; a second page at the same time gets one of its own. */
export async function withKernel<T>(work: (kernel: Kernel) => Promise<T>): Promise<T> {
  const kernel = resting ?? makeKernel()
  resting = null
  const value = await work(kernel)
  if (kernel.bytes().byteLength <= KEPT) resting = kernel
  return value
}
