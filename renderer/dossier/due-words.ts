// When a dossier is due, in words.
import { dateOf, timeOf } from '../look/formats.ts'
import type { Words } from '../words/index.ts'

export const dueWords = (at: string, sameDay: boolean, w: Words): string =>
  sameDay ? w.dossier.today(timeOf(at)) : w.dossier.later(dateOf(at), timeOf(at))
