// English words of the agency's own copy (sao y): what the clerk asks for, and why it is refused.
import type { agencyCopyFailures as failures, agencyCopy as vietnamese } from './vi-agency-copy.ts'

export const agencyCopy: typeof vietnamese = {
  what: '“Sao y”: the agency signs this scan as its own copy. No certification number, no fee.',
  ask: 'Make a “sao y”',
  takeBack: 'No “sao y”',
  open: 'Show the “sao y”',
  asked: (name, at) => `${name} asked for a “sao y” at ${at}`,
  waitsForScanner: 'The person who scanned signs first, then the agency.',
  waitsForAgency: 'Waits for the seal keeper to sign with the agency’s certificate (step 6).',
  signed: (agency, at) => `${agency} signed the “sao y” at ${at}`,
}

export const agencyCopyFailures: typeof failures = {
  'copy-not-colour': (page) => ({
    happened: `Page ${page} was not scanned in colour; no “sao y” can be made of it.`.replace('  ', ' '),
    safe: 'The document is kept as it is.',
    next: 'Scan the paper again in colour (Alt+3), make a new document, then press F2.',
  }),
  'copy-too-coarse': (detail) => ({
    happened: `A page has a lower resolution than a “sao y” needs (page ${detail}).`,
    safe: 'The document is kept as it is.',
    next: 'Scan the paper again at a higher resolution, full size (Alt+3), make a new document, then press F2.',
  }),
  'copy-signed-already': () => ({
    happened: 'The agency has signed this “sao y”; it cannot be taken back.',
    safe: 'The signed file is kept and is in the outbox.',
    next: 'Press F2 to look at it; if it is wrong, tell the seal keeper.',
  }),
}
