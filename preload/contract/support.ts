// The help desk's view: attached devices, the program's own facts, the self-test.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'

export const DeviceLight = z.object({
  kind: z.enum(['card', 'scan', 'signature']),
  /** `off`: none attached; `on`: ready; `loaded`: card or token in place; `trouble`: its host or service does not answer. */
  state: z.enum(['off', 'on', 'loaded', 'trouble']),
  names: z.array(z.string()),
})
export type DeviceLight = z.infer<typeof DeviceLight>

export const About = z.object({
  version: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(),
  platform: z.string(),
  sandboxed: z.boolean(),
  /** True when the simulated bench devices run instead of real ones; never in a packed program. */
  bench: z.boolean(),
})
export type About = z.infer<typeof About>

export const Language = z.enum(['vi', 'en'])
export type Language = z.infer<typeof Language>

export const support = {
  devices: call('anyone', nothing, z.array(DeviceLight)),
  about: call('anyone', nothing, About),
  language: call('anyone', z.object({ set: Language.optional() }).strict(), Language),
  devicesChanged: news(z.array(DeviceLight)),
}
