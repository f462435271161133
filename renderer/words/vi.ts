// Every word a person reads in Vietnamese, the first language of the counter. Its shape is what English must fill.
import { evidence } from './vi-evidence.ts'
import { frame } from './vi-frame.ts'
import { path } from './vi-path.ts'

export const vi = { ...frame, ...path, evidence }
export type Words = typeof vi
