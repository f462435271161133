// The PIN window: one question, one answer over a port that leads to the token host. Main never sees what is typed.
import { contextBridge, ipcRenderer } from 'electron'
import { PinAnswer, PinQuestion } from './contract/signature.ts'

const port = new Promise<MessagePort>((resolve) => {
  ipcRenderer.once('pin.port', (event) => {
    const [given] = event.ports
    if (given !== undefined) resolve(given)
  })
})
const question = new Promise<PinQuestion>((resolve) => {
  ipcRenderer.once('pin.question', (_event, value: unknown) => resolve(PinQuestion.parse(value)))
})

contextBridge.exposeInMainWorld('pin', {
  question: () => question,
  submit: async (pin: string): Promise<PinAnswer> => {
    const to = await port
    return new Promise((resolve) => {
      to.onmessage = ({ data }) => resolve(PinAnswer.parse(data))
      to.postMessage({ pin })
    })
  },
  cancel: () => void port.then((to) => to.close()).finally(() => window.close()),
})
