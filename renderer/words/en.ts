// Every word a person reads in English, with the same keys as Vietnamese.
import { evidence } from './en-evidence.ts'
import { frame } from './en-frame.ts'
import { path } from './en-path.ts'
import type { Words } from './vi.ts'

export const en: Words = { ...frame, ...path, evidence }
