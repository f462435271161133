// Pages for the tests of the window, as main would tell them.
import type { Findings, Page } from '../../preload/contract/scan.ts'

export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const HASH = 'a'.repeat(64)

export const FOUND: Findings = {
  upright: { turn: 0, confidence: 0.99 },
  skew: { degrees: 0, confidence: 0.99, straightened: false },
  paper: { left: 0, top: 0, width: 2480, height: 3508, size: 'A4', confidence: 0.98, cropped: false },
  blank: { is: false, ink: 0.05, confidence: 0.99 },
  colour: false,
  codes: [],
}

export const pageOf = (number: number, part: Partial<Page> = {}): Page => ({
  id: idOf(number),
  dossierId: idOf(900),
  number,
  file: HASH,
  picture: HASH,
  width: 2480,
  height: 3508,
  dpi: 300,
  rotation: 0,
  startsPaper: false,
  separator: false,
  blank: false,
  removed: false,
  filed: false,
  purged: false,
  work: 'done',
  asScanned: false,
  findings: FOUND,
  reasons: [],
  title: null,
  ...part,
})
