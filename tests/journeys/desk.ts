// Gives every journey a desk of its own: the stack below, one window, and everything away afterwards.
import { test as base } from 'playwright/test'
import { type Stack, type StackOptions, startStack } from '../bench/stack.ts'
import { endDisplay, type OpenWindow, openWindow } from './window.ts'

export { expect } from 'playwright/test'

interface Desk {
  readonly options: StackOptions
  readonly stack: Stack
  /** Opens the program; a journey may open it again after a kill. `more`: of its environment; another data folder. */
  readonly open: (more?: {
    readonly env?: Readonly<Record<string, string>>
    readonly data?: string
  }) => Promise<OpenWindow>
}

export const test = base.extend<Desk, { display: undefined }>({
  display: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      await use(undefined)
      endDisplay()
    },
    { scope: 'worker', auto: true },
  ],
  options: [{}, { option: true }],
  stack: async ({ options }, use) => {
    const stack = await startStack(options)
    await use(stack)
    await stack.stop()
  },
  open: async ({ stack }, use, info) => {
    const opened: OpenWindow[] = []
    await use(async ({ env = {}, data = stack.data } = {}) => {
      const window = await openWindow({ ...stack, data }, env)
      opened.push(window)
      return window
    })
    const last = opened.at(-1)
    if (info.status !== info.expectedStatus && last !== undefined)
      await last.page.screenshot({ path: info.outputPath('last-screen.png') }).catch(() => undefined)
    for (const window of opened) await window.close()
  },
})
