// Paper misbehaves: what was scanned stays, and the screen says what to do next.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../bench/stack.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as story from './story.ts'

test('the feeder jams on page 3: two pages are safe, the clerk puts the rest back and goes on', async ({
  stack,
  open,
}) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  stack.scanner.set({ jamAfter: 2 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'device.jammed', { timeout: 30_000 })
  await expect(story.at(page, 'failure')).toContainText('2 trang')
  await expect(story.at(page, 'page-thumb')).toHaveCount(2)
  stack.scanner.set({ jamAfter: undefined })
  await stack.loadThreePapers()
  await story.feed(page, 6)
})

test('an empty feeder and an unplugged scanner are named, and nothing is lost', async ({ stack, open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  stack.scanner.load([])
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'device.feeder-empty', { timeout: 30_000 })
  await stack.loadThreePapers()
  await story.feed(page, 4)
  await stack.loadThreePapers()
  stack.scanner.set({ vanishAfter: 1 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toBeVisible({ timeout: 60_000 })
  expect(await story.at(page, 'page-thumb').count()).toBeGreaterThanOrEqual(4)
})

interface HangingProgram {
  readonly env: Readonly<Record<string, string>>
  hang(hangs: boolean): void
  /** Those that hung and are still there. */
  left(): readonly number[]
}

/** scanimage as it is, until it is told to hang: then it answers nothing and does not even end when it is asked to. */
function hangingScanimage(stack: Stack): HangingProgram {
  const folder = join(stack.home, 'bin')
  const sign = join(stack.home, 'scanimage-hangs')
  const hung = join(stack.home, 'scanimage-hung')
  mkdirSync(folder)
  writeFileSync(hung, '')
  chmodSync(hung, 0o666)
  const deaf = `exec perl -e '$SIG{TERM} = "IGNORE"; sleep 1 while 1'`
  writeFileSync(
    join(folder, 'scanimage'),
    `#!/bin/sh\n[ -e "${sign}" ] && echo $$ >> "${hung}" && ${deaf}\nexec /usr/bin/scanimage "$@"\n`,
  )
  chmodSync(join(folder, 'scanimage'), 0o755)
  return {
    env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    hang: (hangs) => (hangs ? writeFileSync(sign, '') : rmSync(sign)),
    left: () =>
      readFileSync(hung, 'utf8')
        .split('\n')
        .map(Number)
        .filter((pid) => pid > 0 && existsSync(`/proc/${pid}`)),
  }
}

test('the program that scans hangs: after some seconds the screen says so, nothing is lost, and the next try works', async ({
  stack,
  open,
}) => {
  const scanimage = hangingScanimage(stack)
  const window = await open({ env: scanimage.env })
  const { page } = window
  const eyes = openEyes(page)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  await story.feed(page, 4)
  await stack.loadThreePapers()
  scanimage.hang(true)
  await page.keyboard.press('F9')
  await expect(story.at(page, 'scan-stop')).toBeVisible()
  // Whoever does not want to wait presses Esc.
  await page.keyboard.press('Escape')
  await expect(story.at(page, 'scan-stop')).toHaveCount(0, { timeout: 10_000 })
  await expect(story.at(page, 'failure')).toHaveCount(0)
  await page.keyboard.press('F9')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'device.timeout', { timeout: 40_000 })
  await expect(story.at(page, 'failure')).toContainText('không trả lời')
  await expect(story.at(page, 'page-thumb')).toHaveCount(4)
  await eyes.look('scanimage hangs', 'both')
  scanimage.hang(false)
  await story.feed(page, 8)
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  // Even one that hangs while the program is closed does not stay and hold the scanner.
  scanimage.hang(true)
  await expect.poll(() => scanimage.left().length, { timeout: 10_000 }).toBeGreaterThan(0)
  await window.close()
  try {
    await expect.poll(scanimage.left, { timeout: 10_000 }).toEqual([])
  } finally {
    for (const pid of scanimage.left()) process.kill(pid, 'SIGKILL')
  }
})

test('the scanner falls silent after two sheets: Esc ends the waiting, the two are safe, and the rest is fed', async ({
  stack,
  open,
}) => {
  const { page } = await open()
  const eyes = openEyes(page)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.startScanning(page)
  await stack.loadThreePapers()
  stack.scanner.set({ hangAfter: 2 })
  await page.keyboard.press('F9')
  await expect(story.at(page, 'page-thumb')).toHaveCount(2, { timeout: 30_000 })
  await expect(story.at(page, 'scan-stop')).toBeVisible()
  await eyes.look('scanner silent', 'both')
  await page.keyboard.press('Escape')
  await expect(story.at(page, 'scan-stop')).toHaveCount(0, { timeout: 15_000 })
  await expect(story.at(page, 'page-thumb')).toHaveCount(2)
  // She wanted to stop: that is no fault of the scanner, and the screen says where to go on.
  await expect(story.at(page, 'failure')).toHaveCount(0)
  await expect(story.at(page, 'scan-said')).toContainText('Đã dừng sau 2 trang. Đặt lại từ tờ số 3, rồi F9.')
  await eyes.look('scanner stopped with Esc', 'both')
  stack.scanner.set({ hangAfter: undefined })
  await stack.loadThreePapers()
  await story.feed(page, 6)
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
