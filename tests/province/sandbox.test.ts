// The sandbox itself: its document, its catalogue, its page, its keys and its plain interface.
// Spoken to with bare HTTP, so that it is not our adapter that makes it look right.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { OPERATORS, type readCatalogue } from './schema.ts'
import { type RunningProvince, SERVED, startProvince } from './server.ts'
import { changeTo, connect, content, doneWith, dossierOf, fileOf, good, sha256 } from './story.ts'

let province: RunningProvince
beforeAll(async () => {
  province = await startProvince()
}, 60_000)
beforeEach(() => province.reset())
afterAll(() => province.stop())

async function token(): Promise<string> {
  const operator = OPERATORS[0]
  const answer = await fetch(`${province.url}/api/Token`, {
    method: 'POST',
    body: JSON.stringify({ client_id: operator?.clientId, client_secret: operator?.clientSecret }),
  })
  return ((await answer.json()) as { data: { access_token: string } }).data.access_token
}

async function post(path: string, key: string, body: unknown) {
  const answer = await fetch(`${province.url}/api/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await token()}`, 'Idempotency-Key': key },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.json() }
}

test('the OpenAPI document lists every route the province serves, and no other', async () => {
  const document = (await (await fetch(`${province.url}/openapi.json`)).json()) as {
    openapi: string
    paths: Record<string, Record<string, { 'x-quay'?: boolean }>>
  }
  expect(document.openapi).toBe('3.1.0')
  const written = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(written.sort()).toEqual(SERVED.map(([method, path]) => `${method} ${path}`).sort())
  expect(document.paths['/tus']?.post?.['x-quay']).toBe(true)
  expect(document.paths['/api/NopHoSo']?.post?.['x-quay']).toBeUndefined()
})

test('the catalogue has the certified copy, complete, and marks everything as sample data', async () => {
  const answer = await fetch(`${province.url}/procedures`, { headers: { Authorization: `Bearer ${await token()}` } })
  const { mark, procedures } = (await answer.json()) as { mark: string; procedures: ReturnType<typeof readCatalogue> }
  expect(mark).toBe('dữ liệu mẫu')
  expect(procedures.length).toBe(20)
  expect(new Set(procedures.map((procedure) => procedure.MATTHC)).size).toBe(20)
  expect(procedures.every(({ TRANGTHAI, mark }) => TRANGTHAI === 'dữ liệu mẫu' && /^[R?]$/.test(String(mark)))).toBe(
    true,
  )
  const copy = procedures.find((procedure) => procedure.MATTHC === '2.000815')
  expect(copy?.TENTTHC).toMatch(/^Chứng thực bản sao từ bản chính/)
  expect(copy?.THANHPHANHOSO).toMatchObject([
    {
      GIAYTO: [
        { TENGIAYTO: 'Bản chính giấy tờ, văn bản làm cơ sở để chứng thực bản sao' },
        { TENGIAYTO: 'Bản sao cần chứng thực' },
      ],
    },
  ])
})

test('the same key and packet get the same answer, however often and at the same time', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => post('GetNextValue', 'k', { MaDonVi: 'H55.242' })))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await post('CapNhatTienTrinh', 'k', [])).toMatchObject({ status: 400 })
  expect(await province.counts()).toMatchObject({ numbers: 1, repeatedKeys: 1 })
  const others = await Promise.all(
    Array.from({ length: 5 }, (_, n) => post('GetNextValue', `k${n}`, { MaDonVi: 'H55.242' })),
  )
  expect(new Set(others.map((answer) => JSON.stringify(answer))).size).toBe(5)
})

test('nobody writes without a token, without a key, or for another unit', async () => {
  const bare = { method: 'POST', body: JSON.stringify({ MaDonVi: 'H55.242' }) }
  expect((await fetch(`${province.url}/api/GetNextValue`, bare)).status).toBe(401)
  const headers = { Authorization: `Bearer ${await token()}` }
  expect((await fetch(`${province.url}/api/GetNextValue`, { ...bare, headers })).status).toBe(400)
  expect(await post('GetNextValue', 'k', { MaDonVi: 'H55.243' })).toMatchObject({
    status: 403,
    body: { error_code: 'DON_VI_KHONG_KHOP' },
  })
})

test('a file in one piece is taken by UploadFile', async () => {
  const bytes = content('whole', 2000)
  const form = new FormData()
  form.set('file', new File([new Uint8Array(bytes)], 'trang.pdf'))
  const headers = { Authorization: `Bearer ${await token()}`, 'Idempotency-Key': 'whole' }
  const answer = await fetch(`${province.url}/api/UploadFile`, { method: 'POST', headers, body: form })
  const stored = (await answer.json()) as { IdTepTin: string; HashTepTin: string }
  expect(stored.HashTepTin).toBe(sha256(bytes))
  const back = await fetch(`${province.url}/files/${stored.IdTepTin}`)
  expect(sha256(new Uint8Array(await back.arrayBuffer()))).toBe(stored.HashTepTin)
})

test('the page of arrivals shows the dossier in words, and of the personal number only the ends', async () => {
  const counter = connect(province)
  const files = [fileOf('trang <1>.pdf', content('1', 1500)), fileOf('sau.pdf', content('2', 10))]
  const { code } = good(await counter.nextCode('c'))
  good(await counter.submit('s', dossierOf(code, files)))
  const [first] = files
  if (first === undefined) throw new Error('two files')
  const { fileId } = good(await counter.upload('f', first))
  good(await counter.status('4', changeTo(code, 'processing', 0)))
  good(await counter.status('9', doneWith(code, first, fileId)))
  const page = await (await fetch(province.url)).text()
  for (const shown of [
    code,
    'Nguyễn Thị Mẫu',
    '001••••••456',
    'Đã xử lý xong',
    'trang &#60;1&#62;.pdf',
    '1,5 KB',
    first.sha256,
    `/files/${fileId}`,
    'KQ.H55.000001',
    'đang chờ nội dung',
  ]) {
    expect(page).toContain(shown)
  }
  expect(page).not.toContain('001190123456')
})

test('it can be made to misbehave and be emptied over HTTP', async () => {
  const send = (path: string, body: unknown) =>
    fetch(`${province.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  good(await connect(province).nextCode('c'))
  expect((await send('misbehave', { down: 'unavailable' })).status).toBe(200)
  await expect.poll(async () => (await fetch(`${province.url}/health`)).status).toBe(503)
  expect((await send('misbehave', { down: 'refused' })).status).toBe(400)
  expect((await send('misbehave', { unknown: 1 })).status).toBe(400)
  expect(await (await send('reset', {})).json()).toMatchObject({ numbers: 0 })
  expect((await fetch(`${province.url}/health`)).status).toBe(200)
})

test('with a folder it still knows everything after a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'province-kept-'))
  const file = fileOf('a.pdf', content('a', 5000))
  try {
    const before = await startProvince({ dataDir })
    const { code } = good(await connect(before).nextCode('c'))
    good(await connect(before).submit('s', dossierOf(code, [file])))
    await before.misbehave({ breakUploadAfterBytes: 3000 })
    expect((await connect(before).upload('f', file)).ok).toBe(false)
    await before.stop()
    const after = await startProvince({ dataDir })
    good(await connect(after).upload('f', file))
    good(await connect(after).submit('s', dossierOf(code, [file])))
    expect(await after.counts()).toMatchObject({ dossiers: 1, files: 1, waiting: 0, uploadedBytes: 2000 })
    await after.stop()
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}, 60_000)

test.skipIf(process.env.DATABASE_URL === undefined)('the same holds on a real PostgreSQL (DATABASE_URL)', async () => {
  const real = await startProvince({ databaseUrl: process.env.DATABASE_URL })
  try {
    await real.reset()
    const counter = connect(real)
    const codes = await Promise.all(Array.from({ length: 8 }, (_, n) => counter.nextCode(`c${n % 4}`)))
    expect(new Set(codes.map((result) => good(result).code)).size).toBe(4)
    const { code } = good(await counter.nextCode('c0'))
    const twice = await Promise.all([1, 2].map(() => counter.submit('s', dossierOf(code, []))))
    expect(good(twice[0] ?? twice[1] ?? { ok: false, failure: 'none' })).toEqual(
      good(twice[1] ?? { ok: false, failure: 'none' }),
    )
    good(await counter.upload('f', fileOf('a.pdf', content('a', 5000))))
    expect(await real.counts()).toMatchObject({ numbers: 4, dossiers: 1, files: 1 })
  } finally {
    await real.stop()
  }
})
