// Two ways to look at a screen: as a program that reads screens aloud does (axe), and as a picture for people to judge.
// A picture is taken only when QUAY_SHOTS names a folder; nothing here presses a key except Alt+N, and twice.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { bothLanguages } from './story.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious and critical faults of the screen as it stands, one line each. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const axe = (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
      }
    ).axe
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)
  })
}

export interface Eyes {
  /** Looks at the screen under this name; in both languages where a key for that is free. */
  look(name: string, languages?: 'both' | 'vietnamese'): Promise<void>
  /** What was found so far, by name of the look. */
  readonly seen: Readonly<Record<string, readonly string[]>>
}

/** Every look asks axe and, on request, takes a picture. A journey ends with `expect(eyes.seen).toEqual(nothingWrong(eyes.seen))`. */
export function openEyes(page: Page): Eyes {
  const seen: Record<string, readonly string[]> = {}
  return {
    seen,
    look: async (name, languages = 'vietnamese') => {
      // Colours that are still fading in would be measured half way.
      await page.waitForTimeout(300)
      seen[name] = await seriousFaults(page)
      const folder = process.env.QUAY_SHOTS
      if (folder === undefined) return
      const file = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      if (languages === 'both') await bothLanguages(page, folder, file)
      else await page.screenshot({ path: join(folder, `${file}.vi.png`) })
    },
  }
}

/** The same names, and no fault under any of them. */
export const nothingWrong = (seen: Eyes['seen']): Eyes['seen'] =>
  Object.fromEntries(Object.keys(seen).map((name) => [name, []]))
