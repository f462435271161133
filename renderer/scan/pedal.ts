// A foot pedal or a button of the scanner comes to the computer as a key. This computer remembers which key that is; it means
// "scan" (F9). Keys that already mean something on the screen are not taken.
import { useSyncExternalStore } from 'react'

const PEDAL = 'quay.scan.pedal'
const TONES = 'quay.scan.tones'

const TAKEN = new Set([
  ...'RNJBXSTMPO0123456789[]+-=*'.split(''),
  ...['Enter', 'Escape', 'Tab', 'Space', 'Delete', 'Insert', 'Backspace', 'Home', 'End', 'Shift+R'],
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
  ...['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F9', 'F10', 'F12'],
  ...['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'Process', 'Dead', 'Unidentified'],
])

/** May this key (as `keyName` writes it) be the pedal? */
export const mayBePedal = (name: string): boolean => name !== '' && !TAKEN.has(name) && !/^(Ctrl|Alt)\+/.test(name)

const listeners = new Set<() => void>()
const hear = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function keep(name: string, value: string | null): void {
  if (value === null) localStorage.removeItem(name)
  else localStorage.setItem(name, value)
  for (const listener of listeners) listener()
}

/** The pedal's key on this computer; null when there is none. */
export function usePedal(): readonly [string | null, (key: string | null) => void] {
  const key = useSyncExternalStore(hear, () => localStorage.getItem(PEDAL))
  return [key !== null && mayBePedal(key) ? key : null, (next) => keep(PEDAL, next)]
}

/** Are tones wanted on this computer? */
export function useTones(): readonly [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(hear, () => localStorage.getItem(TONES) !== 'off')
  return [on, (next) => keep(TONES, next ? null : 'off')]
}
