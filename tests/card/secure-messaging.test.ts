// Secure messaging as properties: what the chip enciphers we open, and nothing that was touched on the way is believed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { join } from '../../drivers/card/apdu.ts'
import { nextCounter, openSecureChannel, unprotect } from '../../drivers/card/secure-messaging.ts'
import { decrypt, encrypt, pad, retailMac, unpad } from '../../drivers/card/triple-des.ts'
import { ok } from '../../preload/contract/result.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const keys = fc.record({ enc: bytes(16), mac: bytes(16) })
type Keys = { enc: Uint8Array; mac: Uint8Array }

/** The chip's side of an answer, written out here on its own. */
function answerOf({ enc, mac }: Keys, counter: Uint8Array, content: Uint8Array, status = [0x90, 0x00]): Uint8Array {
  const secret = encrypt(enc, pad(content))
  const long = secret.length + 1 < 0x80 ? [secret.length + 1] : [0x81, secret.length + 1]
  const proved = join(Uint8Array.of(0x87, ...long, 1), secret, Uint8Array.of(0x99, 2, ...status))
  return join(proved, Uint8Array.of(0x8e, 8), retailMac(mac, pad(join(counter, proved))))
}

test('whatever the chip sends arrives unchanged', () => {
  fc.assert(
    fc.property(keys, bytes(8), fc.uint8Array({ maxLength: 223 }), (pair, counter, content) => {
      const answer = { content: answerOf(pair, counter, content), status: 0x9000 }
      expect(unprotect(pair, counter, answer)).toEqual({ content, status: 0x9000 })
    }),
  )
})

test('one changed bit anywhere, a shortened answer or one from an earlier step is not believed', () => {
  fc.assert(
    fc.property(
      keys,
      bytes(8),
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(),
      fc.nat(7),
      (pair, counter, content, at, bit) => {
        const answer = answerOf(pair, counter, content)
        const bent = answer.slice()
        const where = at % bent.length
        bent[where] = (bent[where] ?? 0) ^ (1 << bit)
        expect(unprotect(pair, counter, { content: bent, status: 0x9000 })).toBeNull()
        expect(unprotect(pair, counter, { content: answer.slice(0, where), status: 0x9000 })).toBeNull()
        expect(unprotect(pair, nextCounter(counter), { content: answer, status: 0x9000 })).toBeNull()
        expect(unprotect(pair, counter, { content: answer, status: 0x6282 })).toBeNull()
      },
    ),
  )
})

test('any bytes at all are opened or refused, never a crash', () => {
  fc.assert(
    fc.property(keys, bytes(8), fc.uint8Array({ maxLength: 300 }), (pair, counter, content) => {
      expect(unprotect(pair, counter, { content, status: 0x9000 })).toBeNull()
    }),
    { numRuns: 500 },
  )
})

test('success without proof is garbage, an error without proof is passed on', async () => {
  const session = { enc: new Uint8Array(16), mac: new Uint8Array(16).fill(1), counter: new Uint8Array(8) }
  const answering = (answer: number[]) =>
    openSecureChannel(
      async () => ok(Uint8Array.from(answer)),
      session,
    )({ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 4 })
  expect(await answering([0x90, 0x00])).toEqual({
    ok: false,
    failure: { kind: 'device', device: 'card', what: 'unreadable' },
  })
  expect(await answering([1, 2, 3, 4, 0x90, 0x00])).toMatchObject({ ok: false })
  expect(await answering([0x90])).toMatchObject({ ok: false })
  expect(await answering([0x69, 0x88])).toEqual({ ok: true, value: { content: new Uint8Array(0), status: 0x6988 } })
})

test('the counter carries over all eight bytes', () => {
  expect(nextCounter(Uint8Array.of(0, 0, 0, 0, 0, 0, 0xff, 0xff))).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0))
  expect(nextCounter(new Uint8Array(8).fill(0xff))).toEqual(new Uint8Array(8))
})

test('ciphers and padding are undone exactly', () => {
  fc.assert(
    fc.property(bytes(16), fc.uint8Array({ maxLength: 100 }), (key, content) => {
      expect(unpad(pad(content))).toEqual(content)
      expect(decrypt(key, encrypt(key, pad(content)))).toEqual(pad(content))
    }),
  )
  expect(unpad(new Uint8Array(8))).toBeNull()
  expect(unpad(Uint8Array.of(0x80, 1))).toBeNull()
})
