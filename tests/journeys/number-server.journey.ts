// A unit whose numbers come from a server of the office: while it is away the officer reads so before any PIN, and the supervisor
// sees why; when it is back, the same list is signed with the numbers it gave.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startNumberServer } from '../bench/numbers/number-server.ts'
import { openNodeCounter, PEOPLE } from '../bench/office.ts'
import { bringPapers } from '../bench/reviewed-papers.ts'
import { makePapers } from '../perf/certify-peer-papers.ts'
import { runtime } from '../setup/place.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as story from './story.ts'

const COPIES = 5

test.use({ options: { offline: true } })

test('the server of numbers is away, then back: nobody types a PIN for nothing, and the token is in no file', async ({
  stack,
  open,
}) => {
  test.setTimeout(120_000)
  const server = await startNumberServer()
  const unitFile = join(stack.data, 'unit.json')
  const unit = {
    ...stack.unit,
    books: [{ from: '2026-01-01', mode: 'server' as const, apart: false }],
    numbers: { url: server.url, token: server.token },
  }
  const filling = openNodeCounter({ folder: stack.data, unit: stack.unit })
  await bringPapers(filling, await makePapers(join(runtime, 'journey-papers'), COPIES, { dpi: 75 }))
  await filling.close()
  writeFileSync(unitFile, JSON.stringify(unit))
  if (stack.user !== null) spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, stack.data])
  try {
    await server.behave({ down: 'refused' })
    const window = await open()
    const { page } = window
    const eyes = openEyes(page)
    await story.openStore(page)
    expect(readFileSync(unitFile, 'utf8')).not.toContain(server.token)
    await story.signIn(page, 'officer')
    await story.goToSigning(page)
    await expect(story.at(page, 'batch-start')).toBeEnabled({ timeout: 20_000 })
    await page.keyboard.press('Enter')
    await story.at(page, 'reauthenticate').getByTestId('password').fill(PEOPLE.officer.password)
    await page.keyboard.press('Enter')
    const failure = page.locator('[data-failure="unreachable.numbers"]')
    await expect(failure).toBeVisible({ timeout: 20_000 })
    await eyes.look('the server of numbers is away', 'both')
    expect(window.app.windows().length).toBe(1)

    await page.keyboard.press('Alt+9')
    await page.keyboard.press('F2')
    const source = story.at(page, 'number-source')
    await expect(source).toHaveAttribute('data-trouble', 'unreachable.numbers')
    await expect(source).toContainText(new URL(server.url).host)
    await eyes.look('where the numbers come from', 'both')

    await server.behave()
    await story.goToSigning(page)
    const pin = await story.proveAndPin(window, 'officer', stack.pki.officer.pin)
    await story.lastKey(pin, 'Enter')
    await expect(story.at(page, 'batch-finished')).toBeVisible({ timeout: 60_000 })
    await story.changeTo(page, 'sealKeeper')
    await story.goToSigning(page)
    await story.sign(window, 'sealKeeper', stack.pki.agency.pin)
    expect([server.next, new Set(server.heard.map(({ key }) => key)).size]).toEqual([COPIES + 1, 1])

    await page.keyboard.press('Alt+9')
    await expect(page.locator('[data-testid="register-row"][data-state="certified"]')).toHaveCount(COPIES)
    await page.keyboard.press('F2')
    await expect(source).toHaveAttribute('data-trouble', 'none')
    await eyes.look('the server of numbers gave them', 'both')
    expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  } finally {
    await server.close()
  }
})
