// Pages that lie on their side, stand on their head, start elsewhere or count in their own unit: the attestation stands upright at
// the foot of the page as everybody sees it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { differenceOf, drawPage, type Picture } from './foreign-judges.ts'
import { signForeign } from './foreign-signing.ts'
import { type BenchPki, makePki } from './pades-pki.ts'

const room = mkdtempSync(join(tmpdir(), 'foreign-pages-'))
const hasPoppler = spawnSync('which', ['pdftoppm']).status === 0
let pki: BenchPki
beforeAll(() => {
  mkdirSync(join(room, 'pki'))
  pki = makePki(join(room, 'pki'), 'rsa')
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** One empty page with these entries. */
function emptyPage(entries: string): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /Resources << >> ${entries} >>`,
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 4\n0000000000 65535 f \n${rows}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

async function drawSigned(name: string, entries: string): Promise<Picture> {
  const outcome = await signForeign(emptyPage(entries), pki, [pki.root])
  if (outcome.as !== 'it-is') throw new Error(`${name}: ${JSON.stringify(outcome)}`)
  const path = join(room, `${name}.pdf`)
  writeFileSync(path, outcome.signed)
  const picture = await drawPage(path, 1, 600)
  if (picture === null) throw new Error(`${name} cannot be drawn`)
  return picture
}

/** All of them show a page of 595 by 842 points. */
const PAGES = {
  'on its side': '/MediaBox [0 0 842 595] /Rotate 90',
  'on its head': '/MediaBox [0 0 595 842] /Rotate 180',
  'on its other side': '/MediaBox [0 0 842 595] /Rotate 270',
  'turned backwards': '/MediaBox [0 0 842 595] /Rotate -90',
  'starting elsewhere': '/MediaBox [-100 50 495 892]',
  'cut to a part': '/MediaBox [0 0 900 1000] /CropBox [150 60 745 902]',
  'cut to a part, on its side': '/MediaBox [0 0 1000 900] /CropBox [60 150 902 745] /Rotate 90',
  'with a unit of its own': '/MediaBox [0 0 297.5 421] /UserUnit 2',
  'with a unit of its own, on its side': '/MediaBox [-50 0 371 297.5] /UserUnit 2 /Rotate 270',
} as const

test.skipIf(!hasPoppler)(
  'every such page looks like the plain one when it is signed',
  async () => {
    const plain = await drawSigned('plain', '/MediaBox [0 0 595 842]')
    const blank = { ...plain, pixels: Buffer.alloc(plain.pixels.length, 255) }
    // The attestation is there at all, in the lower half of the page and nowhere else.
    const upper = plain.pixels.subarray(0, plain.width * 3 * (plain.height >> 1))
    expect([differenceOf(plain, blank) > 0.01, upper.every((part) => part === 255)]).toEqual([true, true])
    for (const [name, entries] of Object.entries(PAGES)) {
      const share = differenceOf(plain, await drawSigned(name.replaceAll(' ', '-'), entries))
      expect([name, share < 0.012]).toEqual([name, true])
    }
  },
  20_000,
)
