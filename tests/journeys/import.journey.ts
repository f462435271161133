// Files instead of paper: what a citizen sent by mail or brought on a stick becomes pages like any other, and what is made to do
// harm is refused by name, without taking a page with it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as files from './files.ts'
import * as story from './story.ts'

test('a PDF of three pages, a JPEG, a fax of two pages and a PNG become seven pages of the dossier, made right', async ({
  stack,
  open,
}) => {
  const { page } = await open()
  const eyes = openEyes(page)
  const place = join(stack.home, 'brought')
  mkdirSync(place)
  const [pdf, jpeg, fax, png, coarse] = await Promise.all([
    files.pdfOfSheets('Hồ sơ đất.pdf', ['decision', 'single', 'record']),
    files.jpegFile('khai-sinh.jpg', 'birth'),
    files.faxFile('fax.tif', ['permit', 'health']),
    files.pngFile('bang.png', 'diploma'),
    files.coarseFile('anh-zalo.jpg', 'letter'),
  ])
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)

  await files.chooseFiles(page, files.putOnDisk(place, [pdf, jpeg]))
  await expect(story.at(page, 'page-thumb')).toHaveCount(4, { timeout: 30_000 })
  await expect(story.at(page, 'scan-said')).toContainText('Đã nhận 4 trang từ tệp.')
  await files.dropFiles(page, [fax, png])
  await expect(story.at(page, 'page-thumb')).toHaveCount(7, { timeout: 30_000 })
  await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '7', { timeout: 30_000 })
  await expect(story.at(page, 'failure')).toHaveCount(0)
  await eyes.look('import, seven pages', 'both')

  // Each file is a paper of its own: PDF, JPEG, TIFF, PNG. None is turned the wrong way.
  await expect(story.at(page, 'page-thumb').and(page.locator('[data-rotation="0"]'))).toHaveCount(7)
  const papers = await story.at(page, 'page-thumb').evaluateAll((thumbs) => thumbs.map(({ dataset }) => dataset.paper))
  expect(papers).toEqual(['1', '1', '1', '2', '3', '3', '4'])

  await files.dropFiles(page, [coarse])
  await expect(story.at(page, 'page-thumb')).toHaveCount(8, { timeout: 30_000 })
  await expect(story.at(page, 'page-thumb').nth(7)).toHaveAttribute('data-reasons', /low-resolution/, {
    timeout: 20_000,
  })
  await page.keyboard.press('End')
  await expect(page.locator('[data-testid="reason"][data-reason="low-resolution"]')).toContainText('200')
  await eyes.look('import, coarse picture', 'both')
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})

test('a PDF with a password, a PDF bomb and a picture 40,000 pixels wide are refused by name, the pages stay', async ({
  open,
}) => {
  const { page } = await open()
  const eyes = openEyes(page)
  const [good, jpeg, giant] = await Promise.all([
    files.pdfOfSheets('tot.pdf', ['decision', 'single']),
    files.jpegFile('tot.jpg', 'birth'),
    files.giantFile('anh-khong-lo.png'),
  ])
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await files.dropFiles(page, [good])
  await expect(story.at(page, 'page-thumb')).toHaveCount(2, { timeout: 30_000 })

  for (const [file, failure, words] of [
    [files.lockedFile('co-mat-khau.pdf', good.bytes), 'refused.file-locked', 'mật khẩu'],
    [files.bombFile('bom.pdf'), 'refused.file-unsafe', 'gây hại'],
    [giant, 'refused.file-too-large', 'quá lớn'],
  ] as const) {
    await files.dropFiles(page, [file])
    await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', failure, { timeout: 60_000 })
    await expect(story.at(page, 'failure')).toContainText(words)
    await expect(story.at(page, 'failure')).toContainText('F9')
    await expect(story.at(page, 'page-thumb')).toHaveCount(2)
    await eyes.look(`import, ${failure}`, 'both')
  }
  // One bad file among good ones: the good ones are taken, the bad one is named.
  await files.dropFiles(page, [files.lockedFile('co-mat-khau.pdf', good.bytes), jpeg])
  await expect(story.at(page, 'page-thumb')).toHaveCount(3, { timeout: 30_000 })
  await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '3', { timeout: 30_000 })
  await expect(story.at(page, 'failure')).toContainText('co-mat-khau.pdf')
  await expect(story.at(page, 'failure')).not.toContainText('tot.jpg')
  await eyes.look('import, one of two refused', 'both')
  // The program goes on as if nothing had been.
  await files.dropFiles(page, [jpeg])
  await expect(story.at(page, 'page-thumb')).toHaveCount(4, { timeout: 30_000 })
  await expect(story.at(page, 'failure')).toHaveCount(0)
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
