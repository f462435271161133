// Who and what a row of the register is about: the dossier's citizen, the paper, the signer, and the text that is printed.
import type { Authority } from '../../preload/contract/certification.ts'
import type { DocumentRow } from '../document/index.ts'
import { findDossier } from '../dossier/index.ts'
import type { Reader, Writer } from '../storage/index.ts'
import { signerTitle } from './authority.ts'
import type { NumberFor } from './book.ts'

export const whose = (
  r: Reader | Writer,
  document: DocumentRow,
  authority: Authority,
  how: Pick<NumberFor, 'form' | 'template'>,
): NumberFor => ({
  ...how,
  documentId: document.id,
  requester: findDossier(r, document.dossierId)?.citizenName ?? '',
  originalTitle: document.title,
  signer: authority.personName,
  signerTitle: signerTitle(authority),
  copies: document.copies,
  fee: document.fee,
})
