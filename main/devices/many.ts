// Several drivers of one kind as one: a PKCS#11 module has a process of its own, the station sees all tokens.
import type { Device, Driver } from '../../drivers/contract.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

export function manyDrivers<Session>(kind: 'signature', drivers: readonly Driver<Session>[]): Driver<Session> {
  const split = (id: string): readonly [Driver<Session> | undefined, string] => {
    const at = id.indexOf('/')
    return [drivers[Number(id.slice(0, at))], id.slice(at + 1)]
  }
  return {
    name: drivers.map((driver) => driver.name).join(', '),
    present: async (signal) => {
      const found = await Promise.all(drivers.map((driver) => driver.present(signal)))
      if (drivers.length > 0 && found.every((one) => !one.ok)) return found[0] as Result<never>
      return ok(
        found.flatMap((one, index): Device[] =>
          one.ok ? one.value.map((device) => ({ ...device, id: `${index}/${device.id}` })) : [],
        ),
      )
    },
    open: async (device, signal) => {
      const [driver, own] = split(device)
      return driver === undefined ? fail({ kind: 'device', device: kind, what: 'absent' }) : driver.open(own, signal)
    },
    watch: (nudge) => {
      const stops = drivers.map((driver) => driver.watch?.(nudge))
      return () => {
        for (const stop of stops) stop?.()
      }
    },
  }
}
