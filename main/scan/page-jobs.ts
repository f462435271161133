// The jobs of the scan station that run in the workshop: pure over bytes, each library opened when it is first needed.
import type { Result } from '../../preload/contract/result.ts'
import type { Rotation } from '../../preload/contract/scan.ts'
import { openCodeReader } from './codes/read-codes.ts'
import { type Batch, type LookedInto, lookIntoFile, takePages } from './import/index.ts'
import { makeRight } from './picture/make-right.ts'
import type { MadeRight, MakeRightInput, ReadCodes } from './picture/shapes.ts'
import { printSeparators } from './print-separators.ts'
import { openReader, type PageReader, type Upright, type Words } from './reading/index.ts'

export interface PageJobFiles {
  /** `zxing_reader.wasm` */
  readonly codes: () => Uint8Array
  readonly reading: { readonly engineFile: string; readonly modelFile: string }
  /** `standard_fonts/` and `cmaps/` of pdfjs-dist. */
  readonly pdfFolder: string
}

/** TT 01/2023, NĐ 30/2020 Annex I: at least 200 dpi. */
const LOWEST_DPI = 200
/** Milliseconds after which the reading engine (about 130 MB) is let go. */
const READER_IDLE = 60_000

export function openPageJobs(files: PageJobFiles) {
  let codes: ReadCodes | null = null
  let reader: PageReader | null = null
  const readerNow = (): PageReader => {
    reader ??= openReader({ ...files.reading, idle: READER_IDLE })
    return reader
  }
  const importParts = { lowestDpi: LOWEST_DPI, pdfFolder: files.pdfFolder }
  return {
    makeRight: (input: MakeRightInput): Promise<Result<MadeRight>> => {
      codes ??= openCodeReader(files.codes())
      return makeRight(input, codes)
    },
    readWords: (picture: Uint8Array, rotation: Rotation, dpi: number): Promise<Result<Words>> =>
      readerNow().readWords(picture, rotation, dpi),
    readUpright: (picture: Uint8Array, guess: Rotation, dpi: number): Promise<Upright> =>
      readerNow().upright(picture, guess, dpi),
    lookIntoFile: (bytes: Uint8Array): Promise<Result<LookedInto>> => lookIntoFile(bytes, importParts),
    takePages: (bytes: Uint8Array, looked: LookedInto, from: number): Promise<Result<Batch>> =>
      takePages(bytes, looked, from, importParts),
    printSeparators,
  }
}
