// Hands and eyes: every sign a Vietnamese keyboard sends arrives as it was meant, everything is done without a mouse, and a
// program that reads screens aloud finds nothing seriously wrong on the screens of digitising.
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as story from './story.ts'
import { CORPUS, type Keys, type Method, typeText } from './typing.ts'

test('names typed with Telex and VNI through Unikey, EVKey and the Windows input method arrive sign by sign', async ({
  stack,
  open,
}) => {
  const { page } = await open()
  const cdp = await page.context().newCDPSession(page)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  await story.feed(page, 4)
  const wrong: string[] = []
  let signs = 0
  for (const method of ['unikey', 'evkey', 'windows'] satisfies Method[])
    for (const keys of ['telex', 'vni'] satisfies Keys[])
      for (const text of CORPUS) {
        await page.keyboard.press('t')
        const field = story.at(page, 'title-input')
        await expect(field).toBeFocused()
        await page.keyboard.press('Control+a')
        await page.keyboard.press('Delete')
        await typeText(cdp, text, keys, method)
        const arrived = (await field.inputValue()).normalize('NFC')
        signs += [...text].length
        if (arrived !== text) wrong.push(`${method} ${keys}: ${text} → ${arrived}`)
        await page.keyboard.press('Escape')
        await expect(field).toHaveCount(0)
      }
  expect(wrong).toEqual([])
  test.info().annotations.push({ type: 'signs', description: String(signs) })
})

test('the screens of digitising have no serious fault of accessibility', async ({ stack, open }) => {
  const { page } = await open()
  const { seen, look } = openEyes(page)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await look('card')
  await story.scanQr(page)
  await story.openDossier(page)
  await look('dossier')
  await story.startScanning(page)
  await look('scan, empty')
  await stack.loadThreePapers()
  await story.feed(page, 4)
  await look('scan')
  await page.keyboard.press('0')
  await expect(story.at(page, 'page-thumb').last()).toHaveAttribute('data-original', 'true')
  await look('scan, as scanned')
  await page.keyboard.press('0')
  for (const [key, dialog] of [
    ['t', 'title-dialog'],
    ['p', 'separators-dialog'],
    ['Control+p', 'profile-dialog'],
    ['3', 'counts'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(story.at(page, dialog)).toBeVisible()
    await look(dialog)
    await page.keyboard.press('Escape')
    await expect(story.at(page, dialog)).toHaveCount(0)
  }
  await page.keyboard.press('F6')
  await expect(story.at(page, 'scan-mixed')).toBeVisible()
  await look('scan, start')
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'page-thumb')).toHaveCount(4)
  await story.markPapers(page, [1, 2])
  await page.keyboard.press('F10')
  await expect(story.at(page, 'screen-document')).toBeVisible()
  await look('document')
  await page.keyboard.press('F3')
  await expect(story.at(page, 'screen-scan')).toBeVisible()
  await story.makeDocuments(page)
  await look('compare')
  await page.keyboard.press('F7')
  await expect(story.at(page, 'screen-fields')).toBeVisible()
  await look('fields')
  expect(seen).toEqual(nothingWrong(seen))
})
