// The profiles of the feeder (cấu hình quét), one key each. They belong to their key; IT may lock them.
import type { Caller } from '../../preload/contract/border.ts'
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import { type KeyedProfile, PROFILE_KEYS, type Profiles } from '../../preload/contract/scan.ts'
import type { Audit } from '../audit/index.ts'
import type { Reader, Storage, Writer } from '../storage/index.ts'
import { scanProfile } from './table.ts'

/** What satisfies every rule known today: 300 dpi in colour (law.md 2.2: at least 200 dpi, colour, 100 %). */
const FIRST: readonly KeyedProfile[] = [
  { key: 'F2', name: 'Một mặt, màu', source: 'feeder', mode: 'colour', dpi: 300 },
  { key: 'F3', name: 'Hai mặt, màu', source: 'duplex', mode: 'colour', dpi: 300 },
  { key: 'F4', name: 'Mặt kính, màu', source: 'flatbed', mode: 'colour', dpi: 300 },
  { key: 'F5', name: 'Hai mặt, đen trắng', source: 'duplex', mode: 'bitonal', dpi: 300 },
]

function read(r: Reader | Writer): Profiles {
  const rows = r.select().from(scanProfile).all()
  const profiles = PROFILE_KEYS.flatMap((key) => {
    const row = rows.find((one) => one.key === key)
    const first = FIRST.find((one) => one.key === key)
    if (row !== undefined)
      return [{ key, name: row.name, source: row.source, mode: row.mode, dpi: row.dpi } satisfies KeyedProfile]
    return first === undefined ? [] : [first]
  })
  return { profiles, locked: rows.some((row) => row.locked) }
}

function put(w: Writer, profile: KeyedProfile, locked: boolean): void {
  const row = { ...profile, locked }
  w.insert(scanProfile).values(row).onConflictDoUpdate({ target: scanProfile.key, set: row }).run()
}

export interface ProfileBook {
  show(): Profiles
  save(profile: KeyedProfile, caller: Caller): Result<Profiles>
  lock(locked: boolean, caller: Caller): Result<Profiles>
}

export function openProfiles(parts: { readonly storage: Storage; readonly audit: Audit }): ProfileBook {
  const { storage, audit } = parts
  const show = (): Profiles => storage.read(read)
  return {
    show,
    save: (profile, caller) => {
      const saved = storage.write((w) => {
        const { locked } = read(w)
        if (locked && !caller.roles.includes('it')) return false
        put(w, profile, locked)
        const { source, mode, dpi, key } = profile
        audit.append(w, {
          actor: caller.operatorId,
          event: 'scan.profile-saved',
          subject: key,
          detail: { source, mode, dpi },
        })
        return true
      })
      return saved ? ok(show()) : refuse('profile-locked')
    },
    lock: (locked, caller) => {
      storage.write((w) => {
        for (const profile of read(w).profiles) put(w, profile, locked)
        audit.append(w, {
          actor: caller.operatorId,
          event: locked ? 'scan.profiles-locked' : 'scan.profiles-unlocked',
          subject: 'profiles',
        })
      })
      return ok(show())
    },
  }
}
