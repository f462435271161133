// Where the person is: which screen, which dossier is in hand, and the half-typed things that survive a change of screen.
// Nothing here is stored; it lives as long as the person is signed in, also under the lock.
import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Role } from '../../preload/contract/border.ts'
import type { Operator, OperatorState } from '../../preload/contract/operator.ts'

export const PATH = ['card', 'dossier', 'scan', 'document', 'certification', 'signature', 'outbox', 'province'] as const
export type StationName = (typeof PATH)[number]
export type Screen = StationName | 'register' | 'certificates' | 'check' | 'rules' | 'accounts' | 'help'
export type SignedIn = Extract<OperatorState, { at: 'signed-in' }>

export interface Place {
  readonly me: Operator
  readonly has: (...roles: readonly Role[]) => boolean
  readonly desk: SignedIn
  readonly screen: Screen
  readonly go: (screen: Screen) => void
  /** Grows with every jump, so that a screen can put the focus where the work begins. */
  readonly arrivals: number
  /** The dossier in hand. */
  readonly dossierId: string | null
  /** Instead of a dossier, the stack of many dossiers (xấp nhiều hồ sơ) is in hand. */
  readonly mixed: boolean
  readonly take: (dossierId: string | null) => void
  readonly takeMixed: () => void
  /** What a screen was asked to show: a failure's heading in the help, or the search among the dossiers. */
  readonly wish: string | null
  readonly goFor: (screen: Screen, wish: string) => void
  readonly drafts: Map<string, unknown>
}

const Here = createContext<Place | null>(null)

export function usePlace(): Place {
  const place = useContext(Here)
  if (place === null) throw new Error('outside the desk')
  return place
}

export function PlaceProvider({
  desk,
  start,
  children,
}: {
  readonly desk: SignedIn
  readonly start: Screen
  readonly children: ReactNode
}) {
  const [at, setAt] = useState<{ screen: Screen; wish: string | null; arrivals: number }>({
    screen: start,
    wish: null,
    arrivals: 0,
  })
  const [hand, setHand] = useState<{ dossierId: string | null; mixed: boolean }>({ dossierId: null, mixed: false })
  const drafts = useRef(new Map<string, unknown>())
  const place = useMemo<Place>(
    () => ({
      me: desk.operator,
      has: (...roles) => roles.some((role) => desk.operator.roles.includes(role)),
      desk,
      ...at,
      go: (screen) => setAt((old) => ({ screen, wish: null, arrivals: old.arrivals + 1 })),
      goFor: (screen, wish) => setAt((old) => ({ screen, wish, arrivals: old.arrivals + 1 })),
      ...hand,
      take: (dossierId) => setHand({ dossierId, mixed: false }),
      takeMixed: () => setHand({ dossierId: null, mixed: true }),
      drafts: drafts.current,
    }),
    [desk, at, hand],
  )
  return <Here.Provider value={place}>{children}</Here.Provider>
}

/** A state that survives a change of screen. */
export function useDraft<T>(name: string, initial: T): [T, Dispatch<SetStateAction<T>>] {
  const { drafts } = usePlace()
  const kept = (): T => (drafts.has(name) ? (drafts.get(name) as T) : initial)
  const [value, setValue] = useState<T>(kept)
  // Kept at once: when the screen changes in the same breath, React never asks a state that is gone for its next value.
  const set: Dispatch<SetStateAction<T>> = (next) => {
    const made = typeof next === 'function' ? (next as (old: T) => T)(kept()) : next
    drafts.set(name, made)
    setValue(made)
  }
  return [value, set]
}
