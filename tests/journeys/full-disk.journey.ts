// The disk fills up while sheets are fed: it is said, what was shown stays, and with room again the rest is fed.
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawPaper } from '../bench/scanner/paper.ts'
import { canMount, smallDisk } from '../storage/small-disk.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as story from './story.ts'

test.use({ options: { escl: true } })
test.skip(!canMount, 'only root may mount a small disk')

/** The same sheet again as another file: a comment (JPEG COM) tells them apart. */
const again = (sheet: Buffer, number: number): Buffer =>
  Buffer.concat([sheet.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 4, 0, number]), sheet.subarray(2)])

/** Fills the disk until so many bytes are left. */
function fill(folder: string, left: number): { end(): void } {
  const { bavail, bsize } = statfsSync(folder)
  const file = join(folder, 'somebody-elses-film.bin')
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - left)))
  return { end: () => rmSync(file) }
}

test('the disk is full while sheets are fed: the pages before are safe, the screen says so, with room again the rest is fed', async ({
  stack,
  open,
}) => {
  const disk = smallDisk(200 * 1024)
  try {
    cpSync(stack.data, disk.folder, { recursive: true })
    if (stack.user !== null) spawnSync('chown', ['-R', `${stack.user.uid}:${stack.user.gid}`, disk.folder])
    const first = await open({ data: disk.folder })
    const { page } = first
    const eyes = openEyes(page)
    const sheet = (await drawPaper('land')).pages[1] ?? Buffer.alloc(0)
    await story.openStore(page)
    await story.signIn(page, 'clerk')
    await story.scanQr(page)
    await story.openDossier(page)
    await story.startScanning(page)
    stack.scanner.load([sheet])
    await story.feed(page, 1)
    await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '1', { timeout: 30_000 })

    const film = fill(disk.folder, 3 * sheet.length)
    stack.scanner.load(Array.from({ length: 8 }, (_, number) => again(sheet, number)))
    await page.keyboard.press('F9')
    await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'storage.full', { timeout: 30_000 })
    await expect(story.at(page, 'failure')).toContainText('đầy')
    const kept = await story.at(page, 'page-thumb').count()
    expect(kept).toBeGreaterThanOrEqual(1)
    expect(kept).toBeLessThan(9)
    await eyes.look('full disk', 'both')
    film.end()

    // Room for the picture, none for what is to be remembered of it: the same trouble, and not the scanner's.
    const tail = fill(disk.folder, sheet.length + 8192)
    stack.scanner.load([again(sheet, 50)])
    const before = await story.at(page, 'failure').elementHandle()
    await page.keyboard.press('F9')
    await before?.waitForElementState('hidden')
    await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'storage.full', { timeout: 30_000 })
    await expect(story.at(page, 'page-thumb')).toHaveCount(kept)
    tail.end()

    // Room again: the same key goes on with the sheet the screen named.
    const sheetToPutBack = Number(await story.at(page, 'putback').getAttribute('data-sheet'))
    expect(sheetToPutBack).toBe(kept)
    await expect(story.at(page, 'failure')).toContainText(`Đặt lại từ tờ số ${kept}`)
    stack.scanner.load(Array.from({ length: 9 - kept }, (_, number) => again(sheet, 100 + number)))
    await story.feed(page, 9)
    await expect(story.at(page, 'failure')).toHaveCount(0)
    await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '9', { timeout: 30_000 })
    await first.close()

    const { page: later } = await open({ data: disk.folder })
    await story.openStore(later)
    await story.signIn(later, 'clerk')
    await later.keyboard.press('Alt+3')
    await expect(story.at(later, 'unfinished-item')).toHaveAttribute('data-pages', '9')
    expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
  } finally {
    disk.end()
  }
})
