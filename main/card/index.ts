// Station 1, card: reads the QR text and the chip, keeps the evidence, lets judge.ts decide what it means.
// A reading lives in memory until a dossier takes it; nothing is stored about a person who only walked by.
import { randomUUID } from 'node:crypto'
import type { CardEvidence, CardSession, Driver } from '../../drivers/contract.ts'
import type { HandlersOf } from '../../preload/contract/border.ts'
import type { card as declared, Reading } from '../../preload/contract/card.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { DeviceWatch } from '../devices/index.ts'
import type { Writer } from '../storage/index.ts'
import type { ChipIdentity } from './identity.ts'
import { judgeEvidence, mergeIdentity } from './judge.ts'
import { type QrIdentity, readQr } from './qr.ts'
import { cardReading } from './table.ts'

/** What a dossier needs of a reading. */
export interface TakenReading {
  readonly name: string
  readonly number: string
  readonly address: string
}

export interface Cards {
  readonly handlers: HandlersOf<typeof declared>
  /** Ties the reading to a dossier, inside the transaction that opens it. Null when it is gone. */
  take(w: Writer, readingId: string, dossierId: string): TakenReading | null
  /** The screen was locked or the person signed out: nobody's data stay. */
  forget(): void
}

interface Known {
  readonly id: string
  readonly qr?: QrIdentity
  readonly chip?: ChipIdentity
  readonly evidence?: CardEvidence
  readonly typed?: { readonly number: string; readonly name: string; readonly birth: string }
}

const yymmdd = (day: string): string => day.slice(2).replaceAll('-', '')

export function openCards(parts: {
  readonly driver: Driver<CardSession>
  readonly devices: DeviceWatch
  readonly now: () => Date
  readonly progress: (value: {
    step: 'connect' | 'select' | 'access' | 'COM' | 'DG1' | 'DG13' | 'done'
    percent: number
  }) => void
  readonly changed: (reading: Reading | null) => void
}): Cards {
  let known: Known | null = null

  const reading = (one: Known): Reading => ({
    id: one.id,
    identity: mergeIdentity({ chip: one.chip, qr: one.qr, typed: one.typed }),
    chipRead: one.chip !== undefined,
    qrRead: one.qr !== undefined,
  })
  /** The same person keeps the reading; another number begins a new one. */
  function keep(number: string, more: Omit<Known, 'id'>): Result<Reading> {
    const same = known !== null && reading(known).identity.number.value === number
    known = { id: randomUUID(), ...(same ? known : {}), ...more }
    const value = reading(known)
    parts.changed(value)
    return ok(value)
  }

  async function readChip(ask: { number: string; birth: string; expiry: string | null }): Promise<Result<Reading>> {
    const reader = (await parts.devices.look('card')).devices
    const loaded = reader.find((device) => device.loaded)
    if (loaded === undefined) return fail({ kind: 'device', device: 'card', what: 'absent' })
    const control = new AbortController()
    try {
      const session = await parts.driver.open(loaded.id, control.signal)
      if (!session.ok) return session
      const key = {
        documentNumber: ask.number.slice(3),
        birth: yymmdd(ask.birth),
        expiry: ask.expiry === null ? '991231' : yymmdd(ask.expiry),
      }
      const evidence = await session.value.read(key, (step, percent) => parts.progress({ step, percent }))
      await session.value.close()
      if (!evidence.ok) return evidence
      const chip = judgeEvidence(evidence.value)
      return chip.ok ? keep(chip.value.number, { chip: chip.value, evidence: evidence.value }) : chip
    } finally {
      control.abort()
    }
  }

  return {
    handlers: {
      readQr: ({ text }) => {
        const qr = readQr(text)
        return qr.ok ? keep(qr.value.number, { qr: qr.value }) : qr
      },
      readChip,
      type: (typed) => keep(typed.number, { typed }),
      current: () => ok(known === null ? null : reading(known)),
      clear: () => {
        known = null
        parts.changed(null)
        return ok({})
      },
    },
    take: (w, readingId, dossierId) => {
      if (known === null || known.id !== readingId) return null
      const { identity } = reading(known)
      const files = known.evidence?.files ?? {}
      const evidence =
        known.evidence === undefined
          ? null
          : JSON.stringify({
              ...known.evidence,
              files: Object.fromEntries(
                Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
              ),
            })
      w.insert(cardReading)
        .values({
          id: randomUUID(),
          dossierId,
          at: parts.now().toISOString(),
          identity: JSON.stringify(identity),
          evidence,
        })
        .run()
      return { name: identity.name.value, number: identity.number.value, address: identity.address?.value ?? '' }
    },
    forget: () => {
      known = null
    },
  }
}
