// A citizen brings PDFs instead of paper, and the unit's rule lets them be certified as they are: kept, compared page by page,
// seen by the officer with who signed before, signed by officer and agency. Where nobody adopted the rule, the screen says so.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { must } from '../bench/office.ts'
import { askStrangers } from '../bench/peers/ask-strangers.ts'
import { makeSamples } from '../signature/brought-samples.ts'
import { rawly } from '../signature/workplace.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import { type BroughtFile, putOnDisk } from './files.ts'
import * as story from './story.ts'

/** K, F2 and the system's own choice of files, the name, Enter. */
async function keepFile(page: Page, path: string, title: string): Promise<void> {
  await expect(story.at(page, 'keep-file')).toBeVisible()
  await page.keyboard.press('k')
  await expect(story.at(page, 'keep-file-dialog')).toBeVisible()
  const choosing = page.waitForEvent('filechooser')
  await page.evaluate(() => undefined)
  await page.keyboard.press('F2')
  await (await choosing).setFiles(path)
  await story.at(page, 'keep-file-title').fill(title)
  await page.keyboard.press('Enter')
}

async function tickEveryPage(page: Page, pages: number): Promise<void> {
  for (let done = 0; done < pages; done += 1) {
    await expect(story.at(page, 'pages-ticked')).toHaveAttribute('data-ticked', String(done))
    await expect(story.at(page, 'pdf-page')).toContainText(String(done + 1))
    await expect(story.at(page, 'confirm-compared')).toBeEnabled({ timeout: 20_000 })
    await expect(story.at(page, 'confirm-compared')).toContainText(String(done + 1))
    await page.keyboard.press('Space')
  }
  await expect(story.at(page, 'pages-ticked')).toHaveAttribute('data-ticked', String(pages))
}

test('a signed PDF and a damaged one are kept as files, compared page by page, and certified beside the earlier signature', async ({
  stack,
  open,
}) => {
  const window = await open()
  const { page } = window
  const eyes = openEyes(page)
  const place = join(stack.home, 'brought')
  mkdirSync(place)
  const samples = await makeSamples(place)
  const file = (name: string, bytes: Uint8Array): BroughtFile => ({ name, bytes: Buffer.from(bytes) })
  const [signed = '', broken = '', locked = ''] = putOnDisk(place, [
    file('giay-phep.pdf', samples.good.signed),
    file('bang-diem.pdf', samples.good['broken-table']),
    file('khoa.pdf', samples.bad.locked),
  ])
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)

  await keepFile(page, locked, 'Giấy phép xây dựng')
  await expect(story.at(page, 'failure')).toContainText('không cho phép bất kỳ thay đổi nào')
  await eyes.look('brought file, refused')
  await page.keyboard.press('Escape')
  await keepFile(page, signed, 'Giấy phép kinh doanh')
  await expect(story.at(page, 'screen-compare')).toBeVisible({ timeout: 20_000 })
  await expect(story.at(page, 'brought-earlier')).toContainText('UBND Phường Mẫu')
  await eyes.look('brought file, compare', 'both')
  await tickEveryPage(page, 2)
  await page.keyboard.press('Space')
  await expect(page.locator('[data-testid="document-row"][data-state="compared"]')).toHaveCount(1)

  await page.keyboard.press('Alt+3')
  await keepFile(page, broken, 'Bảng điểm')
  await expect(story.at(page, 'brought-mended')).toContainText('Mục lục của tệp bị hỏng', { timeout: 20_000 })
  await tickEveryPage(page, 2)
  await eyes.look('brought file, every page ticked', 'both')
  await page.keyboard.press('Space')
  await expect(page.locator('[data-testid="document-row"][data-state="compared"]')).toHaveCount(2)

  await story.changeTo(page, 'officer')
  await story.reviewAll(page, () => eyes.look('brought file, the officer', 'both'))
  await story.goToSigning(page)
  await expect(page.getByText('tệp mang đến, có 1 chữ ký')).toBeVisible()
  await eyes.look('brought file, to be signed', 'both')
  await story.sign(window, 'officer', story.pins(stack).officer)
  await story.changeTo(page, 'sealKeeper')
  await story.goToSigning(page)
  await story.sign(window, 'sealKeeper', story.pins(stack).agency)

  const [dossier] = await story.ask(page, (api) => api.dossier.list({}))
  const ask = { dossierId: dossier?.id ?? '' }
  const documents = await story.ask(page, (api, wanted: typeof ask) => api.document.list(wanted), ask)
  const copies = await Promise.all(documents.map(({ copyFile }) => story.vaultFile(page, copyFile ?? '')))
  const paths = copies.map((copy, index) => {
    const path = join(place, `copy-${index}.pdf`)
    writeFileSync(path, copy)
    return path
  })
  const reports = must(await verifySignatures(copies[0] ?? Buffer.alloc(0), []))
  expect(reports.map(({ fieldName, integrity }) => [fieldName, integrity])).toEqual([
    ['CongTyMau', true],
    ['NguoiThucHienChungThuc', true],
    ['CoQuanChungThuc', true],
  ])
  const { verdicts } = await askStrangers(paths, { trust: [stack.pki.ca.pem, samples.stranger.rootPem] })
  expect(verdicts.map(({ clean }) => clean)).toEqual([true, true])
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})

test('where nobody adopted the rule, K says why not and what to do instead', async ({ stack, open }) => {
  rawly(stack.data, (database) =>
    database.prepare('delete from dossier_adoption where key = ?').run('certification.brought-file'),
  )
  const { page } = await open()
  const eyes = openEyes(page)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await expect(story.at(page, 'keep-file')).toBeVisible()
  await page.keyboard.press('k')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'refused.rule-not-adopted')
  await expect(story.at(page, 'keep-file-not-here')).toContainText('Nhấn O')
  await expect(story.at(page, 'keep-file-choose')).toHaveCount(0)
  await eyes.look('brought file, not adopted')
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
