// A paper that others signed before it came to the counter: their signatures must say the same when ours stand beside them.
import { expect, test } from 'vitest'
import { firstDoubt, firstWrongBeside, unjudged } from '../../main/signature/pades/acceptance-earlier.ts'
import type { SignatureReport } from '../../main/signature/pades/index.ts'

const report = (fieldName: string, change: Partial<SignatureReport> = {}): SignatureReport => ({
  fieldName,
  subFilter: 'ETSI.CAdES.detached',
  signerCertificate: new Uint8Array(),
  fingerprint: fieldName,
  signerName: fieldName,
  coversWholeFile: false,
  coversRevision: true,
  integrity: true,
  chain: 'trusted',
  validAt: true,
  at: null,
  laterChanges: 'signature-only',
  widgetPresent: true,
  ...change,
})
const last = { coversWholeFile: true, laterChanges: 'none' } as const
const before = [report('CongTy', { ...last, chain: 'untrusted', widgetPresent: false })]
const company = report('CongTy', { chain: 'untrusted', widgetPresent: false })
const after = [company, report('Officer'), report('Agency', last)]
const expected = [
  { field: 'Officer', fingerprint: 'Officer' },
  { field: 'Agency', fingerprint: 'Agency' },
]

test('all as it should be, with and without earlier signatures', () => {
  expect([
    firstWrongBeside(before, after, expected),
    firstWrongBeside([], after.slice(1), expected),
    firstWrongBeside(before, [company, report('Officer', last)], expected.slice(0, 1)),
    firstWrongBeside([company, ...before], [company, company, ...after.slice(1)], expected),
  ]).toEqual([null, null, null, null])
})

test('an earlier signature that says something else is found', () => {
  const changed = (change: Partial<SignatureReport>): string | null =>
    firstWrongBeside(before, [{ ...company, ...change }, ...after.slice(1)], expected)
  expect([
    changed({ integrity: false }),
    changed({ chain: 'trusted' }),
    changed({ validAt: false }),
    changed({ fingerprint: 'another' }),
    changed({ fieldName: 'KeToan' }),
    changed({ coversRevision: false }),
    changed({ coversWholeFile: true }),
    changed({ laterChanges: 'other' }),
    changed({ laterChanges: 'none' }),
    firstWrongBeside(before, after.slice(1), expected),
    firstWrongBeside([], after, expected),
  ]).toEqual([
    'earlier-signature',
    'earlier-signature',
    'earlier-signature',
    'certificate',
    'order',
    'coverage',
    'coverage',
    'later-changes',
    'later-changes',
    'count',
    'count',
  ])
})

test('our own are judged as strictly as without company', () => {
  const ours = (change: Partial<SignatureReport>): string | null =>
    firstWrongBeside(before, [company, { ...report('Officer'), ...change }, report('Agency', last)], expected)
  expect([
    ours({ fingerprint: 'another' }),
    ours({ integrity: false }),
    ours({ coversRevision: false }),
    ours({ laterChanges: 'other' }),
    ours({ chain: 'untrusted' }),
    ours({ validAt: false }),
    ours({ widgetPresent: false }),
    firstWrongBeside(before, [company, report('Agency', last), report('Officer')], expected),
  ]).toEqual(['certificate', 'integrity', 'integrity', 'later-changes', 'chain', 'validity', 'stamp', 'order'])
})

test('a paper whose earlier signature is broken, or that was changed since, is not signed further', () => {
  expect([
    firstDoubt(before),
    firstDoubt([report('CongTy', { integrity: false })]),
    firstDoubt([report('CongTy', { laterChanges: 'other' })]),
    firstDoubt([report('CongTy', { coversRevision: false })]),
  ]).toEqual([null, 'earlier-signature-broken', 'changed-after-signature', 'changed-after-signature'])
})

test('a signature of a kind that our checker does not read stands in nobody’s way, and is named', () => {
  const old = report('Cu', { subFilter: 'adbe.x509.rsa_sha1', integrity: false })
  const unread = report('La', { fingerprint: '', integrity: false })
  expect([firstDoubt([old, unread]), unjudged([company, old, unread])]).toEqual([null, ['Cu', 'La']])
})
