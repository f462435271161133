// Paper misbehaves: what was scanned stays, and the screen says what to do next.
import { expect, test } from './desk.ts'
import * as story from './story.ts'

test('the feeder jams on page 3: two pages are safe, the clerk puts the rest back and goes on', async ({
  stack,
  open,
}) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  stack.scanner.set({ jamAfter: 2 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'device.jammed', { timeout: 30_000 })
  await expect(story.at(page, 'failure')).toContainText('2 trang')
  await expect(story.at(page, 'page-thumb')).toHaveCount(2)
  stack.scanner.set({ jamAfter: undefined })
  await stack.loadThreePapers()
  await story.feed(page, 6)
})

test('an empty feeder and an unplugged scanner are named, and nothing is lost', async ({ stack, open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  stack.scanner.load([])
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'device.feeder-empty', { timeout: 30_000 })
  await stack.loadThreePapers()
  await story.feed(page, 4)
  await stack.loadThreePapers()
  stack.scanner.set({ vanishAfter: 1 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toBeVisible({ timeout: 60_000 })
  expect(await story.at(page, 'page-thumb').count()).toBeGreaterThanOrEqual(4)
})
