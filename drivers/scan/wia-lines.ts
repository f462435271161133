// The lines between us and the WIA helper: one JSON object a line, orders down, facts up.
// A line of another shape is refused; nothing a device says is taken for more than words and numbers.
import { z } from 'zod'

/** What we say: once an order, and `next` for every further page. */
export type Order =
  | { readonly do: 'list' }
  | { readonly do: 'look'; readonly device: string }
  | {
      readonly do: 'scan'
      readonly device: string
      /** WIA_DPS_DOCUMENT_HANDLING_SELECT: FEEDER 1, FLATBED 2, DUPLEX 4. */
      readonly handling: number
      /** WIA_IPS_CUR_INTENT: colour 1, grey 2. */
      readonly intent: number
      readonly dpi: number
      /** Pages are written there as 1.jpg, 2.jpg … */
      readonly folder: string
    }
  | { readonly do: 'next' }

const text = z.string().max(500)

/** What the helper says. Codes are HRESULTs as signed or unsigned numbers. */
export const Said = z.discriminatedUnion('say', [
  z.object({ say: z.literal('device'), id: text.min(1), name: text, port: text }),
  z.object({
    say: z.literal('abilities'),
    /** WIA_DPS_DOCUMENT_HANDLING_CAPABILITIES: FEED 1, FLAT 2, DUP 4. */
    handling: z.number().int().nonnegative(),
    dpi: z.array(z.number().int()).max(500),
  }),
  z.object({ say: z.literal('page'), number: z.number().int().positive() }),
  z.object({ say: z.literal('alive') }),
  z.object({ say: z.literal('end') }),
  z.object({ say: z.literal('error'), code: z.number().int() }),
])
export type Said = z.infer<typeof Said>

export const write = (order: Order): string => `${JSON.stringify(order)}\n`

/** One line as a fact; undefined for anything else (a byte order mark at the start is passed over). */
export function readLine(line: string): Said | undefined {
  try {
    return Said.parse(JSON.parse(line.replace(/^\uFEFF/, '')))
  } catch {
    return undefined
  }
}
