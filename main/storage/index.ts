export { type Keychain, type Keys, keyIn, makeKey, openKey } from './key.ts'
export { isDamage, isFull, openStorage, type Reader, type Storage, type StorageOptions, type Writer } from './open.ts'
export { type FileHash, openVault, type Vault } from './vault.ts'
