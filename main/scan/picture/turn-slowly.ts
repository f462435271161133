// The same picture as turn.ts makes, in plain words and pixel by pixel: for steep angles, and to hold the kernel to.
import { gainAt, NO_GAIN } from './gains.ts'
import type { RawPage } from './shrink.ts'
import { fillBeside, placesOf, type Turning } from './turn.ts'

export function turnSlowly(data: RawPage['data'], turning: Turning): Uint8Array {
  const { page, plan, lighten } = turning
  const { channels } = page
  const { place, spans } = placesOf(turning)
  const made = new Uint8Array(plan.width * plan.height * channels)
  const stride = page.width * channels
  for (let y = 0; y < plan.height; y += 1) {
    const span = spans[y] ?? { from: 0, to: 0 }
    const row = y * plan.width * channels
    for (let x = span.from; x < span.to; x += 1) {
      const { u, v } = place(x, y)
      const column = Math.max(0, Math.min(page.width - 1, Math.floor(u)))
      const line = Math.max(0, Math.min(page.height - 1, Math.floor(v)))
      const right = Math.max(0, Math.min(1, u - column))
      const down = Math.max(0, Math.min(1, v - line))
      const nextColumn = column + 1 < page.width ? channels : 0
      const nextLine = line + 1 < page.height ? stride : 0
      const gain =
        lighten === null ? NO_GAIN : gainAt(lighten.gains, lighten.tiles, u / lighten.factor, v / lighten.factor)
      for (let channel = 0; channel < channels; channel += 1) {
        const at = line * stride + column * channels + channel
        const above = mixed(data[at] ?? 0, data[at + nextColumn] ?? 0, right)
        const below = mixed(data[at + nextLine] ?? 0, data[at + nextLine + nextColumn] ?? 0, right)
        made[row + x * channels + channel] = Math.min(255, Math.round((mixed(above, below, down) * gain) / NO_GAIN))
      }
    }
    fillBeside(made, row, span, turning)
  }
  return made
}

const mixed = (one: number, other: number, share: number): number => one + (other - one) * share
