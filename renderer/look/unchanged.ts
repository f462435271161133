// Snapshots of main come as new objects; what did not change keeps its old one, so that only the rest is drawn again.

/** `next` with the very object of `before` for each one that says the same under the same id. */
export function keepUnchanged<T>(before: readonly T[], next: readonly T[], idOf: (one: T) => string): readonly T[] {
  const known = new Map(before.map((one) => [idOf(one), one]))
  return next.map((one) => {
    const old = known.get(idOf(one))
    return old !== undefined && JSON.stringify(old) === JSON.stringify(one) ? old : one
  })
}
