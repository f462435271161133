// Typed page counts (3 Enter 2 Enter): how many pages each paper has, from the first page not filed.

export type Typed =
  /** Nothing usable was typed. */
  | { readonly is: 'no' }
  /** Go on typing. */
  | { readonly is: 'more'; readonly counts: readonly number[] }
  /** An empty line ends it. */
  | { readonly is: 'end'; readonly counts: readonly number[] }

const MOST_PAPERS = 200

/** What Enter means now. One line may hold several counts, apart by spaces, commas or plus. */
export function enterCount(counts: readonly number[], text: string): Typed {
  const parts = text.split(/[\s,;+]+/).filter((part) => part !== '')
  if (parts.length === 0) return counts.length === 0 ? { is: 'no' } : { is: 'end', counts }
  if (!parts.every((part) => /^[1-9]\d{0,2}$/.test(part))) return { is: 'no' }
  const more = [...counts, ...parts.map(Number)]
  return more.length > MOST_PAPERS ? { is: 'no' } : { is: 'more', counts: more }
}

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0)
