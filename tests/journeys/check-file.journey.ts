// A clerk is handed a file on a stick: opens it by key, reads the verdict, prints the report. A forged one, an unsigned one and a
// broken one say so; the finished copy of the dossier at hand is checked from the list. The batch's report is one key away.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Stack } from '../bench/stack.ts'
import { makePaper } from '../signature/pades-paper.ts'
import { signByHand } from '../signature/sign-by-hand.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as files from './files.ts'
import * as story from './story.ts'

/** Signed by OpenSSL with the officer's own key. */
function signedBy(stack: Stack, place: string): (paper: Uint8Array) => Promise<Buffer> {
  const { officer } = stack.pki
  const cms = (covered: Buffer): Uint8Array => {
    const file = join(place, 'covered')
    writeFileSync(file, covered)
    const who = ['-signer', officer.certificateFile, '-inkey', officer.keyFile]
    const how = ['cms', '-sign', '-cades', '-binary', '-nosmimecap', '-outform', 'DER', '-md', 'sha256']
    execFileSync('openssl', [...how, '-in', file, '-out', `${file}.der`, ...who], { stdio: 'pipe' })
    return new Uint8Array(readFileSync(`${file}.der`))
  }
  return (paper) => signByHand(paper, { field: 'NguoiKy', cms })
}

/** As a file manager drops it onto the screen. */
async function drop(page: Page, { name, bytes }: files.BroughtFile): Promise<void> {
  const dropped = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(given.base64), (sign) => sign.charCodeAt(0))], given.name))
      return transfer
    },
    { name, base64: bytes.toString('base64') },
  )
  await story.at(page, 'check-drop').dispatchEvent('dragover', { dataTransfer: dropped })
  await expect(page.locator('.drop-veil')).toBeVisible()
  await story.at(page, 'check-drop').dispatchEvent('drop', { dataTransfer: dropped })
}

test('a file on a stick is checked by key, and what it is worth stands there in words', async ({ stack, open }) => {
  test.setTimeout(240_000)
  const { page } = await open()
  const eyes = openEyes(page)
  const place = join(stack.home, 'stick')
  mkdirSync(place)
  const paper = await makePaper()
  const signed = await signedBy(stack, place)(paper)
  const changed = Buffer.from(signed)
  changed.write('/M (D:2025', changed.indexOf('/M (D:2026'), 'latin1')
  const long = `Quyết định về việc công nhận kết quả thi tuyển viên chức ngành giáo dục của Ủy ban nhân dân phường Mẫu năm 2026 (bản gửi công dân).pdf`
  const paths = files.putOnDisk(place, [
    { name: long, bytes: signed },
    { name: 'giả.pdf', bytes: changed },
    { name: 'chưa ký.pdf', bytes: Buffer.from(paper) },
    { name: 'hỏng.pdf', bytes: Buffer.from('không phải PDF') },
  ])
  const choose = async (index: number): Promise<void> => {
    const choosing = page.waitForEvent('filechooser')
    // The window must have heard that somebody listens before the key comes.
    await page.evaluate(() => undefined)
    await page.keyboard.press('o')
    await (await choosing).setFiles(paths[index] ?? '')
  }
  const verdict = story.at(page, 'check-verdict')

  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await page.keyboard.press('Alt+K')
  await expect(story.at(page, 'check-empty')).toBeVisible()
  await eyes.look('check, empty', 'both')

  await choose(0)
  await expect(verdict).toHaveAttribute('data-verdict', 'reserved', { timeout: 20_000 })
  await expect(story.at(page, 'check-signature')).toHaveCount(1)
  await expect(story.at(page, 'check-since')).toContainText('không có gì thay đổi')
  await expect(page.locator('[data-testid=pdf-view][data-painted=true]')).toBeVisible({ timeout: 20_000 })
  await eyes.look('check, signed', 'both')
  await page.keyboard.press('F9')
  await expect(story.at(page, 'pdf-dialog').locator('[data-painted=true]')).toBeVisible({ timeout: 20_000 })
  await eyes.look('check, printed report')
  await page.keyboard.press('Escape')
  await expect(story.at(page, 'pdf-dialog')).toHaveCount(0)

  await choose(1)
  await expect(verdict).toHaveAttribute('data-verdict', /invalid|unjudged/, { timeout: 20_000 })
  await eyes.look('check, forged', 'both')
  await choose(2)
  await expect(verdict).toHaveAttribute('data-verdict', 'unsigned', { timeout: 20_000 })
  await choose(3)
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'refused.file-damaged', { timeout: 20_000 })
  await eyes.look('check, no PDF')
  await page.keyboard.press('Escape')
  await expect(story.at(page, 'check-empty')).toBeVisible()
  await drop(page, { name: 'thả vào.pdf', bytes: signed })
  await expect(verdict).toHaveAttribute('data-verdict', 'reserved', { timeout: 20_000 })
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})

test('after the batch its report is one key away, and the finished copies of the dossier can be checked', async ({
  stack,
  open,
}) => {
  test.setTimeout(300_000)
  const window = await open()
  const { page } = window
  const eyes = openEyes(page)
  const pins = story.pins(stack)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.intake(window, stack)
  await story.changeTo(page, 'officer')
  await story.reviewAll(page)
  await story.goToSigning(page)
  await story.sign(window, 'officer', pins.officer)
  await expect(story.at(page, 'batch-report-open')).toBeVisible({ timeout: 30_000 })
  await eyes.look('batch, finished', 'both')
  await page.keyboard.press('F7')
  await expect(story.at(page, 'batch-report').locator('[data-painted=true]')).toBeVisible({ timeout: 20_000 })
  await expect(story.at(page, 'batch-report')).toContainText('đã ký số')
  await eyes.look('batch, report', 'both')
  await page.keyboard.press('Escape')
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
