// What the rules screen says about an entry is what main does with it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { NEEDED } from '../../main/certification/queue.ts'
import { LawEntry } from '../../main/dossier/law.ts'
import { NEEDED_FOR, neededFor } from '../../renderer/certification/needed-for.ts'
import { root } from '../setup/place.ts'

const entriesIn = (file: string): readonly LawEntry[] => {
  const content: unknown = JSON.parse(readFileSync(join(root, 'resources', file), 'utf8'))
  return z.array(LawEntry).parse(Array.isArray(content) ? content : [content])
}
const shipped = [
  ...entriesIn('catalogue/law.json'),
  ...readdirSync(join(root, 'resources/templates')).flatMap((file) => entriesIn(`templates/${file}`)),
]

test('every shipped entry says what stands still without it, and nothing else is named', () => {
  expect(Object.keys(NEEDED_FOR).sort()).toEqual([...new Set(shipped.map((entry) => entry.key))].sort())
  for (const [key, acts] of Object.entries(NEEDED_FOR)) expect(acts.length, key).toBeGreaterThan(0)
})

test('what main wants before it certifies in a form is what the screen names for that form', () => {
  for (const form of ['electronic', 'paper'] as const) {
    const named = Object.keys(NEEDED_FOR).filter((key) => neededFor(`${key}@2015-04-10`).includes(form))
    // The symbol of the book is looked up where the number is; it is confirmed law.
    expect(named.filter((key) => key !== 'certification.book-symbol').sort()).toEqual([...NEEDED[form]].sort())
  }
})

test('whatever is not confirmed has an end, a source and a note that says what is open', () => {
  for (const entry of shipped.filter((one) => one.mark !== 'C')) {
    expect(entry.validTo, entry.key).not.toBeNull()
    expect(entry.note.length, entry.key).toBeGreaterThan(20)
  }
})
