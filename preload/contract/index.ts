// The whole language of the border between the window and main, one entry per station and desk.
// To add a call: one line in the station's file, and its handler; everything else derives.
import type { ApiOf, HandlersOf, NewsOf } from './border.ts'
import { card } from './card.ts'
import { certification } from './certification.ts'
import { document } from './document.ts'
import { dossier } from './dossier.ts'
import { operator } from './operator.ts'
import { outbox } from './outbox.ts'
import { province } from './province.ts'
import { scan } from './scan.ts'
import { signature } from './signature.ts'
import { support } from './support.ts'
import { signatureReports } from './validation.ts'

export const contract = {
  operator,
  card,
  dossier,
  scan,
  document,
  certification,
  signature: { ...signature, ...signatureReports },
  outbox,
  province,
  support,
} as const

export type Contract = typeof contract
export type Handlers = { readonly [S in keyof Contract]: HandlersOf<Contract[S]> }
/** `window.counter` */
export type Counter = { readonly [S in keyof Contract]: ApiOf<Contract[S]> }
/** Main's way to tell news: `tell.scan.changed(pages)`. */
export type Tell = { readonly [S in keyof Contract]: NewsOf<Contract[S]> }
