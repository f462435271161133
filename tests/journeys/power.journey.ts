// The plug is pulled: while signing, and while sending. Afterwards everything is there once.
import { expect, test } from './desk.ts'
import { ALL_WELL, judge } from './judge.ts'
import { killedWhileSending, killedWhileSigning } from './kills.ts'

test('killed while signing: after a restart every document is certified exactly once', async ({ stack, open }) => {
  await killedWhileSigning(stack, open, 700)
  expect(await judge(stack)).toEqual(ALL_WELL)
})

test('killed while sending: after a restart the province has everything exactly once', async ({ stack, open }) => {
  await killedWhileSending(stack, open, 500)
  expect(await judge(stack)).toEqual(ALL_WELL)
})
