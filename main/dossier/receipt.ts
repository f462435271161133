// What goes on Mẫu 01 for one dossier: facts to form fields. Pure.
import { randomUUID } from 'node:crypto'
import type { Caller } from '../../preload/contract/border.ts'
import type { Dossier } from '../../preload/contract/dossier.ts'
import type { Unit } from '../operator/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { ReceiptInput } from './print-receipt.ts'
import type { DossierRow } from './store.ts'

export function receiptOf(
  row: DossierRow,
  dossier: Dossier,
  place: { readonly unit: Unit; readonly catalogue: Catalogue; readonly now: () => Date },
  caller: Caller,
): ReceiptInput {
  const { unit } = place
  return {
    id: randomUUID(),
    now: place.now(),
    specimen: unit.specimen,
    unit: { name: unit.name, place: unit.place, address: unit.address, phone: unit.phone },
    code: { official: row.code, provisional: row.provisionalCode, synchronised: row.provinceId !== null },
    receiver: caller.name,
    citizen: {
      name: row.citizenName,
      number: dossier.citizenNumber,
      phone: row.phone,
      ...(row.email === '' ? {} : { email: row.email }),
      ...(row.citizenAddress === '' ? {} : { address: row.citizenAddress }),
    },
    procedure: { code: row.procedureCode, name: dossier.procedure.name },
    components: dossier.components
      .filter((component) => component.state !== 'not-needed')
      .map((component) => ({
        name: component.name,
        originals: 1,
        copies: 0,
        electronic: component.state === 'scanned' ? 1 : 0,
      })),
    sets: 1,
    ...(dossier.procedure.hint === '' ? {} : { timeLimit: dossier.procedure.hint }),
    receivedAt: new Date(row.receivedAt),
    dueAt: new Date(row.dueAt),
    returnPlace: unit.name,
    fee: dossier.fee === 0 ? null : dossier.fee,
  }
}
