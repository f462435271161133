// The reader of codes against the truth, at length: `node tests/scan/codes/measure.ts [sheets] [pages]` prints a table as JSON.

import { openCodeReader } from '../../../main/scan/codes/read-codes.ts'
import type { LookCloser } from '../../../main/scan/picture/shapes.ts'
import { interpretCodes, nameOfTitle } from '../../../main/scan/separator.ts'
import { WITHOUT_CODES } from './drawn-pages.ts'
import { type Scanned, scan } from './scanned.ts'
import { feeding, printedSheets, SHEETS, TITLES, WASM } from './sheets.ts'

const read = openCodeReader(WASM)

/** Milliseconds of processor. */
async function timed(page: Scanned) {
  const before = process.cpuUsage()
  const codes = await read(page.small, page.closer)
  const { user, system } = process.cpuUsage(before)
  return { codes, cpu: (user + system) / 1000 }
}

export async function measureSheets(count: number) {
  const sheets = await printedSheets(300)
  const missed: unknown[] = []
  const cpu: number[] = []
  let [patches, away] = [0, 0]
  for (let number = 0; number < count; number += 1) {
    const sheet = sheets[number % sheets.length]
    if (sheet === undefined) continue
    const fed = feeding(number)
    const page = await scan(sheet.draw, fed)
    let closer = 0
    const look: LookCloser = (...place) => {
      closer += 1
      return page.closer(...place)
    }
    const seen = await timed({ ...page, closer: look })
    const { separator, patch } = interpretCodes(seen.codes)
    const title = separator === null ? null : (nameOfTitle(separator.title, TITLES) ?? '')
    if (separator?.dossierCode !== SHEETS.dossierCode || title !== sheet.title) missed.push({ fed, codes: seen.codes })
    if (patch === '2') patches += 1
    if (closer > 0) away += 1
    cpu.push(seen.cpu)
  }
  return { sheets: count, missed, patches, neededACloserLook: away, cpu: spread(cpu) }
}

export async function measurePagesWithout(count: number) {
  const kinds = Object.entries(WITHOUT_CODES)
  const wrong: unknown[] = []
  const cpu: Record<string, number[]> = {}
  for (let number = 0; number < count; number += 1) {
    const [kind, draw] = kinds[number % kinds.length] ?? ['', () => {}]
    const fed = { ...feeding(Math.floor(number / kinds.length), [300, 200]), contrast: 1 - (number % 5) * 0.08 }
    const seen = await timed(await scan(draw, { ...fed, seed: number }))
    if (seen.codes.length > 0) wrong.push({ kind, fed, codes: seen.codes })
    cpu[kind] = [...(cpu[kind] ?? []), seen.cpu]
  }
  return {
    pages: count,
    wrong,
    cpu: Object.fromEntries(Object.entries(cpu).map(([kind, times]) => [kind, spread(times)])),
  }
}

function spread(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b)
  const round = (value: number | undefined) => Math.round((value ?? 0) * 10) / 10
  return {
    mean: round(sorted.reduce((sum, time) => sum + time, 0) / sorted.length),
    median: round(sorted[sorted.length >> 1]),
    most: round(sorted.at(-1)),
  }
}

if (import.meta.main) {
  const [sheets = 240, pages = 160] = process.argv.slice(2).map(Number)
  console.log(
    JSON.stringify({ separators: await measureSheets(sheets), without: await measurePagesWithout(pages) }, null, 1),
  )
}
