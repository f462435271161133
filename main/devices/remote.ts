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
import type { AskOptions, HostLink } from './host-link.ts'

/** What main may do with a token: everything but hand over a PIN. */
export type SigningSession = Omit<TokenSession, 'login'> & {
  /**
   * Gives the PIN window's port to the host; answers whether the token is logged in. After it the host ends with the session:
   * a library may keep a copy of the PIN, its process must not outlive the batch.
   */
  login(insist: boolean, port: unknown): Promise<Result<unknown>>
}

/** A vendor library that says nothing for this long is taken to hang. */
const SILENCE = { present: 15_000, card: 60_000, scan: 120_000, sign: 30_000 }

type Ask = <T>(verb: HostVerb, argument?: unknown, options?: AskOptions) => Promise<Result<T>>

function remote<Session>(link: HostLink, name: string, session: (ask: Ask, id: string) => Session): Driver<Session> {
  return {
    name,
    present: (signal) =>
      link.ask('present', null, null, { signal, silence: SILENCE.present }) as Promise<Result<readonly Device[]>>,
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

export const remoteToken = (link: HostLink): Driver<SigningSession> =>
  remote(link, 'pkcs11', (ask, id) => {
    let pinGiven = false
    return {
      login: (insist, port) => {
        pinGiven = true
        return link.passPinPort(id, insist, port)
      },
      pinState: () => ask<PinState>('signature.pinState', null, { silence: SILENCE.sign }),
      certificates: () => ask<readonly TokenCertificate[]>('signature.certificates', null, { silence: SILENCE.sign }),
      sign: (fingerprint, digest) =>
        ask<Uint8Array>('signature.sign', { fingerprint, digest }, { silence: SILENCE.sign }),
      logout: async () => void (await ask('signature.logout')),
      close: async () => {
        await ask('close')
        if (pinGiven) link.kill()
      },
    }
  })
