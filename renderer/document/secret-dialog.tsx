// A secret stamp was seen on a paper: one question before every image of it goes for good. It names what stays.
import type { Failure } from '../../preload/contract/result.ts'
import { Button } from '../look/button.tsx'
import { Dialog } from '../look/dialog.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

export function SecretDialog({
  about,
  busy,
  failure = null,
  onConfirm,
  onClose,
}: {
  /** The paper: its name, or its page. */
  readonly about: string
  readonly busy: boolean
  readonly failure?: Failure | null
  readonly onConfirm: () => void
  readonly onClose: () => void
}) {
  const w = useWords()
  const confirm = () => !busy && onConfirm()
  useKeys({ F9: confirm }, true)
  return (
    <Dialog
      title={`${w.document.secret.title} (${about})`}
      width={640}
      failure={failure}
      onClose={onClose}
      testId="secret-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="F9" disabled={busy} onPress={confirm} testId="secret-confirm">
            {w.document.secret.confirm}
          </Button>
        </>
      }
    >
      <Notice tone="bad">{w.document.secret.sub}</Notice>
      <p className="sub">{w.document.secret.kept}</p>
    </Dialog>
  )
}
