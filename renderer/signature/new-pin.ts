// Is a new PIN worth sending? Decided in the window, before the old PIN is spent on it. Pure; it keeps nothing.
import type { Failure } from '../../preload/contract/result.ts'
import type { PinQuestion, PinState } from '../../preload/contract/signature.ts'
import { type Advice, adviceFor, words } from '../words/index.ts'

export type Task = 'change' | 'unblock'
export type NewPin = 'missing' | 'letters' | 'length' | 'same' | 'differs' | 'fine'
export type TryWord = 'ready' | 'countLow' | 'finalTry' | 'locked'

/** Letters of a Vietnamese input method would look the same in both boxes, and never be typed again by chance. */
const PLAIN = /^[\x20-\x7e]*$/

export function judgeNewPin(old: string, fresh: string, again: string, length: PinState['length']): NewPin {
  if (fresh === '') return 'missing'
  if (!PLAIN.test(fresh)) return 'letters'
  if (length && (fresh.length < length.min || fresh.length > length.max)) return 'length'
  if (fresh === old) return 'same'
  return again === fresh ? 'fine' : 'differs'
}

/** What the token says of the tries that this task would spend: of the PIN, or of the unblocking code. */
export function triesFor(task: Task | 'sign', pin: PinState): TryWord {
  const tries = task === 'unblock' ? pin.code : pin
  if (tries?.locked === true) return 'locked'
  return tries?.finalTry === true ? 'finalTry' : tries?.countLow === true ? 'countLow' : 'ready'
}

/** A token that fell silent in the middle may have taken the new PIN or not. */
const UNSURE = ['removed', 'failed', 'timeout']

/** The failure as it reads when a PIN was to be changed: what is safe is the old PIN, not a list. */
export function adviceForTask(task: Task | 'sign', failure: Failure, language: PinQuestion['language']): Advice {
  const advice = adviceFor(failure, language)
  if (task === 'sign') return advice
  const w = words[language].pins
  const unsure = failure.kind === 'bug' || (failure.kind === 'device' && UNSURE.includes(failure.what))
  return {
    happened: advice.happened,
    safe: unsure ? w.unsure : w.notChanged,
    next: failure.kind === 'pin' && failure.what === 'withheld' ? '' : advice.next,
  }
}
