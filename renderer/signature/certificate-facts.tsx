// One certificate and its token: the state of the token large, in words first; then whose it is and when it ends.
import type { Expiry } from '../../preload/contract/signature.ts'
import { Field } from '../look/field.tsx'
import { momentOf, showDay } from '../look/formats.ts'
import { Sheet } from '../look/job.tsx'
import { useWords } from '../look/language.tsx'
import { Notice, type Tone } from '../look/notice.tsx'
import { type CertificateRow, isEnding, type TokenWord, tokenWord } from './certificate-rows.ts'

const TONE: Readonly<Record<TokenWord, Tone>> = {
  ready: 'ok',
  countLow: 'warn',
  finalTry: 'bad',
  locked: 'bad',
  codeLocked: 'bad',
  held: 'warn',
  out: 'plain',
}
const EXPIRY: Readonly<Record<Expiry, string>> = {
  'not-yet': 'tag warn',
  fine: 'tag ok',
  month: 'tag warn',
  week: 'tag bad',
  today: 'tag bad',
  expired: 'tag bad',
}
const TAG: Readonly<Record<Tone, string>> = { ok: 'tag ok', warn: 'tag warn', bad: 'tag bad', plain: 'tag' }

export function ExpiryTag({ expiry, days }: { readonly expiry: Expiry; readonly days: number }) {
  const w = useWords()
  return (
    <span className={EXPIRY[expiry]} data-testid="expiry" data-expiry={expiry}>
      {w.certificates.expiry[expiry](days)}
    </span>
  )
}

export function TokenTag({ row }: { readonly row: CertificateRow }) {
  const w = useWords()
  const word = tokenWord(row)
  return <span className={TAG[TONE[word]]}>{w.certificates.big[word]}</span>
}

export function CertificateFacts({ row }: { readonly row: CertificateRow }) {
  const w = useWords()
  const { certificate, token } = row
  const word = tokenWord(row)
  return (
    <Sheet testId="certificate-facts">
      <div className="lines scroll">
        <div className={`note ${TONE[word]}`} role="status" data-testid="token-big" data-state={word}>
          <div>
            <b style={{ fontSize: 20, lineHeight: '28px' }}>{w.certificates.big[word]}</b>
            <br />
            {w.certificates.bigSub[word]}
          </div>
        </div>
        {token?.pin?.pinPad === true && <span className="tag accent">{w.certificates.pinPad}</span>}
        {certificate === null ? (
          <>
            <Field name={w.certificates.token}>{token?.name}</Field>
            <Notice tone="plain">{w.certificates.noCertificate}</Notice>
          </>
        ) : (
          <>
            <Field name={w.certificates.holder}>{certificate.holder}</Field>
            {certificate.organisation !== '' && certificate.organisation !== certificate.holder && (
              <Field name={w.certificates.organisation} quiet>
                {certificate.organisation}
              </Field>
            )}
            <Field name={w.certificates.issuer} quiet>
              {certificate.issuer}
            </Field>
            <Field name={w.certificates.validTo} quiet>
              {showDay(certificate.validTo)} <ExpiryTag expiry={certificate.expiry} days={certificate.daysLeft} />
            </Field>
            {certificate.expiry === 'not-yet' && (
              <Field name={w.certificates.validFrom} quiet>
                {showDay(certificate.validFrom)}
              </Field>
            )}
            {w.certificates.renew[certificate.expiry] !== '' && (
              <Notice tone={isEnding(certificate.expiry) && certificate.expiry !== 'month' ? 'bad' : 'warn'}>
                {w.certificates.renew[certificate.expiry]}
              </Notice>
            )}
            {certificate.everySignature === true && (
              <span className="tag accent" data-testid="every-signature">
                {w.certificates.everySignature}
              </span>
            )}
            {token === null ? (
              <Field name={w.certificates.lastSeen} quiet>
                {momentOf(certificate.lastSeen)}
              </Field>
            ) : (
              <Field name={w.certificates.token} quiet>
                {token.name}
              </Field>
            )}
          </>
        )}
      </div>
    </Sheet>
  )
}
