// Basic Access Control against the worked example of the standard, and against the specimen card.
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../drivers/card/apdu.ts'
import {
  accessSeed,
  checkDigit,
  deriveKeys,
  mrzInformation,
  openAccess,
  ourToken,
  sessionKeys,
  theirShare,
} from '../../drivers/card/bac.ts'
import { nextCounter, protect, unprotect } from '../../drivers/card/secure-messaging.ts'
import { mrzCheckDigit } from '../../main/card/mrz.ts'
import { ok } from '../../preload/contract/result.ts'

/** ICAO 9303-11 Appendix D. */
const DOC = { documentNumber: 'L898902C', birth: '690806', expiry: '940623' }
const THEIRS = fromHex('4608F91988702212')
const OURS = fromHex('781723860C06C226')
const OUR_SHARE = fromHex('0B795240CB7049B01C19B33E32804F0B')
const TOKEN = '72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7'
const ANSWER = '46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449'
const SESSION = { enc: '979EC13B1CBFE9DCD01AB0FED307EAE5', mac: 'F1CB1F1FB5ADF208806B89DC579DC1F8' }
const session = { enc: fromHex(SESSION.enc), mac: fromHex(SESSION.mac) }
const hexes = (keys: { enc: Uint8Array; mac: Uint8Array }) => ({ enc: toHex(keys.enc), mac: toHex(keys.mac) })

describe('the worked example of ICAO 9303-11, Appendix D', () => {
  test('what is printed becomes the access keys', () => {
    expect(mrzInformation(DOC)).toBe('L898902C<369080619406236')
    expect(toHex(accessSeed(DOC))).toBe('239AB9CB282DAF66231DC5A4DF6BFBAE')
    expect(hexes(deriveKeys(accessSeed(DOC)))).toEqual({
      enc: 'AB94FDECF2674FDFB9B391F85D7F76F2',
      mac: '7962D9ECE03D1ACD4C76089DCE131543',
    })
  })

  test('reader and chip prove to each other that they know them', () => {
    const keys = deriveKeys(accessSeed(DOC))
    expect(toHex(ourToken(keys, OURS, THEIRS, OUR_SHARE))).toBe(TOKEN)
    const share = theirShare(keys, fromHex(ANSWER), OURS, THEIRS)
    expect(share && toHex(share)).toBe('0B4F80323EB3191CB04970CB4052790B')
    const made = sessionKeys(OUR_SHARE, share ?? new Uint8Array(0), OURS, THEIRS)
    expect({ ...hexes(made), counter: toHex(made.counter) }).toEqual({ ...SESSION, counter: '887022120C06C226' })
  })

  test('the whole exchange goes over the port with one authentication', async () => {
    const sent: string[] = []
    const answers = [`${toHex(THEIRS)}9000`, `${ANSWER}9000`]
    const opened = await openAccess(
      async (apdu) => {
        sent.push(toHex(apdu))
        return ok(fromHex(answers.shift() ?? ''))
      },
      DOC,
      (length) => (length === 8 ? OURS : OUR_SHARE),
    )
    expect(sent).toEqual(['0084000008', `0082000028${TOKEN}28`])
    expect(opened.ok && toHex(opened.value.counter)).toBe('887022120C06C226')
  })

  test('selecting and reading EF.COM is enciphered and proved as in the example', () => {
    const steps = [
      {
        command: { cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, content: fromHex('011E') },
        sent: '0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800',
        answer: '990290008E08FA855A5D4C50A8ED',
        content: '',
      },
      {
        command: { cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 4 },
        sent: '0CB000000D9701048E08ED6705417E96BA5500',
        answer: '8709019FF0EC34F9922651990290008E08AD55CC17140B2DED',
        content: '60145F01',
      },
      {
        command: { cla: 0, ins: 0xb0, p1: 0, p2: 4, expected: 0x12 },
        sent: '0CB000040D9701128E082EA28A70F3C7B53500',
        answer: '871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74',
        content: '04303130365F36063034303030305C026175',
      },
    ]
    let counter = fromHex('887022120C06C226')
    for (const step of steps) {
      counter = nextCounter(counter)
      expect(toHex(protect(session, counter, step.command))).toBe(step.sent)
      counter = nextCounter(counter)
      const opened = unprotect(session, counter, { content: fromHex(step.answer), status: 0x9000 })
      expect(opened && { ...opened, content: toHex(opened.content) }).toEqual({ content: step.content, status: 0x9000 })
    }
  })
})

test('the specimen card of Nguyễn Thị Mẫu has these keys', () => {
  const key = { documentNumber: '190123456', birth: '900115', expiry: '300115' }
  expect(mrzInformation(key)).toBe('190123456990011583001156')
  expect(toHex(accessSeed(key))).toBe('9B3D18E3D8A50993BD449BC594917D6E')
  expect(hexes(deriveKeys(accessSeed(key)))).toEqual({
    enc: 'EFD54A5B5113DFE9F8D9D0987A701523',
    mac: 'B3F7B31CA1673DE67F3152E98F20C168',
  })
})

test('driver and judge count check digits alike', () => {
  for (const field of ['L898902C<', '001190123456', '900115', '<<<', 'ZZ9<A0']) {
    expect(checkDigit(field)).toBe(mrzCheckDigit(field))
  }
})

test('an answer with one wrong byte, an old random number or another length opens nothing', () => {
  const keys = deriveKeys(accessSeed(DOC))
  const answer = fromHex(ANSWER)
  for (let at = 0; at < answer.length; at += 1) {
    const bent = answer.slice()
    bent[at] = (bent[at] ?? 0) ^ 1
    expect(theirShare(keys, bent, OURS, THEIRS)).toBeNull()
  }
  expect(theirShare(keys, answer, THEIRS, OURS)).toBeNull()
  expect(theirShare(keys, answer.slice(1), OURS, THEIRS)).toBeNull()
})
