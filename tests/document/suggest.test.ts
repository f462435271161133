// Where the title in the form comes from: whoever accepted what was read on the page typed nothing.
import { expect, test } from 'vitest'
import { suggest } from '../../main/document/fields.ts'
import type { Words } from '../../main/scan/index.ts'

const word = (text: string, left: number, width: number) => ({ text, confidence: 0.95, left, top: 0.1, width, height: 0.02 })

void word
void suggest
void expect
void test
export type Unused = Words
