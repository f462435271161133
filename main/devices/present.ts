// Two listings become what came, what left, and what changed its load. Pure.
import type { Device } from '../../drivers/contract.ts'

export interface Change {
  readonly came: readonly Device[]
  readonly left: readonly Device[]
  /** Still there, but a card or token was put in or taken out. */
  readonly turned: readonly Device[]
}

export function compare(before: readonly Device[], after: readonly Device[]): Change {
  const old = new Map(before.map((device) => [device.id, device]))
  const now = new Map(after.map((device) => [device.id, device]))
  return {
    came: after.filter((device) => !old.has(device.id)),
    left: before.filter((device) => !now.has(device.id)),
    turned: after.filter((device) => {
      const was = old.get(device.id)
      return was !== undefined && (was.loaded !== device.loaded || was.name !== device.name)
    }),
  }
}

export const isQuiet = (change: Change): boolean => change.came.length + change.left.length + change.turned.length === 0
