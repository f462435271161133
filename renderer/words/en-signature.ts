// English words of the PIN window and of the certificates. The same keys as the Vietnamese.
import type { FailureWords } from './failure.ts'
import type { certificates as vietnameseCertificates, pins as vietnamesePins } from './vi-signature.ts'

const s = (count: number): string => (count === 1 ? '' : 's')

export const pins: typeof vietnamesePins = {
  titles: { change: 'Change the PIN of the token', unblock: 'Unblock the token' },
  holder: 'Holder',
  token: 'Token',
  everySignature:
    'This token asks for the PIN at every signature; it is kept in the token’s own process until this batch ends.',
  maybeEverySignature:
    'If this token asks for the PIN at every signature, it is kept in the token’s own process until this batch ends.',
  everySignatureAtReader: 'This token asks for the PIN at every signature: enter it on the reader for each document.',
  tries: {
    change: {
      ready: '',
      countLow: 'A wrong PIN was entered before. Type with care.',
      finalTry: 'ONE TRY of the PIN left. If it is wrong the token is locked.',
      locked: 'The token is locked. Its PIN cannot be changed, it must be unblocked.',
    },
    unblock: {
      ready: '',
      countLow: 'A wrong unblocking code was entered before. Type with care.',
      finalTry: 'ONE TRY of the unblocking code left. If it is wrong the token is lost for good.',
      locked: 'The unblocking code is locked. Nothing can be done here; send the token to its issuer.',
    },
  },
  insist: 'I am sure, use the last try',
  insisted: 'The last try will be used',
  old: 'PIN in use',
  code: 'Unblocking code (PUK)',
  fresh: 'New PIN',
  again: 'New PIN again',
  length: (min, max) => `${min} to ${max} characters, no accents`,
  anyLength: 'Plain letters and digits only',
  wrongLength: (min, max) => `This token takes ${min} to ${max} characters.`,
  wrongLetters: 'There is an accented or unusual character: switch the Vietnamese input method off and type again.',
  same: 'The new PIN is the one in use.',
  differs: 'The two entries are not the same yet.',
  once: { change: 'The PIN in use is tried exactly once.', unblock: 'The unblocking code is tried exactly once.' },
  checking: { change: 'Changing the PIN…', unblock: 'Unblocking the token…' },
  pad: {
    sign: 'Press Enter, then type the PIN on the keypad of the reader.',
    change: 'Press Enter, then type on the reader: the PIN in use, the new PIN, the new PIN again.',
    unblock: 'Press Enter, then type on the reader: the unblocking code, the new PIN, the new PIN again.',
  },
  typeAtReader: 'Type the PIN on the reader…',
  submit: { change: 'Change the PIN', unblock: 'Unblock' },
  done: { change: 'The PIN is changed.', unblock: 'The token is unblocked.' },
  unsure:
    'It is not known whether the PIN was changed. Next time try the new one first; if it is wrong stop, and use the old one.',
  notChanged: 'The PIN was not changed.',
}

export const certificates: typeof vietnameseCertificates = {
  title: 'Certificates and tokens',
  sub: (known, present, ending) =>
    `${known} certificate${s(known)} seen at this counter · ${present} token${s(present)} in · ${ending === 0 ? 'none ends soon' : `${ending} to be renewed`}`,
  tabs: { list: 'Certificates', office: 'Who cannot sign' },
  looking: 'Looking at the tokens…',
  holder: 'Holder',
  issuer: 'Issuer',
  organisation: 'Organisation',
  validTo: 'Valid until',
  validFrom: 'Valid from',
  state: 'State',
  token: 'Token',
  lastSeen: 'Last seen',
  notIn: 'not in',
  isIn: 'in',
  expiry: {
    'not-yet': () => 'not valid yet',
    fine: (days) => `${days} days left`,
    month: (days) => `${days} days left`,
    week: (days) => `only ${days} day${s(days)} left`,
    today: () => 'ends today',
    expired: () => 'has ended',
  },
  renew: {
    'not-yet': 'This certificate cannot be used yet. Check the clock of this computer if that is a surprise.',
    fine: '',
    month: 'Apply for the renewal this week: it often takes days.',
    week: 'Renew it now. Once it has ended nothing can be signed with it.',
    today: 'This is the last day. Sign what waits and renew it now.',
    expired: 'Nothing can be signed with this certificate any more. Apply for a new one or use another token.',
  },
  big: {
    ready: 'Ready',
    countLow: 'Wrong PIN entered',
    finalTry: 'One try left',
    locked: 'Locked',
    codeLocked: 'Locked for good',
    held: 'Busy',
    out: 'Not in',
  },
  bigSub: {
    ready: 'No wrong PIN was entered.',
    countLow: 'Somebody entered a wrong PIN. Type with care.',
    finalTry: 'One more wrong PIN locks the token.',
    locked: 'Unblock it with the unblocking code (PUK), F9.',
    codeLocked: 'The unblocking code is locked too. Send the token to its issuer.',
    held: 'Another program holds the token, or it is signing. Close that program and press F5.',
    out: 'Plug this token in to change its PIN or unblock it.',
  },
  everySignature: 'Asks for the PIN at every signature',
  pinPad: 'PIN is typed on the reader',
  change: 'Change the PIN',
  unblock: 'Unblock',
  changed: 'The PIN is changed. Use the new one from now on.',
  unblocked: 'The token is unblocked. Use the new PIN from now on.',
  asking: 'Waiting in the PIN window…',
  look: 'Look again',
  empty: 'No certificate was seen at this counter yet',
  emptySub: 'Plug a token in, wait until the light below says ready, then press F5.',
  noCertificate: 'No certificate can be read on this token.',
  confirm: {
    title: 'Unblock this token?',
    what: 'You need the unblocking code (PUK) of this very token: from the envelope that came with it, its issuer, or the IT contact.',
    danger:
      'The unblocking code has tries of its own. Without them the token is lost for good and needs a new certificate.',
    next: 'I have the code, go on',
  },
  office: {
    title: 'Authorised, and no certificate seen at this counter is valid',
    who: 'Signer, agency',
    what: 'Cannot do',
    why: 'Why',
    roles: { officer: 'certify copies', agency: 'the agency’s seal' },
    whys: {
      'not-seen': () => 'no certificate seen at this counter',
      expired: (day) => `the certificate ended on ${day}`,
      'not-yet': (day) => `the certificate is valid from ${day}`,
    },
    empty: 'Everybody with authority can sign',
    emptySub:
      'Each person with authority today, and the agency, has a valid certificate that was seen at this counter.',
    note: 'A certificate used at another counter only is not known here: ask before you conclude.',
  },
}

/** Every trouble with a PIN or an unblocking code. */
export const pinFailures: FailureWords['pin'] = {
  wrong: {
    happened: 'The PIN is wrong. One try was used.',
    safe: 'No further document was signed.',
    next: 'Check the keyboard layout and Caps Lock, then press F9 to enter it again.',
  },
  'last-try': {
    happened: 'The token has one PIN try left.',
    safe: 'The program stopped and has not used it.',
    next: 'If you are sure of the PIN, tick "I am sure" and press F9; if not, call the person in charge of tokens.',
  },
  locked: {
    happened: 'The token is locked after too many wrong PINs.',
    safe: 'The list to be signed is kept.',
    next: 'With the unblocking code (PUK): press Alt+C, choose the token, press F9. Without it: ask the issuer.',
  },
  withheld: {
    happened: 'No PIN was entered.',
    safe: 'Nothing was signed and no try was used.',
    next: 'Press F9 when you are ready to sign.',
  },
  expired: {
    happened: 'The token wants its PIN changed before it can be used.',
    safe: 'No try was used and nothing was signed.',
    next: 'Press Alt+C, choose the token, then press F9 to change the PIN.',
  },
  'new-refused': {
    happened: 'The token does not take the new PIN: too short, too long, or with characters it does not allow.',
    safe: 'The old PIN is as before.',
    next: 'Choose another PIN of the length shown in the window, and try again.',
  },
  'code-wrong': {
    happened: 'The unblocking code (PUK) is wrong. One of its tries was used.',
    safe: 'The PIN has not been changed.',
    next: 'Stop and make sure with the issuer of the token: without tries of the code the token is lost for good.',
  },
  'code-last-try': {
    happened: 'The token has one try of the unblocking code (PUK) left.',
    safe: 'The program stopped and has not used it.',
    next: 'Call the issuer of the token. Only when you are completely sure open the window again and press F8 to use it.',
  },
  'code-locked': {
    happened: 'The unblocking code (PUK) of the token is locked too.',
    safe: 'The list to be signed is kept.',
    next: 'It cannot be opened here any more: send the token to its issuer for a new one; press F1 to see how.',
  },
  pad: {
    happened: 'The software of this reader with a keypad does not take the PIN by way of this program.',
    safe: 'No try was used.',
    next: 'Use a reader without a keypad, or ask IT to install other software of its maker.',
  },
}
