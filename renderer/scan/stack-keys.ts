// Which key does what while a stack is in hand. The pedal is one more key; digits begin the typed page counts.
import type { KeyMap } from '../look/keys.ts'
import type { ToolActions } from './page-tools.tsx'
import { PROFILE_KEYS, type ProfileKey } from './profile-bar.tsx'

const WALK = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'] as const
const DIGITS = '123456789'.split('')

export interface StackActions extends ToolActions {
  readonly walk: (key: string) => void
  readonly zoom: (step: 1 | -1 | 0) => void
  readonly start: () => void
  readonly stop: () => void
  readonly done: () => void
  readonly other: () => void
  readonly files: () => void
  /** False: nothing is certified in this dossier. */
  readonly keepFile: (() => void) | false
  readonly separators: () => void
  readonly profile: (key: ProfileKey) => void
  readonly editProfile: () => void
  readonly count: (digit: string) => void
}

interface Now {
  readonly running: boolean
  readonly pedal: string | null
  /** There are pages to divide, and the box is not open yet. */
  readonly countable: boolean
}

const each = (keys: readonly string[], act: (key: string) => void): KeyMap =>
  Object.fromEntries(keys.map((key) => [key, () => act(key)]))

export function stackKeys(actions: StackActions, { running, pedal, countable }: Now): KeyMap {
  return {
    ...(countable ? each(DIGITS, actions.count) : {}),
    ...each(WALK, actions.walk),
    ...(running ? {} : Object.fromEntries(PROFILE_KEYS.map((key) => [key, () => actions.profile(key)]))),
    ...(pedal === null ? {} : { [pedal]: actions.start }),
    F9: actions.start,
    Escape: running && actions.stop,
    F10: actions.done,
    F6: !running && actions.other,
    Enter: actions.right,
    X: actions.look,
    '0': actions.asScanned,
    R: () => actions.turn(90),
    'Shift+R': () => actions.turn(-90),
    N: () => actions.startPaper(true),
    J: () => actions.startPaper(false),
    B: actions.blank,
    T: actions.name,
    M: actions.send,
    D: actions.secret,
    Delete: actions.remove,
    Insert: actions.insert,
    S: actions.rescan,
    ...each(['[', 'Ctrl+ArrowLeft', 'Ctrl+ArrowUp'], () => actions.move(-1)),
    ...each([']', 'Ctrl+ArrowRight', 'Ctrl+ArrowDown'], () => actions.move(1)),
    'Ctrl+Z': actions.undo,
    'Ctrl+P': actions.editProfile,
    P: actions.separators,
    O: !running && actions.files,
    K: !running && actions.keepFile,
    ...each(['+', '='], () => actions.zoom(1)),
    '-': () => actions.zoom(-1),
    '*': () => actions.zoom(0),
  }
}
