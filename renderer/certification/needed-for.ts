// Which acts stand still while an entry cannot be used. Main decides; here it is only said (tests/certification compares both).
export type Act =
  | 'electronic'
  | 'paper'
  | 'register'
  | 'refusal'
  | 'forgery'
  | 'books'
  | 'comparing'
  | 'receipt'
  | 'due'
  | 'brought'
  | 'agency-copy'

const BOTH = ['electronic', 'paper'] as const

export const NEEDED_FOR: Readonly<Record<string, readonly Act[]>> = {
  'certification.attestation': ['electronic'],
  'certification.attestation-paper': ['paper'],
  'certification.register-form': [...BOTH, 'register'],
  'certification.fee': BOTH,
  'certification.signer': BOTH,
  'certification.book-symbol': BOTH,
  'certification.electronic-book-symbol': ['books'],
  'certification.refusals': ['refusal'],
  'certification.legalisation-exempt': ['refusal'],
  'certification.secret-papers': ['refusal'],
  'certification.whole-books': ['comparing'],
  'certification.refusal-letter': ['refusal'],
  'certification.forgery': ['forgery'],
  'certification.forgery-record': ['forgery'],
  'certification.brought-file': ['brought'],
  'document.agency-copy': ['agency-copy'],
  'dossier.receipt-form': ['receipt'],
  'dossier.cutoff': ['due'],
  'dossier.holidays': ['due'],
}

/** `certification.fee@2017-01-01` → what needs it. */
export const neededFor = (key: string): readonly Act[] => NEEDED_FOR[key.split('@')[0] ?? ''] ?? []
