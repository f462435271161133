// The fee of a certified copy: by the pages of the original, with a cap per copy. Pure; the figures are dated data.
import { z } from 'zod'

/** Whole đồng. */
export const FeeRule = z.object({
  firstPages: z.number().int().positive(),
  firstRate: z.number().int().nonnegative(),
  furtherRate: z.number().int().nonnegative(),
  cap: z.number().int().positive(),
})
export type FeeRule = z.infer<typeof FeeRule>

/** "Trang là căn cứ để thu phí được tính theo trang của bản chính" (TT 226/2016/TT-BTC). */
export function feeFor(pages: number, copies: number, rule: FeeRule): number {
  const first = Math.min(pages, rule.firstPages) * rule.firstRate
  const further = Math.max(0, pages - rule.firstPages) * rule.furtherRate
  return copies * Math.min(rule.cap, first + further)
}
