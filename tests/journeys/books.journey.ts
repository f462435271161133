// What is not signed with a token: a copy certified on paper, a number given back and used again, a book whose pages are missing, a
// secret paper refused in writing of which no image stays; then the month of the register, printed and looked at.
import { legalParts } from '../../preload/contract/legal-time.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as story from './story.ts'

const year = legalParts(new Date()).year
const TITLES = ['Giấy khai sinh', 'Quyết định điều động', 'Hộ chiếu']

test('copies on paper, a refusal, a number given back: the register has every number once and none is missing (T10, T13)', async ({
  stack,
  open,
}) => {
  test.setTimeout(120_000)
  const window = await open()
  const { page } = window
  const eyes = openEyes(page)
  const row = (title: string) => page.locator('[data-testid="queue-item"]', { hasText: title })
  const sheet = async (name: string) => {
    await expect(page.locator('[data-testid="pdf-dialog"] [data-painted="true"]')).toBeVisible({ timeout: 20_000 })
    await eyes.look(name)
    await page.keyboard.press('Escape')
    await expect(story.at(page, 'pdf-dialog')).toHaveCount(0)
  }
  /** Key P: who signs, the number, the sheet. */
  const begin = async (title: string, number: string, name: string) => {
    await row(title).click()
    await page.keyboard.press('p')
    await expect(story.at(page, 'paper-start')).toBeEnabled()
    await page.keyboard.press('F9')
    await sheet(name)
    await expect(row(title)).toContainText('chờ ký tay')
    await expect(page.getByText(`${number} · 03/${year}-SCT/BS`).first()).toBeVisible()
  }
  const end = async (key: 'F8' | 'F9') => {
    await page.keyboard.press('p')
    await expect(story.at(page, 'paper-end-dialog')).toBeVisible()
    await page.keyboard.press(key)
    await expect(story.at(page, 'paper-end-dialog')).toHaveCount(0)
  }

  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  await story.feed(page, 4)
  await story.markPapers(page, [1, 2])
  // One more paper, with a secret stamp on it: its four pages go at the scanner already.
  await stack.loadThreePapers()
  await story.feed(page, 8)
  await page.keyboard.press('End')
  await page.keyboard.press('d')
  await expect(story.at(page, 'secret-dialog')).toBeVisible()
  await page.keyboard.press('F9')
  await expect(page.locator('[data-testid="page-thumb"][data-purged="true"]')).toHaveCount(4)
  await expect(story.at(page, 'images-removed')).toBeVisible()
  await eyes.look('books removed at the scanner', 'both')
  await story.makeDocuments(page, TITLES)

  // The passport: 2 of 5 pages were scanned. The clerk counted wrongly, takes the number back, and it is confirmed.
  await page.locator('[data-testid="document-row"]', { hasText: 'Hộ chiếu' }).click()
  await story.at(page, 'book-count').fill('5')
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'book-missing')).toContainText('phải gồm đầy đủ số trang có thông tin')
  await expect(story.at(page, 'book-missing')).toContainText('TT 01/2020/TT-BTP Đ.10')
  await expect(story.at(page, 'confirm-compared')).toBeDisabled()
  await eyes.look('books pages missing', 'both')
  await story.at(page, 'book-count').fill('2')
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'book-missing')).toHaveCount(0)
  // The question before images go for good; Esc leaves all as it is.
  await page.locator('[data-testid="document-row"]', { hasText: 'Quyết định' }).click()
  await page.keyboard.press('d')
  await expect(story.at(page, 'secret-dialog')).toBeVisible()
  await eyes.look('books secret question')
  await page.keyboard.press('Escape')
  await story.compareAll(page, 3)

  await story.changeTo(page, 'officer')
  await page.keyboard.press('Alt+5')
  await expect(story.at(page, 'queue-item')).toHaveCount(3)
  await begin('Giấy khai sinh', '01', 'books attestation sheet')
  await end('F9')
  await expect(story.at(page, 'queue-item')).toHaveCount(2)

  // A number that was not used goes back, and the next copy has it.
  await begin('Hộ chiếu', '02', 'books second sheet')
  await end('F8')
  await expect(row('Hộ chiếu')).not.toContainText('chờ ký tay')

  // The secret paper: refused in writing, and what showed it is gone, also for the window.
  await row('Quyết định').click()
  const secret = await page.locator('[data-testid="pdf-view"]').getAttribute('data-file')
  await page.keyboard.press('h')
  await story.at(page, 'hold-reasons').getByText('đóng dấu mật').click()
  await expect(story.at(page, 'hold-removes')).toBeVisible()
  await eyes.look('books refused as secret', 'both')
  await page.keyboard.press('F9')
  await sheet('books letter of refusal')
  await expect(story.at(page, 'images-removed')).toBeVisible()
  await eyes.look('books images removed', 'both')
  const answer = await page.evaluate(async (file) => (await fetch(`/vault/${file}`)).status, secret)
  expect(answer).toBe(404)

  await begin('Hộ chiếu', '02', 'books second sheet again')
  await end('F9')

  await page.keyboard.press('Alt+9')
  await expect(story.at(page, 'register-row')).toHaveCount(2)
  await eyes.look('books register')
  await page.keyboard.press('F7')
  await sheet('books printed month')

  const rows = await story.ask(page, (api, of: number) => api.certification.register({ year: of }), year)
  expect(
    rows.map(({ number, originalTitle, state, form, note }) => [number, originalTitle, state, form, note]),
  ).toEqual([
    [1, 'Giấy khai sinh', 'certified', 'paper', ''],
    [2, 'Hộ chiếu', 'certified', 'paper', ''],
  ])
  const [book] = await story.ask(page, (api, of: number) => api.certification.books({ year: of }), year)
  expect(book).toMatchObject({ rows: 2, inWork: 0 })
  expect(book?.months.at(-1)).toMatchObject({ rows: 2, printed: { firstPage: 1 } })
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
