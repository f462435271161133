// What is shown of a checked file: one large verdict in words, then every signature with what is known of it.
// Colours only repeat what the words say.
import type { CheckedSignature, CheckVerdict, ValidationReport } from '../../preload/contract/validation.ts'
import { Field } from '../look/field.tsx'
import { dateOf, size, timeOf } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'
import type { Tone } from '../look/notice.tsx'

const TONE: Readonly<Record<CheckVerdict, Tone>> = {
  valid: 'ok',
  reserved: 'warn',
  invalid: 'bad',
  unsigned: 'plain',
  unjudged: 'bad',
}
const TAG: Readonly<Record<CheckedSignature['verdict'], string>> = {
  valid: 'tag ok',
  reserved: 'tag warn',
  invalid: 'tag bad',
}
/** Small files in KB. */
const sizeOf = (bytes: number): string => (bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)}\u00a0KB` : size(bytes))
/** Never only the time: a file from somewhere may be of any day. */
const momentFully = (instant: string): string => `${timeOf(instant)} ${dateOf(instant)}`

export function Verdict({ report, name }: { readonly report: ValidationReport; readonly name: string }) {
  const w = useWords()
  const { archival } = report
  const state =
    archival === null
      ? w.check.archival.none
      : w.check.archival[archival.holds ? 'holds' : 'broken'](archival.claim.toLowerCase())
  return (
    <>
      <div
        className={`note ${TONE[report.verdict]}`}
        role="status"
        data-testid="check-verdict"
        data-verdict={report.verdict}
      >
        <div>
          <b style={{ fontSize: 22, lineHeight: '30px' }}>{w.check.verdicts[report.verdict]}</b>
          <br />
          {w.check.verdictSub[report.verdict]}
        </div>
      </div>
      <div className="small" data-testid="check-file-facts" style={{ overflowWrap: 'anywhere' }}>
        <b>{name}</b>
        <div className="sub">
          {w.check.file(report.pages, sizeOf(report.bytes))} · {state}
        </div>
        <div className="sub" title={report.hash}>
          {w.check.hash} {report.hash.slice(0, 16)}…
        </div>
        {report.certified !== null && <div className="sub">{w.check.certified(report.certified)}</div>}
      </div>
      {report.notes.length > 0 && (
        <ul className="check-words bad" data-testid="check-notes">
          {report.notes.map((note) => (
            <li key={note}>{w.check.notes[note]}</li>
          ))}
        </ul>
      )}
    </>
  )
}

export function SignatureLine({ one, at }: { readonly one: CheckedSignature; readonly at: number }) {
  const w = useWords()
  const { signer } = one
  return (
    <section className="stack" data-testid="check-signature" data-verdict={one.verdict} data-kind={one.kind}>
      <h3 style={{ margin: 0, overflowWrap: 'anywhere' }}>
        {at + 1}. {signer === null ? w.check.unknownSigner : signer.name}{' '}
        <span className={TAG[one.verdict]}>{w.check.signatureVerdicts[one.verdict]}</span>
      </h3>
      <div className="small sub">
        {[
          w.check.kinds[one.kind],
          one.level === 'none' ? '' : one.level,
          w.check.fields[one.fieldName] ?? '',
          signer?.organisation ?? '',
          signer?.personNumber ?? '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
      {one.faults.length + one.reservations.length > 0 && (
        <ul className="check-words" data-testid="check-words">
          {one.faults.map((fault) => (
            <li key={fault} data-fault={fault}>
              <b>{w.check.faults[fault]}</b>
            </li>
          ))}
          {one.reservations.map((reservation) => (
            <li key={reservation} data-reservation={reservation}>
              {w.check.reservations[reservation]}
            </li>
          ))}
        </ul>
      )}
      <Field name={w.check.since} quiet testId="check-since">
        <Since one={one} />
      </Field>
      {one.kind === 'signature' && (
        <Field name={w.check.claimed} quiet>
          {one.claimedAt === null ? '–' : momentFully(one.claimedAt)}
        </Field>
      )}
      <Field
        name={w.check.proven}
        quiet
        source={one.provenAt === null || one.kind === 'timestamp' ? '' : w.check.provenBy(one.provenBy)}
      >
        {one.provenAt === null ? w.check.notProven : momentFully(one.provenAt)}
      </Field>
      {signer !== null && (
        <Field name={w.check.by} quiet source={`${dateOf(signer.validFrom)} – ${dateOf(signer.validTo)}`}>
          {signer.issuer}
        </Field>
      )}
      <Field name={w.check.revocation} quiet source={one.revokedAt === null ? '' : momentFully(one.revokedAt)}>
        {w.check.revocations[one.revocation]}
      </Field>
      {one.algorithm !== '' && (
        <Field name={w.check.algorithm} quiet>
          {one.algorithm}
        </Field>
      )}
    </section>
  )
}

function Since({ one }: { readonly one: CheckedSignature }) {
  const w = useWords()
  // Of bytes that are not the signed ones nobody can tell what came later.
  if (one.changes.length === 0 || !one.integrity)
    return one.coversWholeFile && one.integrity ? w.check.nothingSince : w.check.unknownSince
  const pages = one.changedPages.length === 0 ? '' : ` (${w.check.onPages(one.changedPages)})`
  return `${one.changes.map((change) => w.check.changes[change]).join('; ')}${pages}`
}
