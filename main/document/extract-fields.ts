// Fields of the form read from the words of a paper's pages (bóc tách dữ liệu, TT 01/2023 Đ.9): each with its place and how sure it is.
// Suggestions only: what is not found is left out, and nothing is answered that does not stand on the page. Pure; never throws.
import { FIELDS, type Field } from '../../preload/contract/document.ts'
import type { Words } from '../scan/index.ts'
import { findScope, findSummary, findValidity } from './extract-content.ts'
import { findIssuedOn } from './extract-date.ts'
import { findIssuer } from './extract-issuer.ts'
import { findNumber } from './extract-number.ts'
import { findPerson } from './extract-person.ts'
import { type Found, type Sheet, sheetOf } from './extract-pieces.ts'
import { findTitle } from './extract-title.ts'

/** The fields that were found, in the order of the form. Pages in the order of the file; `titles`: those the office knows. */
export function extractFields(
  pages: readonly Words[],
  known: { readonly titles: readonly string[] },
): readonly Field[] {
  const sheets = pages.map((page, index) => sheetOf(page, index + 1))
  const title = findTitle(sheets, known.titles)
  const found = [
    title,
    findNumber(sheets),
    findIssuedOn(sheets),
    findIssuer(sheets, title),
    ...findPerson(sheets),
    findSummary(sheets),
    findValidity(sheets),
    findScope(sheets),
  ]
  return FIELDS.flatMap((name) => {
    const one = found.find((each) => each?.name === name) ?? null
    const field = one === null ? null : fieldOf(one, sheets)
    return field === null ? [] : [field]
  })
}

const share = (part: number, whole: number): number => Math.min(1, Math.max(0, Math.round((part / whole) * 1e5) / 1e5))

function fieldOf({ name, value, page, words, strength }: Found, sheets: readonly Sheet[]): Field | null {
  const sheet = sheets[page - 1]
  const written = value.trim().slice(0, 500)
  if (sheet === undefined || words.length === 0 || written === '') return null
  if (!(sheet.width > 0 && sheet.height > 0)) return null
  const left = share(Math.min(...words.map((word) => word.left)), sheet.width)
  const top = share(Math.min(...words.map((word) => word.top)), sheet.height)
  const right = share(Math.max(...words.map((word) => word.left + word.width)), sheet.width)
  const bottom = share(Math.max(...words.map((word) => word.top + word.height)), sheet.height)
  const least = Math.min(1, ...words.map((word) => word.confidence))
  return {
    name,
    value: written,
    source: 'page',
    confidence: Math.max(0, Math.round(least * strength * 100) / 100),
    place: { page, left, top, width: share(right - left, 1), height: share(bottom - top, 1) },
  }
}
