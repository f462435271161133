// The story most tests tell: Nguyễn Thị Mẫu asks for a certified copy; all data synthetic.
// One place for packets and files, so that a test shows only what is special about it.
import { createHash } from 'node:crypto'
import type { UploadFile } from '../../main/province/adapter.ts'
import { type Generation2Config, openGeneration2 } from '../../main/province/generation-2.ts'
import type { DossierPacket, ProgressRow, StatusChange } from '../../main/province/packet.ts'
import { OPERATORS } from './schema.ts'
import type { RunningProvince } from './server.ts'

const operator = OPERATORS[0] ?? { clientId: '', clientSecret: '', unit: '' }

export const connect = (province: RunningProvince, special: Partial<Generation2Config> = {}) =>
  openGeneration2({
    baseUrl: province.url,
    clientId: operator.clientId,
    clientSecret: operator.clientSecret,
    unitCode: operator.unit,
    now: () => new Date(),
    ...special,
  })

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bytes that look like nothing and are always the same for a seed. */
export function content(seed: string, size: number): Buffer<ArrayBuffer> {
  const parts: Buffer[] = []
  for (let length = 0, part: Buffer = Buffer.from(seed); length < size; length += part.length) {
    part = createHash('sha512').update(part).digest()
    parts.push(part)
  }
  return Buffer.concat(parts).subarray(0, size)
}

export interface Memory {
  url: string | null
}

/** A file as the vault offers it; `memory` stands for the row that remembers the upload. */
export const fileOf = (name: string, bytes: Buffer, memory?: Memory): UploadFile => ({
  name,
  sha256: sha256(bytes),
  size: bytes.length,
  open: () => Promise.resolve(bytes),
  resume:
    memory === undefined
      ? undefined
      : {
          get: () => Promise.resolve(memory.url),
          set: (url) => {
            memory.url = url
            return Promise.resolve()
          },
        },
})

export const PROCEDURE = '2.000815'

export const dossierOf = (code: string, files: readonly UploadFile[]): DossierPacket => ({
  code,
  procedure: PROCEDURE,
  channel: 'in-person',
  applicant: { kind: 'citizen', name: 'Nguyễn Thị Mẫu', number: '001190123456', phone: '0900000001' },
  summary: 'Chứng thực bản sao bằng tốt nghiệp',
  submittedAt: '2026-11-21T08:30:00+07:00',
  receivedAt: '2026-11-21T08:31:00+07:00',
  dueAt: '2026-11-21T16:00:00+07:00',
  components: [
    {
      code: 'MAU-2.000815-01',
      name: 'Bản chính giấy tờ, văn bản làm cơ sở để chứng thực bản sao',
      copies: 1,
      form: 'original',
      files: files.map((file) => ({ name: file.name, sha256: file.sha256, digitised: true })),
    },
  ],
})

export const stepOf = (code: string, what: string): ProgressRow => ({
  code,
  person: 'Trần Văn Mẫu',
  title: 'Công chức tư pháp – hộ tịch',
  what,
  status: 'processing',
  at: '2026-11-21T08:40:00+07:00',
})

export const changeTo = (code: string, status: 'processing' | 'handed-over', minute: number): StatusChange => ({
  code,
  status,
  at: `2026-11-21T09:${String(minute).padStart(2, '0')}:00+07:00`,
})

export const doneWith = (code: string, file: UploadFile, fileId: string): StatusChange => ({
  code,
  status: 'done',
  at: '2026-11-21T09:30:00+07:00',
  person: 'Trần Văn Mẫu',
  fees: [{ name: 'Phí chứng thực', amount: 4000, when: 'with-result', paid: true }],
  results: [{ name: 'Bản sao đã chứng thực', fileId, sha256: file.sha256 }],
})

/** The value of a result that has to be good. */
export function good<T>(result: { ok: true; value: T } | { ok: false; failure: unknown }): T {
  if (!result.ok) throw new Error(`expected a value, got ${JSON.stringify(result.failure)}`)
  return result.value
}
