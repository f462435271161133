// Where the title in the form comes from: whoever accepts what was read on the page has typed nothing.
import { expect, test } from 'vitest'
import { suggest } from '../../main/document/fields.ts'
import type { Words } from '../../main/scan/index.ts'

/** A page of 100 dpi with one large line in its middle. */
const titled = (...text: string[]): Words => ({
  width: 827,
  height: 1169,
  words: text.map((one, at) => ({
    text: one,
    confidence: 0.93,
    left: 280 + at * 140,
    top: 250,
    width: 130,
    height: 26,
    line: 3,
  })),
})
const titleOf = (title: string, titleFrom: Parameters<typeof suggest>[0]['titleFrom'], words: readonly Words[]) => {
  const fields = suggest({ title, titleFrom, owner: null, words, titles: ['Quyết định', 'Giấy khai sinh'] })
  const field = fields.find(({ name }) => name === 'title')
  return { value: field?.value, source: field?.source, sure: field?.confidence === 1, shown: field?.place !== null }
}

test('a title that was read and accepted is the page’s, as sure as it was read; any other was typed', () => {
  const page = [titled('QUYẾT', 'ĐỊNH')]
  const read = titleOf('Quyết định', null, page)
  expect(read).toEqual({ value: 'Quyết định', source: 'page', sure: false, shown: true })
  expect(titleOf('Giấy khai sinh', null, page)).toMatchObject({ source: 'typed', sure: true })
  expect(titleOf('Quyết định', null, [])).toMatchObject({ source: 'typed', shown: false })
})

test('what a separator sheet or the clerk said keeps its source, also when the page says the same', () => {
  const page = [titled('QUYẾT', 'ĐỊNH')]
  for (const from of ['separator', 'typed'] as const)
    expect(titleOf('Quyết định', from, page)).toEqual({ value: 'Quyết định', source: from, sure: true, shown: true })
})
