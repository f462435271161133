// Puts spoiled files through the importer in a process of its own; tells before and after each, so that a hang or a crash has a number.
import { writeSync } from 'node:fs'
import sharp from 'sharp'
import { readJpegFacts } from '../../../main/workshop/jpeg-facts.ts'
import { goodFiles, spoil } from './spoil.ts'
import { takeAll } from './take-all.ts'

const [from = 0, to = 0] = process.argv.slice(2).map(Number)
const RULES = ['file-unknown', 'file-too-large', 'file-locked', 'file-damaged', 'file-unsafe']
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

/** Null when everything that came out is what the importer promises. */
async function complaint(bytes: Uint8Array): Promise<{ wrong: string | null; how: string }> {
  const { pages, trouble } = await takeAll(bytes)
  const rule = trouble?.kind === 'refused' ? trouble.rule : null
  if (trouble !== null && (rule === null || !RULES.includes(rule)))
    return { wrong: `refused with ${JSON.stringify(trouble)}`, how: 'wrong' }
  for (const page of pages) {
    const facts = await sharp(page.picture).metadata()
    if (facts.width !== page.width || facts.height !== page.height) return { wrong: 'another size', how: 'wrong' }
    if (page.bitonal !== (facts.format === 'png')) return { wrong: `a ${facts.format}`, how: 'wrong' }
    if (!page.bitonal && readJpegFacts(page.picture) === null) return { wrong: 'a broken JPEG', how: 'wrong' }
    if (!Number.isInteger(page.dpi) || page.dpi < 1) return { wrong: `${page.dpi} dpi`, how: 'wrong' }
  }
  return { wrong: null, how: rule ?? 'pages' }
}

const files = await goodFiles()
say({ ready: files.length })
let tallest = 0
for (let seed = from; seed < to; seed += 1) {
  say({ seed })
  const began = performance.now()
  const { wrong, how } = await complaint(spoil(files, seed)).catch((thrown: unknown) => ({
    wrong: `threw ${String(thrown)}`,
    how: 'wrong',
  }))
  tallest = Math.max(tallest, process.memoryUsage.rss())
  say({
    done: seed,
    how,
    ms: Math.round(performance.now() - began),
    rss: Math.round(tallest / 1e6),
    ...(wrong === null ? {} : { wrong }),
  })
}
