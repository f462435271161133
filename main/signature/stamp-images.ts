// The unit's pictures of signatures and seal, as they are drawn: shapes only, so that whoever names them opens no image library.
import type { StampPicture } from './pades/index.ts'

export interface StampImages {
  readonly seal: StampPicture | null
  /** By the personal number of the signer. */
  readonly signatures: Readonly<Record<string, StampPicture>>
  /** The sizes of these alone, for who has to place a seal over one. */
  readonly signatureSizes: Readonly<Record<string, StampPicture['size']>>
}
export const NO_IMAGES: StampImages = { seal: null, signatures: {}, signatureSizes: {} }
