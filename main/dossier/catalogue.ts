// The procedure catalogue (thủ tục hành chính): LayThuTuc records read once, searched in memory.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Procedure } from '../../preload/contract/dossier.ts'
import { Mark } from '../../preload/contract/terms.ts'
import { best, fold } from './search.ts'

const Paper = z.object({
  MAGIAYTO: z.string(),
  TENGIAYTO: z.string(),
  SOBANCHINH: z.number().int().optional(),
  SOBANSAO: z.number().int().optional(),
})
const Record = z.object({
  MATTHC: z.string(),
  TENTTHC: z.string(),
  LINHVUCTHUCHIEN: z.array(z.object({ TENLINHVUC: z.string() })),
  CACHTHUCTHUCHIEN: z.array(
    z.object({
      KENH: z.number(),
      THOIGIAN: z.array(
        z.object({
          THOIGIANGIAIQUYET: z.number(),
          DONVITINH: z.string(),
          PHILEPHI: z.array(z.object({ MOTA: z.string() })),
        }),
      ),
    }),
  ),
  THANHPHANHOSO: z.array(z.object({ GIAYTO: z.array(Paper) })),
  mark: Mark,
})

export interface ListedPaper {
  readonly code: string
  readonly name: string
  /** False for a copy that this counter makes itself from the original. */
  readonly toScan: boolean
}

export interface ListedProcedure extends Procedure {
  readonly papers: readonly ListedPaper[]
  readonly feeText: string
}

export interface Catalogue {
  find(code: string): ListedProcedure | undefined
  search(query: string): readonly Procedure[]
}

/** Chứng thực bản sao từ bản chính: the copy is made at this counter, from the original. */
export const CERTIFIED_COPY = '2.000815'

const shown = ({ code, name, field, hint, mark }: ListedProcedure): Procedure => ({ code, name, field, hint, mark })

export function readCatalogue(file: string): Catalogue {
  const { procedures } = z.object({ procedures: z.array(Record) }).parse(JSON.parse(readFileSync(file, 'utf8')))
  const listed = procedures.map((record): ListedProcedure & { readonly folded: string } => {
    const inPerson = record.CACHTHUCTHUCHIEN.find((way) => way.KENH === 1) ?? record.CACHTHUCTHUCHIEN[0]
    const time = inPerson?.THOIGIAN[0]
    const hint = time === undefined ? '' : `${time.THOIGIANGIAIQUYET} ${time.DONVITINH.toLowerCase()}`
    const field = record.LINHVUCTHUCHIEN[0]?.TENLINHVUC ?? ''
    return {
      code: record.MATTHC,
      name: record.TENTTHC,
      field,
      hint,
      mark: record.mark,
      feeText: time?.PHILEPHI[0]?.MOTA ?? '',
      papers: record.THANHPHANHOSO.flatMap((group) => group.GIAYTO).map((paper) => ({
        code: paper.MAGIAYTO,
        name: paper.TENGIAYTO,
        toScan: !(record.MATTHC === CERTIFIED_COPY && paper.SOBANCHINH === 0),
      })),
      folded: fold(`${record.MATTHC} ${record.TENTTHC} ${field}`),
    }
  })
  return {
    find: (code) => listed.find((procedure) => procedure.code === code),
    search: (query) => best(listed, query, (procedure) => procedure.folded, 8).map(shown),
  }
}
