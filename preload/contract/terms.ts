// Small shapes that several stations use in their calls.
import { z } from 'zod'

/** A random identifier (UUID v4). */
export const Id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
/** SHA-256 of a file, lower-case hex: the name of a file in the vault. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** An instant, ISO 8601 with zone. */
export const Instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/)
/** A calendar day, yyyy-mm-dd, in legal time (Asia/Ho_Chi_Minh). */
export const Day = z.string().regex(/^\d{4}-\d\d-\d\d$/)
/** Money in whole đồng. */
export const Dong = z.number().int().nonnegative()
/** A line a person typed: trimmed, no control characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text))
/** How sure a legal entry is (C confirmed, S secondary page, R public practice, ? recollection). */
export const Mark = z.enum(['C', 'S', 'R', '?'])
export type Mark = z.infer<typeof Mark>
