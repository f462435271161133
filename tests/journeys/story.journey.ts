// The story of the product: one citizen's paper becomes certified electronic copies that the province has received.
import { expect, test } from './desk.ts'
import { ALL_WELL, judge } from './judge.ts'
import * as story from './story.ts'

test('a citizen brings three papers; the province receives three certified copies, each with two valid signatures', async ({
  stack,
  open,
}) => {
  const window = await open()
  const { page } = window
  expect(await story.sandboxOf(window)).toContain('on (')
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await stack.card?.obey('insert mau')
  await story.readChip(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  await story.feed(page, 4)
  await story.lookAndRepair(page)
  await story.markPapers(page, [1, 2])
  await story.makeDocuments(page)
  await story.compareAll(page, 3)
  await story.changeTo(page, 'officer')
  await story.reviewAll(page)
  await story.goToSigning(page)
  await story.sign(window, 'officer', stack.pki.officer.pin)
  await story.changeTo(page, 'sealKeeper')
  await story.goToSigning(page)
  await story.sign(window, 'sealKeeper', stack.pki.agency.pin)
  await story.waitForDelivery(page, 5)
  await page.keyboard.press('Alt+2')
  await expect(story.at(page, 'dossier-row')).toContainText('đã trả kết quả')
  await window.close()
  expect(await judge(stack)).toEqual(ALL_WELL)
})

test('the seal keeper cannot seal what the officer has not signed', async ({ stack, open }) => {
  const window = await open()
  const { page } = window
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.intake(window, stack)
  await story.changeTo(page, 'officer')
  await story.reviewAll(page)
  await story.changeTo(page, 'sealKeeper')
  await story.goToSigning(page)
  await expect(story.at(page, 'batch-empty')).toBeVisible()
})
