// PAdES B-B (ETSI EN 319 142-1): prepare, close and verify signatures of PDF files; pure functions over bytes.
// Never: a token, storage, a clock or the network.
export { addPage } from './add-page.ts'
export { type Appearance, type AppearanceLine, fitLines } from './appearance.ts'
export { type CopyMark, drawnCopyMark } from './appearance-copy.ts'
export { bytesOf, codePicture, type RawPicture, type StampPicture } from './appearance-picture.ts'
export { closeSignature } from './close.ts'
export type { Signer } from './cms.ts'
export { describePdf, type PdfDescription } from './describe.ts'
export { type Lettering, openLettering, type Weight } from './lettering.ts'
export {
  attestationWidth,
  placeAttestation,
  placeCopyMark,
  placeScanMark,
  placeSeal,
  placeSealPicture,
} from './placement.ts'
export { type Prepared, prepareSignature, type SignRequest } from './prepare.ts'
export { type SignatureReport, verifySignatures } from './verify.ts'
export { type Certified, verifyText } from './verify-code.ts'
