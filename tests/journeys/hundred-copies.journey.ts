// The day's queue: a hundred copies agreed to as one list and signed with one PIN, then sealed with another. Few keys, one act
// of will that says how many, and the PIN nowhere afterwards: a canary is looked for in memory, in the store and in the log.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { callerFor, must, openNodeCounter, PEOPLE } from '../bench/office.ts'
import { bringPapers } from '../bench/reviewed-papers.ts'
import type { Stack } from '../bench/stack.ts'
import { makePapers } from '../perf/certify-peer-papers.ts'
import { runtime } from '../setup/place.ts'
import { inFiles, inMemory, nameOf } from './canary.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import { judge } from './judge.ts'
import * as story from './story.ts'
import { type OpenWindow, treeOf } from './window.ts'

const COPIES = 100
const CANARY = { OFFICER: '7391-CANARY-64', SEAL: '5820-CANARY-17' } as const

/** Compared papers, as a morning leaves them. */
async function bringQueue(stack: Stack): Promise<void> {
  const papers = await makePapers(join(runtime, 'journey-papers'), COPIES, { dpi: 75 })
  const counter = openNodeCounter({ folder: stack.data, unit: { ...stack.unit, province: null } })
  try {
    await bringPapers(counter, papers, 'compared')
    must(await counter.handlers.dossier.list({}, callerFor(counter, PEOPLE.clerk.login)))
  } finally {
    await counter.close()
  }
  if (stack.user !== null) spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, stack.data])
}

function setCanary(stack: Stack, token: keyof typeof CANARY, old: string): void {
  const words = ['--module', stack.env.QUAY_FAULTY_TARGET ?? '', '--token-label', token, '--login', '--pin', old]
  execFileSync('pkcs11-tool', [...words, '--change-pin', '--new-pin', CANARY[token]], {
    env: { ...process.env, ...stack.env },
    stdio: 'ignore',
  })
}

/** Key by key, as hands do it: no message of the bench holds the whole PIN. */
async function typePin(window: OpenWindow, pin: string): Promise<void> {
  const page = await window.pinWindow()
  await story.at(page, 'pin').focus()
  if (process.env.QUAY_SHOTS)
    await page.screenshot({ path: join(process.env.QUAY_SHOTS, `pin-${pin.slice(0, 4)}.png`) })
  for (const sign of pin) await page.keyboard.press(sign)
  await story.lastKey(page, 'Enter')
}

/** Only what is near the view is drawn; keys and a screen reader know all of it. */
async function walkTheList(page: OpenWindow['page']): Promise<void> {
  const [list, rows] = [story.at(page, 'batch-items'), story.at(page, 'batch-item')]
  await expect(list).toHaveAttribute('aria-rowcount', String(COPIES + 1))
  expect(await rows.count()).toBeLessThan(COPIES / 4)
  await rows.first().focus()
  for (const [key, index] of [
    ['ArrowDown', 3],
    ['End', COPIES + 1],
    ['ArrowUp', COPIES],
    ['Home', 2],
  ] as const) {
    await page.keyboard.press(key)
    const chosen = list.locator(`[aria-rowindex="${index}"][aria-selected="true"]`)
    await expect(chosen).toBeFocused()
    await expect(chosen).toBeInViewport({ ratio: 0.95 })
  }
}

async function prove(page: OpenWindow['page'], who: story.Who): Promise<void> {
  await story.at(page, 'reauthenticate').getByTestId('password').fill(PEOPLE[who].password)
  await page.keyboard.press('Enter')
}

test('a hundred copies: three keys and a PIN for the officer, two and a PIN for the seal keeper; no PIN stays anywhere', async ({
  stack,
  open,
}) => {
  test.setTimeout(300_000)
  await bringQueue(stack)
  setCanary(stack, 'OFFICER', stack.pki.officer.pin)
  setCanary(stack, 'SEAL', stack.pki.agency.pin)
  if (stack.user !== null)
    spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, join(stack.env.SOFTHSM2_CONF ?? '', '..')])
  const window = await open()
  const { page } = window
  const eyes = openEyes(page)
  await story.openStore(page)
  await story.signIn(page, 'officer')
  await page.keyboard.press('Alt+5')
  await expect(story.at(page, 'to-review-all')).toContainText(String(COPIES), { timeout: 30_000 })
  await eyes.look('a hundred wait', 'both')

  // A sample is drawn, and left again.
  await page.keyboard.press('a')
  await page.keyboard.press('m')
  await expect(story.at(page, 'leave-sample')).toBeVisible()
  await expect(story.at(page, 'queue-item')).toHaveCount(COPIES / 10)
  await eyes.look('a sample of a hundred', 'both')
  await page.keyboard.press('Escape')
  await expect(story.at(page, 'leave-sample')).toHaveCount(0)

  // The officer: the list, the yes, the password, the PIN.
  await page.keyboard.press('a')
  await expect(story.at(page, 'review-all')).toBeVisible()
  await eyes.look('agree to a hundred', 'both')
  await page.keyboard.press('F9')
  await expect(story.at(page, 'reauthenticate')).toBeVisible({ timeout: 30_000 })
  await prove(page, 'officer')
  await typePin(window, CANARY.OFFICER)
  await expect(story.at(page, 'screen-signature')).toContainText('/', { timeout: 30_000 })
  await eyes.look('a hundred being signed')
  await expect(story.at(page, 'batch-finished')).toBeVisible({ timeout: 120_000 })
  await eyes.look('a hundred signed', 'both')

  // The seal keeper: the list, the password, the PIN.
  await story.changeTo(page, 'sealKeeper')
  await page.keyboard.press('Alt+6')
  await expect(story.at(page, 'batch-start')).toBeEnabled({ timeout: 30_000 })
  await eyes.look('a hundred to seal', 'both')
  await walkTheList(page)
  await page.keyboard.press('F9')
  await prove(page, 'sealKeeper')
  await typePin(window, CANARY.SEAL)
  await expect(story.at(page, 'batch-finished')).toBeVisible({ timeout: 120_000 })
  await eyes.look('a hundred sealed', 'both')

  for (const canary of Object.values(CANARY)) {
    const found = treeOf(window.pid).map((pid) => [nameOf(pid), inMemory(pid, canary)] as const)
    expect(found.map(([name]) => name)).toEqual(expect.arrayContaining(['main', 'renderer']))
    expect(found.filter(([, count]) => count !== 0)).toEqual([])
    expect(inFiles(stack.data, canary)).toEqual([])
  }
  // The search itself finds what is there: the name of who sits here.
  expect(inMemory(window.pid, PEOPLE.sealKeeper.name)).not.toBe(0)
  await window.close()
  const verdict = await judge(stack, 5)
  expect({ ...verdict, registerNumbers: verdict.registerNumbers.length }).toMatchObject({
    registerNumbers: COPIES,
    validCopies: COPIES / 5,
    faults: [],
    audit: null,
    register: null,
  })
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
