// The help desk's view of this station: device lights in words, the program's own facts.
import type { DeviceLight } from '../../preload/contract/support.ts'
import type { Listing } from '../devices/index.ts'

/** One light a kind of device. Pure. */
export function lightFor({ kind, devices, answered }: Listing): DeviceLight {
  const names = devices.map((device) => device.name)
  if (!answered) return { kind, state: 'trouble', names: [] }
  if (devices.length === 0) return { kind, state: 'off', names }
  if (kind === 'scan') return { kind, state: 'on', names }
  const loaded = devices.filter((device) => device.loaded)
  return loaded.length > 0
    ? { kind, state: 'loaded', names: loaded.map((device) => device.name) }
    : { kind, state: 'on', names }
}
