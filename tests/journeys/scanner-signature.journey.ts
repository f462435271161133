// Who scanned a paper signs it (TT 01/2023 Đ.8): a batch with one PIN, the mark top left, and off it goes to the province.
// Whoever has no token loses nothing: the papers wait on a list.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Stack } from '../bench/stack.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import { sheetOf } from './files.ts'
import * as papers from './kept-papers.ts'
import * as story from './story.ts'
import type { OpenWindow } from './window.ts'

const TITLES = ['Giấy khai sinh', 'Giấy xác nhận tình trạng hôn nhân', 'Giấy phép xây dựng'] as const

/** Three papers of one page each are scanned and made into documents. Ends at the form. */
async function threeKept({ page }: OpenWindow, stack: Stack): Promise<void> {
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await papers.openKept(page)
  await story.startScanning(page)
  await papers.feedSheets(page, stack, await Promise.all([sheetOf('birth'), sheetOf('single'), sheetOf('permit')]))
  for (const digits of ['1', '1', '1']) {
    await page.keyboard.press(digits)
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'counts')).toHaveCount(0)
  await page.keyboard.press('F10')
  await expect(story.at(page, 'screen-document')).toBeVisible()
  await expect(story.at(page, 'paper-title')).toHaveCount(3)
  for (const [at, title] of TITLES.entries()) {
    await story.at(page, 'paper-title').nth(at).fill(title)
    await page.keyboard.press('Tab')
  }
  await papers.makeKept(page, 3)
}

const digestsOf = (files: readonly Buffer[]): readonly string[] =>
  files.map((bytes) => createHash('sha256').update(bytes).digest('hex')).sort()

test.describe('with a token', () => {
  test.use({ options: { escl: true, extras: ['clerk'] } })

  test('three papers are signed with one PIN by who scanned them, marked top left, and the province has them', async ({
    stack,
    open,
  }) => {
    const window = await open()
    const { page } = window
    const eyes = openEyes(page)
    await threeKept(window, stack)
    await expect(story.at(page, 'sign-first')).toBeVisible()
    await story.goToSigning(page)
    await expect(story.at(page, 'batch-item')).toHaveCount(3)
    await expect(story.at(page, 'certificate')).toContainText('Trần Thị Mai Mẫu')
    await eyes.look('scanner signature, list', 'both')
    const pin = await story.proveAndPin(window, 'clerk', stack.pki.officer.pin)
    if (process.env.QUAY_SHOTS !== undefined)
      await pin.screenshot({ path: `${process.env.QUAY_SHOTS}/scanner-signature-pin.vi.png` })
    await story.lastKey(pin, 'Enter')
    await expect(story.at(page, 'batch-finished')).toBeVisible({ timeout: 60_000 })
    await eyes.look('scanner signature, finished', 'both')
    await story.waitForDelivery(page, 4)
    await eyes.look('scanner signature, sent', 'both')
    const arrived = await papers.arrivedFiles(page, stack)
    await window.close()

    const filed = await papers.filedIn(stack)
    expect(filed.map(({ document }) => document.title)).toEqual([...TITLES])
    for (const { signed } of filed) {
      if (signed === null) throw new Error('not signed')
      expect(papers.scannerSignature(signed, stack)).toEqual(papers.SIGNED_BY_CLERK)
      const mark = papers.placeOf(signed, 'chụp:')
      expect(mark?.left).toBeLessThan(0.3)
      expect(mark?.top).toBeLessThan(0.1)
      papers.pictureOf(signed, 'scanner-signature-on-paper')
    }
    const sent = filed.map(({ signed }) => readFileSync(signed ?? ''))
    expect(digestsOf(arrived)).toEqual(digestsOf(sent))
    expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  })
})

test.describe('without a token', () => {
  test.use({ options: { escl: true } })

  test('a clerk without a token of her own goes on working: her papers wait on the list to be signed, with the reason', async ({
    stack,
    open,
  }) => {
    const window = await open()
    const { page } = window
    const eyes = openEyes(page)
    await threeKept(window, stack)
    await expect(story.at(page, 'count-signature')).toHaveText('3')
    await story.goToSigning(page)
    await expect(story.at(page, 'batch-item')).toHaveCount(3)
    await expect(story.at(page, 'no-certificate')).toBeVisible()
    await expect(story.at(page, 'batch-start')).toBeDisabled()
    await eyes.look('to be signed, no token', 'both')
    // Nothing is in her way, and nobody was asked for a PIN.
    await story.scanQr(page)
    await papers.openKept(page)
    expect(await stack.faults.tries()).toEqual([])
    await window.close()

    // The next morning the list is still there.
    const again = await open()
    await story.openStore(again.page)
    await story.signIn(again.page, 'clerk')
    await story.goToSigning(again.page)
    await expect(story.at(again.page, 'batch-item')).toHaveCount(3)
    expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  })
})
