// Every failure of the closed list has its sentence in both languages and its paragraph in the manual, and none is left over.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Failure } from '../preload/contract/result.ts'
import { adviceFor, failureKey, failureKeys, sentenceFor, words } from '../renderer/words/index.ts'
import { root } from './setup/place.ts'

/** Every value a field of the list may have; optional ones also absent, free text and numbers by one example. */
function valuesOf(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodOptional) return [undefined, ...valuesOf(schema.unwrap())]
  if (schema instanceof z.ZodLiteral) return [...schema.values]
  if (schema instanceof z.ZodEnum) return schema.options
  if (schema instanceof z.ZodNumber) return [0, 1, 7]
  if (schema instanceof z.ZodString) return ['a1b2c3d4']
  throw new Error('the list of failures has a field of a new shape; teach this test about it')
}

const failures: readonly Failure[] = Failure.options.flatMap((option) =>
  Object.entries(option.shape)
    .reduce<readonly Record<string, unknown>[]>(
      (all, [name, schema]) =>
        all.flatMap((one) => valuesOf(schema).map((value) => (value === undefined ? one : { ...one, [name]: value }))),
      [{}],
    )
    .map((one) => Failure.parse(one)),
)
const keys = [...new Set(failures.map(failureKey))]

test('the list is closed: eight kinds, every combination counted', () => {
  expect(Failure.options.map((option) => [...option.shape.kind.values].join())).toEqual([
    'device',
    'pin',
    'refused',
    'stale',
    'unreachable',
    'malformed',
    'storage',
    'bug',
  ])
  expect([...failureKeys].sort()).toEqual([...keys].sort())
})

describe.each(['vi', 'en'] as const)('in %s', (language) => {
  test.each(keys)('%s says what happened and what to do now', (key) => {
    for (const failure of failures.filter((one) => failureKey(one) === key)) {
      const advice = adviceFor(failure, language)
      const sentence = sentenceFor(failure, language)
      expect(advice.happened, JSON.stringify(failure)).toMatch(/^\p{Lu}.+[.!?]$/u)
      expect(advice.next, JSON.stringify(failure)).toMatch(/^\p{Lu}.+[.!?]$/u)
      expect(sentence).toContain(advice.happened)
      expect(sentence).toContain(advice.next)
      expect(sentence, 'no hole where a word should be').not.toMatch(/undefined|null|NaN|\[object|\{\w*\}| {2}|TODO/)
    }
  })

  test('a reference for the help desk and a kept count are really quoted', () => {
    expect(sentenceFor({ kind: 'bug', ref: 'a1b2c3d4' }, language)).toContain('a1b2c3d4')
    expect(sentenceFor({ kind: 'device', device: 'scan', what: 'jammed', kept: 7 }, language)).toContain('7')
  })

  test('the manual has one paragraph for every failure and none for anything else', () => {
    const manual = readFileSync(join(root, `resources/help/failures.${language}.md`), 'utf8')
    const articles = manual
      .split(/^## /m)
      .slice(1)
      .map((part) => /^(\S+)\n\*\*(.+)\*\*\n\n([\s\S]+)$/.exec(part.trim()))
    expect(articles.every((one) => one !== null)).toBe(true)
    const headings = articles.map((one) => one?.[1] ?? '')
    expect([...headings].sort()).toEqual([...keys].sort())
    for (const [, key = '', title = '', text = ''] of articles.filter((one) => one !== null)) {
      expect(title.length, key).toBeGreaterThan(3)
      expect(text.trim().length, key).toBeGreaterThan(20)
    }
  })
})

test('no sentence was left untranslated', () => {
  const same = failures.filter((failure) => sentenceFor(failure, 'vi') === sentenceFor(failure, 'en'))
  expect(same).toEqual([])
})

test('every other sentence of the window exists in both languages too', () => {
  const paths = (value: unknown, path: string): readonly string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, part]) => paths(part, `${path}.${name}`))
      : [`${path}: ${typeof value === 'string' && value.trim() === '' ? 'empty' : typeof value}`]
  expect([...paths(words.vi, 'words')].sort()).toEqual([...paths(words.en, 'words')].sort())
})
