// Station 1: who is at the counter. Scan the QR code, read the chip, or type what is printed. One key leads on to the procedure.
import { useEffect, useRef, useState } from 'react'
import { Input } from 'react-aria-components'
import type { Reading } from '../../preload/contract/card.ts'
import { Button } from '../look/button.tsx'
import { useCall, useNews, useSnapshot } from '../look/calls.ts'
import { dayFromDigits, digitsFromDay } from '../look/formats.ts'
import { Job, Sheet } from '../look/job.tsx'
import { isComposing, useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { useDraft, usePlace } from '../look/place.tsx'
import { chipKey, ExpiryField, NOTHING_PRINTED, type Printed, PrintedFields, ReadingSteps } from './chip-form.tsx'
import { IdentityDoubts, IdentityFacts } from './identity-facts.tsx'
import { useWedge } from './wedge.ts'

/** What the card has already told fills the fields that open the chip. */
function filledFrom(reading: Reading, old: Printed): Printed {
  const { number, birth, expiry, name } = reading.identity
  const samePerson = old.number === number.value
  const known = expiry === undefined ? (samePerson ? old.expiry : '') : digitsFromDay(expiry.value)
  const never = expiry === undefined ? samePerson && old.never : !/^\d/.test(expiry.value)
  return {
    number: number.value,
    birth: digitsFromDay(birth.value),
    name: name.value,
    expiry: never ? '' : known,
    never,
  }
}

export function CardScreen() {
  const w = useWords()
  const { go } = usePlace()
  const { counter } = window
  const current = useSnapshot(() => counter.card.current({}), 'current')
  const { busy, failure, run } = useCall()
  const [printed, setPrinted] = useDraft<Printed>('card.printed', NOTHING_PRINTED)
  const [typing, setTyping] = useState(false)
  const [shown, setShown] = useState(false)
  const [qr, setQr] = useState('')
  const [progress, setProgress] = useState<Parameters<Parameters<typeof counter.card.progress>[0]>[0] | null>(null)
  const [chipBusy, setChipBusy] = useState(false)
  const catcher = useRef<HTMLInputElement>(null)
  const reading = current.value

  const hear = (next: Reading | null) => {
    if (next === null) current.reload()
    else {
      current.set(next)
      setPrinted((old) => filledFrom(next, old))
      setTyping(false)
    }
  }
  useNews(counter.card.changed, hear)
  useNews(counter.card.progress, setProgress)
  useEffect(() => catcher.current?.focus(), [])

  const scanned = async (text: string) => {
    setQr('')
    const next = await run(counter.card.readQr({ text }))
    if (next !== undefined) hear(next)
    catcher.current?.focus()
  }
  useWedge(() => catcher.current, scanned)

  const key = chipKey(printed)
  const readChip = async () => {
    if (key === null || busy) return
    setProgress(null)
    setChipBusy(true)
    const next = await run(counter.card.readChip(key))
    setChipBusy(false)
    if (next !== undefined) hear(next)
  }
  const typedBirth = dayFromDigits(printed.birth)
  const typedWhole = printed.name.trim().length >= 2 && /^\d{12}$/.test(printed.number) && typedBirth !== null
  const useTyped = async () => {
    if (!typedWhole || typedBirth === null || busy) return
    const next = await run(counter.card.type({ number: printed.number, name: printed.name.trim(), birth: typedBirth }))
    if (next !== undefined) hear(next)
  }
  const clear = async () => {
    if ((await run(counter.card.clear({}))) === undefined) return
    setPrinted(NOTHING_PRINTED)
    setShown(false)
    setTyping(false)
    current.reload()
    catcher.current?.focus()
  }
  const next = () => reading !== null && go('dossier')
  const main = typing ? useTyped : next
  useKeys({
    F8: readChip,
    F6: () => setTyping((old) => !old),
    F2: clear,
    F3: () => setShown((old) => !old),
    F9: main,
    Enter: main,
  })

  return (
    <Job
      testId="screen-card"
      takesFocus={false}
      title={w.card.title}
      sub={w.card.sub}
      columns="minmax(0, 1fr) 400px"
      failure={failure ?? current.failure}
      said={
        reading?.chipRead === true && (
          <Notice
            tone={
              reading.identity.chipTrust === 'valid' ? 'ok' : reading.identity.chipTrust === 'invalid' ? 'bad' : 'warn'
            }
            testId="chip-trust"
          >
            {w.card.trust[reading.identity.chipTrust]}
          </Notice>
        )
      }
      ends={
        <>
          {reading !== null && (
            <Button keyName="F2" onPress={clear} testId="card-clear">
              {w.card.clear}
            </Button>
          )}
          <Button keyName="F6" onPress={() => setTyping(!typing)} testId="card-type">
            {typing ? w.card.backToChip : w.card.type}
          </Button>
          {typing ? (
            <Button main keyName="F9" disabled={!typedWhole || busy} onPress={useTyped} testId="card-use-typed">
              {w.card.useTyped}
            </Button>
          ) : (
            <Button main keyName="F9" disabled={reading === null} onPress={next} testId="card-next">
              {w.card.next}
            </Button>
          )}
        </>
      }
    >
      <Sheet testId="card-person">
        <Input
          ref={catcher}
          className={reading === null ? 'box' : 'unseen'}
          aria-label={w.card.qr}
          placeholder={w.card.qrHint}
          value={qr}
          data-testid="qr-input"
          autoComplete="off"
          spellCheck="false"
          onChange={(event) => setQr(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || isComposing(event.nativeEvent)) return
            event.preventDefault()
            if (qr.trim() !== '') scanned(qr.trim())
            else main()
          }}
        />
        {reading === null ? (
          <div className="invite" data-testid="card-invite">
            <div className="card-mark" aria-hidden="true" />
            <strong>{w.card.invite}</strong>
            <p>{w.card.inviteSub}</p>
          </div>
        ) : (
          <div className="stack scroll" style={{ gap: 16 }} data-testid="card-reading">
            <div className="row">
              {reading.qrRead && <span className="tag accent">{w.card.qrRead}</span>}
              {reading.chipRead && <span className="tag accent">{w.card.chipRead}</span>}
              <span className="grow" />
              <Button slim keyName="F3" pressed={shown} onPress={() => setShown(!shown)} testId="card-show">
                {shown ? w.card.hide : w.card.show}
              </Button>
            </div>
            <IdentityFacts identity={reading.identity} shown={shown} />
            <IdentityDoubts identity={reading.identity} shown={shown} />
          </div>
        )}
      </Sheet>
      <Sheet title={typing ? w.card.typeTitle : w.card.chipTitle}>
        {chipBusy ? (
          <ReadingSteps progress={progress} />
        ) : (
          <>
            {typing && <p className="sub">{w.card.typeSub}</p>}
            <PrintedFields
              key={String(typing)}
              printed={printed}
              change={(part) => setPrinted((old) => ({ ...old, ...part }))}
              withName={typing}
            />
            {!typing && (
              <>
                <ExpiryField printed={printed} change={(part) => setPrinted((old) => ({ ...old, ...part }))} />
                <Button keyName="F8" disabled={key === null || busy} onPress={readChip} testId="read-chip">
                  {reading?.chipRead === true ? w.card.readAgain : w.card.readChip}
                </Button>
              </>
            )}
          </>
        )}
      </Sheet>
    </Job>
  )
}
