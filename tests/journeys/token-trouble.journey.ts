// Tokens misbehave: no PIN is tried twice, no document is signed twice, and the batch goes on where it stopped.
import { expect, test } from './desk.ts'
import { ALL_WELL, judge } from './judge.ts'
import * as story from './story.ts'

const toOfficer = async (
  window: import('./window.ts').OpenWindow,
  stack: import('../bench/stack.ts').Stack,
): Promise<void> => {
  await story.openStore(window.page)
  await story.signIn(window.page, 'clerk')
  await story.intake(window, stack)
  await story.changeTo(window.page, 'officer')
  await story.reviewAll(window.page)
  await story.goToSigning(window.page)
}

test('the token is pulled in the middle of a batch, put back, and the rest is signed exactly once', async ({
  stack,
  open,
}) => {
  const window = await open()
  const { page } = window
  await toOfficer(window, stack)
  await stack.faults.say('pull-after OFFICER 1')
  const pin = await story.proveAndPin(window, 'officer', stack.pki.officer.pin)
  await story.lastKey(pin, 'Enter')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'device.removed', { timeout: 30_000 })
  await expect(story.at(page, 'batch-stop-waiting')).toBeVisible()
  // Nobody touches the keyboard: the token is put back, and its PIN is asked for again.
  const opening = window.pinWindow()
  await stack.faults.say()
  const again = await opening
  await story.at(again, 'pin').fill(stack.pki.officer.pin)
  await story.lastKey(again, 'Enter')
  await expect(story.at(page, 'batch-finished')).toBeVisible({ timeout: 30_000 })
  await story.changeTo(page, 'sealKeeper')
  await story.goToSigning(page)
  await story.sign(window, 'sealKeeper', stack.pki.agency.pin)
  await story.waitForDelivery(page, 5)
  await window.close()
  expect(await judge(stack)).toEqual(ALL_WELL)
})

test('a wrong PIN costs one try, never two; the last try is announced before it is spent', async ({ stack, open }) => {
  const window = await open()
  const { page } = window
  await toOfficer(window, stack)
  const wrong = await story.proveAndPin(window, 'officer', '000000')
  await story.lastKey(wrong, 'Enter')
  await expect(story.at(wrong, 'pin-failure')).toBeVisible({ timeout: 20_000 })
  await story.lastKey(wrong, 'Enter')
  await expect(story.at(page, 'batch-continue')).toBeVisible()
  expect((await stack.faults.tries()).length).toBe(1)
  await stack.faults.say('tries OFFICER 1')
  await page.keyboard.press('Alt+5')
  await page.keyboard.press('Alt+6')
  await expect(story.at(page, 'token-finalTry')).toBeVisible({ timeout: 15_000 })
  await expect(story.at(page, 'batch-start').or(story.at(page, 'batch-continue'))).toBeDisabled()
  expect((await stack.faults.tries()).length).toBe(1)
})

test('a locked token is said plainly and not tried at all', async ({ stack, open }) => {
  const window = await open()
  await stack.faults.say('tries OFFICER 0')
  await toOfficer(window, stack)
  await expect(story.at(window.page, 'token-locked')).toBeVisible({ timeout: 15_000 })
  await expect(story.at(window.page, 'batch-start')).toBeDisabled()
  expect(await stack.faults.tries()).toEqual([])
})
