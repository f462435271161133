// A dialog over the job: one question, its keys, Esc closes. Under the lock it is not shown.
import { type FormEvent, type ReactNode, useEffect } from 'react'
import { Heading, Modal, ModalOverlay, Dialog as Panel } from 'react-aria-components'
import type { Failure } from '../../preload/contract/result.ts'
import { openDialog, useKeys } from './keys.ts'
import { FailureNotice } from './notice.tsx'

interface DialogProps {
  readonly title: string
  readonly width?: number
  readonly height?: string
  readonly children: ReactNode
  readonly ends?: ReactNode
  readonly failure?: Failure | null
  readonly onClose: () => void
  readonly onSubmit?: () => void
  readonly testId: string
}

export function Dialog({
  title,
  width = 520,
  height,
  children,
  ends,
  failure = null,
  onClose,
  onSubmit,
  testId,
}: DialogProps) {
  useEffect(openDialog, [])
  useKeys({ 'Ctrl+L': () => void window.counter.operator.lock({}) }, true)
  const inner = (
    <>
      {children}
      <FailureNotice failure={failure} />
      {ends !== undefined && <div className="ends">{ends}</div>}
    </>
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit?.()
  }
  return (
    <ModalOverlay className="veil" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="dialog" style={{ width, maxWidth: '100%', ...(height === undefined ? {} : { height }) }}>
        <Panel data-testid={testId} className="panel">
          <Heading slot="title" level={1}>
            {title}
          </Heading>
          {onSubmit === undefined ? (
            inner
          ) : (
            <form className="stack" style={{ gap: 16 }} onSubmit={submit}>
              {inner}
            </form>
          )}
        </Panel>
      </Modal>
    </ModalOverlay>
  )
}
