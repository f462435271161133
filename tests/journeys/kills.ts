// The two kill journeys, told once for the tests and for the torture: the same story, the plug pulled at a given moment.
import { expect } from 'playwright/test'
import type { Stack } from '../bench/stack.ts'
import * as story from './story.ts'
import type { OpenWindow } from './window.ts'

type Open = () => Promise<OpenWindow>

const back = async (open: Open, who: story.Who): Promise<OpenWindow> => {
  const window = await open()
  await story.openStore(window.page)
  await story.signIn(window.page, who)
  return window
}

async function reviewed(stack: Stack, open: Open): Promise<OpenWindow> {
  const window = await back(open, 'clerk')
  await story.intake(window, stack)
  await story.changeTo(window.page, 'officer')
  await story.reviewAll(window.page)
  await story.goToSigning(window.page)
  return window
}

/** Signs whatever is left in the role; an empty list is fine. */
async function signRest(window: OpenWindow, who: 'officer' | 'sealKeeper', pin: string): Promise<void> {
  await story.goToSigning(window.page)
  if ((await story.at(window.page, 'batch-empty').count()) === 0) await story.sign(window, who, pin)
}

async function finish(stack: Stack, window: OpenWindow): Promise<void> {
  await story.waitForDelivery(window.page, 5)
  await window.close()
  void stack
}

/** `afterMs`: how long after the PIN the plug is pulled; each signature takes 300 ms then. */
export async function killedWhileSigning(stack: Stack, open: Open, afterMs: number): Promise<void> {
  const first = await reviewed(stack, open)
  await stack.faults.say('sign-delay OFFICER 300')
  const pin = await story.proveAndPin(first, 'officer', stack.pki.officer.pin)
  await story.lastKey(pin, 'Enter')
  await first.page.waitForTimeout(afterMs)
  await first.kill()
  await stack.faults.say()
  const second = await back(open, 'officer')
  await signRest(second, 'officer', stack.pki.officer.pin)
  await story.changeTo(second.page, 'sealKeeper')
  await stack.faults.say('sign-delay SEAL 300')
  await story.goToSigning(second.page)
  const seal = await story.proveAndPin(second, 'sealKeeper', stack.pki.agency.pin)
  await story.lastKey(seal, 'Enter')
  await second.page.waitForTimeout(afterMs)
  await second.kill()
  await stack.faults.say()
  const third = await back(open, 'sealKeeper')
  await signRest(third, 'sealKeeper', stack.pki.agency.pin)
  await finish(stack, third)
}

/** The province answers slowly; the plug is pulled while parcels are on their way, twice. */
export async function killedWhileSending(stack: Stack, open: Open, afterMs: number): Promise<void> {
  const first = await reviewed(stack, open)
  await story.sign(first, 'officer', stack.pki.officer.pin)
  await story.changeTo(first.page, 'sealKeeper')
  await story.goToSigning(first.page)
  await stack.province.misbehave({ slowMs: 250 })
  await story.sign(first, 'sealKeeper', stack.pki.agency.pin)
  await first.page.waitForTimeout(afterMs)
  await first.kill()
  const second = await open()
  await story.openStore(second.page)
  await second.page.waitForTimeout(afterMs)
  await second.kill()
  await stack.province.misbehave({ slowMs: 0 })
  const third = await back(open, 'sealKeeper')
  await expect(story.at(third.page, 'device-card')).toBeVisible()
  await finish(stack, third)
}
