// What a sitting is given to sign: a list as it stands, or one that follows another sitting, document by document.
// It answers nothing twice, and ends when nothing can come any more.

export interface Feed {
  /** At most so many, in order, as soon as there is one; an empty list when there will be none. */
  next(count: number): Promise<readonly string[]>
}

export function feedList(ids: readonly string[]): Feed {
  let at = 0
  return {
    next: async (count) => {
      const some = ids.slice(at, at + count)
      at += some.length
      return some
    },
  }
}

export interface Following extends Feed {
  /** Something moved: who waits looks again. */
  stir(): void
}

/** `ready`: may be signed now; `hopeless`: will never be ready, because it was set aside or the other sitting is over. */
export function feedFollowing(
  ids: readonly string[],
  ready: (id: string) => boolean,
  hopeless: (id: string) => boolean,
): Following {
  let left = [...ids]
  let wake = (): void => undefined
  return {
    next: async (count) => {
      for (;;) {
        const some = left.filter(ready).slice(0, count)
        left = left.filter((id) => !some.includes(id))
        if (some.length > 0) return some
        left = left.filter((id) => !hopeless(id))
        if (left.length === 0) return []
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    stir: () => wake(),
  }
}
