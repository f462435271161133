// The keyboard: which key does what while a screen is shown. Plain keys never steal what a person types into a field;
// while a dialog is open only the dialog's own keys work.
import { useEffect, useLayoutEffect, useRef } from 'react'

/** Names such as `F9`, `Enter`, `R`, `Shift+R`, `Ctrl+ArrowLeft`, `Alt+1`, `Space`, `+`. */
export type KeyMap = Readonly<Record<string, (() => void) | undefined | false>>

let dialogs = 0

/** Tells the screens that a dialog is open; the answer says that it closed. */
export function openDialog(): () => void {
  dialogs += 1
  return () => {
    dialogs -= 1
  }
}

const NAMED = /^(F\d{1,2}|Enter|Escape|Tab|Insert|Delete|Backspace|Home|End|Page(Up|Down)|Arrow\w+)$/

/** The key belongs to an input method that is still composing a letter (Telex, VNI): it is nobody's shortcut. */
export const isComposing = (event: { readonly isComposing: boolean; readonly keyCode: number }): boolean =>
  event.isComposing || event.keyCode === 229

/** The name of a key as the maps write it; letters by their place when a Vietnamese input method hides them. */
export function keyName(event: KeyboardEvent): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1] ?? /^Digit(\d)$/.exec(event.code)?.[1]
  const plain = event.key === ' ' ? 'Space' : event.key
  const ascii = /^[\x21-\x7e]$/.test(plain)
  const base =
    NAMED.test(plain) || plain === 'Space' ? plain : ascii && !event.altKey ? plain.toUpperCase() : (letter ?? plain)
  const shifted = event.shiftKey && (NAMED.test(base) || /^[A-Z]$/.test(base))
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shifted ? 'Shift+' : ''}${base}`
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select') || target.isContentEditable)

const isPressable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('button, a, [role=menuitem], [role=tab], [role=radio], [type=checkbox], [type=radio]') !== null

/** What a text field does by itself with Ctrl: move, mark, copy, undo. */
const EDITING = /^Ctrl\+(Shift\+)?(Arrow\w+|Home|End|Delete|Backspace|[ACVXYZ])$/

/** May this key run an action now, or does it belong to what has the focus? */
function isFree(name: string, event: KeyboardEvent): boolean {
  if (/^F\d/.test(name) || /^(Ctrl|Alt)\+/.test(name)) return !(isTyping(event.target) && EDITING.test(name))
  if (isTyping(event.target))
    return name === 'Escape' && (event.target as HTMLElement).getAttribute('aria-expanded') !== 'true'
  if (name === 'Enter' || name === 'Space') return !isPressable(event.target)
  return true
}

/** Runs the actions of a map while the screen is shown. `inDialog`: the map belongs to the open dialog. */
export function useKeys(map: KeyMap, inDialog = false): void {
  const latest = useRef(map)
  // In the same breath as the screen changes: a key pressed on a button just drawn must find it.
  useLayoutEffect(() => {
    latest.current = map
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event) || dialogs > 0 !== inDialog) return
      const name = keyName(event)
      const action = latest.current[name]
      if (action === undefined || action === false || !isFree(name, event)) return
      event.preventDefault()
      event.stopPropagation()
      if (!event.repeat || /Arrow|Page|^[+\-=]$/.test(name)) action()
    }
    window.addEventListener('keydown', listen, true)
    return () => window.removeEventListener('keydown', listen, true)
  }, [inDialog])
}
