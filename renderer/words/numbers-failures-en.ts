// What is the matter with the server that gives certification numbers, in English.
import type { Advice } from './failure.ts'

const SAFE = 'No number was taken and no PIN asked; the list is kept.'
const WRONG: Readonly<Record<string, string>> = {
  form: 'not in the agreed form',
  key: 'to somebody else’s question',
  year: 'numbers of another year',
  symbol: 'numbers of another register',
  book: 'a book with a name that cannot be',
  range: 'a run of numbers that cannot be',
  count: 'more numbers than were asked for',
  overlap: 'numbers that are in the register already',
}

export const numbersUnreachable: Advice = {
  happened: 'The server that gives the numbers did not answer.',
  safe: SAFE,
  next: 'Wait a little and press F9 to ask again; numbers it gave that did not arrive are not lost. If it lasts, tell IT.',
}

export const numbersFailures = {
  'numbers-not-set': (series: string): Advice => ({
    happened: `The register ${series} takes its numbers from a server, and none is set.`.replace('  ', ' '),
    safe: SAFE,
    next: 'Ask IT to set the server of numbers (numbers in unit.json).',
  }),
  'numbers-refused': (code: string): Advice => ({
    happened: `The server that gives the numbers refused${code === '' ? '' : ` (${code})`}.`,
    safe: SAFE,
    next:
      code === 'HTTP-401' || code === 'HTTP-403'
        ? 'Ask IT to check this counter’s token at the server of numbers, then press F9.'
        : 'Ask IT to look at the server of numbers, then press F9.',
  }),
  'numbers-wrong': (word: string): Advice => ({
    happened: `The answer of the server of numbers cannot be used${WRONG[word] === undefined ? '' : `: ${WRONG[word]}`}.`,
    safe: SAFE,
    next: 'Tell IT: it is put right at that server; then press F9, and the same question is asked again.',
  }),
}
