// What the two sides of the register share: the year in hand and the way across.
export interface TabProps {
  readonly year: number
  readonly setYear: (year: number) => void
  readonly swap: () => void
}

/** Six years, newest first. */
export const yearsFrom = (newest: number): readonly { readonly id: string; readonly text: string }[] =>
  Array.from({ length: 6 }, (_, at) => ({ id: String(newest - at), text: String(newest - at) }))
