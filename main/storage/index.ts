export { type Clearing, openClearing } from './clearing.ts'
export { type Keychain, type Keys, keyIn, makeKey, openKey } from './key.ts'
export {
  isDamage,
  isFull,
  type Looks,
  openStorage,
  placeholdersOf,
  type Reader,
  type Storage,
  type StorageOptions,
  type Writer,
} from './open.ts'
export {
  type FileHash,
  type Memory,
  openMemory,
  type ReadTicket,
  readSealed,
  type WriteTicket,
  writeSealed,
} from './sealed-file.ts'
export { openVault, type Vault } from './vault.ts'
