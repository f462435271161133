// Takes the dotted leaders and thin rules of forms out of a grey picture, because they make an OCR engine lose whole lines.
// Works on the copy that is read, never on the picture that is kept. Pure but for the samples it whitens in place.

import { countLevels, findMarks, type Mark, partInkFromPaper } from './marks.ts'

/** Dots or dashes that follow each other on one height, at least `atLeast` of them. Lengths in samples. */
function leadersAmong(dots: readonly Mark[], gap: number, drift: number, atLeast: number): Mark[] {
  const sorted = [...dots].sort((a, b) => a.left - b.left)
  // The open chains: their last dot, by its height.
  const open = new Map<number, Mark[]>()
  const found: Mark[] = []
  const close = (chain: readonly Mark[]): void => {
    if (chain.length < atLeast) return
    // A dot below a letter (dấu nặng) on the height of the leader is larger than the leader's dots: it stays.
    const heights = chain.map((dot) => dot.bottom - dot.top + 1).sort((a, b) => a - b)
    const usual = heights[heights.length >> 1] ?? 1
    found.push(...chain.filter((dot) => dot.bottom - dot.top + 1 <= usual * 1.4 + 0.5))
  }
  for (const dot of sorted) {
    const middle = (dot.top + dot.bottom) >> 1
    let chain: Mark[] | undefined
    for (let step = 0; step <= drift && chain === undefined; step++)
      for (const height of step === 0 ? [middle] : [middle - step, middle + step]) {
        const near = open.get(height)
        const last = near?.at(-1)
        if (near === undefined || last === undefined) continue
        open.delete(height)
        if (dot.left - last.right > gap) close(near)
        else {
          if (chain !== undefined) close(chain)
          chain = near
        }
      }
    if (chain === undefined) chain = []
    chain.push(dot)
    const displaced = open.get(middle)
    if (displaced !== undefined) close(displaced)
    open.set(middle, chain)
  }
  for (const chain of open.values()) close(chain)
  return found
}

/** The samples of the mark that begins at `seed`, when nearly all of them lie along the edges of its box; else none. */
function frameOf(grey: Uint8Array, width: number, mark: Mark, level: number): readonly number[] {
  const edge = Math.round(0.03 * Math.min(mark.right - mark.left, mark.bottom - mark.top))
  const inner = { left: mark.left + edge, right: mark.right - edge, top: mark.top + edge, bottom: mark.bottom - edge }
  let seed = mark.top * width + mark.left
  while ((grey[seed] ?? 0) > level) seed++
  const seen = new Set([seed])
  const stack = [seed]
  const along: number[] = []
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const x = at % width
    const y = (at - x) / width
    if (x <= inner.left || x >= inner.right || y <= inner.top || y >= inner.bottom) along.push(at)
    for (let down = Math.max(mark.top, y - 1); down <= Math.min(mark.bottom, y + 1); down++)
      for (let across = Math.max(mark.left, x - 1); across <= Math.min(mark.right, x + 1); across++) {
        const next = down * width + across
        if ((grey[next] ?? 255) > level || seen.has(next)) continue
        seen.add(next)
        stack.push(next)
      }
  }
  return along.length > seen.size * 0.9 ? along : []
}

/** Whitens dotted leaders, dashes in a row, thin rules and page frames of `grey` in place; answers how many marks went. */
export function whitenLeaders(grey: Uint8Array, width: number, height: number, dpi: number): number {
  const counts = countLevels(grey)
  const ink = partInkFromPaper(counts)
  const paper = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))
  // Thin print is grey: dots are looked for a third of the way from ink to paper.
  const level = Math.round(ink + (paper - ink) * 0.35)
  const unit = dpi / 300
  const dots: Mark[] = []
  const gone: Mark[] = []
  const frames: number[] = []
  let framed = 0
  for (const mark of findMarks(grey, width, height, level)) {
    const wide = mark.right - mark.left + 1
    const high = mark.bottom - mark.top + 1
    if (high <= 11 * unit && wide <= 22 * unit) dots.push(mark)
    else if (wide >= 90 * unit && high <= 12 * unit && mark.ink < wide * 8 * unit) gone.push(mark)
    else if (wide > width * 0.5 && high > height * 0.25 && mark.ink < wide * high * 0.04) {
      const samples = frameOf(grey, width, mark, level)
      for (const sample of samples) frames.push(sample)
      if (samples.length > 0) framed += 1
    }
  }
  gone.push(...leadersAmong(dots, 26 * unit, Math.max(1, Math.round(3 * unit)), 8))
  const whiten = (left: number, right: number, top: number, bottom: number): void => {
    for (let y = Math.max(0, top); y <= Math.min(height - 1, bottom); y++)
      grey.fill(paper, y * width + Math.max(0, left), y * width + Math.min(width, right + 1))
  }
  for (const mark of gone) whiten(mark.left - 1, mark.right + 1, mark.top - 1, mark.bottom + 1)
  for (const sample of frames) {
    const x = sample % width
    const y = (sample - x) / width
    whiten(x - 1, x + 1, y - 1, y + 1)
  }
  return gone.length + framed
}
