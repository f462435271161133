// The words read on a page (OCR), with their places. Plain data; rests encrypted in the vault as JSON.

export interface Word {
  readonly text: string
  /** 0 to 1. */
  readonly confidence: number
  /** Pixels of the upright picture, from the top left. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Words of one line have the same number; lines count from the top. */
  readonly line: number
}

export interface Words {
  /** Pixels of the upright picture. */
  readonly width: number
  readonly height: number
  readonly words: readonly Word[]
}
