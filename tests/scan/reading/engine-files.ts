// Where the engine and its model lie in a working copy; packed programs give paths of their own.
import { resolve } from 'node:path'

const modules = resolve(import.meta.dirname, '../../../node_modules')
export const ENGINE_FILES = {
  engineFile: resolve(modules, 'tesseract.js-core/tesseract-core-simd-lstm.wasm'),
  modelFile: resolve(modules, '@tesseract.js-data/vie/4.0.0_best_int/vie.traineddata.gz'),
} as const
