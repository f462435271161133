// Finding a procedure or a person by a few letters without diacritics. Pure.

/** Lower case, no diacritics, đ → d, single spaces: what a hurried hand types. */
export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, ' ')
    .trim()

/** 0 = no match; more is better. Every typed word must begin some word of the text, or the code must contain it. */
export function score(folded: string, query: string): number {
  const wanted = fold(query).split(' ').filter(Boolean)
  if (wanted.length === 0) return 1
  const words = folded.split(' ')
  let points = 0
  let last = -1
  for (const want of wanted) {
    const at = words.findIndex((word, index) => index > last && word.startsWith(want))
    const anywhere =
      at >= 0 ? at : words.findIndex((word) => word.startsWith(want) || (/\d/.test(want) && word.includes(want)))
    if (anywhere < 0) return 0
    points += 10 + (at >= 0 ? 5 : 0) + Math.max(0, 5 - anywhere)
    last = Math.max(last, anywhere)
  }
  return points
}

/** The best matches, in order; equal ones keep the catalogue's order. */
export function best<T>(rows: readonly T[], query: string, text: (row: T) => string, limit: number): readonly T[] {
  return rows
    .map((row, index) => ({ row, index, points: score(text(row), query) }))
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points || one.index - other.index)
    .slice(0, limit)
    .map(({ row }) => row)
}
