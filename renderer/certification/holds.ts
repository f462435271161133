// Does an authority hold now? Only to show it: main decides again at the moment of signing.
import type { Authority } from '../../preload/contract/certification.ts'
import { dateOf } from '../look/formats.ts'

export type Holding = 'now' | 'later' | 'over' | 'ended'

/** The legal day now, yyyy-mm-dd. */
export const legalToday = (now: Date = new Date()): string => dateOf(now).split('/').reverse().join('-')

export function holding({ validFrom, validTo, ended }: Authority, now: Date = new Date()): Holding {
  const day = legalToday(now)
  if (ended !== undefined && Date.parse(ended.at) <= now.getTime()) return 'ended'
  if (day < validFrom) return 'later'
  return day > validTo ? 'over' : 'now'
}

export const holdsNow = (authority: Authority): boolean => holding(authority) === 'now'
