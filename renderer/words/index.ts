// The face of the words: both languages by name, and the sentences of failures.
import type { Language } from '../../preload/contract/support.ts'
import { en } from './en.ts'
import { vi, type Words } from './vi.ts'

export { type Advice, adviceFor, failureKey, failureKeys, sentenceFor } from './failure.ts'
export type { Words } from './vi.ts'
export const words: Readonly<Record<Language, Words>> = { vi, en }
