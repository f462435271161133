// Entry of the workshop's workers: the second composition root beside app.ts. Nobody imports it.

import { printRegister, type RegisterInput, RegisterTemplate } from './certification/print-register.ts'
import { makePdf } from './document/index.ts'
import { printReceipt, type ReceiptInput, ReceiptTemplate } from './dossier/print-receipt.ts'
import { closeAndVerify, prepareAgency, prepareOfficer } from './signature/steps.ts'
import { serve } from './workshop/index.ts'

const jobs = {
  makePdf,
  prepareOfficer,
  prepareAgency,
  closeAndVerify,
  printReceipt: (template: unknown, input: ReceiptInput, fontFolder: string) =>
    printReceipt(input, { template: ReceiptTemplate.parse(template), fontFolder }),
  printRegister: (template: unknown, input: RegisterInput, fontFolder: string) =>
    printRegister(input, { template: RegisterTemplate.parse(template), fontFolder }),
}
export type WorkshopJobs = typeof jobs
serve(jobs)
