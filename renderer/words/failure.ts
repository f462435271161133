// From a failure to what the person reads: what happened, what is safe, what to do now and with which key.
// It never shows foreign error text or personal data; every word of the closed list has an entry in both languages.
import type { Failure, Refusal } from '../../preload/contract/result.ts'
import type { Language } from '../../preload/contract/support.ts'
import { english } from './failures-en.ts'
import { vietnamese } from './failures-vi.ts'

export interface Advice {
  readonly happened: string
  readonly safe: string
  readonly next: string
}
type Of<Kind extends Failure['kind']> = Extract<Failure, { kind: Kind }>
export type Device = Of<'device'>['device']
export type DeviceTrouble = Of<'device'>['what']

/** What a language must say. A missing word does not compile. */
export interface FailureWords {
  readonly device: Readonly<Record<DeviceTrouble, (device: Device) => Omit<Advice, 'safe'>>>
  readonly kept: (device: Device, kept: number | undefined) => string
  readonly pin: Readonly<Record<Of<'pin'>['what'], Advice>>
  readonly refused: Readonly<Record<Refusal, (detail: string) => Advice>>
  readonly stale: Advice
  readonly unreachable: Readonly<Record<Of<'unreachable'>['system'], Advice>>
  readonly malformed: Readonly<Record<Of<'malformed'>['what'], Advice>>
  readonly storage: Readonly<Record<Of<'storage'>['what'], Advice>>
  readonly bug: (ref: string) => Advice
}

const LANGUAGES: Readonly<Record<Language, FailureWords>> = { vi: vietnamese, en: english }

/** The three parts of the sentence. */
export function adviceFor(failure: Failure, language: Language): Advice {
  const words = LANGUAGES[language]
  switch (failure.kind) {
    case 'device':
      return { ...words.device[failure.what](failure.device), safe: words.kept(failure.device, failure.kept) }
    case 'pin':
      return words.pin[failure.what]
    case 'refused':
      return words.refused[failure.rule](failure.detail ?? '')
    case 'stale':
      return words.stale
    case 'unreachable':
      return words.unreachable[failure.system]
    case 'malformed':
      return words.malformed[failure.what]
    case 'storage':
      return words.storage[failure.what]
    case 'bug':
      return words.bug(failure.ref)
  }
}

/** The whole sentence: what happened, what is safe, what to do now. */
export function sentenceFor(failure: Failure, language: Language): string {
  const { happened, safe, next } = adviceFor(failure, language)
  return [happened, safe, next].filter((part) => part !== '').join(' ')
}

/** The heading of the failure in `resources/help`, for example `device.jammed`, `refused.no-authority`, `stale`. */
export function failureKey(failure: Failure): string {
  switch (failure.kind) {
    case 'device':
    case 'pin':
    case 'malformed':
    case 'storage':
      return `${failure.kind}.${failure.what}`
    case 'refused':
      return `refused.${failure.rule}`
    case 'unreachable':
      return `unreachable.${failure.system}`
    case 'stale':
    case 'bug':
      return failure.kind
  }
}

const under = (kind: string, entries: object) => Object.keys(entries).map((name) => `${kind}.${name}`)

/** Every key that `resources/help` must explain. */
export const failureKeys: readonly string[] = [
  ...under('device', vietnamese.device),
  ...under('pin', vietnamese.pin),
  ...under('refused', vietnamese.refused),
  'stale',
  ...under('unreachable', vietnamese.unreachable),
  ...under('malformed', vietnamese.malformed),
  ...under('storage', vietnamese.storage),
  'bug',
]
