// A handheld scanner types like a keyboard, very fast, and ends with Enter. Whatever field has the focus, a scanned code is
// recognised by the bars of the card's QR text, handed over whole, and the field gets back what it held before.
import { useEffect, useRef } from 'react'
import { isComposing } from '../look/keys.ts'

/** Slowest pause between two characters of one scan, milliseconds; people type slower and never type bars. */
const PAUSE = 120
const isCode = (text: string): boolean => text.length >= 15 && text.split('|').length >= 3

function putBack(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  const shape = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype
  Object.getOwnPropertyDescriptor(shape, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** `catcher` is the field that collects characters typed while nothing else has the focus. */
export function useWedge(catcher: () => HTMLInputElement | null, onCode: (text: string) => void): void {
  const latest = useRef({ catcher, onCode })
  useEffect(() => {
    latest.current = { catcher, onCode }
  })
  useEffect(() => {
    let burst = { text: '', last: 0, field: null as EventTarget | null, before: '' }
    const typed = (event: InputEvent) => {
      const field = event.target
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return
      const goesOn = burst.field === field && event.timeStamp - burst.last < PAUSE
      const text = (goesOn ? burst.text : '') + (event.data ?? '')
      burst = { text, last: event.timeStamp, field, before: goesOn ? burst.before : field.value }
    }
    const pressed = (event: KeyboardEvent) => {
      if (isComposing(event) || document.querySelector('[role=dialog]') !== null) return
      const field = event.target
      const isField = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
      if (
        event.key === 'Enter' &&
        isField &&
        field !== latest.current.catcher() &&
        field === burst.field &&
        isCode(burst.text)
      ) {
        event.preventDefault()
        event.stopPropagation()
        putBack(field, burst.before)
        latest.current.onCode(burst.text)
        burst = { text: '', last: 0, field: null, before: '' }
        return
      }
      const printable = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.altKey && !event.metaKey
      if (printable && !isField) latest.current.catcher()?.focus()
    }
    document.addEventListener('beforeinput', typed, true)
    window.addEventListener('keydown', pressed, true)
    return () => {
      document.removeEventListener('beforeinput', typed, true)
      window.removeEventListener('keydown', pressed, true)
    }
  }, [])
}
