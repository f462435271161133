// One after the other at the counter: nothing of the person before stands in the form of the next.
import { MAU, PEOPLE } from '../bench/card/person.ts'
import { expect, test } from './desk.ts'
import * as story from './story.ts'

const NEXT = PEOPLE.thu ?? MAU

test('the telephone and the procedure of one citizen are not in the form of the next', async ({ open }) => {
  const { page } = await open()
  await story.openStore(page)
  await story.signIn(page, 'clerk')
  await story.scanQr(page)
  await story.openDossier(page)
  await story.at(page, 'email').fill('mau@example.vn')
  await story.startScanning(page)
  await story.scanQr(page, NEXT)
  await page.keyboard.press('F9')
  await expect(story.at(page, 'screen-dossier')).toBeVisible()
  await expect(story.at(page, 'phone')).toHaveValue('')
  await expect(story.at(page, 'email')).toHaveValue('')
  await expect(story.at(page, 'procedure-search')).toBeVisible()

  // Half-typed for one, then the card of another: the same.
  await story.at(page, 'phone').fill('0987 654 321')
  await story.scanQr(page)
  await page.keyboard.press('F9')
  await expect(story.at(page, 'screen-dossier')).toBeVisible()
  await expect(story.at(page, 'phone')).toHaveValue('')
})
