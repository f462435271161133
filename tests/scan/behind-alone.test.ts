// The work behind the feeder by itself, with a real store and vault: what a full disk leaves waiting, and what nobody turns.
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import { openBehind, type PageWork } from '../../main/scan/behind.ts'
import { openPageJobs } from '../../main/scan/page-jobs.ts'
import { findPage } from '../../main/scan/pages.ts'
import { scanPage } from '../../main/scan/table.ts'
import { openVault } from '../../main/storage/index.ts'
import { ok } from '../../preload/contract/result.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { canMount, smallDisk } from '../storage/small-disk.ts'
import { storeIn, tempFolders } from '../storage/store.ts'

const folders = tempFolders()
afterEach(folders.clean)

const { resolve } = createRequire(import.meta.url)
const jobs = openPageJobs({
  codes: () => readFileSync(resolve('zxing-wasm/reader/zxing_reader.wasm')),
  reading: { engineFile: '', modelFile: '' },
  pdfFolder: '',
})
const A4 = { width: 1654, height: 2339 }
const sheet = (picture: Buffer): Promise<Buffer> =>
  sharp(picture)
    .resize({ ...A4, fit: 'fill' })
    .withMetadata({ density: 200 })
    .jpeg({ quality: 85 })
    .toBuffer()

/** A counter's store with the pages of one run, not worked on yet; `glimpse` is what reading says of which way is up. */
function openDesk(vaultFolder: string, glimpse: Awaited<ReturnType<PageWork['readUpright']>> | null = null) {
  const storage = storeIn(folders.make()).open()
  const vault = openVault(vaultFolder, randomBytes(32))
  const run = randomUUID()
  let sheets = 0
  const behind = openBehind({
    storage,
    vault,
    log: () => undefined,
    work: {
      makeRight: jobs.makeRight,
      readUpright: async (_, guess) => glimpse ?? { turn: guess, confidence: 0 },
      readWords: async () => ok({ width: 1, height: 1, words: [] }),
    },
    titles: [],
    reads: glimpse !== null,
    moved: () => undefined,
    read: () => undefined,
  })
  const addPage = (picture: Buffer): string => {
    const id = randomUUID()
    sheets += 1
    const row: typeof scanPage.$inferInsert = {
      id,
      position: sheets,
      run,
      sheet: sheets,
      file: must(vault.put(picture)),
      bytes: picture.length,
      ...A4,
      dpi: 200,
      lowResolution: false,
      mode: 'colour',
      work: 'waiting',
      pictureWidth: A4.width,
      pictureHeight: A4.height,
      rotation: 0,
      turned: false,
      asScanned: false,
      startsPaper: sheets === 1,
      titleFrom: 'none',
      separator: false,
      blank: false,
      removed: false,
      doubtful: false,
      checked: false,
      placed: false,
      unread: false,
      closed: false,
      scannedAt: '2026-11-22T01:00:00.000Z',
      scannedBy: 'o',
      scannedByName: 'Trần Thị Mẫu',
    }
    storage.write((w) => void w.insert(scanPage).values(row).run())
    return id
  }
  return {
    behind,
    addPage,
    pageOf: (id: string) => {
      const row = storage.read((r) => findPage(r, id))
      if (row === undefined) throw new Error('no such page')
      return row
    },
    close: () => {
      behind.stop()
      storage.close()
    },
    storage,
  }
}

describe.skipIf(!canMount)('when the disk is full while a picture is made right', () => {
  test.each(['the next page', 'the next start', 'the wish to make documents'] as const)(
    'the page is not given up: it waits, and is made right with %s once there is room',
    async (which) => {
      const disk = smallDisk(6 * 1024)
      const desk = openDesk(disk.folder)
      try {
        const birth = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
        const askew = await sheet(await sharp(birth).rotate(3, { background: '#fcfbf8' }).toBuffer())
        const pageId = desk.addPage(askew)
        const film = join(disk.folder, 'film.bin')
        try {
          writeFileSync(film, Buffer.alloc(8 * 1024 * 1024))
        } catch {
          // Full, as wished.
        }
        desk.behind.push([pageId])
        await desk.behind.settled([pageId])
        expect(desk.pageOf(pageId)).toMatchObject({ work: 'waiting', picture: null })
        // Still no room: asked again it still waits, and nobody hangs.
        await desk.behind.settled([pageId])
        expect(desk.pageOf(pageId).work).toBe('waiting')
        rmSync(film)
        if (which === 'the next page') desk.behind.push([desk.addPage(await sheet(birth))])
        if (which === 'the next start') desk.behind.start()
        await desk.behind.settled([pageId])
        expect(desk.pageOf(pageId).work).toBe('done')
        expect(desk.pageOf(pageId).picture).not.toBe(null)
      } finally {
        desk.close()
        disk.end()
      }
    },
  )
})

describe('a page that shows nothing of which way is up', () => {
  const bars = async (): Promise<Buffer> => {
    const drawn = Array.from(
      { length: 14 },
      (_, at) => `<rect x="${160 + at * 96}" y="200" width="34" height="1900" fill="#222"/>`,
    )
    return sheet(
      Buffer.from(`<svg ${'xmlns="http://www.w3.org/2000/svg"'} width="1654" height="2339">
      <rect width="1654" height="2339" fill="#fcfbf8"/>${drawn.join('')}</svg>`),
    )
  }
  const workedOn = async (desk: ReturnType<typeof openDesk>, rotationBefore = 0) => {
    const pageId = desk.addPage(await bars())
    if (rotationBefore !== 0)
      desk.storage.write(
        (w) =>
          void w.update(scanPage).set({ rotation: rotationBefore, turned: true }).where(eq(scanPage.id, pageId)).run(),
      )
    desk.behind.push([pageId])
    await desk.behind.settled([pageId])
    return pageId
  }

  test('stays as it came, and the clerk is asked', async () => {
    const desk = openDesk(folders.make())
    const page = desk.pageOf(await workedOn(desk))
    expect(JSON.parse(page.findings ?? '{}').upright).toMatchObject({ turn: 0 })
    expect(JSON.parse(page.findings ?? '{}').upright.confidence).toBeLessThan(0.3)
    expect([page.work, page.rotation]).toEqual(['done', 0])
    desk.close()
  })

  test.each([
    [0.2, 0],
    [0.9, 270],
  ])('is turned when reading says so, not when reading guesses too (sure by %d)', async (confidence, rotation) => {
    const desk = openDesk(folders.make(), { turn: 270, confidence })
    const pageId = await workedOn(desk)
    await expect.poll(() => desk.pageOf(pageId).wordsOf, { timeout: 10_000 }).not.toBe(null)
    expect(desk.pageOf(pageId).rotation).toBe(rotation)
    desk.close()
  })

  test('keeps what the clerk turned by hand', async () => {
    const desk = openDesk(folders.make())
    expect(desk.pageOf(await workedOn(desk, 180)).rotation).toBe(180)
    desk.close()
  })
})
