import { execFileSync, spawnSync } from 'node:child_process'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { extractFields } from '../../../main/document/extract-fields.ts'
import { packBits, writeBitonalPng } from '../../../main/scan/picture/bitonal-png.ts'
import { openReader } from '../../../main/scan/reading/index.ts'
import { enlarge, wordsFromTable } from '../../../main/scan/reading/words-from-table.ts'
import { ENGINE_FILES } from './engine-files.ts'
import { drawKind } from './papers.ts'
import { compare, fontsAreThere } from './pen.ts'

const TITLES = ['Giấy khai sinh', 'Quyết định', 'Giấy chứng nhận đăng ký hộ kinh doanh']
const reader = openReader({ ...ENGINE_FILES, idle: 60_000 })
afterAll(() => reader.close())

const native = spawnSync('tesseract', ['--list-langs'], { encoding: 'utf8' })
const nativeIsThere = native.status === 0 && `${native.stdout}${native.stderr}`.includes('vie')

describe.skipIf(!fontsAreThere)('paper is read', () => {
  test('a birth certificate with dotted lines is read nearly without a mistake and fills its form', async () => {
    const paper = await drawKind('birth', 21)
    const read = await reader.readWords(paper.picture, 0, 300)
    if (!read.ok) throw new Error(read.failure.kind)
    const { errors, letters } = compare(paper.written, read.value)
    expect(errors / letters).toBeLessThan(0.03)
    const fields = extractFields([read.value], { titles: TITLES })
    const { title: _, ...expected } = paper.expected
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
    expect(values).toEqual({ title: 'Giấy khai sinh', ...expected })
    expect(fields.filter(({ confidence }) => confidence < 0.3)).toEqual([])
  })

  test('a black-and-white page that lies on its head is read as if it stood, with places on the upright page', async () => {
    const paper = await drawKind('decision', 22, 200)
    const { data, info } = await sharp(paper.picture)
      .rotate(180)
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const bitonal = writeBitonalPng(packBits(data, info.width, info.height, 1, 150), info.width, info.height, 200)
    const read = await reader.readWords(bitonal, 180, 200)
    if (!read.ok) throw new Error(read.failure.kind)
    expect([read.value.width, read.value.height]).toEqual([1653, 2339])
    const { errors, letters } = compare(paper.written, read.value)
    expect(errors / letters).toBeLessThan(0.04)
    const [title] = extractFields([read.value], { titles: TITLES })
    expect([title?.value, (title?.place?.top ?? 1) < 0.25]).toEqual(['Quyết định', true])
  })

  test('a page that lies on its side says so, and its places fit once it is turned', async () => {
    const paper = await drawKind('business', 23, 200)
    const lying = await sharp(paper.picture).rotate(270).jpeg().toBuffer()
    expect(await reader.upright(lying, 0, 200)).toEqual({ turn: 90, confidence: 1 })
    const read = await reader.readWords(lying, 90, 200)
    if (!read.ok) throw new Error(read.failure.kind)
    const { errors, letters } = compare(paper.written, read.value)
    expect(errors / letters).toBeLessThan(0.04)
  })

  test.skipIf(!nativeIsThere)('it reads about as well as the tesseract of the system', async () => {
    const paper = await drawKind('letter', 24, 200)
    const read = await reader.readWords(paper.picture, 0, 200)
    if (!read.ok) throw new Error(read.failure.kind)
    const table = execFileSync('tesseract', ['-', '-', '-l', 'vie', '--dpi', '200', '--psm', '11', 'tsv'], {
      input: paper.picture,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString()
    const size = { width: read.value.width, height: read.value.height }
    const theirs = compare(paper.written, enlarge(wordsFromTable(table, size), size.width, size.height))
    const ours = compare(paper.written, read.value)
    expect(theirs.letters).toBe(ours.letters)
    expect(ours.errors / ours.letters).toBeLessThan(theirs.errors / theirs.letters + 0.02)
  })
})

describe('trouble is an answer', () => {
  const white = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
      .jpeg()
      .toBuffer()

  test('what is no picture, or only half of one, is refused and the next page is read', async () => {
    const page = await white(400, 300)
    const answers = [
      await reader.readWords(new Uint8Array(), 0, 300),
      await reader.readWords(Buffer.from('%PDF-1.7'), 0, 300),
      await reader.readWords(page.subarray(0, page.length / 2), 0, 300),
    ]
    expect(answers.map((answer) => (answer.ok ? 'read' : answer.failure))).toEqual([
      { kind: 'refused', rule: 'not-an-image', detail: 'unreadable' },
      { kind: 'refused', rule: 'not-an-image', detail: 'unreadable' },
      { kind: 'refused', rule: 'not-an-image', detail: 'unreadable' },
    ])
    expect(await reader.upright(Buffer.from('no picture'), 270, 300)).toEqual({ turn: 270, confidence: 0 })
    expect(await reader.readWords(page, 90, 300)).toEqual({ ok: true, value: { width: 300, height: 400, words: [] } })
  })

  test('a picture of one pixel, and a resolution that makes no sense, are read like any other', async () => {
    const dot = await white(1, 1)
    expect(await reader.readWords(dot, 0, Number.NaN)).toEqual({ ok: true, value: { width: 1, height: 1, words: [] } })
    expect(await reader.upright(dot, 90, -5)).toEqual({ turn: 90, confidence: 0 })
  })

  test('a model that is not there is a damaged program, not a stop', async () => {
    const lost = openReader({ ...ENGINE_FILES, modelFile: '/nowhere/vie.traineddata.gz', idle: 1000 })
    const page = await white(400, 300)
    expect(await lost.readWords(page, 0, 300)).toEqual({ ok: false, failure: { kind: 'storage', what: 'damaged' } })
    lost.close()
  })

  test('after its idle time the engine is let go, and comes back when the next page asks for it', async () => {
    const brief = openReader({ ...ENGINE_FILES, idle: 1 })
    const page = await white(400, 300)
    const first = await brief.readWords(page, 0, 300)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([first.ok, (await brief.readWords(page, 0, 300)).ok]).toEqual([true, true])
    brief.close()
  })
})
