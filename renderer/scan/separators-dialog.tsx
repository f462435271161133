// Separator sheets (phiếu ngăn) of one dossier: which kinds of paper, then the print. One A4 sheet a paper.
import { useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import { Button } from '../look/button.tsx'
import { useCall, useSnapshot } from '../look/calls.ts'
import { Dialog } from '../look/dialog.tsx'
import { Entry } from '../look/field.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { PdfDialog } from '../look/pdf-dialog.tsx'

interface SeparatorsProps {
  readonly dossierId: string
  readonly onClose: () => void
}

export function SeparatorsDialog({ dossierId, onClose }: SeparatorsProps) {
  const w = useWords()
  const { counter } = window
  const dossier = useSnapshot(() => counter.dossier.show({ id: dossierId }), dossierId)
  const used = useSnapshot(() => counter.document.titles({ query: '' }), 'titles')
  const { busy, failure, run } = useCall()
  const [typed, setTyped] = useState('')
  const [own, setOwn] = useState<readonly string[]>([])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [file, setFile] = useState<string | null>(null)

  const wanted = (dossier.value?.components ?? []).filter((one) => one.state === 'to-scan').map((one) => one.name)
  const titles = [...new Set([...own, ...wanted, ...(used.value ?? []).slice(0, 20)])]
  const picked = titles.filter((title) => chosen.has(title))
  const add = () => {
    const title = typed.trim()
    if (title.length < 2) return
    setOwn((old) => [title, ...old.filter((one) => one !== title)])
    setChosen((old) => new Set([...old, title]))
    setTyped('')
  }
  const print = async () => {
    if (picked.length === 0 || busy) return
    const made = await run(counter.scan.separators({ dossierId, titles: picked }))
    if (made !== undefined) setFile(made.file)
  }
  useKeys({ Enter: file === null && print, F8: file === null && add }, true)
  if (file !== null)
    return <PdfDialog file={file} title={w.scan.separators.title} onClose={onClose} testId="separators-pdf" />
  return (
    <Dialog
      title={w.scan.separators.title}
      width={720}
      failure={failure ?? dossier.failure ?? used.failure}
      onClose={onClose}
      testId="separators-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button
            main={picked.length > 0}
            keyName="Enter"
            disabled={picked.length === 0 || busy}
            onPress={print}
            testId="separators-print"
          >
            {picked.length === 0 ? w.scan.separators.title : w.scan.separators.print(picked.length)}
          </Button>
        </>
      }
    >
      <p className="sub">
        {dossier.value !== null && (
          <>
            <b>
              {w.scan.separators.of(dossier.value.code ?? dossier.value.provisionalCode, dossier.value.citizenName)}
            </b>
            <br />
          </>
        )}
        {w.scan.separators.sub}
      </p>
      {titles.length > 0 && (
        <ListBox
          className="list separators"
          aria-label={w.scan.separators.list}
          items={titles.map((title) => ({ id: title }))}
          selectionMode="multiple"
          selectedKeys={chosen}
          onSelectionChange={(keys) => setChosen(new Set(keys === 'all' ? titles : [...keys].map(String)))}
          autoFocus="first"
          dependencies={[w, chosen]}
        >
          {({ id }) => (
            <ListBoxItem className="option tickable" id={id} textValue={id} data-testid="separator-title">
              {({ isSelected }) => (
                <>
                  <span>{id}</span>
                  <span className="mark square" aria-hidden="true">
                    {isSelected ? '✓' : ''}
                  </span>
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      )}
      <div className="row" style={{ alignItems: 'end' }}>
        <div className="grow">
          <Entry
            label={w.scan.separators.other}
            value={typed}
            onChange={setTyped}
            onKey={(key) => {
              if (key !== 'Enter') return false
              add()
              return true
            }}
            testId="separator-other"
          />
        </div>
        <Button keyName="F8" disabled={typed.trim().length < 2} onPress={add} testId="separator-add">
          {w.scan.separators.add}
        </Button>
      </div>
    </Dialog>
  )
}
