// Damaged and hostile PDFs: no reader throws or hangs, and no update makes a file worse than it was.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describePdf, prepareSignature, verifySignatures } from '../../main/signature/pades/index.ts'
import { agencyRequest, lettering, makePaper } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { signByOfficer } from './pades-signing.ts'
import { askQpdf, strangersAreHere } from './strangers.ts'

const room = mkdtempSync(join(tmpdir(), 'fuzz-'))
let pki: BenchPki
let seeds: readonly Uint8Array[]
beforeAll(async () => {
  mkdirSync(join(room, 'pki'))
  pki = makePki(join(room, 'pki'), 'ec')
  const paper = await makePaper()
  const plain = join(room, 'plain.pdf')
  writeFileSync(plain, paper)
  if (strangersAreHere) execFileSync('qpdf', ['--object-streams=generate', plain, join(room, 'streams.pdf')])
  const streams = strangersAreHere ? new Uint8Array(readFileSync(join(room, 'streams.pdf'))) : paper
  seeds = [paper, signByOfficer(paper, pki), streams, signByOfficer(streams, pki)]
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A small generator (xorshift) so that every run damages the same places. */
function chance(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const WORDS = [
  '0',
  '9',
  '-1',
  '99999999999',
  ' 0 R',
  '[',
  ']',
  '<<',
  '>>',
  '(',
  ')',
  '<',
  '>',
  '/',
  '%',
  'obj',
  'endobj',
  'stream',
  'null',
  '\0',
  '/Prev 0',
  '/Kids',
  '1 0 R',
]

function damage(pdf: Uint8Array, seed: number): Uint8Array {
  const next = chance(seed)
  let bytes = Buffer.from(pdf)
  for (let times = 1 + next(3); times > 0; times--) {
    // Half of the damage falls on the structure near the end, half anywhere.
    const place = next(2) === 0 ? next(bytes.length) : Math.max(0, bytes.length - 1 - next(4000))
    const kind = next(5)
    if (kind === 0) bytes[place] = next(256)
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + next(40))])
    else if (kind === 2)
      bytes = Buffer.concat([
        bytes.subarray(0, place),
        Buffer.from(WORDS[next(WORDS.length)] ?? '', 'latin1'),
        bytes.subarray(place),
      ])
    else if (kind === 3) bytes.write(WORDS[next(WORDS.length)] ?? '', place, 'latin1')
    else {
      const digit = bytes.subarray(place).findIndex((byte) => byte >= 48 && byte <= 57)
      if (digit >= 0) bytes[place + digit] = 48 + next(10)
    }
  }
  return new Uint8Array(bytes)
}

const kindOf = (result: { readonly ok: boolean; readonly failure?: { readonly kind: string } }): string =>
  result.ok ? 'ok' : (result.failure?.kind ?? '')

test('four hundred damaged files are read, refused or signed, and nothing else', async () => {
  const seen = new Set<string>()
  const samples: { readonly before: Uint8Array; readonly after: Uint8Array }[] = []
  for (let i = 0; i < 400; i++) {
    const pdf = damage(seeds[i % seeds.length] ?? new Uint8Array(), i + 1)
    const prepared = prepareSignature(pdf, agencyRequest(pki), lettering)
    for (const kind of [kindOf(describePdf(pdf)), kindOf(prepared), kindOf(await verifySignatures(pdf, [pki.root]))])
      seen.add(kind)
    if (prepared.ok) samples.push({ before: pdf, after: new Uint8Array(Buffer.concat([pdf, prepared.value.update])) })
  }
  expect([...seen].sort()).toEqual(['malformed', 'ok', 'refused'])
  expect(samples.length).toBeGreaterThan(20)
  if (!strangersAreHere) return
  const exitOf = (pdf: Uint8Array): number => {
    writeFileSync(join(room, 'sample.pdf'), pdf)
    return Number.parseInt(askQpdf(join(room, 'sample.pdf')), 10) || 0
  }
  // qpdf: 0 sound, 3 warnings, 2 errors.
  const grave = (exit: number): number => (exit === 2 ? 3 : exit === 3 ? 2 : exit)
  const every = Math.max(1, Math.floor(samples.length / 40))
  for (const [i, { before, after }] of samples.entries())
    if (i % every === 0) expect([i, grave(exitOf(after)) <= grave(exitOf(before))]).toEqual([i, true])
}, 60_000)

test('every shortened file is answered', async () => {
  for (const seed of seeds)
    for (let cut = 0; cut < seed.length; cut += 331) {
      const pdf = seed.subarray(0, cut)
      expect(
        [kindOf(describePdf(pdf)), kindOf(await verifySignatures(pdf, []))].every(
          (kind) => kind === 'ok' || kind === 'malformed',
        ),
      ).toBe(true)
    }
})

test('traps for a careless reader: loops, depth, huge numbers, a bomb', async () => {
  const file = (objects: string, trailer: string): Uint8Array =>
    new Uint8Array(
      Buffer.from(
        `%PDF-1.7\n${objects}xref\n0 0\ntrailer\n${trailer}\nstartxref\n${9 + objects.length}\n%%EOF\n`,
        'latin1',
      ),
    )
  const table = (objects: readonly string[], root = '1 0 R'): Uint8Array => {
    let body = '%PDF-1.7\n'
    const rows = objects.map((object, i) => {
      const row = `${String(body.length).padStart(10, '0')} 00000 n \n`
      body += `${i + 1} 0 obj\n${object}\nendobj\n`
      return row
    })
    return new Uint8Array(
      Buffer.from(
        `${body}xref\n1 ${rows.length}\n${rows.join('')}trailer\n<< /Root ${root} /Size ${rows.length + 1} >>\nstartxref\n${body.length}\n%%EOF\n`,
        'latin1',
      ),
    )
  }
  const traps = [
    file('', `<< /Root 1 0 R /Prev 9 >>`),
    file('', `<< /Root 1 0 R /Prev 99999999 >>`),
    file('', '['.repeat(100_000)),
    file('', `<< /A ${'<< /A '.repeat(5000)}`),
    new Uint8Array(
      Buffer.from('%PDF-1.7\nxref\n0 99999999999\n0000000000 65535 f \ntrailer\n<< >>\nstartxref\n9\n%%EOF'),
    ),
    table(['<< /Type /Catalog /Pages 1 0 R >>']),
    table(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] >>']),
    table([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R 3 0 R] >>',
      '<< /Type /Page /MediaBox [0 0 9 9] >>',
    ]),
    table(['2 0 R', '1 0 R']),
    table(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Length 2 0 R >>\nstream\nx\nendstream']),
    table([
      '<< /Type /Catalog /AcroForm << /Fields [2 0 R] >> /Pages 3 0 R >>',
      '<< /FT /Sig /Kids [2 0 R] /T (a) >>',
      '<< /Kids [] >>',
    ]),
  ]
  for (const pdf of traps)
    expect([
      kindOf(describePdf(pdf)),
      kindOf(prepareSignature(pdf, agencyRequest(pki), lettering)),
      kindOf(await verifySignatures(pdf, [])),
    ]).not.toContain('')
})
