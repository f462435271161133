// One profile: its name, where the paper comes from, colour, resolution; and what belongs to this computer alone: pedal and tones.
import { useEffect, useState } from 'react'
import type { Failure } from '../../preload/contract/result.ts'
import type { Profiles } from '../../preload/contract/scan.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Pick, Tick } from '../look/choice.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { keyName, useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { usePlace } from '../look/place.tsx'
import { mayBePedal, usePedal, useTones } from './pedal.ts'
import { type Abilities, type Keyed, type ProfileKey, profileOf, STANDARD } from './profile-bar.tsx'

const SOURCES = ['feeder', 'duplex', 'flatbed'] as const
const MODES = ['colour', 'grey', 'bitonal'] as const

function PedalSetting({ listening, setListening }: { listening: boolean; setListening: (on: boolean) => void }) {
  const w = useWords()
  const [pedal, setPedal] = usePedal()
  const [taken, setTaken] = useState<string | null>(null)
  useKeys({ F8: !listening && (() => setListening(true)) }, true)
  useEffect(() => {
    if (!listening) return
    const hear = (event: KeyboardEvent) => {
      const name = keyName(event)
      event.preventDefault()
      event.stopImmediatePropagation()
      if (/^(Ctrl\+|Alt\+|Shift\+)?(Control|Shift|Alt|Meta)$/.test(name)) return
      setListening(false)
      if (name === 'Escape') return
      if (!mayBePedal(name)) return setTaken(name)
      setTaken(null)
      setPedal(name)
    }
    window.addEventListener('keydown', hear, true)
    return () => window.removeEventListener('keydown', hear, true)
  }, [listening, setListening, setPedal])
  return (
    <div className="stack" style={{ gap: 6 }}>
      <div className="row">
        <span className="grow" data-testid="pedal" data-key={pedal ?? ''}>
          {w.scan.profileEdit.pedal}:{' '}
          <b>{pedal === null ? w.scan.profileEdit.pedalNone : w.scan.profileEdit.pedalIs(pedal)}</b>
        </span>
        {pedal !== null && (
          <Button slim onPress={() => setPedal(null)} testId="pedal-forget">
            {w.scan.profileEdit.pedalForget}
          </Button>
        )}
        <Button slim keyName="F8" pressed={listening} onPress={() => setListening(!listening)} testId="pedal-learn">
          {w.scan.profileEdit.pedalLearn}
        </Button>
      </div>
      {listening && <Notice tone="plain">{w.scan.profileEdit.pedalNow}</Notice>}
      {taken !== null && !listening && <Notice tone="warn">{w.scan.profileEdit.pedalTaken(taken)}</Notice>}
    </div>
  )
}

interface ProfileProps {
  readonly profiles: Profiles | null
  readonly chosen: ProfileKey
  readonly abilities: Abilities | null
  readonly trouble: Failure | null
  readonly onSaved: (profiles: Profiles) => void
  readonly onClose: () => void
}

export function ProfileDialog({ profiles, chosen, abilities, trouble, onSaved, onClose }: ProfileProps) {
  const w = useWords()
  const { has } = usePlace()
  const { busy, failure, run } = useCall()
  const start = profileOf(profiles, chosen)
  const [draft, setDraft] = useState<Keyed>(start ?? { ...STANDARD, key: chosen, name: chosen })
  const [listening, setListening] = useState(false)
  const [tones, setTones] = useTones()
  const locked = profiles?.locked === true
  const mayEdit = has('it') || (!locked && has('clerk', 'officer', 'supervisor'))
  const whole = draft.name.trim() !== ''
  const put = (part: Partial<Keyed>) => setDraft((old) => ({ ...old, ...part }))
  const save = async () => {
    if (!mayEdit || !whole || busy || listening) return
    const saved = await run(window.counter.scan.saveProfile({ ...draft, name: draft.name.trim() }))
    if (saved === undefined) return
    onSaved(saved)
    onClose()
  }
  const lock = async (on: boolean) => {
    const saved = await run(window.counter.scan.lockProfiles({ locked: on }))
    if (saved !== undefined) onSaved(saved)
  }
  useKeys({ F9: save }, true)
  const dpis = [...new Set([...(abilities?.dpi ?? [200, 300, 400, 600]), draft.dpi])]
    .filter((dpi) => dpi >= 200 && dpi <= 600)
    .sort((one, other) => one - other)
  const choices = <T extends string>(all: readonly T[], names: Readonly<Record<T, string>>) =>
    all.map((id) => ({ id, text: names[id] }))
  const one = <T extends string>(all: readonly T[], id: string): T | undefined => all.find((each) => each === id)
  return (
    <Dialog
      title={w.scan.profileEdit.title(draft.key)}
      width={620}
      failure={failure ?? trouble}
      onClose={onClose}
      testId="profile-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {mayEdit ? w.actions.cancel : w.actions.close}
          </Button>
          <Button main keyName="F9" disabled={!mayEdit || !whole || busy} onPress={save} testId="profile-save">
            {w.actions.save}
          </Button>
        </>
      }
    >
      {!mayEdit && (
        <Notice tone="warn" testId="profile-locked">
          {w.scan.profileEdit.locked}
        </Notice>
      )}
      <Entry
        label={w.scan.profileEdit.name}
        value={draft.name}
        onChange={(name) => put({ name })}
        max={40}
        disabled={!mayEdit}
        testId="profile-name"
      />
      <div className="three">
        <Pick
          label={w.scan.profileEdit.source}
          options={choices(SOURCES, w.scan.sources)}
          value={draft.source}
          onChange={(id) => put({ source: one(SOURCES, id) ?? draft.source })}
          disabled={!mayEdit}
          testId="profile-source"
        />
        <Pick
          label={w.scan.profileEdit.mode}
          options={choices(MODES, w.scan.modes)}
          value={draft.mode}
          onChange={(id) => put({ mode: one(MODES, id) ?? draft.mode })}
          disabled={!mayEdit}
          testId="profile-mode"
        />
        <Pick
          label={w.scan.profileEdit.dpi}
          options={dpis.map((dpi) => ({ id: String(dpi), text: w.scan.profileEdit.dpiOf(dpi) }))}
          value={String(draft.dpi)}
          onChange={(id) => put({ dpi: Number(id) })}
          disabled={!mayEdit}
          testId="profile-dpi"
        />
      </div>
      {has('it') && (
        <Tick chosen={locked} onChange={lock} disabled={busy} testId="profile-lock">
          {w.scan.profileEdit.lock}
        </Tick>
      )}
      <h2>{w.scan.profileEdit.here}</h2>
      <PedalSetting listening={listening} setListening={setListening} />
      <Tick chosen={tones} onChange={setTones} testId="tones">
        {w.scan.profileEdit.tones}
      </Tick>
    </Dialog>
  )
}
