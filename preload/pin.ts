// The PIN window: one question, one answer over a port that leads to the token host. Main never sees what is typed.
// What was typed travels as bytes and is wiped here once it is on its way; it is sent once.
import { contextBridge, ipcRenderer } from 'electron'
import { PinAnswer, type PinMessage, PinQuestion } from './contract/signature.ts'

/** A little longer than main waits for a host: then that host is gone, and nobody is left to answer. */
const LONGEST = 190_000

const port = new Promise<MessagePort>((resolve) => {
  ipcRenderer.once('pin.port', (event) => {
    const [given] = event.ports
    if (given !== undefined) resolve(given)
  })
})
const question = new Promise<PinQuestion>((resolve) => {
  ipcRenderer.once('pin.question', (_event, value: unknown) => resolve(PinQuestion.parse(value)))
})

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const silent: PinAnswer = { ok: false, failure: { kind: 'device', device: 'signature', what: 'timeout' } }

let sent = false

contextBridge.exposeInMainWorld('pin', {
  question: () => question,
  submit: async (pin: string, newPin?: string, insist?: boolean): Promise<PinAnswer> => {
    const to = await port
    if (sent) return silent
    sent = true
    const message: PinMessage = {
      pin: bytesOf(pin),
      ...(newPin === undefined ? {} : { newPin: bytesOf(newPin) }),
      ...(insist === true ? { insist } : {}),
    }
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(silent), LONGEST)
      to.onmessage = ({ data }) => {
        clearTimeout(late)
        resolve(PinAnswer.parse(data))
      }
      to.postMessage(message)
      message.pin.fill(0)
      message.newPin?.fill(0)
    })
  },
  cancel: () => void port.then((to) => to.close()).finally(() => window.close()),
})
