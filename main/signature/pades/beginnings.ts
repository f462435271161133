// Digests over stretches of one file that begin alike: what was hashed once of its beginning is not hashed again.
// Never: a guess; whoever shares it promises that the beginnings it asked for do not change meanwhile.
import { createHash, type Hash } from 'node:crypto'

/** A hash that has taken in the first `to` bytes of the file. */
export type Begin = (hash: string, file: Uint8Array, to: number) => Hash

/** Each time anew. */
export const fromScratch: Begin = (hash, file, to) => createHash(hash).update(file.subarray(0, to))

/** For one file: it may be longer from call to call, but a beginning that was asked for stays as it was. */
export function openBeginnings(): Begin {
  const known: { readonly hash: string; readonly to: number; readonly state: Hash }[] = []
  return (hash, file, to) => {
    const nearest = known
      .filter((one) => one.hash === hash && one.to <= to)
      .reduce<(typeof known)[number] | undefined>(
        (best, one) => (best === undefined || one.to > best.to ? one : best),
        undefined,
      )
    if (nearest?.to === to) return nearest.state.copy()
    const state = (nearest?.state.copy() ?? createHash(hash)).update(file.subarray(nearest?.to ?? 0, to))
    known.push({ hash, to, state })
    return state.copy()
  }
}
