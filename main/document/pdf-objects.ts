// The reader of PDF syntax as the checker uses it: strict, with what it stumbles over told as rules of archival-rules.ts.
// Reads nothing itself; see workshop/pdf.
import type { Note, Cursor as ReaderCursor, Trouble } from '../workshop/pdf/tokens.ts'

export { type Budget, isWhite, isWord, readToken, readValue, skipWhite, spend } from '../workshop/pdf/tokens.ts'
export {
  type Dictionary as PdfDictionary,
  isArray,
  isDictionary,
  isName,
  isReference,
  isStream,
  isString,
  latin1,
  type Stream as PdfStream,
  type Value as PdfValue,
} from '../workshop/pdf/values.ts'

export interface Cursor extends ReaderCursor {
  /** Ids of lexical rules found broken (archival-rules.ts). */
  readonly notes: Set<string>
}

/** `rule` is the id of the rule that cannot hold any more. */
export const brokenPdf = (rule: string): Error => new Error('broken pdf', { cause: rule })

const TROUBLES: { readonly [trouble in Trouble]?: string } = { 'budget-spent': 'own-budget', 'too-deep': 'own-nesting' }
/** How the reader stops. */
export const stopByRule = (trouble: Trouble): Error => brokenPdf(TROUBLES[trouble] ?? 'own-syntax')

const RULES: { readonly [note in Note]?: string } = {
  'long-name': '6.1.13-name',
  'long-string': '6.1.13-string',
  'large-number': '6.1.13-number',
  'odd-hexadecimal': '6.1.6-hexadecimal',
  'foreign-hexadecimal': '6.1.6-hexadecimal',
}
/** A notebook in which the reader's notes are rules too. */
export const openNotes = (): Set<string> => {
  const rules = new Set<string>()
  return Object.assign(rules, { add: (note: string) => Set.prototype.add.call(rules, RULES[note as Note] ?? note) })
}
