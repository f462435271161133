// Keys as a Vietnamese counter sends them: numpad, input methods, pedals.
import { expect, test } from 'vitest'
import { isComposing, keyName } from '../../renderer/look/keys.ts'

const press = (part: Partial<KeyboardEvent>): KeyboardEvent =>
  ({
    key: '',
    code: '',
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    isComposing: false,
    keyCode: 0,
    ...part,
  }) as KeyboardEvent

test('the numpad says the same as the keys above the letters', () => {
  expect(keyName(press({ key: '3', code: 'Numpad3' }))).toBe(keyName(press({ key: '3', code: 'Digit3' })))
  expect(keyName(press({ key: 'Enter', code: 'NumpadEnter' }))).toBe('Enter')
  expect(keyName(press({ key: '+', code: 'NumpadAdd' }))).toBe('+')
})

test('letters are named by their place when the input method hides them, and in any case', () => {
  expect(keyName(press({ key: 'r', code: 'KeyR' }))).toBe('R')
  expect(keyName(press({ key: 'R', code: 'KeyR', shiftKey: true }))).toBe('Shift+R')
  expect(keyName(press({ key: 'ư', code: 'KeyW', altKey: true }))).toBe('Alt+W')
  expect(keyName(press({ key: 'Insert', code: 'Insert' }))).toBe('Insert')
  expect(keyName(press({ key: 'F13', code: 'F13' }))).toBe('F13')
})

test('a key of an input method that is composing is nobody’s shortcut', () => {
  expect(isComposing(press({ key: 'Process', keyCode: 229 }))).toBe(true)
  expect(isComposing(press({ key: 'Enter', isComposing: true }))).toBe(true)
  expect(isComposing(press({ key: 'Enter', keyCode: 13 }))).toBe(false)
})
