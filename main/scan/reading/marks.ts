// Marks of ink on a grey picture: what hangs together, found in one pass over the rows. Pure; changes nothing.

/** Marks of ink that hang together: the box around them and how many samples are dark. */
export interface Mark {
  left: number
  right: number
  top: number
  bottom: number
  ink: number
}

/** The level (0 to 255) that parts ink from paper best (Otsu 1979), from counts of each level. */
export function partInkFromPaper(counts: ArrayLike<number>): number {
  let total = 0
  let sum = 0
  for (let level = 0; level < 256; level++) {
    total += counts[level] ?? 0
    sum += level * (counts[level] ?? 0)
  }
  let below = 0
  let sumBelow = 0
  let best = 127
  let bestSpread = -1
  for (let level = 0; level < 255; level++) {
    below += counts[level] ?? 0
    sumBelow += level * (counts[level] ?? 0)
    const above = total - below
    if (below === 0 || above === 0) continue
    const apart = sumBelow / below - (sum - sumBelow) / above
    const spread = below * above * apart * apart
    if (spread > bestSpread) {
      bestSpread = spread
      best = level
    }
  }
  return best
}

export function countLevels(grey: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256)
  for (let at = 0; at < grey.length; at += 3) {
    const level = grey[at] ?? 0
    counts[level] = (counts[level] ?? 0) + 1
  }
  return counts
}

/** Connected marks (8-neighbourhood), found row by row from runs of dark samples. */
export function findMarks(grey: Uint8Array, width: number, height: number, level: number): Mark[] {
  const parent: number[] = []
  const marks: Mark[] = []
  const find = (index: number): number => {
    let root = index
    while (parent[root] !== root) root = parent[root] ?? root
    for (let at = index; at !== root; ) {
      const next = parent[at] ?? root
      parent[at] = root
      at = next
    }
    return root
  }
  const join = (one: number, other: number): void => {
    const into = find(one)
    const from = find(other)
    const a = marks[into]
    const b = marks[from]
    if (into === from || a === undefined || b === undefined) return
    parent[from] = into
    a.left = Math.min(a.left, b.left)
    a.right = Math.max(a.right, b.right)
    a.top = Math.min(a.top, b.top)
    a.bottom = Math.max(a.bottom, b.bottom)
    a.ink += b.ink
    b.ink = 0
  }
  // Runs as triples: first sample, last sample, mark.
  let above: number[] = []
  for (let y = 0; y < height; y++) {
    const runs: number[] = []
    let from = 0
    const end = (y + 1) * width
    for (let at = y * width; at < end; at++) {
      if ((grey[at] ?? 255) > level) continue
      const first = at - y * width
      while (at < end && (grey[at] ?? 255) <= level) at++
      const last = at - y * width - 1
      let mark = -1
      while (from < above.length && (above[from + 1] ?? 0) < first - 1) from += 3
      for (let near = from; near < above.length && (above[near] ?? 0) <= last + 1; near += 3) {
        const seen = above[near + 2] ?? 0
        if (mark === -1) mark = find(seen)
        else join(mark, seen)
      }
      if (mark === -1) {
        mark = marks.length
        parent.push(mark)
        marks.push({ left: first, right: last, top: y, bottom: y, ink: 0 })
      }
      const root = marks[find(mark)]
      if (root !== undefined) {
        root.left = Math.min(root.left, first)
        root.right = Math.max(root.right, last)
        root.bottom = y
        root.ink += last - first + 1
      }
      runs.push(first, last, mark)
    }
    above = runs
  }
  return marks.filter((mark) => mark.ink > 0)
}
