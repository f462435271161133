// Passwords are kept so that guessing costs memory and time, and are recognised however they were typed.
import { scryptSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashPassword, passwordFits } from '../../main/operator/password.ts'

describe('what is kept of a password', () => {
  test('its memory-hard cost, a salt of its own and a hash: n:r:p:salt:hash', async () => {
    const stored = await hashPassword('mat-khau-mai')
    const [n, r, p, salt = '', hash = '', ...more] = stored.split(':')
    expect([n, r, p, more.length]).toEqual(['32768', '8', '3', 0])
    expect(128 * Number(n) * Number(r), 'bytes of memory for one guess, three times over').toBe(32 * 2 ** 20)
    expect([Buffer.from(salt, 'base64').length, Buffer.from(hash, 'base64').length]).toEqual([16, 32])
    expect(stored).not.toContain('mat-khau-mai')
  })
  test('is never the same twice', async () => {
    const [one, other] = await Promise.all([hashPassword('mat-khau-mai'), hashPassword('mat-khau-mai')])
    expect(one).not.toBe(other)
    expect(one?.split(':')[3]).not.toBe(other?.split(':')[3])
  })
})

describe('a password fits', () => {
  test('only itself', async () => {
    const stored = await hashPassword('mat-khau-mai')
    expect(await passwordFits('mat-khau-mai', stored)).toBe(true)
    for (const other of ['', 'mat-khau-ma', 'mat-khau-maii', 'Mat-khau-mai', ' mat-khau-mai'])
      expect(await passwordFits(other, stored), other).toBe(false)
  })
  test('with Vietnamese letters composed either way, as keyboards differ', async () => {
    const stored = await hashPassword('mật khẩu của Mẫu'.normalize('NFD'))
    expect(await passwordFits('mật khẩu của Mẫu'.normalize('NFC'), stored)).toBe(true)
    expect(await passwordFits('mat khau cua Mau', stored)).toBe(false)
  })
  test('one kept with an older, lower cost: the cost is read from what is kept', async () => {
    const key = scryptSync('mat-khau-cu', 'salt', 32, { N: 16, r: 1, p: 1 })
    const stored = `16:1:1:${Buffer.from('salt').toString('base64')}:${key.toString('base64')}`
    expect(await passwordFits('mat-khau-cu', stored)).toBe(true)
    expect(await passwordFits('mat-khau-moi', stored)).toBe(false)
  })
  test('never something that is no kept password', async () => {
    const cost = fc.constantFrom('16', '2', '0', '-1', '3', 'x', '')
    const text = fc.constantFrom('', 'AAAA', '====', 'ä')
    const foreign = fc.oneof(
      fc.string().filter((one) => !/^\d{4,}:/.test(one)),
      fc.tuple(cost, cost, cost, text, text).map((parts) => parts.join(':')),
    )
    await fc.assert(
      fc.asyncProperty(foreign, async (stored) => {
        expect(await passwordFits('mat-khau-mai', stored).catch(() => false)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})
