// The frame of one job: what it is, the work, what was said, and the one main action bottom right.
import { type ReactNode, useEffect, useRef } from 'react'
import type { Failure } from '../../preload/contract/result.ts'
import { FailureNotice } from './notice.tsx'
import { usePlace } from './place.tsx'

interface JobProps {
  readonly title: ReactNode
  readonly sub?: ReactNode
  readonly side?: ReactNode
  readonly columns?: string
  readonly children: ReactNode
  readonly failure?: Failure | null
  readonly said?: ReactNode
  readonly ends?: ReactNode
  readonly testId: string
  /** False when the screen itself puts the focus into a field. */
  readonly takesFocus?: boolean
}

export function Job(props: JobProps) {
  const {
    title,
    sub,
    side,
    columns = 'minmax(0, 1fr)',
    children,
    failure = null,
    said,
    ends,
    testId,
    takesFocus = true,
  } = props
  const { arrivals } = usePlace()
  const heading = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: every arrival puts the focus at the beginning
  useEffect(() => {
    if (takesFocus) heading.current?.focus()
  }, [arrivals, takesFocus])
  return (
    <main className="job" data-testid={testId}>
      <div className="job-head">
        <div>
          <h1 ref={heading} tabIndex={-1} data-testid="job-title">
            {title}
          </h1>
          <div className="sub">{sub}</div>
        </div>
        <div className="grow" />
        {side}
      </div>
      <div className="cols" style={{ gridTemplateColumns: columns }}>
        {children}
      </div>
      <div className="job-foot">
        <div className="said" aria-live="polite">
          {failure === null ? said : <FailureNotice failure={failure} />}
        </div>
        {ends}
      </div>
    </main>
  )
}

export function Sheet({
  title,
  flush = false,
  children,
  testId,
}: {
  readonly title?: ReactNode
  readonly flush?: boolean
  readonly children: ReactNode
  readonly testId?: string
}) {
  return (
    <section className={flush ? 'sheet flush' : 'sheet'} data-testid={testId}>
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </section>
  )
}

/** Nothing here yet, and what fills it. */
export function Empty({
  title,
  sub,
  children,
  testId = 'empty',
}: {
  readonly title: ReactNode
  readonly sub?: ReactNode
  readonly children?: ReactNode
  readonly testId?: string
}) {
  return (
    <div className="empty" data-testid={testId}>
      <b>{title}</b>
      {sub !== undefined && <span>{sub}</span>}
      {children}
    </div>
  )
}
