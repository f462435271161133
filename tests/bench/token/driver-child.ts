// The process in which a test loads a PKCS#11 module: the real driver behind messages, nothing else.
// Environment and C_Initialize belong to a process, and a hanging library can only be ended together with it.

import type { TokenSession } from '../../../drivers/contract.ts'
import { pkcs11Driver } from '../../../drivers/signature/pkcs11.ts'
import type { Answer, Ask } from './driver-process.ts'

const tell = (answer: Answer) => process.send?.(answer)
const driver = pkcs11Driver(process.argv[2] ?? '', (code) => tell({ note: code }))
const sessions = new Map<number, TokenSession>()
const aborts = new Map<number, AbortController>()

process.on('message', (ask: Ask) => {
  if ('abort' in ask) return aborts.get(ask.abort)?.abort()
  return answer(ask).then(
    (value) => tell({ id: ask.id, value }),
    (thrown: unknown) => tell({ id: ask.id, thrown: String(thrown) }),
  )
})

async function answer(ask: Exclude<Ask, { abort: number }>): Promise<unknown> {
  if (ask.call === 'present') return driver.present(signalOf(ask.id))
  if (ask.call === 'open') {
    const opened = await driver.open(ask.device, signalOf(ask.id))
    if (opened.ok) sessions.set(ask.id, opened.value)
    return opened.ok ? { ok: true, value: ask.id } : opened
  }
  const session = sessions.get(ask.session)
  if (session === undefined) throw new Error('no such session')
  switch (ask.call) {
    case 'pinState':
      return session.pinState()
    case 'certificates':
      return session.certificates()
    case 'login': {
      const answered = await session.login(ask.pin, ask.insist)
      return { answered, wiped: ask.pin.every((byte) => byte === 0) }
    }
    case 'changePin':
      return session.changePin(ask.pin, ask.fresh, ask.insist)
    case 'unblock':
      return session.unblock(ask.pin, ask.fresh, ask.insist)
    case 'sign':
      return session.sign(ask.fingerprint, ask.digest)
    case 'logout':
      return session.logout()
    case 'close':
      return session.close()
  }
}

function signalOf(id: number): AbortSignal {
  const controller = new AbortController()
  aborts.set(id, controller)
  return controller.signal
}
