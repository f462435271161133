// Before the PIN window opens for an unblocking: what is needed, and that the unblocking code has tries of its own.
import { Button } from '../look/button.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Field } from '../look/field.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import type { CertificateRow } from './certificate-rows.ts'

export function UnblockDialog({
  row,
  onConfirm,
  onClose,
}: {
  readonly row: CertificateRow
  readonly onConfirm: () => void
  readonly onClose: () => void
}) {
  const w = useWords()
  useKeys({ Enter: onConfirm }, true)
  return (
    <Dialog
      title={w.certificates.confirm.title}
      onClose={onClose}
      testId="unblock-dialog"
      ends={
        <>
          <Button keyName="Esc" onPress={onClose}>
            {w.actions.cancel}
          </Button>
          <Button main keyName="Enter" onPress={onConfirm} testId="unblock-confirm">
            {w.certificates.confirm.next}
          </Button>
        </>
      }
    >
      <Field name={w.certificates.token} source={row.certificate?.holder}>
        {row.token?.name ?? ''}
      </Field>
      <p>{w.certificates.confirm.what}</p>
      <Notice tone="warn">{w.certificates.confirm.danger}</Notice>
    </Dialog>
  )
}
