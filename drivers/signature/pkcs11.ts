// Signature tokens behind a vendor's PKCS#11 library (PKCS#11 v2.40), one driver a library, meant for a process of its own.
// A token is found by what is written in it, never by its slot number; no code path here tries a PIN.
import { basename } from 'node:path'
import type { PKCS11 } from 'pkcs11js'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Device, DeviceId, Driver, TokenSession } from '../contract.ts'
import * as codes from './codes.ts'
import { type Listed, listTokens, loadModule, type PresentToken } from './module.ts'
import { Pkcs11Session } from './session.ts'

/**
 * The tokens of one PKCS#11 library, loaded when it is first asked for and kept until the process ends. A library that
 * cannot be loaded answers `device signature unsupported`. `note` hears every return code that is not in the table.
 */
export function pkcs11Driver(modulePath: string, note: codes.Note = () => {}): Driver<TokenSession> {
  const sessions = new Map<DeviceId, Pkcs11Session>()
  let loaded: PKCS11 | undefined
  let before: readonly PresentToken[] = []

  const look = (): Result<Listed & { readonly module: PKCS11 }> => {
    try {
      const module = loaded ?? loadModule(modulePath)
      if (module === 'unloadable') return fail(codes.UNSUPPORTED)
      loaded = module
      const signing = (slot: Buffer) =>
        [...sessions.values()].find((session) => session.signing && session.token.slot.equals(slot))?.token
      const remembered = (slot: Buffer) => before.find((token) => token.slot.equals(slot))
      const { tokens, unread } = listTokens(module, signing, remembered, note)
      before = tokens
      for (const session of sessions.values()) {
        const { id, slot } = session.token
        if (!tokens.some((token) => token.id === id && token.slot.equals(slot))) session.lost()
      }
      return ok({ module, tokens, unread })
    } catch (thrown) {
      return fail(explain(thrown, note))
    }
  }

  return {
    name: `pkcs11 ${basename(modulePath)}`,

    async present(signal) {
      if (signal.aborted) return fail(codes.TIMEOUT)
      const found = look()
      return found.ok ? ok(found.value.tokens.map(describe)) : found
    },

    async open(device, signal) {
      if (signal.aborted) return fail(codes.TIMEOUT)
      const found = look()
      if (!found.ok) return found
      const token = found.value.tokens.find((candidate) => candidate.id === device)
      // Behind a slot that cannot be read it may lie well enough.
      if (token === undefined) return fail(found.value.unread ? codes.BUSY : codes.ABSENT)
      const last = sessions.get(device)
      if (last?.over && !last.signing) await last.close()
      if (sessions.has(device) || token.held) return fail(codes.BUSY)
      try {
        const released = () => sessions.delete(device)
        const session = new Pkcs11Session({ module: found.value.module, token, signal, note, released })
        sessions.set(device, session)
        return ok(session)
      } catch (thrown) {
        const failure = explain(thrown, note)
        if (failure !== codes.FAILED) return fail(failure)
        const again = look()
        return fail(again.ok && again.value.tokens.some(({ id, held }) => held && id === device) ? codes.BUSY : failure)
      }
    },
  }
}

function describe(token: PresentToken): Device {
  return { id: token.id, kind: 'signature', name: token.label, loaded: true }
}

/** Outside a session there is no token to look for: a vague code stays `failed`. */
function explain(thrown: unknown, note: codes.Note) {
  const code = codes.codeOf(thrown)
  if (code === undefined) throw thrown
  const meaning = codes.meaningOf(code, note)
  return meaning === codes.LOOK ? codes.FAILED : meaning
}
