// A reader that another program holds: the same signature is asked for again, and only that; everything else goes through.
import { expect, test } from 'vitest'
import { openSoon, signPatiently } from '../../main/devices/index.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

const busy = fail({ kind: 'device', device: 'signature', what: 'busy' })
const good = ok(Uint8Array.of(1))

/** A token that answers these, one after the other, the last for ever. */
function token(...answers: readonly Result<Uint8Array>[]) {
  const asked: string[] = []
  const told: boolean[] = []
  const sign = async (fingerprint: string): Promise<Result<Uint8Array>> => {
    asked.push(fingerprint)
    return answers[Math.min(asked.length, answers.length) - 1] ?? good
  }
  const patient = (longest: number, signal = new AbortController().signal) =>
    signPatiently({ sign }, { every: 1, longest, signal, held: (isHeld) => told.push(isHeld) })
  return { asked, told, patient }
}
const digest = new Uint8Array(32)

test('busy is asked again until the other program lets go; it is told once that it waits, and once that it goes on', async () => {
  const { asked, told, patient } = token(busy, busy, busy, good)
  expect(await patient(60_000).sign('one', digest)).toEqual(good)
  expect([asked, told]).toEqual([Array(4).fill('one'), [true, false]])
})

test.each([
  fail({ kind: 'pin', what: 'withheld' }),
  fail({ kind: 'pin', what: 'wrong' }),
  fail({ kind: 'device', device: 'signature', what: 'removed' }),
  fail({ kind: 'device', device: 'signature', what: 'failed' }),
])('nothing else is asked twice: $failure', async (answer) => {
  const { asked, told, patient } = token(answer, good)
  expect(await patient(60_000).sign('one', digest)).toEqual(answer)
  expect([asked, told]).toEqual([['one'], []])
})

test('trouble with the PIN while it was held ends the waiting', async () => {
  const { asked, told, patient } = token(busy, fail({ kind: 'pin', what: 'withheld' }), good)
  expect(await patient(60_000).sign('one', digest)).toEqual(fail({ kind: 'pin', what: 'withheld' }))
  expect([asked.length, told]).toEqual([2, [true, false]])
})

test('a token that somebody is just looking at is opened as soon as it is free', async () => {
  const answers = [busy, busy, ok('session')]
  const open = async (): Promise<Result<string>> => answers.shift() ?? busy
  const driver = { name: 'a driver', present: async () => ok([]), open }
  expect(await openSoon(driver, 'token-1', new AbortController().signal, 60_000)).toEqual(ok('session'))
  expect(await openSoon(driver, 'token-1', new AbortController().signal, 0)).toEqual(busy)
})

test('after the longest wait, or when nobody waits any more, it says busy', async () => {
  expect(await token(busy).patient(0).sign('one', digest)).toEqual(busy)
  const control = new AbortController()
  const told: boolean[] = []
  const sign = async () => busy
  const held = (isHeld: boolean): void => {
    told.push(isHeld)
    control.abort()
  }
  const signer = signPatiently({ sign }, { every: 60_000, longest: 60_000, signal: control.signal, held })
  expect(await signer.sign('one', digest)).toEqual(busy)
  expect(told).toEqual([true, false])
})

test('several signatures that wait at once are one waiting', async () => {
  const { told, patient } = token(busy, busy, busy, busy, good)
  const signer = patient(60_000)
  await Promise.all([signer.sign('one', digest), signer.sign('two', digest)])
  expect(told).toEqual([true, false])
})
