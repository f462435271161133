// What the people at the counter do, key by key, on the real window. Each verb ends when the screen says that it is done.
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from 'playwright/test'
import type { Counter } from '../../preload/contract/index.ts'
import type { Result } from '../../preload/contract/result.ts'
import { MAU, type Person, qrOf } from '../bench/card/person.ts'
import { PASSPHRASE, PEOPLE } from '../bench/office.ts'
import type { Stack } from '../bench/stack.ts'
import type { OpenWindow } from './window.ts'

export type Who = keyof typeof PEOPLE
export const at = (page: Page, testId: string) => page.getByTestId(testId)

export async function openStore(page: Page): Promise<void> {
  await at(page, 'passphrase').fill(PASSPHRASE)
  await page.keyboard.press('Enter')
  await expect(at(page, 'signed-out')).toBeVisible()
}

export async function signIn(page: Page, who: Who): Promise<void> {
  const { login, password } = PEOPLE[who]
  await at(page, 'login').fill(login)
  await at(page, 'password').fill(password)
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-testid^="screen-"]').first()).toBeVisible()
}

/** One call as the window itself would make it; a refusal is an error of the story. */
export async function ask<T, A = undefined>(
  page: Page,
  call: (api: Counter, argument: A) => Promise<Result<T>>,
  argument?: A,
): Promise<T> {
  const answer = (await page.evaluate(
    ([source, given]) =>
      (new Function(`return (${source})`)() as (api: unknown, given: unknown) => Promise<unknown>)(
        globalThis.window.counter,
        given,
      ),
    [call.toString(), argument] as const,
  )) as Result<T>
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.failure)}`)
  return answer.value
}

/** Another person takes the seat. */
export async function changeTo(page: Page, who: Who): Promise<void> {
  await ask(page, (api) => api.operator.signOut({}))
  await expect(at(page, 'signed-out')).toBeVisible()
  await signIn(page, who)
}

/** A handheld scanner is a very fast keyboard that ends with Enter. */
export async function scanQr(page: Page, person: Person = MAU): Promise<void> {
  await page.keyboard.press('Alt+1')
  await expect(at(page, 'screen-card')).toBeVisible()
  await at(page, 'qr-input').focus()
  await page.keyboard.insertText(qrOf(person))
  await page.keyboard.press('Enter')
  await expect(at(page, 'card-reading')).toContainText(person.name)
}

const digits = (day: string): string => day.split('-').reverse().join('')

export async function readChip(page: Page, person: Person = MAU): Promise<void> {
  await at(page, 'card-expiry').fill(digits(person.expiry ?? ''))
  await page.keyboard.press('F8')
  await expect(at(page, 'chip-trust')).toBeVisible({ timeout: 30_000 })
}

export async function openDossier(page: Page, query = 'chung thuc ban sao', code = '2.000815'): Promise<void> {
  await page.keyboard.press('F9')
  await expect(at(page, 'screen-dossier')).toBeVisible()
  await at(page, 'procedure-search').fill(query)
  // At once, as a hurried hand does: the list of what was typed may not be there yet.
  await page.keyboard.press('Enter')
  await expect(at(page, 'procedure-chosen')).toContainText(code)
  await at(page, 'phone').fill('0912 345 678')
  await expect(at(page, 'due')).not.toBeEmpty()
}

export async function startScanning(page: Page): Promise<void> {
  await page.keyboard.press('F9')
  await expect(at(page, 'screen-scan')).toBeVisible()
}

/** Feeds what lies in the feeder; answers when the run ended. */
export async function feed(page: Page, pages: number): Promise<void> {
  await page.keyboard.press('F9')
  await expect(at(page, 'page-thumb')).toHaveCount(pages, { timeout: 60_000 })
  await expect(at(page, 'scan-stop')).toHaveCount(0)
}

/** Walks to the page with the keys: the first, then on. */
const choose = async (page: Page, index: number): Promise<void> => {
  await page.keyboard.press('Home')
  for (let step = 0; step < index; step += 1) await page.keyboard.press('ArrowRight')
  await expect(at(page, 'page-thumb').nth(index)).toHaveAttribute('aria-selected', 'true')
}

/** Papers begin at these pages (counted from 0). */
export async function markPapers(page: Page, starts: readonly number[]): Promise<void> {
  for (const [before, index] of starts.entries()) {
    await choose(page, index)
    await page.keyboard.press('N')
    await expect(at(page, 'page-thumb').nth(index)).toHaveAttribute('data-paper', String(before + 2))
  }
}

/** Looks at a page, turns it once round, moves it and back, takes it out and puts it back. */
export async function lookAndRepair(page: Page): Promise<void> {
  await choose(page, 0)
  for (let turn = 0; turn < 4; turn += 1) await page.keyboard.press('R')
  await page.keyboard.press(']')
  await page.keyboard.press('[')
  await page.keyboard.press('Delete')
  await expect(at(page, 'page-thumb').nth(0)).toHaveAttribute('data-removed', 'true')
  await page.keyboard.press('Delete')
  await expect(at(page, 'page-thumb').nth(0)).toHaveAttribute('data-removed', 'false')
}

export const TITLES = [
  'Giấy khai sinh',
  'Bằng tốt nghiệp trung học phổ thông',
  'Giấy chứng nhận quyền sử dụng đất',
] as const

export async function makeDocuments(page: Page, titles: readonly string[] = TITLES): Promise<void> {
  await page.keyboard.press('F10')
  await expect(at(page, 'screen-document')).toBeVisible()
  await expect(at(page, 'paper-title')).toHaveCount(titles.length)
  for (const [index, title] of titles.entries()) {
    await at(page, 'paper-title').nth(index).fill(title)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('F9')
  await expect(at(page, 'screen-compare')).toBeVisible({ timeout: 30_000 })
}

export async function compareAll(page: Page, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await expect(at(page, 'confirm-compared')).toBeEnabled({ timeout: 30_000 })
    await page.keyboard.press('Space')
    await expect(page.locator('[data-testid="document-row"][data-state="made"]')).toHaveCount(count - done - 1)
  }
}

export async function reviewAll(page: Page, look: () => Promise<void> = async () => undefined): Promise<void> {
  await page.keyboard.press('Alt+5')
  await expect(at(page, 'screen-certification')).toBeVisible()
  await expect(at(page, 'queue-item').first()).toBeVisible()
  for (;;) {
    const left = await page.locator('[data-testid="queue-item"][data-state="compared"]').count()
    if (left === 0) return
    await expect(at(page, 'review')).toBeEnabled({ timeout: 30_000 })
    if (left === 2) await look()
    await page.keyboard.press('Enter')
    await expect(page.locator('[data-testid="queue-item"][data-state="compared"]')).toHaveCount(left - 1)
  }
}

export async function goToSigning(page: Page): Promise<void> {
  await page.keyboard.press('Alt+6')
  await expect(at(page, 'screen-signature')).toBeVisible()
  await expect(at(page, 'batch-start').or(at(page, 'batch-continue')).or(at(page, 'batch-empty'))).toBeVisible({
    timeout: 20_000,
  })
}

/** Proves who sits here, and types the PIN into its own window. Does not wait for the batch. */
export async function proveAndPin(window: OpenWindow, who: Who, pin: string, key = 'Enter'): Promise<Page> {
  const { page } = window
  await expect(at(page, key === 'F9' ? 'batch-continue' : 'batch-start')).toBeEnabled({ timeout: 20_000 })
  await page.keyboard.press(key)
  await at(page, 'reauthenticate').getByTestId('password').fill(PEOPLE[who].password)
  const opening = window.pinWindow()
  await page.keyboard.press('Enter')
  const pinPage = await opening
  await at(pinPage, 'pin').fill(pin)
  return pinPage
}

/** The last key in a window that closes on it: the window may be gone before the key comes up again. */
export const lastKey = (page: Page, key: string): Promise<void> => page.keyboard.press(key).catch(() => undefined)

export async function sign(window: OpenWindow, who: Who, pin: string): Promise<void> {
  const pinPage = await proveAndPin(window, who, pin)
  await lastKey(pinPage, 'Enter')
  await expect(at(window.page, 'batch-finished')).toBeVisible({ timeout: 60_000 })
}

export const pins = (stack: Stack) => ({ officer: stack.pki.officer.pin, agency: stack.pki.agency.pin })

/** Until nothing waits any more. */
export async function waitForDelivery(page: Page, parcels: number): Promise<void> {
  await page.keyboard.press('Alt+7')
  await expect(at(page, 'screen-outbox')).toBeVisible()
  await expect(page.locator('[data-testid="parcel-row"][data-state="delivered"]')).toHaveCount(parcels, {
    timeout: 60_000,
  })
}

/** Everything up to the officer's queue, for a journey that is about what comes after. */
export async function intake(window: OpenWindow, stack: Stack): Promise<void> {
  const { page } = window
  await scanQr(page)
  await openDossier(page)
  await startScanning(page)
  await stack.loadThreePapers()
  await feed(page, 4)
  await markPapers(page, [1, 2])
  await makeDocuments(page)
  await compareAll(page, 3)
}

/** The screen as it stands, in Vietnamese and in English. */
export async function bothLanguages(page: Page, folder: string, name: string): Promise<void> {
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(folder, `${name}.vi.png`) })
  await page.keyboard.press('Alt+n')
  await page.waitForTimeout(250)
  await page.screenshot({ path: join(folder, `${name}.en.png`) })
  await page.keyboard.press('Alt+n')
}

/** A file of the vault, fetched by the window itself. */
export async function vaultFile(page: Page, hash: string): Promise<Buffer> {
  const text = await page.evaluate(async (name) => {
    const bytes = new Uint8Array(await (await fetch(`/vault/${name}`)).arrayBuffer())
    let raw = ''
    for (let index = 0; index < bytes.length; index += 8192)
      raw += String.fromCharCode(...bytes.subarray(index, index + 8192))
    return btoa(raw)
  }, hash)
  return Buffer.from(text, 'base64')
}

/** The truth about the renderer's sandbox, from the kernel: its user, seccomp filter, and own process namespace. */
export async function sandboxOf(window: OpenWindow): Promise<string> {
  const pid = await window.app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  )
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const value = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '?'
  const apart = readlinkSync(`/proc/${pid}/ns/pid`) !== readlinkSync('/proc/self/ns/pid')
  const on = value('Seccomp') === '2' && value('NoNewPrivs') === '1'
  return `${on ? 'on' : 'off'} (uid ${value('Uid')}, seccomp ${value('Seccomp')}, no-new-privs ${value('NoNewPrivs')}, own pid namespace ${apart})`
}
