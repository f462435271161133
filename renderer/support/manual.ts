// The operator manual: one heading per failure, a paragraph of remedy each. Read from resources/help at build time.

import type { Language } from '../../preload/contract/support.ts'
import english from '../../resources/help/failures.en.md?raw'
import vietnamese from '../../resources/help/failures.vi.md?raw'

export interface Article {
  /** The failure's key, e.g. `device.jammed`. */
  readonly key: string
  readonly title: string
  readonly text: string
}

/** `## key`, its title in bold, and the paragraphs until the next heading. */
export function articlesOf(markdown: string): readonly Article[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [key = '', ...rest] = part.split('\n')
      const [, title = '', text = ''] = /^\s*\*\*(.+)\*\*\s*([\s\S]*)$/.exec(rest.join('\n')) ?? []
      return { key: key.trim(), title, text: text.trim() }
    })
}

const MANUAL: Readonly<Record<Language, readonly Article[]>> = { vi: articlesOf(vietnamese), en: articlesOf(english) }

const plain = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase()

/** Articles that hold every word of the query, diacritics or not. */
export function findArticles(language: Language, query: string): readonly Article[] {
  const words = plain(query)
    .split(/\s+/)
    .filter((word) => word !== '')
  return MANUAL[language].filter((article) => {
    const text = plain(`${article.key} ${article.title} ${article.text}`)
    return words.every((word) => text.includes(word))
  })
}
