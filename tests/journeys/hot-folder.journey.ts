// The copier on the corridor scans into a folder. What is whole comes into the stack of many dossiers by itself, what is still
// being written waits, what is broken is set aside with its reason; nothing is lost and nothing comes twice.
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as files from './files.ts'
import * as papers from './kept-papers.ts'
import * as story from './story.ts'

const ASIDE = 'khong-nhan-duoc'
const mixed = (page: Page) => page.locator('[data-testid="unfinished-item"][data-dossier=""]')

/** From anywhere to the start page of scanning. */
async function startPage(page: Page): Promise<void> {
  await page.keyboard.press('Alt+3')
  await expect(story.at(page, 'hot-folder')).toHaveAttribute('data-state', 'watching')
}

test.describe('the watched folder', () => {
  test.use({ options: { escl: true, hotFolder: true, extras: ['clerk'] } })

  test('whole files come into the mixed stack, a half-written one waits, broken ones are set aside with the reason', async ({
    stack,
    open,
  }) => {
    const hot = stack.unit.hotFolder ?? ''
    const { page } = await open()
    const eyes = openEyes(page)
    await story.openStore(page)
    await story.signIn(page, 'clerk')
    await startPage(page)
    await eyes.look('hot folder, empty', 'both')

    const [pdf, jpeg] = await Promise.all([
      files.pdfOfSheets('may-quet-001.pdf', ['decision', 'single']),
      files.jpegFile('may-quet-002.jpg', 'birth'),
    ])
    await expect(story.at(page, 'dossier-search')).toBeFocused()
    // The copier writes slowly: first the half of it.
    const half = Math.round(pdf.bytes.length / 2)
    writeFileSync(join(hot, pdf.name), pdf.bytes.subarray(0, half))
    await expect(story.at(page, 'hot-folder')).toContainText('1 tệp đang chép')
    files.putOnDisk(hot, [jpeg, files.lockedFile('co-mat-khau.pdf', pdf.bytes), files.brokenFile('hong.pdf')])
    await expect(mixed(page)).toHaveAttribute('data-pages', '1', { timeout: 20_000 })
    // Whoever is typing there goes on typing.
    await expect(story.at(page, 'dossier-search')).toBeFocused()
    await expect(story.at(page, 'refused-file')).toHaveCount(2, { timeout: 20_000 })
    for (const [name, words] of [
      ['co-mat-khau.pdf', 'mật khẩu'],
      ['hong.pdf', 'hỏng'],
    ] as const)
      await expect(story.at(page, 'refused-file').filter({ hasText: name })).toContainText(words)
    await expect(story.at(page, 'hot-folder')).toContainText('1 tệp đang chép')
    await eyes.look('hot folder, one waits and two set aside', 'both')
    expect(readdirSync(hot).sort()).toEqual([ASIDE, pdf.name])

    appendFileSync(join(hot, pdf.name), pdf.bytes.subarray(half))
    await expect(mixed(page)).toHaveAttribute('data-pages', '3', { timeout: 20_000 })
    await expect.poll(() => readdirSync(hot)).toEqual([ASIDE])
    expect(readdirSync(join(hot, ASIDE)).filter((name) => name.endsWith('.ly-do.txt'))).toHaveLength(2)
    await page.keyboard.press('F9')
    await expect(story.at(page, 'page-thumb')).toHaveCount(3)
    await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '3', { timeout: 20_000 })
    await expect(story.at(page, 'to-check')).toHaveAttribute('data-count', '3')
    await eyes.look('hot folder, in the stack', 'both')
    expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  })

  test('a paper from the copier goes into a dossier with M, and who took it in signs for it', async ({
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
    files.putOnDisk(stack.unit.hotFolder ?? '', [await files.jpegFile('may-quet-003.jpg', 'birth')])
    await page.keyboard.press('F6')
    await expect(mixed(page)).toHaveAttribute('data-pages', '1', { timeout: 20_000 })
    await page.keyboard.press('F9')
    await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '1', { timeout: 20_000 })
    await page.keyboard.press('m')
    await expect(story.at(page, 'dossier-dialog')).toBeVisible()
    await expect(story.at(page, 'dossier-row')).toHaveCount(1)
    await eyes.look('hot folder, send to a dossier', 'both')
    await page.keyboard.type('mau')
    await page.keyboard.press('Enter')
    await expect(story.at(page, 'dossier-dialog')).toHaveCount(0)
    await expect(story.at(page, 'to-check')).toHaveAttribute('data-count', '0')
    await page.keyboard.press('t')
    await page.keyboard.type('Giấy khai sinh')
    await page.keyboard.press('Enter')
    await page.keyboard.press('F10')
    await papers.makeKept(page, 1)
    await story.goToSigning(page)
    await expect(story.at(page, 'batch-item')).toHaveCount(1)
    await story.sign(window, 'clerk', stack.pki.officer.pin)
    await story.waitForDelivery(page, 2)
    await window.close()
    const [filed] = await papers.filedIn(stack)
    expect(filed?.document.scannedBy).toBe('Trần Thị Mai Mẫu')
    expect(papers.scannerSignature(filed?.signed ?? '', stack)).toEqual(papers.SIGNED_BY_CLERK)
    expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  })

  test('the plug is pulled while files are taken in: afterwards every page is there once, and the folder is empty', async ({
    stack,
    open,
  }) => {
    const hot = stack.unit.hotFolder ?? ''
    const brought = [
      await files.pdfOfSheets('a.pdf', ['decision', 'single', 'record', 'poor', 'death', 'health']),
      await files.jpegFile('b.jpg', 'birth'),
      await files.faxFile('c.tif', ['permit', 'marriage']),
    ]
    const first = await open()
    await story.openStore(first.page)
    await story.signIn(first.page, 'clerk')
    await startPage(first.page)
    files.putOnDisk(hot, brought)
    await expect(mixed(first.page)).toBeVisible({ timeout: 20_000 })
    await first.kill()
    const left = readdirSync(hot)

    const { page } = await open()
    await story.openStore(page)
    await story.signIn(page, 'clerk')
    await startPage(page)
    await expect(mixed(page)).toHaveAttribute('data-pages', '9', { timeout: 30_000 })
    await expect.poll(() => readdirSync(hot), { timeout: 15_000 }).toEqual([])
    await page.keyboard.press('F9')
    await expect(story.at(page, 'page-thumb')).toHaveCount(9)
    await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '9', { timeout: 30_000 })
    await expect(story.at(page, 'page-thumb')).toHaveCount(9)
    test.info().annotations.push({ type: 'in the folder when it was killed', description: left.join(' ') })
  })
})
