// A new PIN for a token, and a locked token opened again: main opens the PIN window, hands its port on, and writes down what
// happened. It never sees what is typed, opens the window once a call, and asks for nothing a token has already refused.
import type { Driver } from '../../drivers/contract.ts'
import type { Caller, HandlersOf } from '../../preload/contract/border.ts'
import { type Failure, fail, ok, type Result } from '../../preload/contract/result.ts'
import type { signature as declared, PinQuestion, PinState } from '../../preload/contract/signature.ts'
import type { Audit } from '../audit/index.ts'
import { type DeviceWatch, openSoon, type SigningSession } from '../devices/index.ts'
import type { Storage } from '../storage/index.ts'
import { readFacts } from './certificate.ts'

export interface PinParts {
  readonly storage: Pick<Storage, 'write'>
  readonly audit: Pick<Audit, 'append'>
  readonly driver: Driver<SigningSession>
  readonly devices: Pick<DeviceWatch, 'look'>
  /** Opens the PIN window; the PIN passes by main. Answers once it was tried or the window was closed. */
  readonly askPin: (
    question: Omit<PinQuestion, 'language'>,
    session: SigningSession,
    insist: boolean,
  ) => Promise<Result<unknown>>
}

type Task = 'change' | 'unblock'

/** Milliseconds: a screen of ours may be looking at the token just now. */
const LOOKED_AT = 4_000

const EVENTS = {
  change: { began: 'signature.pin-change-began', done: 'signature.pin-changed', refused: 'signature.pin-not-changed' },
  unblock: {
    began: 'signature.unblock-began',
    done: 'signature.pin-unblocked',
    refused: 'signature.pin-not-unblocked',
  },
} as const

/** Spent tries are said before a window opens: nobody types what cannot help. */
export function refuseTask(task: Task, pin: PinState): Failure | null {
  if (task === 'change' && pin.locked) return { kind: 'pin', what: 'locked' }
  return task === 'unblock' && pin.code?.locked === true ? { kind: 'pin', what: 'code-locked' } : null
}

const isLastTry = (task: Task, pin: PinState): boolean =>
  task === 'change' ? pin.finalTry : pin.code?.finalTry === true

export function openPins(parts: PinParts): Pick<HandlersOf<typeof declared>, 'changePin' | 'unblock'> {
  const note = (caller: Caller, event: string, tokenId: string, detail: Record<string, string | boolean>): void =>
    parts.storage.write((w) => parts.audit.append(w, { actor: caller.operatorId, event, subject: tokenId, detail }))

  async function ask(task: Task, tokenId: string, caller: Caller): Promise<Result<Record<string, never>>> {
    const device = (await parts.devices.look('signature')).devices.find((one) => one.id === tokenId)
    if (device === undefined) return fail({ kind: 'device', device: 'signature', what: 'absent' })
    const control = new AbortController()
    try {
      const opened = await openSoon(parts.driver, tokenId, control.signal, LOOKED_AT)
      if (!opened.ok) return opened
      const session = opened.value
      try {
        const pin = await session.pinState()
        if (!pin.ok) return pin
        const refusal = refuseTask(task, pin.value)
        if (refusal !== null) return fail(refusal)
        const holder = await holderOf(session)
        note(caller, EVENTS[task].began, tokenId, { lastTry: isLastTry(task, pin.value) })
        const question = {
          task,
          signer: caller.name,
          holder: holder ?? device.name,
          tokenName: device.name,
          count: 0,
          listCode: '',
          role: 'officer' as const,
          pin: pin.value,
        }
        const result = await parts.askPin(question, session, false)
        if (result.ok) note(caller, EVENTS[task].done, tokenId, {})
        else note(caller, EVENTS[task].refused, tokenId, { why: whyOf(result.failure) })
        return result.ok ? ok({}) : result
      } finally {
        await session.close()
      }
    } finally {
      control.abort()
    }
  }

  return {
    changePin: ({ tokenId }, caller) => ask('change', tokenId, caller),
    unblock: ({ tokenId }, caller) => ask('unblock', tokenId, caller),
  }
}

const whyOf = (failure: Failure): string =>
  failure.kind === 'pin' || failure.kind === 'device' ? `${failure.kind}.${failure.what}` : failure.kind

/** Whose token it is, when all its certificates agree. */
async function holderOf(session: Pick<SigningSession, 'certificates'>): Promise<string | null> {
  const certificates = await session.certificates()
  if (!certificates.ok) return null
  const names = new Set(certificates.value.flatMap(({ der }) => readFacts(der)?.commonName ?? []))
  const [first] = names
  return names.size === 1 && first !== undefined ? first : null
}
