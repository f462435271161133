// The bench itself: papers that leave room where they should, and a control endpoint that does what the demo asks.
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { startScanner } from '../bench/scanner/escl-server.ts'
import { readTicket } from '../bench/scanner/escl-words.ts'
import { drawPaper, threePapers } from '../bench/scanner/paper.ts'
import { control, pagesFor } from '../bench/scanner/run-scanner.ts'

/** The darkest value, 0 to 255, in a band of the page between two parts of its height. */
async function darkest(page: Buffer | undefined, from: number, to: number): Promise<number> {
  const { width, height } = await sharp(page).metadata()
  const band = { left: 0, top: Math.round(height * from), width, height: Math.round(height * (to - from)) }
  const grey = await sharp(page).extract(band).grayscale().raw().toBuffer()
  return grey.reduce((least, value) => Math.min(least, value), 255)
}

test('the three papers are four pages; two leave room for an attestation, one is full to the bottom', async () => {
  const papers = await threePapers()
  expect(papers.map(({ title, pages }) => [title, pages.length])).toEqual([
    ['Trích lục khai sinh', 1],
    ['Bằng tốt nghiệp trung học phổ thông', 1],
    ['Giấy chứng nhận quyền sử dụng đất', 2],
  ])
  const [birth, diploma, land] = papers
  expect(await darkest(birth?.pages[0], 0.74, 1)).toBeGreaterThan(200)
  expect(await darkest(diploma?.pages[0], 0.55, 1)).toBeGreaterThan(200)
  expect(await darkest(land?.pages[1], 0.9, 1)).toBeLessThan(100)
  for (const page of papers.flatMap(({ pages }) => pages)) {
    const { width, height, density } = await sharp(page).metadata()
    expect({ width, height, density }).toEqual({ width: 2480, height: 3508, density: 300 })
    expect(await darkest(page, 0, 0.01)).toBeGreaterThan(200)
  }
})

test('the same seed draws the same paper', async () => {
  const small = { dpi: 75 }
  const once = await drawPaper('residence', { ...small, seed: 3 })
  const other = await drawPaper('residence', { ...small, seed: 4 })
  expect(once).toBe(await drawPaper('residence', { ...small, seed: 3 }))
  expect(once.pages[0]?.equals(other.pages[0] ?? once.pages[0])).toBe(false)
})

test('a job ticket is read, and one that asks for something else is refused', () => {
  const ticket = (colour: string, dpi: number) =>
    `<scan:ScanSettings><pwg:ScanRegions><pwg:ScanRegion><pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset><pwg:Width>2480</pwg:Width><pwg:Height>3508</pwg:Height></pwg:ScanRegion></pwg:ScanRegions><pwg:InputSource>Feeder</pwg:InputSource><scan:ColorMode>${colour}</scan:ColorMode><scan:XResolution>${dpi}</scan:XResolution></scan:ScanSettings>`
  expect(readTicket(ticket('RGB24', 300))).toEqual({
    source: 'Feeder',
    duplex: false,
    colour: 'RGB24',
    dpi: 300,
    region: { x: 0, y: 0, width: 2480, height: 3508 },
  })
  expect([ticket('BlackAndWhite1', 300), ticket('RGB24', 301), '', '<a/>'].map(readTicket)).toEqual(
    Array(4).fill(undefined),
  )
})

test('the demo fills the feeder and orders faults over the control endpoint', async () => {
  const scanner = await startScanner({ also: control })
  const order = async (body: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${scanner.port}/bench`, { method: 'POST', body: JSON.stringify(body) })
    return { status: answer.status, body: await answer.json() }
  }
  expect(await order({ load: 'three-papers', jamAfter: 2 })).toEqual({
    status: 200,
    body: { jamAfter: 2, waiting: 4, delivered: 0, feeder: 'ScannerAdfLoaded' },
  })
  expect((await order({ load: 6, jamAfter: null })).body).toEqual({
    waiting: 6,
    delivered: 0,
    feeder: 'ScannerAdfLoaded',
  })
  expect((await order({ coverOpen: true })).body.feeder).toBe('ScannerAdfDoorOpen')
  expect((await order({ coverOpen: false, hatchOpen: true })).body.feeder).toBe('ScannerAdfHatchOpen')
  expect((await order({ hatchOpen: false, doubleFeedAt: 1 })).body.feeder).toBe('ScannerAdfMultipickDetected')
  expect((await order({ load: 6 })).body.feeder).toBe('ScannerAdfLoaded')
  expect((await order({ empty: true, coverOpen: false })).body.feeder).toBe('ScannerAdfEmpty')
  expect((await order({ load: 'a cat' })).status).toBe(400)
  expect(await pagesFor(['birth', 'land'])).toHaveLength(3)
  await scanner.close()
})
