// Drivers as main sees them: the same Driver shape, carried over a host link.
import type {
  CardEvidence,
  CardSession,
  CardStep,
  Device,
  Driver,
  PinState,
  ScanAbilities,
  ScannedPage,
  ScanSession,
  TokenCertificate,
  TokenSession,
} from '../../drivers/contract.ts'
import type { HostVerb } from '../../preload/contract/host.ts'
import { ok, type Result } from '../../preload/contract/result.ts'
import type { PinTask } from '../../preload/contract/signature.ts'
import type { AskOptions, HostLink } from './host-link.ts'

/** What main may do with a token: everything but hand over a PIN. */
export type SigningSession = Omit<TokenSession, 'login' | 'changePin' | 'unblock'> & {
  /**
   * Gives the PIN window's port to the host; answers whether the token is logged in. After it the host ends with the session
   * (the last, when two tokens of one module sign): a library may keep a copy of the PIN, its process must not outlive the batch.
   */
  login(insist: boolean, port: unknown): Promise<Result<unknown>>
  /** The same for a new PIN; the window itself says whether its person insists on the last try. */
  changePin(port: unknown): Promise<Result<unknown>>
  unblock(port: unknown): Promise<Result<unknown>>
}

/** Gives the PIN window's port to the token for what the window asks. */
export function passPort(
  session: SigningSession,
  task: PinTask = 'sign',
  insist: boolean,
  port: unknown,
): Promise<Result<unknown>> {
  if (task === 'change') return session.changePin(port)
  return task === 'unblock' ? session.unblock(port) : session.login(insist, port)
}

/** A vendor library that says nothing for this long is taken to hang; `pad`: a person may be typing at the reader. */
const SILENCE = { present: 15_000, card: 60_000, scan: 120_000, sign: 30_000, pad: 180_000 }

type Ask = <T>(verb: HostVerb, argument?: unknown, options?: AskOptions) => Promise<Result<T>>

function remote<Session>(
  link: HostLink,
  name: string,
  session: (ask: Ask, id: string) => Session,
  patience: () => number = () => SILENCE.present,
): Driver<Session> {
  return {
    name,
    present: (signal) =>
      link.ask('present', null, null, { signal, silence: patience() }) as Promise<Result<readonly Device[]>>,
    open: async (device, signal) => {
      const opened = (await link.ask('open', null, device, { signal, silence: SILENCE.card })) as Result<string>
      if (!opened.ok) return opened
      const id = opened.value
      signal.addEventListener('abort', () => void link.ask('close', id, null), { once: true })
      const ask: Ask = (verb, argument = null, options = {}) =>
        link.ask(verb, id, argument, { signal, ...options }) as never
      return ok(session(ask, id))
    },
    watch: (nudge) => link.onNudge(nudge),
  }
}

export const remoteCard = (link: HostLink): Driver<CardSession> =>
  remote(link, 'pcsc', (ask) => ({
    read: (key, progress) =>
      ask<CardEvidence>('card.read', key, {
        silence: SILENCE.card,
        progress: (value) => {
          const { step, percent } = value as { step: CardStep; percent: number }
          progress(step, percent)
        },
      }),
    close: async () => void (await ask('close')),
  }))

export const remoteScan = (link: HostLink): Driver<ScanSession> =>
  remote(link, 'sane', (ask) => ({
    abilities: () => ask<ScanAbilities>('scan.abilities', null, { silence: SILENCE.scan }),
    scan: (request, page) =>
      ask('scan.scan', request, { silence: SILENCE.scan, page: (value) => page(value as ScannedPage) }),
    close: async () => void (await ask('close')),
  }))

export function remoteToken(link: HostLink): Driver<SigningSession> {
  /** Open sessions of this module that got a PIN: two tokens of one maker share its process. It ends with the last of them. */
  const withPin = new Set<string>()
  /** Sessions in which somebody may be typing at the reader now: until then their host answers nothing at all. */
  const typing = new Set<string>()
  return remote(
    link,
    'pkcs11',
    (ask, id) => {
      let silence = SILENCE.sign
      const pass = async (task: PinTask, insist: boolean, port: unknown): Promise<Result<unknown>> => {
        withPin.add(id)
        typing.add(id)
        const answer = await link.passPinPort({ session: id, task, insist, port }, SILENCE.pad)
        // A key that asks for its PIN every time will ask at the reader.
        if (answer.ok && (answer.value as { pinPad?: boolean } | null)?.pinPad === true) silence = SILENCE.pad
        else typing.delete(id)
        return answer
      }
      return {
        login: (insist, port) => pass('sign', insist, port),
        changePin: (port) => pass('change', false, port),
        unblock: (port) => pass('unblock', false, port),
        pinState: () => ask<PinState>('signature.pinState', null, { silence }),
        certificates: () => ask<readonly TokenCertificate[]>('signature.certificates', null, { silence }),
        sign: (fingerprint, digest) => ask<Uint8Array>('signature.sign', { fingerprint, digest }, { silence }),
        logout: async () => void (await ask('signature.logout')),
        close: async () => {
          await ask('close')
          typing.delete(id)
          if (withPin.delete(id) && withPin.size === 0) link.kill()
        },
      }
    },
    () => (typing.size === 0 ? SILENCE.present : SILENCE.pad),
  )
}
