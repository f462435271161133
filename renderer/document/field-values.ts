// What stands in the form of a paper: what main knows, and over it what the clerk typed. Pure.
import type { Field, FieldName } from '../../preload/contract/document.ts'
import { dayFromDigits, showDay } from '../look/formats.ts'

/** The order of the form (TT 01/2023 Đ.9); the contract's FIELDS. */
export const FORM: readonly FieldName[] = [
  'title',
  'number',
  'issuedOn',
  'issuer',
  'owner',
  'ownerId',
  'summary',
  'validity',
  'scope',
]

export type Edits = Readonly<Partial<Record<FieldName, string>>>

export interface Shown {
  readonly name: FieldName
  readonly value: string
  readonly source: Field['source']
  /** Percent; null when nothing is there or it needs no number. */
  readonly sure: number | null
  /** Amber: read, but not surely enough to be passed over. */
  readonly doubtful: boolean
  readonly place: Field['place']
}

/** Fields that hold a day: stored `yyyy-mm-dd`, shown and typed `dd/mm/yyyy`. Anything else in them stays as it is. */
const DAYS: readonly FieldName[] = ['issuedOn', 'validity']
export const forTheEye = (name: FieldName, value: string): string => (DAYS.includes(name) ? showDay(value) : value)
export const fromTheHand = (name: FieldName, text: string): string =>
  DAYS.includes(name) && /^\d\d\/\d\d\/\d{4}$/.test(text.trim()) ? (dayFromDigits(text) ?? text) : text

const SURE_ENOUGH = 0.85

/** The fields as shown, in the order of the form. A typed value is plain; a later suggestion never overwrites it. */
export function shownFields(fields: readonly Field[], edits: Edits): readonly Shown[] {
  return FORM.map((name) => {
    const known = fields.find((field) => field.name === name)
    const typed = edits[name]
    const value = typed ?? known?.value ?? ''
    const changed = typed !== undefined && typed !== (known?.value ?? '')
    const source = value === '' ? 'none' : changed ? 'typed' : (known?.source ?? 'none')
    const confidence = known?.confidence ?? 0
    return {
      name,
      value,
      source,
      sure: source === 'page' ? Math.round(confidence * 100) : null,
      doubtful: source === 'page' && confidence < SURE_ENOUGH,
      place: known?.place ?? null,
    }
  })
}

/** `2/12/2019` is a day as well, once nobody types on. */
const dayAtLast = (name: FieldName, value: string): string => {
  const day = fromTheHand(name, value.replace(/\b(\d)\//g, '0$1/'))
  return /^\d{4}-\d\d-\d\d$/.test(day) ? day : value
}

export const valuesToConfirm = (shown: readonly Shown[]): { name: FieldName; value: string }[] =>
  shown.map(({ name, value }) => ({ name, value: dayAtLast(name, value.trim()) }))
