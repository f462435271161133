// The line is down for the whole story: the work goes on, and everything arrives once when the line is back.
import { expect, test } from './desk.ts'
import { ALL_WELL, judge } from './judge.ts'
import * as story from './story.ts'

test('the province is down for the whole story, then back: everything arrives exactly once', async ({
  stack,
  open,
}) => {
  await stack.province.misbehave({ down: 'refused' })
  const window = await open()
  const { page } = window
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await expect(story.at(page, 'province-light')).toHaveAttribute('data-state', 'offline', { timeout: 15_000 })
  await story.intake(window, stack)
  await story.changeTo(page, 'officer')
  await story.reviewAll(page)
  await story.goToSigning(page)
  await story.sign(window, 'officer', stack.pki.officer.pin)
  await story.changeTo(page, 'sealKeeper')
  await story.goToSigning(page)
  await story.sign(window, 'sealKeeper', stack.pki.agency.pin)
  await page.keyboard.press('Alt+7')
  await expect(page.locator('[data-testid="parcel-row"][data-state="waiting"]')).toHaveCount(5, { timeout: 20_000 })
  await stack.province.misbehave({ down: false })
  await story.waitForDelivery(page, 5)
  await window.close()
  expect(await judge(stack)).toEqual(ALL_WELL)
})

test('a parcel the province refuses waits for a person, with the reason', async ({ stack, open }) => {
  await stack.province.misbehave({ reject: { procedure: '2.000815', code: 'TTHC_TAM_DUNG' } })
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await page.keyboard.press('Alt+7')
  await expect(page.locator('[data-testid="parcel-row"][data-state="needs-a-person"]')).toHaveCount(1, {
    timeout: 20_000,
  })
  await expect(story.at(page, 'parcel-row')).toContainText('TTHC_TAM_DUNG')
  await stack.province.misbehave({ reject: null })
  await page.keyboard.press('T')
  await expect(page.locator('[data-testid="parcel-row"][data-state="delivered"]')).toHaveCount(1, { timeout: 20_000 })
})
