// The counter and the province talk over real HTTP: the whole story, and each way it can go wrong.
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RunningProvince, startProvince } from './server.ts'
import { changeTo, connect, content, doneWith, dossierOf, fileOf, good, PROCEDURE, stepOf } from './story.ts'

let province: RunningProvince
beforeAll(async () => {
  province = await startProvince()
}, 60_000)
beforeEach(() => province.reset())
afterAll(() => province.stop())

const UNREACHABLE = { ok: false, failure: { kind: 'unreachable', system: 'province' } }
const MALFORMED = { ok: false, failure: { kind: 'malformed', what: 'answer' } }
const refused = (rule: string, detail?: string) => ({ ok: false, failure: { kind: 'refused', rule, detail } })

test('a certified copy goes from its code to the result in the citizen’s hand', async () => {
  const counter = connect(province)
  const files = [1, 2, 3].map((n) => fileOf(`trang-${n}.pdf`, content(`page ${n}`, 1000 * n)))
  const { code } = good(await counter.nextCode('key-code'))
  expect(code).toMatch(/^H55\.242-\d{8}-0000001$/)
  const submitted = good(await counter.submit('key-submit', dossierOf(code, files)))
  expect(submitted.code).toBe(code)
  expect((await province.counts()).waiting).toBe(3)
  const ids: string[] = []
  for (const [n, file] of files.entries()) ids.push(good(await counter.upload(`key-file-${n}`, file)).fileId)
  const { provinceId } = submitted
  expect(await counter.status('key-4', changeTo(code, 'processing', 0))).toEqual({ ok: true, value: { provinceId } })
  expect(await counter.progress('key-steps', [stepOf(code, 'Đối chiếu bản chính')])).toEqual({
    ok: true,
    value: { provinceId },
  })
  const result = files[2]
  if (result === undefined) throw new Error('three files')
  expect(await counter.status('key-9', doneWith(code, result, ids[2] ?? ''))).toEqual({
    ok: true,
    value: { provinceId },
  })
  expect(await counter.status('key-10', changeTo(code, 'handed-over', 50))).toEqual({ ok: true, value: { provinceId } })
  expect(await province.counts()).toMatchObject({
    dossiers: 1,
    files: 3,
    waiting: 0,
    results: 1,
    steps: 1,
    changes: 3,
    repeatedKeys: 0,
    uploadedBytes: 6000,
  })
})

test('files that were uploaded before the dossier are named in it', async () => {
  const counter = connect(province)
  const file = fileOf('bang.pdf', content('bang', 500))
  const { code } = good(await counter.nextCode('c'))
  const { fileId } = good(await counter.upload('f', file))
  const dossier = dossierOf(code, [])
  const component = { ...dossier.components[0], files: [{ name: file.name, sha256: file.sha256, fileId }] }
  good(await counter.submit('s', { ...dossier, components: [component] as typeof dossier.components }))
  expect((await province.counts()).waiting).toBe(0)
})

test.each([false, true])(
  'the answer to a dossier is lost; sent again it gets the same number (says “đã tồn tại”: %s)',
  async (duplicateAnswer) => {
    const counter = connect(province)
    const { code } = good(await counter.nextCode('c'))
    await province.misbehave({ dropNext: 1, duplicateAnswer })
    expect(await counter.submit('s', dossierOf(code, []))).toEqual(UNREACHABLE)
    const again = good(await counter.submit('s', dossierOf(code, [])))
    const third = good(await counter.submit('s', dossierOf(code, [])))
    expect(third).toEqual(again)
    expect(await province.counts()).toMatchObject({ dossiers: 1, repeatedKeys: 1 })
  },
)

test('every write can lose its answer and happens once all the same', async () => {
  const counter = connect(province)
  const file = fileOf('ket-qua.pdf', content('result', 3000))
  const lost = async <T>(call: () => Promise<T>) => {
    await province.misbehave({ dropNext: 1 })
    expect(await call()).toEqual(UNREACHABLE)
    return call()
  }
  const { code } = good(await lost(() => counter.nextCode('c')))
  good(await lost(() => counter.submit('s', dossierOf(code, []))))
  const { fileId } = good(await lost(() => counter.upload('f', file)))
  good(await lost(() => counter.status('4', changeTo(code, 'processing', 0))))
  good(await lost(() => counter.progress('p', [stepOf(code, 'Đối chiếu')])))
  good(await lost(() => counter.status('9', doneWith(code, file, fileId))))
  expect(await province.counts()).toMatchObject({ numbers: 1, dossiers: 1, files: 1, changes: 2, steps: 1, results: 1 })
})

test('a province that has forgotten its keys still has no doubles, and the counter finds its own writes', async () => {
  const counter = connect(province)
  const { code } = good(await counter.nextCode('c'))
  const first = good(await counter.submit('s', dossierOf(code, [])))
  good(await counter.status('4', changeTo(code, 'processing', 0)))
  good(await counter.progress('p', [stepOf(code, 'Đối chiếu')]))
  await province.misbehave({ forgetKeys: true })
  expect(good(await counter.nextCode('c'))).toEqual({ code })
  expect(good(await counter.submit('s', dossierOf(code, [])))).toEqual(first)
  good(await counter.status('4', changeTo(code, 'processing', 0)))
  good(await counter.progress('p', [stepOf(code, 'Đối chiếu')]))
  expect(await province.counts()).toMatchObject({ numbers: 1, dossiers: 1, changes: 1, steps: 1 })
})

test('the same dossier under another key stops and is shown to a person', async () => {
  const counter = connect(province)
  const { code } = good(await counter.nextCode('c'))
  good(await counter.submit('s', dossierOf(code, [])))
  expect(await counter.submit('other', dossierOf(code, []))).toEqual(refused('province-conflict'))
  const changed = { ...dossierOf(code, []), summary: 'Nội dung khác' }
  expect(await counter.submit('s', changed)).toEqual(refused('province-conflict', 'KHOA_DUNG_LAI'))
})

test('an upload that broke goes on where it stopped, also after a restart of the program', async () => {
  const size = 3_000_000
  const memory = { url: null }
  const file = fileOf('so-ho-khau.pdf', content('long', size), memory)
  await province.misbehave({ breakUploadAfterBytes: 1_234_567 })
  expect(await connect(province).upload('f', file)).toEqual(UNREACHABLE)
  expect((await province.counts()).uploadedBytes).toBe(1_234_567)
  expect(memory.url).toContain('/tus/')
  good(await connect(province).upload('f', file))
  expect(await province.counts()).toMatchObject({ files: 1, uploadedBytes: size })
})

test('an upload whose address was never remembered is found again by its key', async () => {
  const size = 500_000
  const file = fileOf('a.pdf', content('a', size))
  await province.misbehave({ breakUploadAfterBytes: 400_000 })
  expect(await connect(province).upload('f', file)).toEqual(UNREACHABLE)
  const first = good(await connect(province).upload('f', file))
  expect(good(await connect(province).upload('f', file))).toEqual(first)
  expect(await province.counts()).toMatchObject({ files: 1, uploadedBytes: size })
})

test('a file is read from a stream, and an empty one is a file too', async () => {
  const bytes = content('stream', 300_000)
  const counter = connect(province, { pieceSize: 64_000 })
  const streamed = {
    ...fileOf('s.pdf', bytes),
    open: () => Readable.from([bytes.subarray(0, 99_999), bytes.subarray(99_999)]),
  }
  await province.misbehave({ breakUploadAfterBytes: 100_000 })
  expect(await counter.upload('s', streamed)).toEqual(UNREACHABLE)
  good(await counter.upload('s', streamed))
  good(await counter.upload('e', fileOf('rong.txt', Buffer.alloc(0))))
  expect(await province.counts()).toMatchObject({ files: 2, uploadedBytes: 300_000 })
})

test('a file whose content is not what its hash says is refused, one that cannot be read is our damage', async () => {
  const counter = connect(province)
  const wrong = { ...fileOf('a.pdf', content('a', 1000)), sha256: '0'.repeat(64) }
  expect(await counter.upload('w', wrong)).toEqual(refused('province-refused', 'HASH_KHONG_KHOP'))
  const short = { ...fileOf('b.pdf', content('b', 1000)), size: 2000 }
  expect(await counter.upload('b', short)).toEqual({ ok: false, failure: { kind: 'storage', what: 'damaged' } })
  expect(await province.counts()).toMatchObject({ files: 0 })
})

test('the remembered address of another province is not visited', async () => {
  const memory = { url: 'http://tinh-khac.example/tus/abc' }
  good(await connect(province).upload('f', fileOf('a.pdf', content('a', 100), memory)))
  expect(memory.url).toContain(province.url)
})

test.each(['error-body', 'no-id'] as const)(
  'a province that says 200 but gives no number is not believed (%s)',
  async (lie) => {
    const counter = connect(province)
    const file = fileOf('a.pdf', content('a', 100))
    const { code } = good(await counter.nextCode('c'))
    await province.misbehave({ lie })
    expect(await counter.nextCode('c2')).toEqual(MALFORMED)
    expect(await counter.submit('s', dossierOf(code, []))).toEqual(MALFORMED)
    expect(await counter.upload('f', file)).toEqual(MALFORMED)
    expect(await counter.status('4', changeTo(code, 'processing', 0))).toEqual(MALFORMED)
    expect(await connect(province).nextCode('c3')).toEqual(MALFORMED)
    await province.misbehave({ lie: null })
    good(await counter.submit('s', dossierOf(code, [])))
    good(await counter.upload('f', file))
    good(await counter.status('4', changeTo(code, 'processing', 0)))
    expect(await province.counts()).toMatchObject({ dossiers: 1, files: 1, changes: 1 })
  },
)

test('what the province refuses is named by its code, and can be sent again once it is mended', async () => {
  const counter = connect(province)
  const { code } = good(await counter.nextCode('c'))
  await province.misbehave({ reject: { procedure: PROCEDURE, code: 'TTHC_TAM_DUNG' } })
  expect(await counter.submit('s', dossierOf(code, []))).toEqual(refused('province-refused', 'TTHC_TAM_DUNG'))
  await province.misbehave({ reject: null })
  good(await counter.submit('s', dossierOf(code, [])))
  expect(await counter.status('10', changeTo(code, 'handed-over', 1))).toEqual(
    refused('province-refused', 'CHUYEN_TRANG_THAI'),
  )
  expect(await connect(province, { clientSecret: 'sai' }).nextCode('x')).toEqual(
    refused('province-refused', 'CLIENT_KHONG_HOP_LE'),
  )
})

test('a token that ends in the middle is fetched anew, once, also during an upload', async () => {
  const counter = connect(province)
  const { code } = good(await counter.nextCode('c'))
  await province.misbehave({ forgetTokens: true })
  good(await counter.submit('s', dossierOf(code, [])))
  await province.misbehave({ forgetTokens: true })
  good(await counter.upload('f', fileOf('a.pdf', content('a', 100))))
  expect(await province.counts()).toMatchObject({ dossiers: 1, files: 1 })
})

test('a province that is down, overloaded or too slow is unreachable, and nothing is lost', async () => {
  const counter = connect(province, { limits: { answer: 300, piece: 300 } })
  const { code } = good(await counter.nextCode('c'))
  for (const mood of [{ down: 'refused' }, { down: 'unavailable' }, { down: false, failNext: 1 }] as const) {
    await province.misbehave(mood)
    expect(await counter.submit('s', dossierOf(code, []))).toEqual(UNREACHABLE)
  }
  await province.misbehave({ down: false, slowMs: 1500 })
  expect(await counter.submit('s', dossierOf(code, []))).toEqual(UNREACHABLE)
  await province.misbehave({ slowMs: 0 })
  good(await connect(province).submit('s', dossierOf(code, [])))
  expect(await province.counts()).toMatchObject({ dossiers: 1 })
})

test('more than ten steps travel in tens, and steps of two dossiers do not travel together', async () => {
  const counter = connect(province)
  const { code } = good(await counter.nextCode('c'))
  good(await counter.submit('s', dossierOf(code, [])))
  const rows = Array.from({ length: 23 }, (_, n) => stepOf(code, `Bước ${n + 1}`))
  good(await counter.progress('p', rows))
  good(await counter.progress('p', rows))
  expect(await province.counts()).toMatchObject({ steps: 23 })
  const mixed = [stepOf(code, 'Bước'), stepOf('H55.242-20261121-0000999', 'Bước')]
  expect(await counter.progress('m', mixed)).toEqual({ ok: false, failure: { kind: 'malformed', what: 'argument' } })
})

test('the clock of the province is compared with ours', async () => {
  const noon = () => new Date('2026-11-21T12:00:00+07:00')
  const other = await startProvince({ now: noon })
  try {
    const counter = connect(other, { now: noon })
    expect(await counter.health()).toEqual({ ok: true, value: { skewSeconds: 0 } })
    await other.misbehave({ clockSkewSeconds: -7200 })
    expect(await counter.health()).toEqual({ ok: true, value: { skewSeconds: -7200 } })
    await other.misbehave({ down: 'unavailable' })
    expect(await counter.health()).toEqual(UNREACHABLE)
  } finally {
    await other.stop()
  }
}, 60_000)

test('the log names calls and status lines, never a person or a code', async () => {
  const lines: string[] = []
  const counter = connect(province, { note: (line) => lines.push(line) })
  const { code } = good(await counter.nextCode('c'))
  good(await counter.submit('s', dossierOf(code, [])))
  expect(lines).toEqual(['province Token: 200', 'province GetNextValue: 200', 'province NopHoSo: 200'])
})
