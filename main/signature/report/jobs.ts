// What the workshop does for the report of a batch: it prints it, and prepares its one signature.
// Never: a token; closing and verifying are the same as for every document (jobs.ts of the station).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatLegal } from '../../../preload/contract/legal-time.ts'
import type { Result } from '../../../preload/contract/result.ts'
import { type ReadTicket, readSealed } from '../../storage/index.ts'
import { openLettering, type Prepared, prepareSignature, type Signer } from '../pades/index.ts'
import { type PrintedReport, printReport, type ReportInput } from './print-report.ts'

export const REPORT_FIELD = 'NguoiLapBaoCaoPhienKy'

export interface ReportSigning {
  readonly signer: Signer
  readonly name: string
  readonly location: string
  readonly at: Date
  readonly page: number
  readonly place: PrintedReport['place']
  readonly specimen: boolean
}

export const printBatchReport = (input: ReportInput, fontFolder: string): Promise<PrintedReport> =>
  printReport(input, { fontFolder })

export function prepareReport(file: ReadTicket, signing: ReportSigning, fontFolder: string): Result<Prepared> {
  const read = readSealed(file)
  if (!read.ok) return read
  const font = (name: string): Uint8Array => readFileSync(join(fontFolder, name))
  const lettering = openLettering({
    regular: font('BeVietnamPro_400Regular.ttf'),
    bold: font('BeVietnamPro_700Bold.ttf'),
  })
  const line = (text: string, size: number, weight: 'regular' | 'bold') =>
    ({ text, size, weight, align: 'center', colour: 'ink' }) as const
  return prepareSignature(
    read.value,
    {
      fieldName: REPORT_FIELD,
      page: signing.page,
      rect: signing.place,
      appearance: {
        kind: 'attestation',
        lines: [
          line('Ký số báo cáo phiên ký', 8.5, 'regular'),
          line(signing.name, 10, 'bold'),
          line(formatLegal(signing.at, 'iso'), 7.5, 'regular'),
          ...(signing.specimen ? [line('MẪU – KHÔNG CÓ GIÁ TRỊ', 7.5, 'bold')] : []),
        ],
      },
      signer: signing.signer,
      at: signing.at,
      name: signing.name,
      location: signing.location,
      reason: 'Báo cáo phiên ký',
    },
    lettering,
  )
}

export type ReportJobs = {
  readonly printBatchReport: typeof printBatchReport
  readonly prepareReport: typeof prepareReport
}
