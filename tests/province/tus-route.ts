// Resumable upload on the table of routes: tus does the protocol, we add what a lost answer needs.
// A repeated key is told where its upload lies; a finished upload names its file again whenever it is asked.
import { type Answer, Refused } from './answer.ts'
import type { Call, Route } from './routes.ts'

/** The tus protocol, with our two additions: a repeated key names its upload, a finished one names its file. */
async function serveTus(call: Call): Promise<Answer> {
  const { province, key } = call
  const request = call.web()
  if (request.method === 'POST') {
    if (key === undefined) throw new Refused(400, 'THIEU_KHOA')
    const begun = await province.uploads.begunBy(key, metadata(request, 'sha256'))
    if (begun !== null) throw new Refused(409, 'DA_TON_TAI', { Location: begun })
    if (metadata(request, 'key') !== key) throw new Refused(400, 'GOI_TIN_SAI')
  }
  const response = await province.uploads.tus(request)
  const headers: Record<string, string> = Object.fromEntries(response.headers.entries())
  const file = request.method === 'HEAD' && response.ok ? await province.uploads.finished(call.parts[0] ?? '') : null
  if (file !== null) Object.assign(headers, { 'id-tep-tin': file.IdTepTin, 'hash-tep-tin': file.HashTepTin })
  return { status: response.status, headers, body: new Uint8Array(await response.arrayBuffer()) }
}

export const TUS_ROUTES: readonly Route[] = [
  { method: 'OPTIONS', path: '/tus', access: 'open', run: serveTus },
  { method: 'POST', path: '/tus', access: 'token', run: serveTus },
  { method: 'HEAD', path: '/tus/{upload}', access: 'token', run: serveTus },
  { method: 'PATCH', path: '/tus/{upload}', access: 'token', run: serveTus },
]

function metadata(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('upload-metadata') ?? '').split(',').map((pair) => pair.trim().split(' '))
  const value = pairs.find(([given]) => given === name)?.[1]
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8')
}
