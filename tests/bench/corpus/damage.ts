// Damages PDF files on purpose: bytes in, bytes out, the same for the same seed. Never: a file read or written.

/** Numbers from 0 to below 1 that look random and are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const latin1 = (pdf: Uint8Array): string => Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length).toString('latin1')
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Every damage by name; the kinds of files that come of it. */
export const DAMAGES = {
  /** `startxref` points somewhere else. */
  'broken-startxref': (pdf) => bytes(latin1(pdf).replace(/startxref\s+\d+(?![\s\S]*startxref)/, 'startxref\n77')),
  /** Every offset of the last table is ten bytes off; a file with streams instead loses the type of its stream. */
  'broken-table': (pdf) => {
    const text = latin1(pdf)
    const at = text.lastIndexOf('\nxref')
    if (at < 0) return bytes(text.replaceAll('/XRef', '/XReg'))
    const moved = text.slice(at).replace(/\d{10}(?= \d{5} n)/g, (one) => String(Number(one) + 10).padStart(10, '0'))
    return bytes(text.slice(0, at) + moved)
  },
  /** The end of one object is gone from the middle. */
  'broken-object': (pdf) => {
    const text = latin1(pdf)
    const at = text.indexOf('endobj', text.length >> 1)
    return bytes(at < 0 ? text : `${text.slice(0, at)}      ${text.slice(at + 6)}`)
  },
  /** A third is missing at the end. */
  truncated: (pdf) => Buffer.from(pdf.subarray(0, Math.floor((pdf.length * 2) / 3))),
  /** The last lines are missing. */
  'tail-cut': (pdf) => Buffer.from(pdf.subarray(0, Math.max(0, pdf.length - 24))),
  /** As a web server or a mail program leaves it. */
  'junk-before': (pdf) =>
    Buffer.concat([bytes('HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n'), Buffer.from(pdf)]),
  'junk-after': (pdf) => Buffer.concat([Buffer.from(pdf), bytes('\r\n--boundary--\r\n'), Buffer.alloc(700, 0)]),
  /** Sent as text: all line ends changed. */
  'line-ends': (pdf) => bytes(latin1(pdf).replace(/\r?\n/g, '\r\n')),
} as const satisfies Readonly<Record<string, (pdf: Uint8Array) => Buffer>>
export type Damage = keyof typeof DAMAGES

const SPECIAL = ['0', '-1', '2147483648', '99999999999999999999', '1 0 R', 'null', '[', '<<', '>>', '(', 'endobj', 'R']

/** One to eight changes at random places: bits, bytes, pieces cut, doubled or moved, numbers and keywords swapped. */
export function fuzz(pdf: Uint8Array, seed: number): Buffer {
  const random = seeded(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  let result: Buffer = Buffer.from(pdf)
  for (let change = below(8); change >= 0; change -= 1) {
    const at = below(result.length)
    const length = Math.min(result.length - at, 1 + below(60))
    const [head, piece, tail] = [result.subarray(0, at), result.subarray(at, at + length), result.subarray(at + length)]
    switch (below(6)) {
      case 0:
        result[at] = (result[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        for (let index = at; index < at + Math.min(length, 6); index += 1) result[index] = below(256)
        break
      case 2:
        result = Buffer.concat([head, tail])
        break
      case 3:
        result = Buffer.concat([head, piece, piece, tail])
        break
      case 4:
        result = Buffer.concat([tail.subarray(0, below(Math.min(tail.length, 200))), head, piece, tail])
        break
      default:
        result = changeWord(result, at, below(SPECIAL.length), below(1000))
    }
  }
  return result
}

/** The next number behind `at` becomes something special, or another small number. */
function changeWord(pdf: Buffer, at: number, special: number, number: number): Buffer {
  const near = pdf.toString('latin1', at, at + 4000)
  const found = /\d+/.exec(near)
  if (found === null) return pdf
  const start = at + found.index
  const word = number % 2 === 0 ? String(number) : (SPECIAL[special] ?? '0')
  return Buffer.concat([pdf.subarray(0, start), bytes(word), pdf.subarray(start + found[0].length)])
}
