// The doors of the program: first start, the lock screen, plugs that come and go, and what the window may never do.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSPHRASE } from '../bench/office.ts'
import { expect, test } from './desk.ts'
import * as story from './story.ts'

test('on the first start a supervisor sets the passphrase and the first account', async ({ stack, open }) => {
  rmSync(join(stack.data, 'store'), { recursive: true, force: true })
  const window = await open()
  const { page } = window
  await expect(story.at(page, 'first-run')).toBeVisible()
  await story.at(page, 'passphrase').fill('một câu dài dễ nhớ')
  await story.at(page, 'passphrase-again').fill('một câu dài dễ nhớ')
  await story.at(page, 'login').fill('lan')
  await story.at(page, 'name').fill('Lê Thị Lan Mẫu')
  await story.at(page, 'password').fill('mat-khau-lan')
  await story.at(page, 'password-again').fill('mat-khau-lan')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-testid^="screen-"]').first()).toBeVisible({ timeout: 20_000 })
})

test('a damaged store is explained and left as it is; nothing offers to erase it', async ({ stack, open }) => {
  const file = join(stack.data, 'store/quay.db')
  const damaged = readFileSync(file)
  for (let index = 0; index < 40; index += 1) damaged[24_576 + index * 97] = (damaged[24_576 + index * 97] ?? 0) ^ 0x5a
  writeFileSync(file, damaged)
  const { page } = await open()
  await story.at(page, 'passphrase').fill(PASSPHRASE)
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'damaged')).toContainText('Không có gì bị xóa')
  await expect(page.locator('form button')).toHaveCount(0)
  expect(readFileSync(file).equals(damaged)).toBe(true)
})

test('the lock screen shows nobody and keeps the work', async ({ stack, open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await page.keyboard.press('Control+l')
  await expect(story.at(page, 'locked')).toBeVisible()
  await expect(page.getByText('Nguyễn Thị Mẫu')).toBeHidden()
  expect((await page.evaluate(() => globalThis.window.counter.dossier.list({}))).ok).toBe(false)
  await story.at(page, 'password').fill('mat-khau-mai')
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'card-reading')).toContainText('Nguyễn Thị Mẫu')
  void stack
})

test('somebody else takes the seat of a person who is away; nobody sees what was on the screen', async ({ open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await page.keyboard.press('Control+l')
  await expect(story.at(page, 'locked')).toBeVisible()
  await page.keyboard.press('F6')
  await expect(story.at(page, 'signed-out')).toBeVisible()
  await story.signIn(page, 'officer')
  await page.keyboard.press('Alt+1')
  await expect(story.at(page, 'card-invite')).toBeVisible()
})

test('a card, a token and a scanner that come and go are seen and said', async ({ stack, open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await expect(story.at(page, 'device-card')).toContainText('sẵn sàng', { timeout: 10_000 })
  await stack.card?.obey('insert mau')
  await expect(story.at(page, 'device-card')).toContainText('có thẻ', { timeout: 5_000 })
  await stack.card?.obey('remove')
  await expect(story.at(page, 'device-card')).toContainText('sẵn sàng', { timeout: 5_000 })
  await stack.faults.say('pulled OFFICER 1', 'pulled SEAL 1')
  await expect(story.at(page, 'device-signature')).toContainText('chưa cắm', { timeout: 8_000 })
  await stack.faults.say()
  await expect(story.at(page, 'device-signature')).toContainText('đã cắm', { timeout: 8_000 })
})

test('an unknown card, a wrong key and an unreadable QR are told with the next step', async ({ stack, open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.at(page, 'qr-input').fill('xin chào')
  await page.keyboard.press('Enter')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'refused.qr-unknown')
  await story.scanQr(page)
  await stack.card?.obey('insert mau')
  await story.at(page, 'card-expiry').fill('16012030')
  await page.keyboard.press('F8')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'refused.card-key-wrong', { timeout: 20_000 })
  await stack.card?.obey('remove')
  await stack.card?.obey('insert foreign')
  await page.keyboard.press('F8')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'refused.card-unknown', { timeout: 20_000 })
})

test('the window cannot navigate, open windows, fetch from outside, or see Node', async ({ open }) => {
  const { page, app } = await open()
  const seen = await page.evaluate(async () => ({
    opened: globalThis.window.open('https://example.org') === null,
    outside: await fetch('https://example.org').then(
      () => 'fetched',
      () => 'cut',
    ),
    elsewhere: await fetch('quay://counter/../../etc/passwd').then(
      (answer) => answer.status,
      () => 404,
    ),
    vault: await fetch(`/vault/${'0'.repeat(64)}`).then((answer) => answer.status),
    node: typeof (globalThis as { require?: unknown }).require + typeof (globalThis as { process?: unknown }).process,
    notified: await Notification.requestPermission().catch(() => 'denied'),
  }))
  expect(seen).toEqual({
    opened: true,
    outside: 'cut',
    elsewhere: 404,
    vault: 404,
    node: 'undefinedundefined',
    notified: 'denied',
  })
  await page.evaluate(() => {
    globalThis.window.location.href = 'https://example.org'
  })
  await page.waitForTimeout(300)
  expect(page.url()).toContain('quay://counter/index.html')
  expect(app.windows().length).toBe(1)
})
