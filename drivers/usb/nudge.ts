// USB plug events as nudges: worth looking again, never a fact. Without a USB stack there are simply no nudges.
import { existsSync } from 'node:fs'

/** A Linux kernel without USB has no such folder, and the library cannot do without it. */
const LINUX_DEVICES = '/sys/bus/usb/devices'

/** Calls `nudge` on every attach and detach; answers how to stop. */
export function watchUsb(nudge: () => void): () => void {
  let stop = (): void => {}
  let stopped = false
  if (process.platform === 'linux' && !existsSync(LINUX_DEVICES)) return stop
  import('usb')
    .then(({ usb }) => {
      if (stopped) return
      usb.addEventListener('connect', nudge)
      usb.addEventListener('disconnect', nudge)
      stop = () => {
        usb.removeEventListener('connect', nudge)
        usb.removeEventListener('disconnect', nudge)
      }
    })
    .catch(() => undefined)
  return () => {
    stopped = true
    stop()
  }
}
