// The border between main and a device host: one driver per host, sessions inside it, results and events back.
// A PIN never crosses this border; it enters the token host by a port of its own (see signature.ts).
import { z } from 'zod'
import { PinTask } from './signature.ts'

export const HostVerb = z.enum([
  'present',
  'open',
  'close',
  'card.read',
  'scan.abilities',
  'scan.scan',
  'signature.pinState',
  'signature.certificates',
  'signature.sign',
  'signature.logout',
])
export type HostVerb = z.infer<typeof HostVerb>

/** Main → host. `abort` names an earlier ask; `taken` acknowledges a page, so that the next may come. */
export const ToHost = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('ask'),
    id: z.number().int(),
    verb: HostVerb,
    session: z.string().nullable(),
    argument: z.unknown(),
  }),
  z.object({ is: z.literal('abort'), id: z.number().int() }),
  z.object({ is: z.literal('taken'), id: z.number().int(), page: z.number().int() }),
  /** Comes with a MessagePort: the PIN window's. The host answers it, and tells main only whether it worked. */
  z.object({
    is: z.literal('pin-port'),
    id: z.number().int(),
    session: z.string(),
    task: PinTask,
    /** Of a login; for the other tasks the window says it, with what was typed. */
    insist: z.boolean(),
  }),
])
export type ToHost = z.infer<typeof ToHost>

/** Host → main. */
export const FromHost = z.discriminatedUnion('is', [
  z.object({ is: z.literal('answer'), id: z.number().int(), result: z.unknown() }),
  z.object({ is: z.literal('event'), id: z.number().int(), event: z.enum(['progress', 'page']), value: z.unknown() }),
  z.object({ is: z.literal('nudge') }),
  z.object({ is: z.literal('note'), code: z.string().max(200) }),
])
export type FromHost = z.infer<typeof FromHost>
