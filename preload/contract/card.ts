// Station 1, card: who is at the counter. The QR typed by a handheld scanner, and the chip read over PC/SC.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { CitizenIdentity } from './citizen.ts'
import { Day, Id, line } from './terms.ts'

/** A person identified at the counter; lives in memory until a dossier is opened for it. */
export const Reading = z.object({ id: Id, identity: CitizenIdentity, chipRead: z.boolean(), qrRead: z.boolean() })
export type Reading = z.infer<typeof Reading>

export const CardProgress = z.object({
  step: z.enum(['connect', 'select', 'access', 'COM', 'DG1', 'DG13', 'done']),
  percent: z.number().min(0).max(100),
})

export const card = {
  /** The text a keyboard-wedge scanner typed, up to its Enter. */
  readQr: call(['clerk', 'officer', 'supervisor'], z.object({ text: z.string().min(1).max(2000) }).strict(), Reading),
  /** Reads the chip with what is printed on the card (ICAO 9303-11 BAC). `expiry` null: "Không thời hạn". */
  readChip: call(
    ['clerk', 'officer', 'supervisor'],
    z.object({ number: z.string().regex(/^\d{12}$/), birth: Day, expiry: Day.nullable() }).strict(),
    Reading,
  ),
  /** A card that cannot be read: name, number and birth date typed from its face. */
  type: call(
    ['clerk', 'officer', 'supervisor'],
    z.object({ number: z.string().regex(/^\d{12}$/), name: line(100).min(2), birth: Day }).strict(),
    Reading,
  ),
  current: call('signed-in', nothing, Reading.nullable()),
  clear: call('signed-in', nothing, nothing),
  progress: news(CardProgress),
  changed: news(Reading.nullable()),
}
