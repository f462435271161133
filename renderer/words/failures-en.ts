// Every failure in English: what happened, what is safe, what to do now with which key.

import { agencyCopyFailures } from './en-agency-copy.ts'
import { paperFailures } from './en-document.ts'
import { pinFailures } from './en-signature.ts'
import type { Device, FailureWords } from './failure.ts'
import { notKept } from './not-kept-en.ts'
import { numbersFailures, numbersUnreachable } from './numbers-failures-en.ts'

const NAME: Readonly<Record<Device, string>> = { card: 'card reader', scan: 'scanner', signature: 'signing token' }
const KEY: Readonly<Record<Device, string>> = { card: 'F8', scan: 'F9', signature: 'F9' }
const again = (device: Device) => `then press ${KEY[device]}.`

export const english: FailureWords = {
  device: {
    absent: (d) => ({
      happened: `No ${NAME[d]} was found.`,
      next: `Plug in the ${NAME[d]}, wait until the light at the bottom says ready, ${again(d)}`,
    }),
    removed: (d) =>
      d === 'card'
        ? { happened: 'The card was lifted while it was read.', next: 'Put it back, hold it still, then press F8.' }
        : d === 'scan'
          ? {
              happened: 'The scanner was unplugged while scanning.',
              next: 'Plug it in again, load the remaining sheets, then press F9.',
            }
          : {
              happened: 'The token was pulled while signing.',
              next: 'Plug the same token in again and type the PIN; if its window does not open by itself, press F9.',
            },
    busy: (d) => ({
      happened: `Another program is using the ${NAME[d]}.`,
      next: `Close that program, wait a few seconds, ${again(d)}`,
    }),
    jammed: (d) => ({
      happened: `Paper is jammed in the ${NAME[d]}.`,
      next: `Open the cover, take the jammed sheet out, load again from that sheet, ${again(d)}`,
    }),
    'double-fed': (d) => ({
      happened: `The ${NAME[d]} pulled two sheets at once.`,
      next: `Take both sheets out, separate them, load them again, ${again(d)}`,
    }),
    'feeder-empty': (d) => ({
      happened: `The feeder of the ${NAME[d]} is empty.`,
      next: `Put paper in the feeder, ${again(d)} To use the glass, choose its profile (F2–F5).`,
    }),
    'cover-open': (d) => ({ happened: `The cover of the ${NAME[d]} is open.`, next: `Close it firmly, ${again(d)}` }),
    unsupported: (d) => ({
      happened: `This ${NAME[d]} cannot do that.`,
      next: `Choose another setting or device, ${again(d)} Press F1 for help.`,
    }),
    timeout: (d) => ({
      happened: `The ${NAME[d]} did not answer in time.`,
      next: `Check its cable and power, ${again(d)}`,
    }),
    unreadable: (d) =>
      d === 'card'
        ? {
            happened: 'The card could not be read.',
            next: 'Put it straight and press F8, or scan its QR code, or press F6 to type.',
          }
        : { happened: `The data from the ${NAME[d]} could not be read.`, next: `Load it again, ${again(d)}` },
    failed: (d) => ({
      happened: `The ${NAME[d]} reported an error.`,
      next: `Switch it off and on, wait until it is ready, ${again(d)}`,
    }),
  },
  kept: (d, kept) => {
    if (d === 'card') return 'Nothing wrong was recorded.'
    if (kept === undefined) return 'Nothing that was there is lost.'
    return d === 'scan'
      ? `All ${kept} pages are kept.`
      : `${kept} signed documents are kept and will not be signed twice.`
  },
  pin: pinFailures,
  refused: {
    ...paperFailures,
    ...agencyCopyFailures,
    'not-signed-in': () => ({
      happened: 'The session has ended.',
      safe: 'Your work is kept.',
      next: 'Sign in again to continue.',
    }),
    'wrong-role': () => ({
      happened: 'Your role may not do this.',
      safe: 'Nothing changed.',
      next: 'Ask a person with the right role to sign in (Ctrl+L locks the screen first).',
    }),
    'wrong-password': () => ({
      happened: 'The name or the password is wrong.',
      safe: 'Nothing changed.',
      next: 'Check the keyboard layout and Caps Lock, type it again and press Enter.',
    }),
    'password-needed': () => ({
      happened: 'Your password is needed again before signing.',
      safe: 'Nothing was signed.',
      next: 'Press F9 and enter your password.',
    }),
    'weak-password': () => ({
      happened: 'The password is too short or easy to guess.',
      safe: 'Nothing was saved.',
      next: 'Choose one of at least 8 characters and press Enter.',
    }),
    'login-taken': () => ({
      happened: 'This sign-in name is already in use.',
      safe: 'No account was made.',
      next: 'Choose another name and press Enter.',
    }),
    'card-unknown': () => ({
      happened: 'This is not an identity card.',
      safe: 'Nothing was recorded from it.',
      next: 'Put an identity card on the reader and press F8, or press F6 to type.',
    }),
    'card-key-wrong': () => ({
      happened: 'The chip did not open: number, birth date or expiry date differ from the face of the card.',
      safe: 'The card is not locked; the program does not try again by itself.',
      next: 'Compare the three fields with the card, then press F8.',
    }),
    'qr-unknown': () => ({
      happened: 'The code is not the QR code of an identity card.',
      safe: 'Nothing was recorded.',
      next: 'Scan the QR code at the corner of the card again, or press F6 to type.',
    }),
    'no-reading': () => ({
      happened: 'The applicant is not identified yet.',
      safe: 'No dossier was opened.',
      next: 'Press Alt+1 and read the card first.',
    }),
    'procedure-unknown': (code) => ({
      happened: `Procedure ${code} is not in the catalogue of this office.`.replace('  ', ' '),
      safe: 'No dossier was opened.',
      next: 'Choose another procedure from the list.',
    }),
    'no-pages': () => ({
      happened: 'There are no pages to make a document of.',
      safe: 'The dossier is unchanged.',
      next: 'Press Alt+3 to scan first.',
    }),
    'no-title': () => ({
      happened: 'A paper has no title, or titles and papers do not match.',
      safe: 'The pages are untouched.',
      next: 'Give every paper its title, then press F9.',
    }),
    'not-compared': () => ({
      happened: 'The document has not been compared with the original.',
      safe: 'Nothing was certified.',
      next: 'Press Alt+4, compare page by page, then press Space.',
    }),
    'not-an-image': () => ({
      happened: 'One page is not a readable image.',
      safe: 'The other pages are kept.',
      next: 'Take it out with Delete and scan it again with F9.',
    }),
    'file-unknown': () => ({
      happened: 'This file is no PDF, JPEG, PNG or TIFF.',
      safe: 'Nothing was taken from it; the other pages are kept.',
      next: 'Save it as PDF or JPEG and press O, or scan the paper with F9.',
    }),
    'file-too-large': (limit) => ({
      happened: `The file is too large, has too many pages or too wide a picture${limit === '' ? '' : ` (${limit})`}.`,
      safe: 'Nothing was taken from it; the other pages are kept.',
      next: 'Divide a file of many pages and press O; export too wide a picture again, smaller (300 dpi), or scan the paper with F9.',
    }),
    'file-locked': () => ({
      happened: 'This PDF has a password.',
      safe: 'Nothing was taken from it; the other pages are kept.',
      next: 'Ask for the file without its password and press O, or scan the paper with F9.',
    }),
    'file-damaged': () => ({
      happened: 'This file is damaged or was not copied to its end.',
      safe: 'It was set aside; the other pages are kept.',
      next: 'Copy it again and press O, or scan the paper with F9.',
    }),
    'file-unsafe': () => ({
      happened: 'This file holds something that could harm the computer.',
      safe: 'That content was not opened and the file was not taken.',
      next: 'Scan the paper with F9 and tell IT about the file.',
    }),
    'file-resolution-low': (dpi) => ({
      happened: `The picture in the file is too coarse${dpi === '' ? '' : ` (${dpi})`}; the law asks for 200 dpi.`,
      safe: 'Nothing was taken from it; the other pages are kept.',
      next: 'Scan the paper with F9, or ask for a finer file and press O.',
    }),
    'pages-undecided': () => ({
      happened: 'It is not known which dossier some pages belong to.',
      safe: 'Every page is kept and no document was made.',
      next: 'Press Alt+3, then X to reach the page, then M to send it to its dossier.',
    }),
    'profile-locked': () => ({
      happened: 'The scan profiles are locked.',
      safe: 'The profile is unchanged.',
      next: 'Choose one with F2–F5, or ask IT to unlock them.',
    }),
    'scan-signature-missing': () => ({
      happened: 'The scan has not been signed by the person who made it; that comes before extraction.',
      safe: 'The suggestions and what you typed are kept.',
      next: 'Press Alt+6 to sign the scan, then come back and confirm with Ctrl+Enter.',
    }),
    'separator-title-unknown': (title) => ({
      happened: `No separator sheet was made: the title ${title} cannot be used.`.replace('  ', ' '),
      safe: 'Nothing changed.',
      next: 'Choose another title from the list and press Enter.',
    }),
    'pdf-not-archival': () => ({
      happened: 'The new file does not meet the archival standard PDF/A.',
      safe: 'The scanned pages are kept.',
      next: 'Press F9 to make it again; if it fails again, tell IT.',
    }),
    'document-changed': () => ({
      happened: 'The document changed after you looked at it.',
      safe: 'Nothing was recorded on the old version.',
      next: 'Look at the new version, then press Enter.',
    }),
    'not-reviewed': () => ({
      happened: 'A document has not been reviewed by the certifying officer.',
      safe: 'Nothing was signed.',
      next: 'Press Alt+5 to review each one.',
    }),
    'rule-missing': (key) => ({
      happened: `The rule ${key} is missing, so nothing can be certified.`.replace('  ', ' '),
      safe: 'The queue is kept.',
      next: 'Ask the supervisor to add it under Rules (Alt+Q).',
    }),
    'rule-expired': (key) => ({
      happened: `The rule ${key} is no longer in force.`.replace('  ', ' '),
      safe: 'The queue is kept.',
      next: 'Ask the supervisor to update it under Rules (Alt+Q).',
    }),
    'rule-not-adopted': (key) => ({
      happened: `The rule ${key} has not been adopted by this office.`.replace('  ', ' '),
      safe: 'The queue is kept.',
      next: 'The supervisor opens Rules (Alt+Q), checks the source and adopts it.',
    }),
    'no-authority': () => ({
      happened: 'No decision allows you to sign this kind of act today.',
      safe: 'Nothing was signed.',
      next: 'The supervisor records the authority under Rules (Alt+Q); then press F9.',
    }),
    'no-number-left': (series) => ({
      happened: `The register ${series} has no number left for this list.`.replace('  ', ' '),
      safe: 'No number was taken and no PIN asked.',
      next: 'The supervisor receives a new block or opens a new book under Register (Alt+9, F2).',
    }),
    ...numbersFailures,
    'review-mode': () => ({
      happened: 'This unit does not allow reviewing in this way.',
      safe: 'Nothing was reviewed.',
      next: 'See and agree to each paper (Enter).',
    }),
    'sample-held': () => ({
      happened: 'A paper of the sample was held back, so the list cannot be agreed to as a whole.',
      safe: 'The others are still waiting.',
      next: 'See and agree to each paper (Enter), or draw another sample (M).',
    }),
    'sample-not-seen': () => ({
      happened: 'Not every paper of the sample has been seen.',
      safe: 'The others are still waiting.',
      next: 'See each paper of the sample (Enter), then press A.',
    }),
    'numbers-in-work': (count) => ({
      happened: `Numbers are still in work${count === '' ? '' : ` (${count})`}, so the year cannot be closed.`,
      safe: 'The register is as it was.',
      next: 'Finish them or give them back (Alt+5, Alt+6), then close the year.',
    }),
    'block-overlaps': (range) => ({
      happened: `The block ${range} meets numbers that are in the register already.`.replace('  ', ' '),
      safe: 'Nothing was written.',
      next: 'Look at the handover paper again and type from and to once more.',
    }),
    'paper-locked': () => ({
      happened: 'This paper is held as a suspected forgery.',
      safe: 'Its scan and the record are kept.',
      next: 'Only a supervisor unlocks it, when the matter is settled.',
    }),
    'certificate-expired': () => ({
      happened: 'The certificate has expired.',
      safe: 'The list to be signed is kept.',
      next: 'Plug in a token with a valid certificate, or ask for renewal; press F1 to see how.',
    }),
    'certificate-not-yet-valid': () => ({
      happened: 'The certificate is not valid yet.',
      safe: 'The list to be signed is kept.',
      next: 'Check the date of this computer, or plug in another token, then press F9.',
    }),
    'certificate-not-the-signers': () => ({
      happened: 'The certificate in the token is not this signer’s.',
      safe: 'No PIN was asked and nothing was signed.',
      next: 'Plug in the signer’s own token, then press F9.',
    }),
    'certificate-missing': () => ({
      happened: 'No suitable certificate was found.',
      safe: 'The list to be signed is kept.',
      next: 'Plug in the signer’s token, wait until the light at the bottom says ready, then press F9.',
    }),
    'officer-signature-missing': () => ({
      happened: 'The certifying officer has not signed this document.',
      safe: 'No seal was applied.',
      next: 'Ask the certifying officer to sign first (Alt+6).',
    }),
    'pdf-unsupported': (reason) =>
      notKept(reason) ?? {
        happened: 'This PDF is built in a way that cannot be signed.',
        safe: 'The other documents can still be signed.',
        next: 'Make the document again from its pages in step 4 (Alt+4).',
      },
    'signature-invalid': () => ({
      happened: 'The new signature did not pass the check.',
      safe: 'The document was set aside and not sent.',
      next: 'Press F9 to sign the others, and tell IT.',
    }),
    'batch-empty': () => ({
      happened: 'Nothing waits to be signed.',
      safe: 'Nothing changed.',
      next: 'Press Alt+5 to see the certification queue.',
    }),
    'batch-running': () => ({
      happened: 'Another signing run is under way.',
      safe: 'It goes on.',
      next: 'Wait until it is finished, then try again.',
    }),
    'province-refused': (detail) => ({
      happened: `The province did not accept this parcel${detail === '' ? '' : ` (${detail})`}.`,
      safe: 'The parcel stays in the outbox.',
      next: 'Read the reason, correct the dossier or tell the province, then press T to send again.',
    }),
    'province-conflict': (detail) => ({
      happened: `The province already holds different content for this dossier${detail === '' ? '' : ` (${detail})`}.`,
      safe: 'The copy at the counter is unchanged.',
      next: 'Compare the two, tell the province if needed, then press T to send again.',
    }),
  },
  stale: {
    happened: 'This was changed elsewhere just now.',
    safe: 'Nothing was overwritten.',
    next: 'The screen shows the new state; look again and repeat the step.',
  },
  unreachable: {
    province: {
      happened: 'The province cannot be reached.',
      safe: 'Every parcel is safe in the outbox and the counter works as usual.',
      next: 'Nothing to do: it is sent when the network returns; press T to try now.',
    },
    numbers: numbersUnreachable,
  },
  malformed: {
    argument: {
      happened: 'What was entered does not have the right form.',
      safe: 'Nothing was saved.',
      next: 'Check the fields and repeat the step.',
    },
    answer: {
      happened: 'An answer came back that could not be understood.',
      safe: 'Nothing was changed.',
      next: 'Try again; if it stays so, tell IT.',
    },
    file: {
      happened: 'The file is damaged or of the wrong kind.',
      safe: 'The original file is kept for checking.',
      next: 'Scan that paper again with F9.',
    },
    card: {
      happened: 'The data on the card does not have the right form.',
      safe: 'Nothing was recorded from it.',
      next: 'Put the card back and press F8, or scan its QR code, or press F6 to type.',
    },
  },
  storage: {
    full: {
      happened: 'The disk is full.',
      safe: 'Everything saved before is intact.',
      next: 'Free some disk space and repeat the step; press F1 to see how.',
    },
    damaged: {
      happened: 'The store is damaged and opened for reading only.',
      safe: 'Nothing was erased.',
      next: 'Stop receiving dossiers on this computer and tell IT.',
    },
    newer: {
      happened: 'The store was made by a newer version and opened for reading only.',
      safe: 'Nothing was erased.',
      next: 'Install the newer version of Quầy and open it again.',
    },
    locked: {
      happened: 'The store is locked.',
      safe: 'The data stays encrypted.',
      next: 'Enter the passphrase of the store and press Enter.',
    },
    'wrong-passphrase': {
      happened: 'The passphrase of the store is wrong.',
      safe: 'The store stays locked and nothing is lost.',
      next: 'Check the keyboard layout and Caps Lock, type it again and press Enter.',
    },
  },
  bug: (ref) => ({
    happened: `Quầy met an unexpected error (code ${ref}).`,
    safe: 'Everything saved is intact.',
    next: 'Repeat the step; if it fails again, read this code to IT.',
  }),
}
