// Recorded conversations with a card, as text: `=> hex` is a command, `<= hex` its answer, `#` a remark.
// A replay is strict: another command than the recorded one, one too many or one too few is an error, never an answer.
import { fromHex, toHex } from '../../../drivers/card/apdu.ts'
import type { Transceive } from '../../../drivers/card/transceive.ts'
import { ok } from '../../../preload/contract/result.ts'

export interface Exchange {
  readonly command: string
  readonly answer: string
}

export function parseTrace(text: string): readonly Exchange[] {
  const rows = text
    .split('\n')
    .map((row) => row.trim())
    .filter((row) => row !== '' && !row.startsWith('#'))
  const exchanges: Exchange[] = []
  for (let at = 0; at < rows.length; at += 2) {
    const [command = '', answer = ''] = [rows[at], rows[at + 1]]
    if (!command.startsWith('=> ') || !answer.startsWith('<= ')) throw new Error(`trace row ${at}: not "=> … <= …"`)
    exchanges.push({ command: toHex(fromHex(command.slice(3))), answer: toHex(fromHex(answer.slice(3))) })
  }
  return exchanges
}

export const writeTrace = (remark: string, exchanges: readonly Exchange[]): string =>
  [`# ${remark}`, ...exchanges.flatMap(({ command, answer }) => [`=> ${command}`, `<= ${answer}`]), ''].join('\n')

/** Answers from the trace. `ended` throws when commands of the trace were not sent. */
export function replay(exchanges: readonly Exchange[]): { transceive: Transceive; ended: () => void } {
  let at = 0
  return {
    async transceive(apdu) {
      const next = exchanges[at]
      at += 1
      if (next?.command !== toHex(apdu))
        throw new Error(`command ${at}: sent ${toHex(apdu)}, recorded ${next?.command}`)
      return ok(fromHex(next.answer))
    },
    ended() {
      if (at !== exchanges.length) throw new Error(`${exchanges.length} commands recorded, ${at} sent`)
    },
  }
}

/** Passes everything through and writes it down. */
export function record(transceive: Transceive): { transceive: Transceive; exchanges: readonly Exchange[] } {
  const exchanges: Exchange[] = []
  return {
    exchanges,
    async transceive(apdu) {
      const answer = await transceive(apdu)
      if (answer.ok) exchanges.push({ command: toHex(apdu), answer: toHex(answer.value) })
      return answer
    },
  }
}

/** Random bytes that are the same every time: what a recording needs to be replayed. */
export function steadyRandom(seed: number): (length: number) => Buffer {
  let state = seed
  return (length) =>
    Buffer.from(
      Array.from({ length }, () => {
        state = (state * 1103515245 + 12345) % 2147483648
        return (state >> 16) & 0xff
      }),
    )
}
