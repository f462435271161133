// The rows of a long list that are drawn while it is signed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { movingRows } from '../../renderer/signature/moving-rows.ts'

const states = fc.array(fc.constantFrom('waiting', 'officer-closed', 'set-aside'), { maxLength: 600 })
const rows = states.map((all) => all.map((state, id) => ({ id, state })))

test('a list that rests, or a short one, is shown whole', () =>
  fc.assert(
    fc.property(rows, (items) => {
      expect(movingRows(items, false)).toBe(items)
      expect(movingRows(items.slice(0, 120), true)).toHaveLength(Math.min(120, items.length))
    }),
  ))

test('while it runs the next one, its neighbours and everything set aside are there, in order', () =>
  fc.assert(
    fc.property(rows, (items) => {
      const shown = movingRows(items, true)
      const ids = shown.map((row) => row.id)
      expect([...ids].sort((one, other) => one - other)).toEqual(ids)
      const aside = items.filter((row) => row.state === 'set-aside')
      const next = items.find((row) => row.state === 'waiting')
      for (const row of [...aside, ...(next === undefined ? [] : [next])]) expect(ids).toContain(row.id)
      expect(shown.filter((row) => row.state !== 'set-aside').length).toBeLessThanOrEqual(120)
    }),
  ))
