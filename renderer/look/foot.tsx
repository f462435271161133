// The bottom bar: three device lights, the outbox, the line to the province, the clock in legal time. Always words, never only colour.
import { useEffect, useState } from 'react'
import type { DeviceLight } from '../../preload/contract/support.ts'
import { useNews, useSnapshot } from './calls.ts'
import { dateOf, skewWords, timeOf } from './formats.ts'
import { useWords } from './language.tsx'

const KINDS = ['card', 'scan', 'signature'] as const
const LIGHT: Readonly<Record<DeviceLight['state'], string>> = {
  off: 'light off',
  on: 'light',
  loaded: 'light',
  trouble: 'light bad',
}

export function useDevices(): readonly DeviceLight[] {
  const { value, set } = useSnapshot(() => window.counter.support.devices({}), 'devices')
  useNews(window.counter.support.devicesChanged, set)
  return value ?? []
}

function Clock() {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const beat = setInterval(() => setNow(new Date()), 1000)
    return () => clearInterval(beat)
  }, [])
  return (
    <time data-testid="clock">
      {timeOf(now)} · {dateOf(now)}
    </time>
  )
}

export function DeviceLights() {
  const w = useWords()
  const devices = useDevices()
  return (
    <>
      {KINDS.map((kind) => {
        const light = devices.find((device) => device.kind === kind)
        const state = light?.state ?? 'off'
        return (
          <span
            key={kind}
            className={LIGHT[state]}
            data-testid={`device-${kind}`}
            data-state={state}
            title={light?.names.join(', ') ?? ''}
          >
            {w.foot.devices[kind][state]}
          </span>
        )
      })}
    </>
  )
}

export function Foot() {
  const w = useWords()
  const { counter } = window
  const outbox = useSnapshot(() => counter.outbox.state({}), 'outbox')
  const province = useSnapshot(() => counter.province.state({}), 'province')
  useNews(counter.outbox.changed, outbox.set)
  useNews(counter.province.changed, province.set)
  const waits = outbox.value === null ? 0 : outbox.value.waiting + outbox.value.sending + outbox.value.needsPerson
  const stuck = outbox.value?.needsPerson ?? 0
  const last = outbox.value?.lastDeliveredAt ?? null
  const skew = province.value?.clockSkewSeconds ?? 0
  const line =
    province.value === null || !province.value.configured
      ? 'notConfigured'
      : province.value.online
        ? 'online'
        : 'offline'
  return (
    <footer className="foot">
      <DeviceLights />
      <span className="grow" />
      {Math.abs(skew) > 120 && (
        <span className="tag warn" data-testid="clock-skew">
          {w.foot.skew(skewWords(skew, w))}
        </span>
      )}
      <span className={waits > 0 ? 'light wait' : 'light'} data-testid="outbox-light" data-waiting={waits}>
        {[w.foot.waiting(waits), stuck > 0 && w.foot.needsPerson(stuck), last !== null && w.foot.lastSent(timeOf(last))]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span
        className={line === 'online' ? 'light' : line === 'offline' ? 'light wait' : 'light off'}
        data-testid="province-light"
        data-state={line}
      >
        {w.foot[line]}
      </span>
      <Clock />
    </footer>
  )
}
