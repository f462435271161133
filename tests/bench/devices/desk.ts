// The folder that the bench devices live in: small control files say what lies on the reader, in the feeder, in the slots.
// The drivers only read what a test or a person wrote there, and write only their own ledgers; nobody ever sees half a file.
import { readFileSync, renameSync, watch, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The environment variable that tells the drivers their folder. */
export const DESK = 'QUAY_BENCH_DESK'

export interface Desk {
  readonly folder: string
  /** One line: the card that lies on the reader (`mau`, `thu`, `tre`, `foreign`), `away` for no reader; empty: no card. */
  readonly reader: string
  /** The driver's: one line a reading, the person and the access keys the chip has been given so far. */
  readonly readerLedger: string
  /** Rules a line: `jam-at N`, `vanish-at N`, `double-at N` (N pages fed in all), `cover-open`, `busy`, `away`, `slow MILLISECONDS`. */
  readonly scanner: string
  /** The driver's: how many pages the feeder has fed in all. */
  readonly fed: string
  /** JPEG files, 300 dpi, fed in the order of their names and gone when fed. */
  readonly feeder: string
  /** The page on the glass. */
  readonly glass: string
  /** A folder a token: `token.json` (`TokenWriting`), and `NAME.der` with `NAME.key` (PKCS#8, PEM) for each certificate. */
  readonly tokens: string
  /** Script and ledger as in tests/bench/token/faults.ts. */
  readonly tokenScript: string
  readonly tokenLedger: string
}

/** What is written in a token. A bench token protects nothing: its PIN and its keys are plain. */
export interface TokenWriting {
  readonly serial: string
  readonly pin: string
}

export const deskIn = (folder: string): Desk => ({
  folder,
  reader: join(folder, 'reader'),
  readerLedger: join(folder, 'reader.ledger'),
  scanner: join(folder, 'scanner'),
  fed: join(folder, 'scanner.fed'),
  feeder: join(folder, 'feeder'),
  glass: join(folder, 'glass.jpg'),
  tokens: join(folder, 'tokens'),
  tokenScript: join(folder, 'token.script'),
  tokenLedger: join(folder, 'token.ledger'),
})

/** The text of a control file; one that is not there says nothing. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** A control file as the words of its lines. */
export const rulesIn = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '')

export function replaceFile(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.new`, content)
  renameSync(`${file}.new`, file)
}

/** Calls `nudge` when `file` may have changed; answers how to stop. Like every watch it may miss something. */
export function watchFile(file: string, nudge: () => void): () => void {
  const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name === null || name === basename(file)) nudge()
  })
  watcher.on('error', () => watcher.close())
  return () => watcher.close()
}
