// The one shape every connection to a province has; the outbox and `push` know only this.
// Each write carries its own key: sent twice with the same key it happens once.
import type { Result } from '../../preload/contract/result.ts'
import type { DossierPacket, ProgressRow, StatusChange } from './packet.ts'

/** A file to upload, readable from its first byte as often as asked. */
export interface UploadFile {
  readonly name: string
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** SHA-256 of the file that this one continues: the same copy, before its timestamp. */
  readonly parent?: string
  open(): NodeJS.ReadableStream | Promise<Uint8Array>
  /** Where an interrupted upload is remembered between two starts of the program. */
  readonly resume?: { get(): Promise<string | null>; set(url: string): Promise<void> }
}

export interface ProvinceAdapter {
  /** Takes the next dossier code of the unit (GetNextValue). The same key gives the same code. */
  nextCode(key: string): Promise<Result<{ readonly code: string }>>
  submit(key: string, dossier: DossierPacket): Promise<Result<{ readonly provinceId: string; readonly code: string }>>
  upload(key: string, file: UploadFile): Promise<Result<{ readonly fileId: string }>>
  /** Rows of one dossier, any number; they are sent in order, ten at most in one call. */
  progress(key: string, rows: readonly ProgressRow[]): Promise<Result<{ readonly provinceId: string }>>
  status(key: string, change: StatusChange): Promise<Result<{ readonly provinceId: string }>>
  /** How far the clock of the province is ahead of ours, in whole seconds (negative: behind). */
  health(): Promise<Result<{ readonly skewSeconds: number }>>
}
