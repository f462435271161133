// What each source says about a person, before it is brought together. The joined form is the contract's.
// Shapes only; nothing here decides.
export type {
  ChipTrust,
  CitizenIdentity,
  Conflict,
  Field,
  FieldName,
  Source,
  Warning,
} from '../../preload/contract/citizen.ts'
export { FIELD_NAMES, NEVER_EXPIRES } from '../../preload/contract/citizen.ts'

export type Sex = 'Nam' | 'Nữ'

/** Values by field, all in the form of `CitizenIdentity`: days `yyyy-mm-dd`, sex `Nam`/`Nữ`, text in NFC. */
export interface SaidFields {
  readonly number?: string
  readonly name?: string
  readonly birth?: string
  readonly sex?: Sex
  readonly address?: string
  readonly issued?: string
  readonly expiry?: string
  readonly oldNumber?: string
}

/** What is enough to name a person. */
export interface SaidPerson extends SaidFields {
  readonly number: string
  readonly name: string
  readonly birth: string
}

/** The chip. Its own fields are those of DG1 (the name in MRZ letters); DG13 only when the card let it be read. */
export interface ChipIdentity extends SaidPerson {
  /** `closed`: absent or refused; `unreadable`: there, but not in a form we know. */
  readonly dg13: SaidFields | 'closed' | 'unreadable'
  /** All check digits of the MRZ are right, and its two numbers agree. */
  readonly checkDigits: boolean
  /** Unknown entries of DG13, `id: value`. */
  readonly extra: readonly string[]
}

export interface QrIdentity extends SaidPerson {
  /** The keyboard layout of the scanner probably damaged the letters: ask for a new scan or a look at the card. */
  readonly damaged: boolean
  /** Fields after the seventh, raw. */
  readonly extra: readonly string[]
}
