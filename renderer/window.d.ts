// What the preload puts on the window, and the kinds of files the bundler turns into text, addresses and workers.
import type { Counter } from '../preload/contract/index.ts'
import type { PinAnswer, PinQuestion } from '../preload/contract/signature.ts'

declare global {
  interface Window {
    /** The window's only way to main; absent in the PIN window. */
    readonly counter: Counter
    /** The PIN window's only way out; absent in the main window. */
    readonly pin: {
      question(): Promise<PinQuestion>
      submit(pin: string, newPin?: string, insist?: boolean): Promise<PinAnswer>
      cancel(): void
    }
  }
}
