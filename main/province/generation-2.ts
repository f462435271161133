// The adapter to a province that speaks the national portal's interface of generation 2: our words in, identifiers out.
// Nothing is ever called delivered without the province's identifier; a repeated key is success only when the province has that key.
import { z } from 'zod'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { ProvinceAdapter } from './adapter.ts'
import {
  ALREADY_THERE,
  DossierAnswer,
  HealthAnswer,
  MALFORMED,
  NextValueAnswer,
  RowsAnswer,
  SubmitAnswer,
} from './generation-2-answers.ts'
import {
  type Generation2Config,
  type JsonCall,
  openConnection,
  type Paths,
  readJson,
} from './generation-2-connection.ts'
import { dossierFields, progressFields, statusFields } from './generation-2-fields.ts'
import { uploadFile } from './generation-2-upload.ts'
import { DossierPacket, ProgressRow, StatusChange } from './packet.ts'

/** Rows of progress sent in one call. */
const ROWS_A_CALL = 10
const BAD_ARGUMENT = fail({ kind: 'malformed', what: 'argument' })

export type { Generation2Config } from './generation-2-connection.ts'

/** Opens no connection yet: the first call fetches the token. */
export function openGeneration2(config: Generation2Config): ProvinceAdapter {
  const connection = openConnection(config)
  const answerLimit = config.limits?.answer ?? 30_000

  const write = (name: string, path: keyof Paths, key: string, body: unknown): JsonCall => ({
    name,
    method: 'POST',
    url: connection.urlOf(path),
    key,
    body,
  })

  /** The province says "đã tồn tại": is it the write of this key? Then it was delivered before and its answer lost. */
  async function ask(code: string, key: string): Promise<Result<{ provinceId: string; code: string }>> {
    const found = await connection.call(
      { name: 'dossier', method: 'GET', url: connection.urlOf('dossier', code) },
      DossierAnswer,
    )
    if (!found.ok) return found
    if (found.value.khoaDaNhan.includes(key)) return ok({ provinceId: found.value.idHoSo, code: found.value.maHoSo })
    return fail({ kind: 'refused', rule: 'province-conflict' })
  }

  async function writeRows(call: JsonCall & { key: string }, code: string): Promise<Result<{ provinceId: string }>> {
    const answer = await connection.call(call, RowsAnswer)
    if (isAlreadyThere(answer)) {
      const asked = await ask(code, call.key)
      return asked.ok ? ok({ provinceId: asked.value.provinceId }) : asked
    }
    if (!answer.ok) return answer
    const provinceId = answer.value.ketQua[0]?.idHoSo
    const same = answer.value.ketQua.every((row) => row.idHoSo === provinceId && row.maHoSo === code)
    return provinceId !== undefined && same ? ok({ provinceId }) : fail(MALFORMED)
  }

  return {
    async nextCode(key) {
      const answer = await connection.call(
        write('GetNextValue', 'nextValue', key, { MaDonVi: config.unitCode }),
        NextValueAnswer,
      )
      return answer.ok ? ok({ code: answer.value.value }) : answer
    },

    async submit(key, dossier) {
      const packet = DossierPacket.safeParse(dossier)
      if (!packet.success) return BAD_ARGUMENT
      const body = dossierFields(packet.data, config.unitCode)
      const answer = await connection.call(write('NopHoSo', 'submit', key, body), SubmitAnswer)
      if (isAlreadyThere(answer)) return ask(dossier.code, key)
      return answer.ok ? ok({ provinceId: answer.value.idHoSo, code: answer.value.maHoSo }) : answer
    },

    upload: (key, file) =>
      uploadFile(connection, key, file, {
        piece: config.limits?.piece ?? 60_000,
        pieceSize: config.pieceSize ?? 1 << 20,
      }),

    async progress(key, rows) {
      const parsed = z.array(ProgressRow).min(1).safeParse(rows)
      const code = parsed.data?.[0]?.code
      if (code === undefined || parsed.data?.some((row) => row.code !== code)) return BAD_ARGUMENT
      const fields = (parsed.data ?? []).map(progressFields)
      let last: Result<{ provinceId: string }> = BAD_ARGUMENT
      for (let start = 0; start < fields.length; start += ROWS_A_CALL) {
        const part = start === 0 ? key : `${key}.${start / ROWS_A_CALL + 1}`
        const body = fields.slice(start, start + ROWS_A_CALL)
        last = await writeRows({ ...write('CapNhatTienTrinh', 'progress', part, body), key: part }, code)
        if (!last.ok) return last
      }
      return last
    },

    async status(key, change) {
      const parsed = StatusChange.safeParse(change)
      if (!parsed.success) return BAD_ARGUMENT
      const body = [statusFields(parsed.data)]
      return writeRows({ ...write('CapNhatTrangThai', 'status', key, body), key }, change.code)
    },

    async health() {
      const before = config.now().getTime()
      const reply = await connection.exchange({
        name: 'health',
        method: 'GET',
        url: connection.urlOf('health'),
        limit: answerLimit,
      })
      const answer = reply.ok ? readJson(reply.value, HealthAnswer) : reply
      if (!answer.ok || !reply.ok) return answer.ok ? fail(MALFORMED) : answer
      const theirs = Date.parse(reply.value.header('Date') ?? '')
      if (Number.isNaN(theirs)) return fail(MALFORMED)
      const ours = (before + config.now().getTime()) / 2
      return ok({ skewSeconds: Math.round((theirs - ours) / 1000) + 0 })
    },
  }
}

const isAlreadyThere = (result: Result<unknown>): boolean =>
  !result.ok && result.failure.kind === 'refused' && ALREADY_THERE.has(result.failure.detail ?? '')
