// The reader of pages (OCR) as the workshop holds it: loads its engine when first needed and lets go of it after a while.
// Never throws and never reaches for the network. It blocks its thread while it reads; a time limit is the pool's business.

import { fail, ok, type Result, refuse } from '../../../preload/contract/result.ts'
import type { Rotation } from '../../../preload/contract/scan.ts'
import { type Engine, type EngineFiles, type GreyPage, loadEngine } from './engine.ts'
import { readGrey } from './read-grey.ts'
import {
  chooseGlance,
  decideUpright,
  GLANCE_DPI,
  isPlain,
  turnGrey,
  type Upright,
  waysFrom,
  weighReading,
} from './upright.ts'
import type { Words } from './words.ts'
import { enlarge, wordsFromTable } from './words-from-table.ts'

export interface ReaderOptions extends EngineFiles {
  /** Milliseconds without work after which the engine (about 130 MB) is let go. */
  readonly idle: number
}

export interface PageReader {
  /** `picture`: JPEG or 1-bit PNG; `rotation`: clockwise degrees to upright. Places are pixels of the whole picture turned upright.
   *  Fails with `not-an-image`, or `storage damaged` when the engine or its model cannot be loaded. */
  readWords(picture: Uint8Array, rotation: Rotation, dpi: number): Promise<Result<Words>>
  /** Which way is up, by reading a part of the page; `guess` is tried first. Nothing readable: the guess with confidence 0. */
  upright(picture: Uint8Array, guess: Rotation, dpi: number): Promise<Upright>
  close(): void
}

export function openReader(options: ReaderOptions): PageReader {
  let engine: Promise<Engine> | null = null
  let timer: NodeJS.Timeout | undefined

  function letGo(): void {
    clearTimeout(timer)
    const going = engine
    engine = null
    going?.then((loaded) => loaded.end()).catch(() => {})
  }

  async function read(page: GreyPage): Promise<Result<Words>> {
    clearTimeout(timer)
    engine ??= loadEngine(options)
    try {
      const loaded = await engine.catch(() => null)
      if (loaded === null) engine = null
      return loaded === null ? fail({ kind: 'storage', what: 'damaged' }) : ok(wordsFromTable(loaded.read(page), page))
    } catch {
      // A broken engine is not asked again: the next page gets a new one.
      engine = null
      return refuse('not-an-image', 'unreadable')
    } finally {
      clearTimeout(timer)
      timer = setTimeout(letGo, options.idle)
      timer.unref()
    }
  }

  return {
    readWords: async (picture, rotation, dpi) => {
      const upright = await readGrey(picture, rotation, dpi)
      if (!upright.ok) return upright
      const words = await read(upright.value.page)
      return words.ok ? ok(enlarge(words.value, upright.value.width, upright.value.height)) : words
    },
    upright: async (picture, guess, dpi) => {
      const page = await readGrey(picture, 0, dpi, GLANCE_DPI)
      if (!page.ok) return { turn: guess, confidence: 0 }
      const glance = chooseGlance(page.value.page)
      const tried = new Map<Rotation, number>()
      for (const way of waysFrom(guess)) {
        const words = await read(turnGrey(glance, way))
        const weight = words.ok ? weighReading(words.value) : 0
        tried.set(way, weight)
        if (isPlain(weight)) break
      }
      return decideUpright(tried, guess)
    },
    close: letGo,
  }
}
