// A supervisor's acts on the books: the next book, a block received or given back, the year closed. Each says what follows from it.
import { useState } from 'react'
import type { BookPart, YearBook } from '../../preload/contract/certification.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Pick } from '../look/choice.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Entry, Field } from '../look/field.tsx'
import { useWords } from '../look/language.tsx'

export type BookAct = 'change' | 'give' | 'close'

interface ActProps {
  readonly onDone: (books: YearBook[]) => void
  readonly onClose: () => void
}

export function BookActDialog({
  act,
  of,
  part,
  onDone,
  onClose,
}: ActProps & { readonly act: BookAct; readonly of: YearBook; readonly part: BookPart }) {
  const w = useWords()
  const { certification } = window.counter
  const { busy, failure, run } = useCall()
  const [why, setWhy] = useState('')
  const { year, series } = of
  const left = part.last === null ? 0 : part.last - part.next + 1
  const words = {
    change: { title: w.register.changeBook, sub: w.register.changeBookSub },
    give: { title: w.register.closeBlock, sub: w.register.closeBlockSub(left) },
    close: { title: w.register.closeYear, sub: w.register.closeYearSub(year) },
  }[act]
  const whole = (act !== 'give' || why.trim().length >= 4) && !busy
  const submit = async () => {
    if (!whole) return
    const next = await run(
      act === 'change'
        ? certification.changeBook({ year, series })
        : act === 'give'
          ? certification.closeBlock({ year, id: part.id, why: why.trim() })
          : certification.closeYear({ year, series }),
    )
    if (next !== undefined) onDone(next)
  }
  return (
    <Dialog
      title={`${words.title}: ${act === 'close' ? of.books.join(', ') : part.book}`}
      width={600}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="book-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole} testId="book-confirm">
            {words.title}
          </Button>
        </>
      }
    >
      <p className="sub">{words.sub}</p>
      <Field name={w.register.next} quiet>
        {part.next}
      </Field>
      {act === 'give' && (
        <Entry label={w.register.closeWhy} value={why} onChange={setWhy} max={100} focus testId="book-why" />
      )}
    </Dialog>
  )
}

export function GrantBlockDialog({ year, onDone, onClose }: ActProps & { readonly year: number }) {
  const w = useWords()
  const { busy, failure, run } = useCall()
  const [form, setForm] = useState<'paper' | 'electronic'>('electronic')
  const [typed, setTyped] = useState({ volume: '', first: '', last: '', grant: '' })
  const put = (name: keyof typeof typed) => (value: string) => setTyped((old) => ({ ...old, [name]: value }))
  const [first, last] = [Number(typed.first), Number(typed.last)]
  const volume = typed.volume.trim().toUpperCase()
  const whole =
    /^[0-9A-Z]{1,6}(\.[0-9]{1,3})?$/.test(volume) &&
    first >= 1 &&
    last >= first &&
    typed.grant.trim().length >= 4 &&
    !busy
  const submit = async () => {
    if (!whole) return
    const ask = { year, form, volume, first, last, grant: typed.grant.trim() }
    const next = await run(window.counter.certification.grantBlock(ask))
    if (next !== undefined) onDone(next)
  }
  const forms = (['electronic', 'paper'] as const).map((id) => ({ id, text: w.register.forms[id] }))
  return (
    <Dialog
      title={w.register.grantBlock}
      width={640}
      failure={failure}
      onClose={onClose}
      onSubmit={submit}
      testId="grant-block-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main submit keyName="Enter" disabled={!whole} testId="block-confirm">
            {w.actions.save}
          </Button>
        </>
      }
    >
      <p className="sub">{w.register.grantBlockSub}</p>
      <div className="two">
        <Entry
          label={w.register.volume}
          value={typed.volume}
          onChange={put('volume')}
          max={10}
          focus
          testId="block-volume"
        />
        <Pick
          label={w.register.form}
          options={forms}
          value={form}
          onChange={(id) => setForm(id === 'paper' ? 'paper' : 'electronic')}
          testId="block-form"
        />
        <Entry
          label={w.register.first}
          value={typed.first}
          onChange={put('first')}
          digits
          max={7}
          testId="block-first"
        />
        <Entry label={w.register.last} value={typed.last} onChange={put('last')} digits max={7} testId="block-last" />
      </div>
      <Entry label={w.register.grant} value={typed.grant} onChange={put('grant')} max={200} testId="block-grant" />
    </Dialog>
  )
}
