// A PIN of one's own, from the keyboard: changed, mistyped, unblocked; the certificates and who cannot sign.

import type { Page } from 'playwright/test'
import { expect, test } from './desk.ts'
import * as story from './story.ts'

test('the officer changes the PIN, mistypes it once, and unblocks a locked token', async ({ stack, open }) => {
  test.setTimeout(300_000)
  const window = await open()
  const { page } = window
  await story.openStore(page)
  await story.signIn(page, 'officer')
  await page.keyboard.press('Alt+C')
  await expect(story.at(page, 'screen-certificates')).toBeVisible()
  await expect(story.at(page, 'certificate-row').first()).toBeVisible({ timeout: 20_000 })
  await page.locator('[data-testid=certificate-row]', { hasText: 'Nguyễn Văn Đức' }).first().click()
  await page.keyboard.press('F2')
  await page.keyboard.press('F2')

  const press = async (key: string): Promise<Page> => {
    const opening = window.pinWindow()
    await page.keyboard.press(key)
    return opening
  }
  await expect(story.at(page, 'change-pin')).toBeEnabled()
  const change = await press('F9')
  await expect(story.at(change, 'pin')).toBeFocused()
  await change.keyboard.type('123456')
  await change.keyboard.press('Enter')
  await expect(story.at(change, 'pin-new')).toBeFocused()
  await change.keyboard.type('12')
  await change.keyboard.press('Tab')
  await change.keyboard.type('13')
  await story.at(change, 'pin-new').fill('24681357')
  await story.at(change, 'pin-again').fill('24681357')
  await story.at(change, 'pin-again').focus()
  await story.lastKey(change, 'Enter')
  await expect(story.at(page, 'certificates-said')).toContainText('Đã đổi', { timeout: 30_000 })

  await expect(story.at(page, 'change-pin')).toBeEnabled({ timeout: 30_000 })
  const wrong = await press('F9')
  await story.at(wrong, 'pin').fill('000000')
  await story.at(wrong, 'pin-new').fill('11112222')
  await story.at(wrong, 'pin-again').fill('11112222')
  await story.at(wrong, 'pin-again').focus()
  await wrong.keyboard.press('Enter')
  await expect(story.at(wrong, 'pin-failure')).toBeVisible({ timeout: 20_000 })
  await story.lastKey(wrong, 'Enter')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'pin.wrong')

  await stack.faults.say('tries OFFICER 1')
  await page.keyboard.press('F5')
  await expect(page.locator('[data-testid=token-big][data-state=finalTry]')).toBeVisible({ timeout: 20_000 })
  const last = await press('F9')
  await story.at(last, 'pin').fill('24681357')
  await story.at(last, 'pin-new').fill('123456')
  await story.at(last, 'pin-again').fill('123456')
  await expect(story.at(last, 'pin-submit')).toBeDisabled()
  await last.keyboard.press('F8')
  await story.lastKey(last, 'Escape')

  await stack.faults.say('tries OFFICER 0', 'so-tries OFFICER 2')
  await page.keyboard.press('F5')
  await expect(page.locator('[data-testid=token-big][data-state=locked]')).toBeVisible({ timeout: 20_000 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'unblock-dialog')).toBeVisible()
  const unblock = await press('Enter')
  await story.at(unblock, 'pin').fill('12345678')
  await story.at(unblock, 'pin-new').fill('123456')
  await story.at(unblock, 'pin-again').fill('123456')
  await story.at(unblock, 'pin-again').focus()
  await story.lastKey(unblock, 'Enter')
  await expect(story.at(page, 'certificates-said')).toContainText('Đã mở khóa', { timeout: 30_000 })
  await page.keyboard.press('Alt+N')
  // Its process is a new one after a PIN: it has to have seen the token once to know it while it is held.
  await expect(page.locator('[data-testid=token-big][data-state=ready]')).toBeVisible({ timeout: 20_000 })
  await stack.faults.say('held OFFICER 0x30')
  await page.keyboard.press('F5')
  await expect(page.locator('[data-testid=token-big][data-state=held]')).toBeVisible({ timeout: 20_000 })
  await stack.faults.say()
})
