// Which rows of a long list are drawn while it runs: what was set aside, and what lies around the document in hand. Drawing
// thousands of rows twice a second would take the PC's breath; a list that rests is shown whole.

interface Row {
  readonly state: string
}

/** Rows before and after the first one that still waits. */
const AROUND = 60

export function movingRows<R extends Row>(items: readonly R[], running: boolean): readonly R[] {
  if (!running || items.length <= 2 * AROUND) return items
  const at = items.findIndex((item) => item.state === 'waiting')
  const middle = at < 0 ? items.length : at
  const near = (index: number): boolean => index >= middle - AROUND && index < middle + AROUND
  return items.filter((item, index) => near(index) || item.state === 'set-aside')
}
