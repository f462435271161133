// Entry of the workshop's processes: the second composition root beside app.ts. Nobody imports it.
// Started with the folder of the files it needs (WebAssembly, the reading model, fonts for foreign PDFs).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AttestationInput } from './certification/print-attestation.ts'
import type { LetterInput } from './certification/print-letter.ts'
import type { RegisterInput } from './certification/print-register.ts'
import { makePdf } from './document/make.ts'
import type { ReceiptInput } from './dossier/print-receipt.ts'
import { closeSigning, prepareSigning, readyToSign } from './signature/jobs.ts'
import { late, serve } from './workshop/index.ts'

const files = process.argv[2] ?? ''
const file = (name: string): string => join(files, name)

const pages = async () => {
  const { openPageJobs } = await import('./scan/page-jobs.ts')
  return openPageJobs({
    codes: () => readFileSync(file('zxing_reader.wasm')),
    reading: { engineFile: file('tesseract-core-simd-lstm.wasm'), modelFile: file('vie.traineddata.gz') },
    pdfFolder: file('pdf'),
  })
}
const forms = async () => {
  const { printReceipt, ReceiptTemplate } = await import('./dossier/print-receipt.ts')
  const { printAttestation } = await import('./certification/print-attestation.ts')
  const { LetterTemplate, printLetter } = await import('./certification/print-letter.ts')
  const { printRegister, RegisterTemplate } = await import('./certification/print-register.ts')
  return {
    printReceipt: (template: unknown, input: ReceiptInput, fontFolder: string) =>
      printReceipt(input, { template: ReceiptTemplate.parse(template), fontFolder }),
    printRegister: (template: unknown, input: RegisterInput, fontFolder: string) =>
      printRegister(input, { template: RegisterTemplate.parse(template), fontFolder }),
    printAttestation: (input: AttestationInput, fontFolder: string) => printAttestation(input, { fontFolder }),
    printLetter: (template: unknown, input: LetterInput, fontFolder: string) =>
      printLetter(input, { template: LetterTemplate.parse(template), fontFolder }),
  }
}

const stamps = async () => {
  const { openStampImages } = await import('./signature/appearance-images.ts')
  return { openStampImages }
}

const evidence = () => import('./signature/evidence/jobs.ts')

const checks = () => import('./signature/check/jobs.ts')
const reports = async () => {
  const { prepareReport, printBatchReport } = await import('./signature/report/jobs.ts')
  return { prepareReport, printBatchReport }
}

/** A file that somebody brings is drawn by the scan station's part and judged by the signature station's. */
const brought = async () => {
  const { acceptBrought } = await import('./signature/brought.ts')
  const { drawLastPage } = await import('./scan/import/last-page.ts')
  const parts = { lowestDpi: 0, pdfFolder: file('pdf') }
  return {
    acceptBrought: (bytes: Uint8Array, at: Date, trust: readonly Uint8Array[]) =>
      acceptBrought(bytes, { at, trust, draw: (pdf) => drawLastPage(pdf, parts) }),
  }
}

// A bench that signs is asked for thousands: it holds nothing else in memory.
const jobs = {
  ...late(pages, 'makeRight', 'readWords', 'readUpright', 'lookIntoFile', 'takePages', 'printSeparators'),
  ...late(stamps, 'openStampImages'),
  ...late(brought, 'acceptBrought'),
  ...late(forms, 'printReceipt', 'printRegister', 'printAttestation', 'printLetter'),
  ...late(evidence, 'lookAtSigned', 'prepareEvidence', 'closeEvidence'),
  ...late(checks, 'checkFile', 'printValidation'),
  ...late(reports, 'printBatchReport', 'prepareReport'),
  makePdf,
  prepareSigning,
  closeSigning,
  readyToSign,
}
export type WorkshopJobs = typeof jobs
serve(jobs)
