// The paper is read behind the feeder: the form is filled with what stands on it, and the clerk says yes with Enter.

import { showDay } from '../../renderer/look/formats.ts'
import { drawKind } from '../scan/reading/papers.ts'
import { expect, test } from './desk.ts'
import { nothingWrong, openEyes } from './eyes.ts'
import * as papers from './kept-papers.ts'
import * as story from './story.ts'

test.use({ options: { escl: true, reading: true, extras: ['clerk'] } })

const FORM = ['title', 'number', 'issuedOn', 'issuer', 'owner', 'ownerId', 'summary', 'validity', 'scope'] as const

test('a decision is read while it lies there; its number, day, issuer, name and ID number are confirmed with Enter', async ({
  stack,
  open,
}) => {
  const window = await open()
  const { page } = window
  const eyes = openEyes(page)
  const { picture, expected } = await drawKind('decision', 1)
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await papers.openKept(page)
  await story.startScanning(page)
  await papers.feedSheets(page, stack, [picture])
  await page.keyboard.press('F10')
  await expect(story.at(page, 'paper-row')).toHaveAttribute('data-title-from', 'page', { timeout: 40_000 })
  await expect(story.at(page, 'paper-title')).toHaveValue('Quyết định')
  // It came while the cursor stood in the box: no list opened over the job.
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await eyes.look('reading, make', 'both')
  await papers.makeKept(page, 1)

  const form = story.at(page, 'fields-form')
  await expect(form).toHaveAttribute('data-reading', 'false', { timeout: 30_000 })
  const field = (name: string) => story.at(page, `field-${name}`)
  const suggested = Object.fromEntries(
    await Promise.all(FORM.map(async (name) => [name, await field(name).inputValue()] as const)),
  )
  expect(suggested).toEqual({
    ...Object.fromEntries(FORM.map((name) => [name, ''])),
    ...expected,
    ...(expected.issuedOn === undefined ? {} : { issuedOn: showDay(expected.issuedOn) }),
    title: 'Quyết định',
  })
  // The signature of who scanned comes first; until then confirming is refused and says so.
  await expect(story.at(page, 'sign-first')).toBeVisible()
  await eyes.look('reading, form before the signature', 'both')
  await page.keyboard.press('Control+Enter')
  await expect(story.at(page, 'failure')).toHaveAttribute('data-failure', 'refused.scan-signature-missing')
  await eyes.look('reading, signature missing', 'both')
  await story.goToSigning(page)
  await story.sign(window, 'clerk', stack.pki.officer.pin)
  await page.keyboard.press('F9')
  await expect(story.at(page, 'screen-fields')).toBeVisible()
  await expect(story.at(page, 'sign-first')).toHaveCount(0)

  await expect(field('title')).toBeFocused()
  for (const [at, name] of FORM.entries()) {
    await expect(field(name)).toBeFocused()
    if (name === 'number') await eyes.look('reading, form', 'both')
    if (name === 'scope') await page.keyboard.type('Thửa 12')
    await page.keyboard.press('Enter')
    if (at < FORM.length - 1)
      await expect(field(name).locator('xpath=ancestor::div[@data-seen][1]')).toHaveAttribute('data-seen', 'true')
  }
  await expect(story.at(page, 'fields-confirmed')).toBeVisible()
  await expect(story.at(page, 'all-confirmed')).toBeVisible()
  await eyes.look('reading, confirmed', 'both')
  await window.close()

  // From outside.
  const [filed, ...others] = await papers.filedIn(stack)
  expect(others).toEqual([])
  if (filed === undefined) throw new Error('nothing was filed')
  const { document, fields, file, signed } = filed
  expect(document).toMatchObject({ title: 'Quyết định', level: '2u', fields: 'confirmed', certifiedCopy: false })
  expect(Object.fromEntries(fields.fields.map(({ name, value }) => [name, value]))).toEqual({
    ...Object.fromEntries(FORM.map((name) => [name, ''])),
    ...expected,
    title: 'Quyết định',
    scope: 'Thửa 12',
  })
  for (const path of [file, signed ?? '']) {
    const text = papers.textOf(path).normalize('NFC').replaceAll(/\s+/g, ' ')
    for (const words of [expected.number, expected.summary, expected.ownerId, expected.owner, 'QUYẾT ĐỊNH'])
      expect(text).toContain(words)
    expect(papers.archivalOf(path)).toEqual({ qpdf: 'ok', part: '2', level: 'U' })
  }
  expect(eyes.seen).toEqual(nothingWrong(eyes.seen))
})
