// Before the PIN: who signs, with which certificate, which list, and what the token says about its tries. Warnings come first.
import type { Batch } from '../../preload/contract/signature.ts'
import { Kbd } from '../look/button.tsx'
import { Tick } from '../look/choice.tsx'
import { Field } from '../look/field.tsx'
import { listCode } from '../look/formats.ts'
import { Sheet } from '../look/job.tsx'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'

type TokenWord = 'ready' | 'countLow' | 'finalTry' | 'locked' | 'none'

export function tokenWord(batch: Batch): TokenWord {
  const pin = batch.certificate?.pin
  if (pin === undefined) return 'none'
  return pin.locked ? 'locked' : pin.finalTry ? 'finalTry' : pin.countLow ? 'countLow' : 'ready'
}

/** A token is in, and it is somebody else's. */
export const isOther = ({ certificate, trouble }: Batch): boolean =>
  certificate === null && trouble?.kind === 'refused' && trouble.rule === 'certificate-not-the-signers'

/** Who scanned has no token in: the list waits, nothing else does. */
export const awaitsToken = (batch: Batch): boolean =>
  batch.role === 'scanner' &&
  batch.certificate === null &&
  (batch.state === 'ready' || batch.state === 'blocked') &&
  (batch.trouble === null ||
    isOther(batch) ||
    (batch.trouble.kind === 'refused' && batch.trouble.rule === 'certificate-missing'))

export function SignPanel({
  batch,
  insist,
  setInsist,
}: {
  readonly batch: Batch
  readonly insist: boolean
  readonly setInsist: (insist: boolean) => void
}) {
  const w = useWords()
  const { certificate } = batch
  const token = tokenWord(batch)
  const moving = batch.state === 'running' || batch.done > 0
  return (
    <Sheet title={moving ? w.signature.youSigned : w.signature.youSign} testId="sign-panel">
      {(token === 'locked' || token === 'finalTry' || token === 'countLow') && (
        <Notice tone={token === 'countLow' ? 'warn' : 'bad'} testId={`token-${token}`}>
          {w.signature.token[token]}
        </Notice>
      )}
      {token === 'finalTry' && (
        <Tick chosen={insist} onChange={setInsist} testId="insist">
          {w.signature.insist} <Kbd>F8</Kbd>
        </Tick>
      )}
      <Field name={w.signature.signer} source={batch.signerTitle}>
        {batch.signer}
      </Field>
      {certificate === null ? (
        <Notice tone={batch.role === 'scanner' ? 'plain' : 'warn'} testId="no-certificate">
          {batch.role === 'scanner' ? w.signature.noScannerToken : w.signature.noCertificate}
        </Notice>
      ) : (
        <Field
          name={w.signature.certificate}
          quiet
          source={w.signature.daysLeft(certificate.daysLeft)}
          warn={certificate.daysLeft < 30}
          testId="certificate"
        >
          {certificate.holder}
          <br />
          <span className="sub small">{certificate.issuer}</span>
        </Field>
      )}
      <Field name={w.signature.list} quiet testId="list-code">
        {w.signature.listOf(batch.total, listCode(batch.listCode))}
      </Field>
      <Field name={w.signature.tokenState} quiet testId="token-state">
        {certificate === null || batch.state === 'waiting'
          ? w.signature.token[isOther(batch) ? 'other' : 'none']
          : `${certificate.tokenName}${token === 'ready' ? ` · ${w.signature.token.ready}` : ''}`}
        {certificate?.pin.pinPad === true && ` ${w.signature.token.pinPad}`}
      </Field>
      {batch.role === 'scanner' && <p className="sub small">{w.signature.scannerNote}</p>}
      {batch.role === 'copy' && <p className="sub small">{w.signature.copyNote}</p>}
      <div className="grow" />
      {moving ? (
        <div className="stack" data-testid="batch-progress" data-done={batch.done} data-total={batch.total}>
          <b>
            {batch.done} / {batch.total}
          </b>
          <div
            className="bar"
            role="progressbar"
            aria-label={w.signature.list}
            aria-valuemin={0}
            aria-valuemax={batch.total}
            aria-valuenow={batch.done}
          >
            <b style={{ width: `${batch.total === 0 ? 0 : (100 * batch.done) / batch.total}%` }} />
          </div>
        </div>
      ) : (
        token === 'ready' && <Notice tone="plain">{w.signature.pinOnce}</Notice>
      )}
      {(token === 'ready' || moving) && <p className="sub small">{w.signature.safe}</p>}
    </Sheet>
  )
}
