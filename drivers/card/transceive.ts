// The one-method port between the protocol of the card and whatever carries it: PC/SC here, a trace in a test.
// A transceive promises the raw response with its status word, or a failure; it never throws and never repeats a command.
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { type Command, commandBytes, type Response, splitResponse } from './apdu.ts'

/** Sends one command APDU and answers the response APDU, status word last. */
export type Transceive = (apdu: Uint8Array) => Promise<Result<Uint8Array>>

/** Sends a plain command. A response without a status word is garbage: `device card unreadable`. */
export async function sendPlain(transceive: Transceive, command: Command): Promise<Result<Response>> {
  const answer = await transceive(commandBytes(command))
  if (!answer.ok) return answer
  const response = splitResponse(answer.value)
  return response ? ok(response) : UNREADABLE
}

export const UNREADABLE = fail({ kind: 'device', device: 'card', what: 'unreadable' })
export const UNSUPPORTED = fail({ kind: 'device', device: 'card', what: 'unsupported' })
