// Entry of the workshop's processes: the second composition root beside app.ts. Nobody imports it.
// Started with the folder of the files it needs (WebAssembly, the reading model, fonts for foreign PDFs).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AttestationInput, printAttestation } from './certification/print-attestation.ts'
import { type LetterInput, LetterTemplate, printLetter } from './certification/print-letter.ts'
import { printRegister, type RegisterInput, RegisterTemplate } from './certification/print-register.ts'
import { makePdf } from './document/index.ts'
import { printReceipt, type ReceiptInput, ReceiptTemplate } from './dossier/print-receipt.ts'
import { openPageJobs } from './scan/page-jobs.ts'
import { closeSigning, prepareSigning } from './signature/jobs.ts'
import { serve } from './workshop/index.ts'

const files = process.argv[2] ?? ''
const file = (name: string): string => join(files, name)

const jobs = {
  ...openPageJobs({
    codes: () => readFileSync(file('zxing_reader.wasm')),
    reading: { engineFile: file('tesseract-core-simd-lstm.wasm'), modelFile: file('vie.traineddata.gz') },
    pdfFolder: file('pdf'),
  }),
  makePdf,
  prepareSigning,
  closeSigning,
  printReceipt: (template: unknown, input: ReceiptInput, fontFolder: string) =>
    printReceipt(input, { template: ReceiptTemplate.parse(template), fontFolder }),
  printRegister: (template: unknown, input: RegisterInput, fontFolder: string) =>
    printRegister(input, { template: RegisterTemplate.parse(template), fontFolder }),
  printAttestation: (input: AttestationInput, fontFolder: string) => printAttestation(input, { fontFolder }),
  printLetter: (template: unknown, input: LetterInput, fontFolder: string) =>
    printLetter(input, { template: LetterTemplate.parse(template), fontFolder }),
}
export type WorkshopJobs = typeof jobs
serve(jobs)
