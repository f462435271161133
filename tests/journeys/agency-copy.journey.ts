// A paper of a dossier becomes the agency's own copy (sao y): the clerk asks for it with one key and signs her scans, the seal keeper
// looks at each and signs them with one PIN, and the clerk and the province have the file with both marks.
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import { sheetOf } from './files.ts'
import * as papers from './kept-papers.ts'
import * as story from './story.ts'

test.use({ options: { escl: true, extras: ['clerk'] } })

test('two papers are asked for, signed by who scanned and by the agency, shown to both people, and sent', async ({
  stack,
  open,
}) => {
  const window = await open()
  const { page } = window
  const eyes = openEyes(page)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await papers.openKept(page)
  await story.startScanning(page)
  await papers.feedSheets(page, stack, await Promise.all([sheetOf('birth'), sheetOf('permit')]))
  for (const digits of ['1', '1']) {
    await page.keyboard.press(digits)
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'counts')).toHaveCount(0)
  await page.keyboard.press('F10')
  for (const [at, title] of ['Giấy khai sinh', 'Giấy phép xây dựng'].entries()) {
    await story.at(page, 'paper-title').nth(at).fill(title)
    await page.keyboard.press('Tab')
  }
  await papers.makeKept(page, 2)

  // One key asks for it, the same key takes it back.
  const state = (is: string) => expect(story.at(page, 'agency-copy')).toHaveAttribute('data-state', is)
  await state('none')
  await eyes.look('agency copy, offered', 'both')
  await page.keyboard.press('F2')
  await state('asked')
  await eyes.look('agency copy, asked', 'both')
  await page.keyboard.press('F2')
  await state('none')
  await page.keyboard.press('F2')
  await state('asked')
  await page.keyboard.press('F9')
  await state('none')
  await page.keyboard.press('F2')
  await state('asked')
  await story.goToSigning(page)
  await story.sign(window, 'clerk', stack.pki.officer.pin)

  await story.changeTo(page, 'sealKeeper')
  await story.goToSigning(page)
  await page.keyboard.press('F2')
  await expect(story.at(page, 'role-copy')).toHaveAttribute('aria-pressed', 'true')
  await expect(story.at(page, 'batch-item')).toHaveCount(2)
  await expect(story.at(page, 'pdf-view')).toHaveAttribute('data-painted', 'true', { timeout: 20_000 })
  await eyes.look('agency copy, list', 'both')
  const first = await story.at(page, 'pdf-view').getAttribute('data-file')
  await story.at(page, 'batch-item').nth(1).click()
  await expect(story.at(page, 'pdf-view')).not.toHaveAttribute('data-file', first ?? '')
  await expect(story.at(page, 'pdf-view')).toHaveAttribute('data-painted', 'true', { timeout: 20_000 })
  const pin = await story.proveAndPin(window, 'sealKeeper', stack.pki.agency.pin)
  if (process.env.QUAY_SHOTS !== undefined)
    await pin.screenshot({ path: `${process.env.QUAY_SHOTS}/agency-copy-pin.vi.png` })
  await story.lastKey(pin, 'Enter')
  await expect(story.at(page, 'batch-finished')).toBeVisible({ timeout: 60_000 })
  await eyes.look('agency copy, finished', 'both')
  // The dossier, each scan, and each copy.
  await story.waitForDelivery(page, 5)

  await story.changeTo(page, 'clerk')
  await page.keyboard.press('Alt+4')
  await story.at(page, 'dossier-row').first().dblclick()
  await expect(story.at(page, 'screen-fields')).toBeVisible()
  await state('signed')
  await eyes.look('agency copy, signed', 'both')
  await page.keyboard.press('F2')
  await expect(story.at(page, 'agency-copy-file')).toBeVisible()
  await expect(story.at(page, 'agency-copy-file').getByTestId('pdf-view')).toHaveAttribute('data-painted', 'true', {
    timeout: 20_000,
  })
  await eyes.look('agency copy, file')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+k')
  await expect(story.at(page, 'check-copy')).toHaveCount(2)
  await story.at(page, 'check-copy').first().dblclick()
  await expect(story.at(page, 'check-signature')).toHaveCount(2)
  await expect(story.at(page, 'check-signature').nth(1)).toContainText('SaoY')
  await expect(story.at(page, 'check-signature').nth(1)).toContainText('UBND Phường Mẫu')
  // One below the other, each with all its lines.
  const hidden = await story
    .at(page, 'check-signature')
    .evaluateAll((all) => all.map((one) => one.scrollHeight - one.clientHeight))
  expect(hidden).toEqual([0, 0])
  await eyes.look('agency copy, checked', 'both')
  await window.close()

  for (const { document, copied } of await papers.filedIn(stack)) {
    if (copied === null) throw new Error('no copy')
    expect(papers.scannerSignature(copied, stack)).toEqual({
      signers: [
        { signer: 'Trần Thị Mai Mẫu', valid: true, trusted: true, whole: false },
        { signer: 'UBND Phường Mẫu', valid: true, trusted: true, whole: true },
      ],
      qpdf: 'ok',
      openssl: ['ok', 'ok'],
    })
    expect(papers.placeOf(copied, 'Sao')?.left).toBeGreaterThan(0.5)
    expect(papers.placeOf(copied, 'Sao')?.top).toBeLessThan(0.05)
    expect(papers.placeOf(copied, 'chụp:')?.left).toBeLessThan(0.3)
    papers.pictureOf(copied, `agency-copy-on-paper-${document.pages}-${document.title.length}`)
  }
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
