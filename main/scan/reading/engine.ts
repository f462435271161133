// The OCR engine: Tesseract's LSTM part as WebAssembly, in this thread, with the Vietnamese model. Knows no network and no cache;
// its two files are given by path. Whoever runs it ends the thread when it takes too long: there is no other way to stop it.
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import loadCore from 'tesseract.js-core/tesseract-core-simd-lstm.js'

export interface EngineFiles {
  /** `tesseract-core-simd-lstm.wasm` of tesseract.js-core. */
  readonly engineFile: string
  /** `vie.traineddata.gz` (4.0.0_best_int) of @tesseract.js-data/vie. */
  readonly modelFile: string
}

export interface GreyPage {
  /** One byte a pixel, row by row; 0 black. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

export interface Engine {
  /** What is read, as tab-separated rows. Blocks this thread. Throws when the engine broke down; it is useless from then on. */
  read(page: GreyPage): string
  end(): void
}

/** Text wherever it stands (PSM 11): forms and tables lose lines when the engine looks for columns. */
const SPARSE_TEXT = '11'

export async function loadEngine(files: EngineFiles): Promise<Engine> {
  const [wasmBinary, packed] = await Promise.all([readFile(files.engineFile), readFile(files.modelFile)])
  const model = await promisify(gunzip)(packed, { maxOutputLength: 64 * 2 ** 20 })
  // What the engine says may quote what it reads: it goes nowhere.
  const core = await loadCore({ wasmBinary, print: () => {}, printErr: () => {} })
  core.FS.writeFile('vie.traineddata', model)
  const api = new core.TessBaseAPI()
  if (api.Init(null, 'vie', 1) !== 0) throw new Error('the model cannot be used')
  core.FS.unlink('vie.traineddata')
  api.SetVariable('tessedit_pageseg_mode', SPARSE_TEXT)
  return {
    read: ({ data, width, height, dpi }) => {
      // Portable grey map: the plainest picture the engine reads.
      core.FS.writeFile('/input', Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), data]))
      try {
        if (api.SetImageFile(1, 0) !== 0) throw new Error('the engine did not take the picture')
        api.SetVariable('user_defined_dpi', String(Math.round(dpi)))
        if (api.Recognize(null) !== 0) throw new Error('the engine could not read the picture')
        return api.GetTSVText()
      } finally {
        api.Clear()
        core.FS.unlink('/input')
      }
    },
    end: () => api.End(),
  }
}
