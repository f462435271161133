/** How many papers a sample has, as main draws it (main/certification/review.ts): a tenth, five at least. */
export const sampleSize = (count: number): number => Math.min(count, Math.max(5, Math.ceil(count / 10)))
