// A stack of sixty sheets of four citizens goes through the feeder once; the clerk touches six keys and looks at exceptions only.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page as Window } from 'playwright/test'
import { makeSheets, sheetsFolder } from '../bench/sheets/index.ts'
import { expect, test } from './desk.ts'
import * as story from './story.ts'

const COPY = '2.000815'
const TITLES = ['Giấy khai sinh', 'Bằng tốt nghiệp trung học phổ thông', 'Giấy chứng nhận kết hôn'] as const
/** Pages of the three papers of each dossier; a blank page lies at the end of the first paper of each. */
const PAPERS = [
  [4, 3, 4],
  [3, 5, 3],
  [5, 2, 4],
  [3, 4, 4],
] as const

/** A citizen without card; what she says is typed. */
async function openDossier(page: Window, name: string, procedureCode: string) {
  const reading = await story.ask(page, (api, typed) => api.card.type(typed), {
    number: '001190123456',
    name,
    birth: '1990-01-15',
  })
  return story.ask(page, (api, ask) => api.dossier.open(ask), {
    readingId: reading.id,
    procedureCode,
    phone: '0912 345 678',
    email: '',
  })
}

/** Separator sheets as they come out of the printer, one JPEG (300 dpi) a sheet. */
async function printSeparators(page: Window, dossierId: string): Promise<readonly Buffer[]> {
  const { file } = await story.ask(page, (api, ask) => api.scan.separators(ask), { dossierId, titles: [...TITLES] })
  const folder = mkdtempSync(join(tmpdir(), 'quay-separators-'))
  try {
    writeFileSync(join(folder, 'sheets.pdf'), await story.vaultFile(page, file))
    execFileSync('pdftoppm', ['-r', '300', '-jpeg', join(folder, 'sheets.pdf'), join(folder, 'sheet')])
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jpg'))
      .sort()
      .map((name) => readFileSync(join(folder, name)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.use({ options: { escl: true } })

test('sixty pages of four dossiers in one stack: four dossiers right with six keys beyond the exceptions', async ({
  stack,
  open,
}) => {
  test.setTimeout(600_000)
  const drawn = sheetsFolder(7, 110, 'journey')
  const truths = await makeSheets(drawn, 110, 7, { kinds: ['decision', 'letter', 'form', 'table', 'resume', 'blank'] })
  const read = (kind: 'page' | 'blank'): Buffer[] =>
    truths
      .filter((truth) => truth.blank === (kind === 'blank') && truth.width === 2480 && truth.height === 3508)
      .map((truth) => readFileSync(join(drawn, truth.name)))
  const [written, white] = [read('page'), read('blank')]
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  const names = ['Nguyễn Thị Mẫu', 'Trần Văn Thử', 'Lê Hoàng Bảo Trân Ví Dụ', 'Phạm Văn Mẫu']
  const dossiers = []
  for (const name of names) dossiers.push(await openDossier(page, name, COPY))

  const sheets: Buffer[] = []
  const expected: string[] = []
  let next = 0
  for (const [index, dossier] of dossiers.entries()) {
    const separators = await printSeparators(page, dossier.id)
    for (const [paper, count] of (PAPERS[index] ?? []).entries()) {
      sheets.push(separators[paper] ?? Buffer.alloc(0))
      expected.push(`${dossier.id} sheet`)
      for (let at = 0; at < count; at += 1) {
        sheets.push(written[next % written.length] ?? Buffer.alloc(0))
        expected.push(`${dossier.id} page`)
        next += 1
      }
      if (paper === 0) {
        sheets.push(white[index % white.length] ?? Buffer.alloc(0))
        expected.push(`${dossier.id} blank`)
      }
    }
  }
  expect(sheets).toHaveLength(60)
  stack.scanner.load(sheets)

  let keys = 0
  const press = async (key: string): Promise<void> => {
    keys += 1
    await page.keyboard.press(key)
  }
  await press('Alt+3')
  await expect(story.at(page, 'scan-mixed')).toBeVisible()
  await press('F9')
  await expect(story.at(page, 'scan-start')).toBeVisible()
  // Nobody hears it here: the first note of each tone is counted, by its pitch.
  await page.evaluate(() => {
    const heard: number[] = []
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function counted(this: OscillatorNode, ...when) {
      heard.push(Math.round(this.frequency.value))
      return start.apply(this, when)
    }
    Object.assign(window, { heard })
  })
  // The pedal is taught once for this computer, and from then on it scans.
  await page.keyboard.press('Control+p')
  await expect(story.at(page, 'pedal-learn')).toBeVisible()
  await page.keyboard.press('F8')
  await page.keyboard.press('PageDown')
  await expect(story.at(page, 'pedal')).toHaveAttribute('data-key', 'PageDown')
  await page.keyboard.press('Escape')
  await expect(story.at(page, 'pedal-learn')).toHaveCount(0)
  await press('PageDown')
  await expect(story.at(page, 'page-thumb')).toHaveCount(60, { timeout: 120_000 })
  await expect(story.at(page, 'scan-count')).toHaveAttribute('data-worked', '60', { timeout: 120_000 })
  await expect(story.at(page, 'scan-stop')).toHaveCount(0)
  const heard = await page.evaluate(() => (window as unknown as { readonly heard: readonly number[] }).heard)
  expect(heard.filter((hertz) => hertz === 880).length).toBeGreaterThan(0)
  expect(heard.filter((hertz) => hertz === 1047)).toHaveLength(1)
  expect(heard).not.toContain(330)

  const seen = await story
    .at(page, 'page-thumb')
    .evaluateAll((thumbs) =>
      thumbs
        .sort((one, other) => Number(one.dataset.number) - Number(other.dataset.number))
        .map(
          ({ dataset }) =>
            `${dataset.dossier} ${dataset.separator === 'true' ? 'sheet' : dataset.blank === 'true' ? 'blank' : 'page'}`,
        ),
    )
  expect(seen).toEqual(expected)

  const toCheck = Number(await story.at(page, 'to-check').getAttribute('data-count'))
  let exceptions = 0
  while ((await story.at(page, 'to-check').getAttribute('data-count')) !== '0' && exceptions < 30) {
    const before = await story.at(page, 'to-check').getAttribute('data-count')
    await page.keyboard.press(exceptions === 0 ? 'x' : 'Enter')
    if (exceptions > 0) await expect(story.at(page, 'to-check')).not.toHaveAttribute('data-count', before ?? '')
    exceptions += 1
  }
  test.info().annotations.push({ type: 'exceptions', description: String(toCheck) })
  if (process.env.QUAY_SHOTS) await page.screenshot({ path: join(process.env.QUAY_SHOTS, 'stack.png') })
  await press('F10')
  await expect(story.at(page, 'paper-row')).toHaveCount(12)
  if (process.env.QUAY_SHOTS) await page.screenshot({ path: join(process.env.QUAY_SHOTS, 'stack-papers.png') })
  await press('F9')
  await expect(story.at(page, 'screen-compare')).toBeVisible({ timeout: 60_000 })
  for (const [index, dossier] of dossiers.entries()) {
    const documents = await story.ask(page, (api, dossierId) => api.document.list({ dossierId }), dossier.id)
    expect(documents.map((one) => [one.title, one.pages])).toEqual(
      TITLES.map((title, paper) => [title, PAPERS[index]?.[paper]]),
    )
  }
  expect(keys).toBeLessThanOrEqual(6)
})
