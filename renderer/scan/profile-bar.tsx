// How the next run scans: feeder or glass (F2), colour or grey (F3), resolution (F4). Only what the scanner can do is offered.
import type { z } from 'zod'
import type { ScanProfile, scan } from '../../preload/contract/scan.ts'
import { Button } from '../look/button.tsx'
import { useWords } from '../look/language.tsx'

export type Profile = z.infer<typeof ScanProfile>
export type Abilities = z.infer<typeof scan.abilities.answer>

const after = <T,>(all: readonly T[], now: T): T => all[(all.indexOf(now) + 1) % all.length] ?? now

/** The wish, brought within what the scanner can do. */
export function within(wish: Profile, abilities: Abilities | null): Profile {
  if (abilities === null) return wish
  const pick = <T,>(all: readonly T[], wanted: T): T => (all.includes(wanted) ? wanted : (all[0] ?? wanted))
  const nearest = [...abilities.dpi].sort((one, other) => Math.abs(one - wish.dpi) - Math.abs(other - wish.dpi))[0]
  return {
    source: pick(abilities.sources, wish.source),
    mode: pick(abilities.modes, wish.mode),
    dpi: nearest ?? wish.dpi,
  }
}

/** The keys that change the profile. */
export const profileKeys = (profile: Profile, abilities: Abilities | null, change: (profile: Profile) => void) =>
  abilities === null
    ? {}
    : {
        F2: () => change({ ...profile, source: after(abilities.sources, profile.source) }),
        F3: () => change({ ...profile, mode: after(abilities.modes, profile.mode) }),
        F4: () =>
          change({
            ...profile,
            dpi: after(
              abilities.dpi.filter((dpi) => dpi >= 200 && dpi <= 600),
              profile.dpi,
            ),
          }),
      }

export function ProfileBar({
  profile,
  abilities,
  change,
  disabled,
}: {
  readonly profile: Profile
  readonly abilities: Abilities | null
  readonly change: (profile: Profile) => void
  readonly disabled: boolean
}) {
  const w = useWords()
  const keys = profileKeys(profile, abilities, change)
  const off = disabled || abilities === null
  return (
    <div
      className="row"
      style={{ gap: 8 }}
      data-testid="scan-profile"
      data-source={profile.source}
      data-mode={profile.mode}
      data-dpi={profile.dpi}
    >
      <Button
        keyName="F2"
        disabled={off || abilities.sources.length < 2}
        onPress={() => keys.F2?.()}
        testId="scan-source"
      >
        {w.scan.profile[profile.source]}
      </Button>
      <Button keyName="F3" disabled={off || abilities.modes.length < 2} onPress={() => keys.F3?.()} testId="scan-mode">
        {w.scan.profile[profile.mode]}
      </Button>
      <Button keyName="F4" disabled={off || abilities.dpi.length < 2} onPress={() => keys.F4?.()} testId="scan-dpi">
        {w.scan.dpi(profile.dpi)}
      </Button>
    </div>
  )
}
