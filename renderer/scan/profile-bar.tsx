// The four ways to scan, each on its key. What the scanner cannot do is brought to the nearest it can.

import type { z } from 'zod'
import type { Profiles, ScanProfile, scan } from '../../preload/contract/scan.ts'
import { Button } from '../look/button.tsx'
import { useWords } from '../look/language.tsx'
import type { Words } from '../words/index.ts'

export type Abilities = z.infer<typeof scan.abilities.answer>
export type Keyed = Profiles['profiles'][number]
export type ProfileKey = Keyed['key']
export const PROFILE_KEYS: readonly ProfileKey[] = ['F2', 'F3', 'F4', 'F5']

export const STANDARD: ScanProfile = { source: 'feeder', mode: 'colour', dpi: 300 }
const NEAREST = {
  feeder: ['feeder', 'duplex', 'flatbed'],
  duplex: ['duplex', 'feeder', 'flatbed'],
  flatbed: ['flatbed', 'feeder', 'duplex'],
  colour: ['colour', 'grey', 'bitonal'],
  grey: ['grey', 'colour', 'bitonal'],
  bitonal: ['bitonal', 'grey', 'colour'],
} as const

/** The wish, brought within what the scanner can do. */
export function within(wish: ScanProfile, abilities: Abilities | null): ScanProfile {
  if (abilities === null) return wish
  const pick = <T,>(all: readonly T[], wanted: readonly T[]): T | undefined => wanted.find((one) => all.includes(one))
  const nearest = abilities.dpi
    .filter((dpi) => dpi >= 200 && dpi <= 600)
    .sort((one, other) => Math.abs(one - wish.dpi) - Math.abs(other - wish.dpi))[0]
  return {
    source: pick(abilities.sources, NEAREST[wish.source]) ?? wish.source,
    mode: pick(abilities.modes, NEAREST[wish.mode]) ?? wish.mode,
    dpi: nearest ?? wish.dpi,
  }
}

/** The profile of the chosen key, else the first one there is. */
export const profileOf = (profiles: Profiles | null, key: ProfileKey): Keyed | null =>
  profiles?.profiles.find((one) => one.key === key) ?? profiles?.profiles[0] ?? null

/** Without key and name, as the scanner is told. */
export const plainProfile = ({ source, mode, dpi }: ScanProfile): ScanProfile => ({ source, mode, dpi })

export const profileWords = (profile: ScanProfile, w: Words): string =>
  w.scan.profile(profile.dpi, w.scan.modes[profile.mode], w.scan.sources[profile.source])

interface BarProps {
  readonly profiles: Profiles | null
  readonly chosen: ProfileKey | null
  readonly profile: ScanProfile
  readonly choose: (key: ProfileKey) => void
  readonly onEdit: () => void
  readonly disabled: boolean
}

export function ProfileBar({ profiles, chosen, profile, choose, onEdit, disabled }: BarProps) {
  const w = useWords()
  return (
    <div
      className="profiles"
      role="toolbar"
      aria-label={w.scan.profiles}
      data-testid="scan-profile"
      data-key={chosen ?? ''}
      data-source={profile.source}
      data-mode={profile.mode}
      data-dpi={profile.dpi}
    >
      {PROFILE_KEYS.map((key) => {
        const one = profiles?.profiles.find((each) => each.key === key)
        return (
          <Button
            key={key}
            slim
            keyName={key}
            pressed={key === chosen}
            disabled={disabled || one === undefined}
            onPress={() => choose(key)}
            testId={`profile-${key}`}
          >
            <span className="name">{one?.name ?? w.scan.noProfile}</span>
          </Button>
        )
      })}
      <Button
        slim
        keyName="Ctrl P"
        label={w.scan.profileEdit.edit}
        disabled={disabled}
        onPress={onEdit}
        testId="profile-edit"
      >
        ⚙
      </Button>
    </div>
  )
}
