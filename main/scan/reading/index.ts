// What others may use of the reading of pages.
export { openReader, type PageReader, type ReaderOptions } from './open-reader.ts'
export type { Upright } from './upright.ts'
export type { Word, Words } from './words.ts'
