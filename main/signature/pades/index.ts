// PAdES B-B (ETSI EN 319 142-1): prepare, close and verify signatures of PDF files; pure functions over bytes.
// Never: a token, storage, a clock or the network.
export type { Appearance, AppearanceLine } from './appearance.ts'
export { closeSignature } from './close.ts'
export type { Signer } from './cms.ts'
export { describePdf, type PdfDescription } from './describe.ts'
export { type Lettering, openLettering, type Weight } from './lettering.ts'
export { placeAttestation, placeScanMark, placeSeal } from './placement.ts'
export { type Prepared, prepareSignature, type SignRequest } from './prepare.ts'
export { type SignatureReport, verifySignatures } from './verify.ts'
