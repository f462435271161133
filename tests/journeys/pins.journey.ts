// A PIN of one's own, from the keyboard: changed, mistyped, unblocked; the certificates and who cannot sign; the copies that
// have no timestamp yet, and why.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { type NodeCounter, openNodeCounter } from '../bench/office.ts'
import type { Stack } from '../bench/stack.ts'
import { all, fileCopies, rowsOf, statesOf } from '../signature/evidence-copies.ts'
import { type EvidenceRig, startRig } from '../signature/evidence-rig.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as story from './story.ts'

test('the officer changes the PIN, mistypes it once, and unblocks a locked token', async ({ stack, open }) => {
  test.setTimeout(300_000)
  const window = await open()
  const { page } = window
  await story.openStore(page)
  await story.signIn(page, 'officer')
  await page.keyboard.press('Alt+C')
  await expect(story.at(page, 'screen-certificates')).toBeVisible()
  await expect(story.at(page, 'certificate-row').first()).toBeVisible({ timeout: 20_000 })
  await page.locator('[data-testid=certificate-row]', { hasText: 'Nguyễn Văn Đức' }).first().click()
  await page.keyboard.press('F2')
  await page.keyboard.press('F2')

  const press = async (key: string): Promise<Page> => {
    const opening = window.pinWindow()
    await page.keyboard.press(key)
    return opening
  }
  await expect(story.at(page, 'change-pin')).toBeEnabled()
  const change = await press('F9')
  await expect(story.at(change, 'pin')).toBeFocused()
  await change.keyboard.type('123456')
  await change.keyboard.press('Enter')
  await expect(story.at(change, 'pin-new')).toBeFocused()
  await change.keyboard.type('12')
  await change.keyboard.press('Tab')
  await change.keyboard.type('13')
  await story.at(change, 'pin-new').fill('24681357')
  await story.at(change, 'pin-again').fill('24681357')
  await story.at(change, 'pin-again').focus()
  await story.lastKey(change, 'Enter')
  await expect(story.at(page, 'certificates-said')).toContainText('Đã đổi', { timeout: 30_000 })

  await expect(story.at(page, 'change-pin')).toBeEnabled({ timeout: 30_000 })
  const wrong = await press('F9')
  await story.at(wrong, 'pin').fill('000000')
  await story.at(wrong, 'pin-new').fill('11112222')
  await story.at(wrong, 'pin-again').fill('11112222')
  await story.at(wrong, 'pin-again').focus()
  await wrong.keyboard.press('Enter')
  await expect(story.at(wrong, 'pin-failure')).toBeVisible({ timeout: 20_000 })
  await story.lastKey(wrong, 'Enter')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'pin.wrong')

  await stack.faults.say('tries OFFICER 1')
  await page.keyboard.press('F5')
  await expect(page.locator('[data-testid=token-big][data-state=finalTry]')).toBeVisible({ timeout: 20_000 })
  const last = await press('F9')
  await story.at(last, 'pin').fill('24681357')
  await story.at(last, 'pin-new').fill('123456')
  await story.at(last, 'pin-again').fill('123456')
  await expect(story.at(last, 'pin-submit')).toBeDisabled()
  await last.keyboard.press('F8')
  await story.lastKey(last, 'Escape')

  await stack.faults.say('tries OFFICER 0', 'so-tries OFFICER 2')
  await page.keyboard.press('F5')
  await expect(page.locator('[data-testid=token-big][data-state=locked]')).toBeVisible({ timeout: 20_000 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'unblock-dialog')).toBeVisible()
  const unblock = await press('Enter')
  await story.at(unblock, 'pin').fill('12345678')
  await story.at(unblock, 'pin-new').fill('123456')
  await story.at(unblock, 'pin-again').fill('123456')
  await story.at(unblock, 'pin-again').focus()
  await story.lastKey(unblock, 'Enter')
  await expect(story.at(page, 'certificates-said')).toContainText('Đã mở khóa', { timeout: 30_000 })
  await page.keyboard.press('Alt+N')
  // Its process is a new one after a PIN: it has to have seen the token once to know it while it is held.
  await expect(page.locator('[data-testid=token-big][data-state=ready]')).toBeVisible({ timeout: 20_000 })
  await stack.faults.say('held OFFICER 0x30')
  await page.keyboard.press('F5')
  await expect(page.locator('[data-testid=token-big][data-state=held]')).toBeVisible({ timeout: 20_000 })
  await stack.faults.say()
})

const DAY = 86_400_000

/** Seven copies of signers whose certificates end in five days: three refused as revoked by mistake, four that wait; no service answers. */
async function bringCopies(stack: Stack): Promise<EvidenceRig> {
  const place = join(stack.home, 'authorities')
  const rig = await startRig(place, { tsas: 2 }, { now: new Date(Date.now() - 695 * DAY) })
  const unit = {
    ...stack.unit,
    trust: [...stack.unit.trust, rig.pki.ca.pem],
    timestamps: rig.trust.tsas.map(({ url }, index) => ({
      name: ['Ban Cơ yếu mẫu', 'CA mẫu'][index] ?? '',
      url: `${url}/`,
    })),
  }
  const file = join(stack.data, 'unit.json')
  writeFileSync(
    file,
    JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), trust: unit.trust, timestamps: unit.timestamps }),
  )
  const atCounter = async (work: (counter: NodeCounter) => Promise<void>): Promise<void> => {
    const counter = openNodeCounter({ folder: stack.data, unit, evidence: { quiet: 50, within: 1_500 } })
    await work(counter).finally(() => counter.close())
  }
  rig.trust.revoke(rig.pki.officer.der, { at: new Date('2026-03-01T08:00:00Z') })
  await atCounter(async (counter) => {
    await fileCopies(counter, rig, stack.home, 3)
    counter.evidence.start()
    await expect.poll(() => statesOf(counter), { timeout: 25_000 }).toEqual(all('refused', 3))
  })
  rig.trust.pardon()
  for (const tsa of rig.trust.tsas) await tsa.behave({ down: 'refused' })
  await atCounter(async (counter) => {
    await fileCopies(counter, rig, stack.home, 4)
    counter.evidence.start()
    // Looked at once, so that the ends of their certificates are known.
    await expect.poll(() => rowsOf(counter).every(({ validTo }) => validTo !== null), { timeout: 25_000 }).toBe(true)
  })
  if (stack.user !== null) spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, stack.home])
  return rig
}

test.describe('timestamps', () => {
  test.use({ options: { offline: true } })

  test('copies without a timestamp are named with the reason, and one key brings them home when the service is back', async ({
    stack,
    open,
  }) => {
    test.setTimeout(180_000)
    const rig = await bringCopies(stack)
    try {
      const window = await open()
      const { page } = window
      const eyes = openEyes(page)
      await story.openStore(page)
      await story.signIn(page, 'officer')
      await page.keyboard.press('Alt+C')
      await expect(story.at(page, 'evidence-tab')).toContainText('(7)', { timeout: 30_000 })
      await eyes.look('certificates, copies without a timestamp', 'both')
      await page.keyboard.press('F6')
      const [big, rows] = [story.at(page, 'evidence-big'), story.at(page, 'evidence-row')]
      await expect(rows).toHaveCount(3)
      await expect(big).toHaveAttribute('data-state', 'ending')
      await eyes.look('certificates that end before the timestamp', 'both')

      await page.keyboard.press('F9')
      await expect(story.at(page, 'certificates-said')).toBeVisible()
      // What was refused by mistake waits like the others now.
      await expect(rows).toHaveCount(0, { timeout: 30_000 })
      await expect(story.at(page, 'evidence-facts')).toContainText('không kết nối được', { timeout: 30_000 })
      await eyes.look('copies wait, no service answers', 'both')

      for (const tsa of rig.trust.tsas) await tsa.behave()
      rig.trust.revoke(rig.pki.officer.der, { at: new Date('2026-03-01T08:00:00Z') })
      await page.keyboard.press('F9')
      await expect(rows).toHaveCount(7, { timeout: 30_000 })
      await eyes.look('every copy is refused', 'both')
      rig.trust.pardon()
      await page.keyboard.press('F9')
      await expect(big).toHaveAttribute('data-state', 'fine', { timeout: 60_000 })
      await eyes.look('every copy has its timestamp', 'both')
      expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
    } finally {
      await rig.trust.close()
    }
  })
})
