// Why a PDF cannot be certified as it is, in English: what is the matter, and what to do instead.
import type { NotKept } from '../../preload/contract/document.ts'
import type { Advice } from './failure.ts'

const NEXT = {
  pages: 'Press O to take the file in as pages, or F9 to scan the paper.',
  ask: 'Ask for another file, or press F9 to scan the paper.',
  again: 'Copy the file again from where it came and press K, or F9 to scan the paper.',
  issuer: 'Ask for the file again where it was signed, or press O to take it in as pages.',
  forged: 'Do not accept this file. Look at the original; when you suspect a forgery, tell the certifying officer.',
} as const

const WHY: Readonly<Record<NotKept, readonly [happened: string, next: keyof typeof NEXT]>> = {
  'no-header': ['This file is not a PDF.', 'ask'],
  unreadable: ['The structure of this PDF cannot be read.', 'pages'],
  incomplete: ['A part of this PDF is missing; perhaps it was not copied or downloaded to its end.', 'again'],
  'no-pages': ['This PDF has no pages.', 'ask'],
  'page-too-small': ['The pages of this file are too small: an attestation on them could not be read.', 'pages'],
  'broken-pages': ['The list of pages in this PDF is too badly damaged to be mended for certain.', 'pages'],
  'broken-form': ['The form in this PDF is damaged; adding a signature would not be safe.', 'pages'],
  password: ['This PDF has a password.', 'ask'],
  'signed-and-encrypted': [
    'This PDF is both signed and encrypted; without the encryption its signature would lose its value.',
    'issuer',
  ],
  'signed-and-broken': [
    'This PDF is signed and its structure is damaged; mending it would break the signature.',
    'issuer',
  ],
  'docmdp-p1': [
    'Who signed this file before has locked it: no change at all is allowed, not even a further signature.',
    'issuer',
  ],
  'usage-rights': [
    'This file carries special rights of the program that made it; a signature would take them away.',
    'pages',
  ],
  xfa: ['This file is a dynamic form (XFA): every program shows it differently.', 'pages'],
  'field-name-taken': [
    'This file already has a signature field with the name of ours; perhaps it has been certified before.',
    'pages',
  ],
  'fields-locked': ['Who signed this file before has locked its fields; no signature can be added.', 'issuer'],
  'viewer-draws-fields': [
    'This signed file lets every viewer draw its form anew; our signature might not be shown.',
    'issuer',
  ],
  javascript: ['This PDF has a program inside.', 'pages'],
  launch: ['This PDF opens other files or programs by itself.', 'pages'],
  portfolio: ['This file is a bundle of several files, not one document.', 'ask'],
  'outside-content': ['A part of the content of this file lies elsewhere, not in the file.', 'pages'],
  'appearances-missing': ['The form in this file has no fixed look: every program shows it differently.', 'pages'],
  'page-unreadable': ['A page of this PDF cannot be read.', 'pages'],
  'earlier-signature-broken': ['A signature in this file does not match its content.', 'forged'],
  'changed-after-signature': ['The content of this file was changed after it was signed.', 'forged'],
  'signed-and-no-room': [
    'The last page has no room for the attestation, and a page cannot be added to a signed file.',
    'pages',
  ],
  'pages-differ': ['Programs do not agree how many pages this file has.', 'pages'],
}

/** Null: none of the closed list. */
export function notKept(reason: string): Advice | null {
  const known = Object.entries(WHY).find(([word]) => word === reason)?.[1]
  return known === undefined
    ? null
    : { happened: known[0], safe: 'Nothing of the file was kept and no number taken.', next: NEXT[known[1]] }
}
