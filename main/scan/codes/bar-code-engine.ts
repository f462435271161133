// ZXing-C++ (WebAssembly) behind one function: a grey picture in, codes out. Loads nothing from anywhere: the wasm is handed over.
// A wrong buffer length traps inside it, so lengths are checked first; after a trap the engine is made anew. Never throws once open.
import { prepareZXingModule, purgeZXingModule, type ZXingReaderOptions, type ZXingReadResult } from 'zxing-wasm/reader'

export interface GreyArea {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

export interface Look {
  /** Names of ZXing-C++, e.g. `QRCode`, `Code128`. */
  readonly formats: readonly string[]
  /** How black is told from white: against the neighbourhood, or one threshold for all. */
  readonly against?: 'neighbours' | 'all'
  /** Close small holes and specks first (matrix codes only). */
  readonly denoise?: boolean
}

/** `valid` false: looks like that code, but cannot be read. Corners in pixels of the area. */
export interface Sighting {
  readonly format: string
  readonly text: string
  readonly valid: boolean
  /** Scan lines that agree (one-dimensional codes). */
  readonly lines: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export type LookForCodes = (area: GreyArea, look: Look) => Promise<readonly Sighting[]>

/** The part of the module that is used here: its own functions copy and convert colours, and never free their results. */
interface Engine {
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _free(memory: number): void
  readBarcodesFromPixmap(
    memory: number,
    width: number,
    height: number,
    options: ZXingReaderOptions,
  ): { size(): number; get(index: number): ZXingReadResult | undefined; delete(): void }
}

const SHORTEST_EDGE = 12
const MOST_PIXELS = 40_000_000
const MOST_CODES = 20
/** Scan lines of a one-dimensional code that must agree. */
const LINES = 3

/** Order of these words is the number that ZXing wants. */
const BINARIZER = { neighbours: 0, all: 1 } as const

/** @throws when `wasm` is no WebAssembly: the program is installed wrongly. */
export function openEngine(wasm: Uint8Array): LookForCodes {
  if (!WebAssembly.validate(wasm as BufferSource)) throw new Error('the bar code reader (zxing_reader.wasm) is damaged')
  const wasmBinary = wasm.slice().buffer
  let loaded: Promise<Engine> | null = null
  const load = async (): Promise<Engine> => {
    purgeZXingModule()
    const overrides = { wasmBinary, locateFile: (name: string) => name }
    return (await prepareZXingModule({ overrides, fireImmediately: true })) as unknown as Engine
  }
  return async (area, look) => {
    const { data, width, height } = area
    if (data.length !== width * height || Math.min(width, height) < SHORTEST_EDGE || data.length > MOST_PIXELS)
      return []
    try {
      loaded ??= load()
      return read(await loaded, area, look)
    } catch {
      loaded = null
      return []
    }
  }
}

function read(engine: Engine, { data, width, height }: GreyArea, look: Look): readonly Sighting[] {
  const memory = engine._malloc(data.length)
  if (memory === 0) return []
  try {
    engine.HEAPU8.set(data, memory)
    const found = engine.readBarcodesFromPixmap(memory, width, height, {
      formats: look.formats.join(','),
      tryHarder: true,
      tryRotate: true,
      tryInvert: false,
      tryDownscale: false,
      tryDenoise: look.denoise ?? false,
      binarizer: BINARIZER[look.against ?? 'neighbours'],
      isPure: false,
      downscaleFactor: 3,
      downscaleThreshold: 500,
      minLineCount: LINES,
      maxNumberOfSymbols: MOST_CODES,
      validateOptionalChecksum: false,
      returnErrors: true,
      eanAddOnSymbol: 0,
      textMode: 0,
      characterSet: 0,
      tryCode39ExtendedMode: false,
    })
    const sightings = Array.from({ length: found.size() }, (_, index) => {
      const code = found.get(index)
      const corners = code === undefined ? [] : Object.values(code.position)
      const across = corners.map(({ x }) => x)
      const down = corners.map(({ y }) => y)
      return {
        format: code?.format ?? '',
        text: code?.text ?? '',
        valid: code?.isValid ?? false,
        lines: code?.lineCount ?? 0,
        left: Math.min(...across),
        top: Math.min(...down),
        right: Math.max(...across),
        bottom: Math.max(...down),
      }
    })
    found.delete()
    return sightings
  } finally {
    engine._free(memory)
  }
}
