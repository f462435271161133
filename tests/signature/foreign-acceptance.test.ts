// A citizen brings a PDF of another program. Before a number is taken the counter knows whether it can be signed as it is, has to
// be written anew first, or cannot be signed, and why.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPdfA } from '../../main/document/index.ts'
import { acceptForSigning } from '../../main/signature/pades/acceptance.ts'
import { openPdf } from '../../main/signature/pades/file.ts'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { firstFreeNumber, withEntries, writeUpdate } from '../../main/signature/pades/update.ts'
import { findCatalog } from '../../main/workshop/pdf/form.ts'
import { HAND_MADE } from '../bench/corpus/by-hand.ts'
import { DAMAGES } from '../bench/corpus/damage.ts'
import { FIELDS, signForeign } from './foreign-signing.ts'
import { makePaper, officerRequest } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByBoth, signByOfficer, signOnce, unwrap } from './pades-signing.ts'

const room = mkdtempSync(join(tmpdir(), 'foreign-'))
const hasQpdf = spawnSync('which', ['qpdf']).status === 0
let pki: BenchPki
let paper: Uint8Array
beforeAll(async () => {
  mkdirSync(join(room, 'pki'))
  pki = makePki(join(room, 'pki'), 'rsa')
  paper = await makePaper()
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** In a word: `it-is`, `repaired` and why, or `refused` and why, with what is carried along. */
function answerTo(pdf: Uint8Array, fields: readonly string[] = FIELDS): string {
  const accepted = acceptForSigning(new Uint8Array(pdf), fields)
  if (!accepted.ok)
    return `refused ${accepted.failure.kind === 'refused' ? accepted.failure.detail : accepted.failure.kind}`
  const { as, because = '', carried, signatures } = accepted.value
  return [as, because, ...carried, signatures > 0 ? `${signatures} signed` : ''].filter(Boolean).join(' ')
}
const byQpdf = (...options: readonly string[]): Uint8Array => {
  writeFileSync(join(room, 'in.pdf'), paper)
  execFileSync('qpdf', [join(room, 'in.pdf'), ...options, join(room, 'out.pdf')])
  return new Uint8Array(readFileSync(join(room, 'out.pdf')))
}
/** A further revision: the catalogue with these entries, and new objects from the first free number on. */
function withRevision(
  pdf: Uint8Array,
  entries: (first: number) => Record<string, string>,
  ...bodies: string[]
): Uint8Array {
  const file = openPdf(pdf)
  const [catalog, first] = [findCatalog(file), firstFreeNumber(file)]
  const objects = [
    { number: catalog.reference.object, generation: 0, body: withEntries(catalog.dictionary, entries(first)) },
    ...bodies.map((body, index) => ({ number: first + index, generation: 0, body: Buffer.from(body) })),
  ]
  return new Uint8Array(Buffer.concat([pdf, writeUpdate(file, objects, 'seed').bytes]))
}

test('files with one odd thing in them: what the counter says to each', () => {
  const answers = Object.fromEntries(Object.entries(HAND_MADE).map(([kind, write]) => [kind, answerTo(write())]))
  expect(answers).toEqual({
    hybrid: 'it-is',
    form: 'it-is form',
    'form-xfa': 'refused xfa',
    'form-needs-appearances': 'refused appearances-missing',
    'usage-rights': 'refused usage-rights',
    rotated: 'it-is',
    'odd-boxes': 'it-is',
    'shared-annotations': 'it-is',
    'nested-pages': 'it-is',
    javascript: 'refused javascript',
    attachment: 'it-is attachments',
    layers: 'it-is layers',
    'no-pages': 'refused no-pages',
    'old-version': 'it-is',
  })
})

test('a damaged file without signatures is written anew, or refused when something of it is gone', () => {
  const answers = Object.fromEntries(Object.entries(DAMAGES).map(([kind, spoil]) => [kind, answerTo(spoil(paper))]))
  expect(answers).toEqual({
    'broken-startxref': 'repaired broken-xref',
    'broken-table': 'repaired broken-xref',
    'broken-object': 'repaired broken-object',
    truncated: 'refused unreadable',
    'tail-cut': 'repaired broken-xref',
    'junk-before': 'repaired broken-xref',
    'junk-after': 'repaired bytes-after-end',
    'line-ends': 'refused page-unreadable',
  })
})

test('no damage to a signed file is ever mended: whoever signed it signed other bytes', () => {
  const signed = signByOfficer(paper, pki)
  const kinds = ['broken-startxref', 'broken-table', 'tail-cut', 'junk-before', 'junk-after'] as const
  const answers = kinds.map((kind) => answerTo(DAMAGES[kind](signed), ['Other']))
  expect(answers).toEqual(kinds.map(() => 'refused signed-and-broken'))
})

describe.skipIf(!hasQpdf)('locked files', () => {
  test('encrypted with the empty password: opened into a new file, and that is said', () => {
    for (const how of [
      ['--allow-weak-crypto', '--encrypt', '', 'owner', '40', '--'],
      ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=y', '--'],
      ['--encrypt', '', 'owner', '256', '--'],
    ])
      expect(answerTo(byQpdf(...how))).toBe('repaired encrypted')
  })
  test('with a password: refused, nobody guesses it', () => {
    expect(answerTo(byQpdf('--encrypt', 'bi-mat', 'owner', '256', '--'))).toBe('refused password')
  })
  test('a paper that was opened is archival again, and stays so when it is signed', async () => {
    const outcome = await signForeign(byQpdf('--encrypt', '', 'owner', '256', '--'), pki, [pki.root])
    if (outcome.as !== 'repaired') throw new Error(outcome.as)
    expect([checkPdfA(outcome.file).ok, checkPdfA(outcome.signed).ok]).toEqual([true, true])
  })
})

test('a broken archival paper is archival when it was written anew, and when it is signed', async () => {
  for (const damage of ['broken-startxref', 'junk-before', 'broken-object'] as const) {
    const outcome = await signForeign(new Uint8Array(DAMAGES[damage](paper)), pki, [pki.root])
    if (outcome.as !== 'repaired') throw new Error(outcome.as)
    expect([damage, checkPdfA(outcome.file), checkPdfA(outcome.signed)]).toEqual([
      damage,
      { ok: true, value: { part: 2, conformance: 'B', pages: 2 } },
      { ok: true, value: { part: 2, conformance: 'B', pages: 2 } },
    ])
  }
})

test('writing anew gives the same file every time, and that file needs no further mending', () => {
  const broken = new Uint8Array(DAMAGES['broken-table'](paper))
  const [one, again] = [acceptForSigning(broken, FIELDS), acceptForSigning(broken, FIELDS)]
  if (!one.ok || !again.ok) throw new Error('refused')
  expect(Buffer.compare(one.value.file, again.value.file)).toBe(0)
  expect(answerTo(one.value.file)).toBe('it-is')
})

describe('files that others signed', () => {
  const signedByCompany = (): Uint8Array => {
    const request = { ...officerRequest(pki), fieldName: 'CongTy', appearance: { kind: 'none' as const, lines: [] } }
    return signOnce(paper, request, pki.officer)
  }
  test('may be signed further: the earlier signature says what it said', async () => {
    const outcome = await signForeign(signedByCompany(), pki, [pki.root])
    if (outcome.as !== 'it-is') throw new Error(JSON.stringify(outcome))
    const reports = unwrap(await verifySignatures(outcome.signed, [pki.root]))
    expect(
      reports.map(({ fieldName, integrity, chain, laterChanges }) => [fieldName, integrity, chain, laterChanges]),
    ).toEqual([
      ['CongTy', true, 'trusted', 'signature-only'],
      ['Officer', true, 'trusted', 'signature-only'],
      ['Agency', true, 'trusted', 'none'],
    ])
  })
  test('but not once more as what they are already', () => {
    expect(answerTo(signByBoth(paper, pki))).toBe('refused field-name-taken')
  })
  test('nor when something else was added since, or a byte changed', async () => {
    const signed = signedByCompany()
    const noted = withRevision(signed, () => ({ PageMode: '/UseOutlines' }))
    const spoilt = new Uint8Array(
      Buffer.from(
        Buffer.from(signed).toString('latin1').replace('Helvetica', 'Helvetics').replace('/Title', '/Titel'),
        'latin1',
      ),
    )
    expect([await signForeign(noted, pki, [pki.root]), await signForeign(spoilt, pki, [pki.root])]).toEqual([
      { as: 'refused', reason: 'changed-after-signature' },
      { as: 'refused', reason: 'earlier-signature-broken' },
    ])
  })

  const SIGNATURE = '<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>'
  const filled = (signature: number): string =>
    `<< /FT /Sig /T (CongTy) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /V ${signature} 0 R >>`
  const certified = (level: number): Uint8Array => {
    const permission = `/Reference [<< /TransformMethod /DocMDP /TransformParams << /P ${level} >> >>]`
    const number = firstFreeNumber(openPdf(paper))
    const entries = {
      Perms: `<< /DocMDP ${number} 0 R >>`,
      AcroForm: `<< /Fields [${number + 1} 0 R] /SigFlags 3 >>`,
    }
    return withRevision(paper, () => entries, SIGNATURE.replace('>>', `${permission} >>`), filled(number))
  }
  test('and certified: as final (P 1) not, for filling in or notes (P 2, 3) yes', () => {
    expect([1, 2, 3].map((level) => answerTo(certified(level)))).toEqual([
      'refused docmdp-p1',
      'it-is form 1 signed',
      'it-is form 1 signed',
    ])
  })

  /** A signature that locks fields when it is made. */
  const lockedBy = (parameters: string): string => {
    const lock = `/Reference [<< /TransformMethod /FieldMDP /TransformParams << ${parameters} >> >>]`
    const number = firstFreeNumber(openPdf(paper))
    const form = { AcroForm: `<< /Fields [${number + 1} 0 R] /SigFlags 3 >>` }
    return answerTo(withRevision(paper, () => form, SIGNATURE.replace('>>', `${lock} >>`), filled(number)))
  }
  test('and with fields locked: only where ours are not among them', () => {
    expect({
      all: lockedBy('/Action /All'),
      ours: lockedBy('/Action /Include /Fields [(Officer)]'),
      others: lockedBy('/Action /Include /Fields [(ho-ten)]'),
      allButOurs: lockedBy('/Action /Exclude /Fields [(Officer) (Agency)]'),
      allButOne: lockedBy('/Action /Exclude /Fields [(Officer)]'),
      final: lockedBy('/Action /Include /Fields [(ho-ten)] /P 1'),
    }).toEqual({
      all: 'refused fields-locked',
      ours: 'refused fields-locked',
      others: 'it-is form 1 signed',
      allButOurs: 'it-is form 1 signed',
      allButOne: 'refused fields-locked',
      final: 'refused docmdp-p1',
    })
  })
  test('an empty signature field with a lock forbids nothing yet', () => {
    const empty = withRevision(
      paper,
      (first) => ({ AcroForm: `<< /Fields [${first} 0 R] >>` }),
      '<< /FT /Sig /T (CongTy) /Lock << /Action /All /P 1 >> /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>',
    )
    expect(answerTo(empty)).toBe('it-is form')
  })
  test('and whose fields viewers are to draw anew: our mark might not be shown', () => {
    const form = (first: number) => `<< /Fields [${first + 1} 0 R] /SigFlags 3 /NeedAppearances true >>`
    const drawn = withRevision(
      paper,
      (first) => ({ AcroForm: form(first) }),
      SIGNATURE,
      filled(firstFreeNumber(openPdf(paper))),
    )
    expect(answerTo(drawn)).toBe('refused viewer-draws-fields')
  })
})

test('what is no PDF, empty, or one byte', () => {
  for (const bytes of [new Uint8Array(), new Uint8Array([37]), Buffer.from('một lá thư'), Buffer.from('%PDF-1.7')])
    expect(answerTo(bytes)).toMatch(/^refused (no-header|unreadable)$/)
})
