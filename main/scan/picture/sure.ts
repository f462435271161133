// From which confidence on a decision needs nobody's eyes. Below it the page gets a reason to look.
export const SURE = { upright: 0.5, skew: 0.5, blank: 0.5, edge: 0.5 } as const
