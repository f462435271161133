// Words on a signature: Vietnamese names of any length, in either normal form, whole and inside their place; and the mark of a copy
// that an agency makes itself.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Appearance, drawAppearance, naturalHeight } from '../../main/signature/pades/appearance.ts'
import {
  attestationWidth,
  drawnCopyMark,
  fitLines,
  placeAttestation,
  placeCopyMark,
  prepareSignature,
} from '../../main/signature/pades/index.ts'
import { AGENCY_FIELD } from '../../main/signature/steps.ts'
import { must } from '../bench/office.ts'
import { lettering, makePaper } from './pades-paper.ts'
import { type BenchPki, makePki } from './pades-pki.ts'
import { askQpdf, strangersAreHere } from './strangers.ts'

const room = mkdtempSync(join(tmpdir(), 'appearance-words-'))
const inside = (name: string): string => join(room, name)
const at = new Date('2026-11-21T03:30:05Z')
let pki: BenchPki
let paper: Uint8Array
beforeAll(async () => {
  pki = makePki(room, 'ec')
  paper = await makePaper()
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** Written where the tools find it, and drawn for whoever wants to see it: QUAY_LOOK names a folder. */
function keep(bytes: Uint8Array, name: string, page: number): void {
  writeFileSync(inside(`${name}.pdf`), bytes)
  const { QUAY_LOOK: folder } = process.env
  if (folder === undefined) return
  const words = ['-r', '150', '-png', '-f', String(page), '-l', String(page), '-singlefile']
  execFileSync('pdftoppm', [...words, inside(`${name}.pdf`), join(folder, name)], { stdio: 'pipe' })
}

describe('words', () => {
  const line = (text: string, size = 10): Appearance['lines'][number] => ({
    text,
    size,
    weight: 'bold',
    align: 'center',
    colour: 'red',
  })
  const LONG = 'Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Hương Trường Thủy Ngọc Ưởng Khuyên Diễm Mẫu Thứ Nhất'
  const AGENCY = 'ỦY BAN NHÂN DÂN XÃ NGUYỄN BỈNH KHIÊM – HỆ THỐNG TRỢ GIÚP KỸ THUẬT VƯỢT NGƯỠNG'
  const A4 = { width: 595.28, height: 841.89 }

  test.skipIf(!strangersAreHere)(
    'of any length, in either normal form, come out whole and in their letters',
    async () => {
      const words: Appearance = {
        kind: 'attestation',
        border: 'red',
        lines: [line(AGENCY), line('ẰẲẴẶẤẦẨẪẬỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỲỶỸỴĐ đăâêôơư', 9), line(LONG.normalize('NFD'))],
      }
      const appearance = fitLines(words, attestationWidth(A4), lettering)
      expect(appearance.lines.length).toBeGreaterThan(words.lines.length)
      const request = {
        fieldName: 'Officer',
        page: 1,
        rect: placeAttestation(A4, appearance),
        appearance,
        signer: pki.officer,
        at,
      }
      const { update } = must(prepareSignature(paper, request, lettering))
      const bytes = Buffer.concat([paper, update])
      keep(bytes, 'long', 2)
      const text = execFileSync('pdftotext', ['-f', '2', inside('long.pdf'), '-'], { encoding: 'utf8' })
      const flat = text.normalize('NFC').replaceAll(/\s+/g, ' ')
      for (const expected of [AGENCY, LONG, 'ẰẲẴẶẤẦẨẪẬỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỲỶỸỴĐ đăâêôơư'])
        expect(flat).toContain(expected)
    },
  )

  test('no line is ever wider than its room, and no word is lost', () => {
    const word = fc.constantFrom(...LONG.split(' '), 'ỦY', 'SCT/BS', 'Nghiêng', '03/2026', 'x'.repeat(60))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 60, max: 400 }), (all, width) => {
        const appearance = { kind: 'seal' as const, lines: [line(all.join(' '))] }
        const broken = fitLines(appearance, width, lettering)
        expect(broken.lines.map(({ text }) => text).join(' ')).toBe(all.join(' '))
        const [form] = drawAppearance(broken, width, naturalHeight(broken), lettering, 1)
        for (const { x, size, text } of linesDrawn(form ?? Buffer.alloc(0))) {
          expect(x).toBeGreaterThanOrEqual(1.9)
          expect(x + (widthOf(text) * size) / 1000).toBeLessThanOrEqual(width - 1.8)
        }
      }),
      { numRuns: 60 },
    )
  })

  const widthOf = (glyphs: string): number =>
    (glyphs.match(/.{4}/g) ?? []).reduce(
      (sum, one) => sum + lettering.typefaces.bold.widthOf(Number.parseInt(one, 16)),
      0,
    )
  function linesDrawn(form: Buffer) {
    const start = form.indexOf('stream\n') + 7
    const content = inflateSync(form.subarray(start, form.lastIndexOf('\nendstream'))).toString('latin1')
    return [...content.matchAll(/\/B ([\d.]+) Tf ([\d.]+) [\d.]+ Td <([0-9a-f]*)>/g)].map(([, size, x, text = '']) => ({
      size: Number(size),
      x: Number(x),
      text,
    }))
  }

  test.skipIf(!strangersAreHere)(
    'of a copy that the agency makes itself stand at the top right of the first page, without a picture',
    async () => {
      const template = [
        { text: '{form}', size: 10, weight: 'regular' as const },
        { text: '{agency}', size: 10, weight: 'regular' as const },
        { text: '{time}', size: 10, weight: 'regular' as const },
      ]
      const mark = drawnCopyMark(template, {
        form: 'Sao y',
        agency: 'Ủy ban nhân dân Phường Mẫu',
        time: '2026-11-21T10:30:05+07:00',
      })
      const appearance = fitLines(mark, 190, lettering)
      const rect = placeCopyMark(A4, appearance)
      const request = { fieldName: AGENCY_FIELD, page: 0, rect, appearance, signer: pki.agency, at }
      const { update } = must(prepareSignature(paper, request, lettering))
      keep(Buffer.concat([paper, update]), 'mark', 1)
      expect(rect[0]).toBeGreaterThan(A4.width / 2)
      expect(rect[3]).toBeGreaterThan(A4.height - 30)
      const text = execFileSync('pdftotext', ['-l', '1', inside('mark.pdf'), '-'], { encoding: 'utf8' })
      expect(text).toContain('Sao y\nỦy ban nhân dân Phường Mẫu\n2026-11-21T10:30:05+07:00')
      expect(askQpdf(inside('mark.pdf'))).toBe('ok')
    },
  )
})
