// Files as a person has them: chosen with O, or dropped onto the stack. What they are is main's to judge.
import { type ReactNode, useState } from 'react'
import { Button } from '../look/button.tsx'
import { useWords } from '../look/language.tsx'

const ID = 'import-files'
/** Opens the system's choice of files. */
export const openFiles = (): void => document.getElementById(ID)?.click()

interface FilesProps {
  readonly onFiles: (files: readonly File[]) => void
}

export function ImportButton({ onFiles }: FilesProps) {
  const w = useWords()
  return (
    <>
      <input
        id={ID}
        type="file"
        multiple
        hidden
        accept=".pdf,.jpg,.jpeg,.png,.tif,.tiff"
        aria-label={w.scan.import}
        data-testid="import-input"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          onFiles(files)
        }}
      />
      <Button keyName="O" onPress={openFiles} testId="import">
        {w.scan.import}
      </Button>
    </>
  )
}

interface DropProps extends FilesProps {
  readonly disabled: boolean
  readonly children: ReactNode
}

export function DropFiles({ disabled, onFiles, children }: DropProps) {
  const w = useWords()
  const [over, setOver] = useState(false)
  const holds = (event: React.DragEvent) => !disabled && event.dataTransfer.types.includes('Files')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is only a second way; O opens the same choice
    <div
      className="drop"
      onDragOver={(event) => {
        if (!holds(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (!holds(event)) return
        event.preventDefault()
        onFiles([...event.dataTransfer.files])
      }}
    >
      {children}
      {over && <div className="drop-veil">{w.scan.drop}</div>}
    </div>
  )
}
