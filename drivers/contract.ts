// What main may ask of a device. Three sessions, one Driver shape; nothing here knows a vendor.
// Drivers return facts and evidence, never decisions; every expected trouble is a Result, every wait obeys a signal.
import type { Result } from '../preload/contract/result.ts'

export type DeviceKind = 'card' | 'scan' | 'signature'
export type DeviceId = string

/** One device as it stands now. `id` is stable while it stays plugged in; `name` is what a clerk would call it. */
export interface Device {
  readonly id: DeviceId
  readonly kind: DeviceKind
  readonly name: string
  /** card: a card lies on the reader; scan: always true; signature: a token is in the slot. */
  readonly loaded: boolean
}

export interface Driver<Session> {
  readonly name: string
  /** A snapshot of what is attached, nothing more. */
  present(signal: AbortSignal): Promise<Result<readonly Device[]>>
  /** `signal` governs the whole session; when it aborts the session closes by itself. */
  open(device: DeviceId, signal: AbortSignal): Promise<Result<Session>>
  /** Calls `nudge` when it is worth looking again (a hint, never a fact). Returns how to stop. */
  watch?(nudge: () => void): () => void
}

// --- card -----------------------------------------------------------------------------------------------------------

/** Basic Access Control key material (ICAO 9303-11 §4.3): what is printed on the card. */
export interface AccessKey {
  /** 9 characters: last 9 digits of the 12-digit number (id-card practice, not law). */
  readonly documentNumber: string
  /** YYMMDD */
  readonly birth: string
  /** YYMMDD; `991231` when the card never expires. */
  readonly expiry: string
}

/** Raw files as the chip gave them. main/card/judge.ts decides what they mean, today or next year. */
export interface CardEvidence {
  readonly atr: string
  readonly access: 'bac'
  /** Elementary files by short name. Only files that were present and readable. */
  readonly files: Readonly<Partial<Record<'COM' | 'DG1' | 'DG13' | 'SOD', Uint8Array>>>
  readonly readAt: string
}

export type CardStep = 'connect' | 'select' | 'access' | 'COM' | 'DG1' | 'DG13' | 'done'

export interface CardSession {
  /** Reads the chip in named steps. A wrong key answers `refused card-key-wrong` after exactly one try. */
  read(key: AccessKey, progress: (step: CardStep, percent: number) => void): Promise<Result<CardEvidence>>
  close(): Promise<void>
}

// --- scan -----------------------------------------------------------------------------------------------------------

export interface ScanAbilities {
  readonly sources: readonly ('feeder' | 'duplex' | 'flatbed')[]
  readonly modes: readonly ('colour' | 'grey' | 'bitonal')[]
  /** Dots per inch the device offers between 75 and 600. */
  readonly dpi: readonly number[]
}

export interface ScanRequest {
  /** `duplex`: both sides of every sheet, front then back. */
  readonly source: 'feeder' | 'duplex' | 'flatbed'
  /** `bitonal` is fetched in grey; the workshop makes it black and white. */
  readonly mode: 'colour' | 'grey' | 'bitonal'
  readonly dpi: number
}

/** One page, as a JPEG file. `number` counts from 1 within the request. */
export interface ScannedPage {
  readonly number: number
  readonly jpeg: Uint8Array
}

export interface ScanSession {
  abilities(): Promise<Result<ScanAbilities>>
  /**
   * Pages arrive one by one; the next is not handed over before `page` resolved (so a page can be made durable first).
   * A jam after page 7 gives seven pages and then `device jammed` with `kept: 7`. An empty feeder before page 1 is
   * `device feeder-empty`; the feeder running empty after page 1 is the normal end.
   */
  scan(request: ScanRequest, page: (page: ScannedPage) => Promise<void>): Promise<Result<{ readonly pages: number }>>
  close(): Promise<void>
}

// --- signature ------------------------------------------------------------------------------------------------------

/** What the flags say of tries. A token may say nothing: then all are false. */
export interface PinTries {
  readonly countLow: boolean
  readonly finalTry: boolean
  readonly locked: boolean
}

/** PKCS#11 CK_TOKEN_INFO (v2.40 §3.2) as far as it matters to a person, read without logging in. */
export interface PinState extends PinTries {
  /** The PIN is typed on the reader's own keys (CKF_PROTECTED_AUTHENTICATION_PATH). */
  readonly pinPad: boolean
  /** Of the unblocking code: the PIN of the security officer (SO), what issuers call PUK. */
  readonly code: PinTries
  /** ulMinPinLen and ulMaxPinLen, bytes of UTF-8; null when the token tells nothing believable. */
  readonly length: { readonly min: number; readonly max: number } | null
}

export interface TokenCertificate {
  /** SHA-256 of the DER, lower-case hex: how a certificate is named everywhere. */
  readonly fingerprint: string
  readonly der: Uint8Array
  /** CKA_ALWAYS_AUTHENTICATE of its key; absent while the key is not visible, usually until the login. */
  readonly everySignature?: boolean
}

export interface TokenSession {
  readonly pinState: () => Promise<Result<PinState>>
  /** Certificates whose private key is on this token. Needs no login. */
  certificates(): Promise<Result<readonly TokenCertificate[]>>
  /**
   * One C_Login, never repeated by the driver. `insist` must be true to spend the final try.
   * Answers `pin last-try` without trying when the flag says so and `insist` is false; `pin locked` without trying when locked.
   * The caller wipes `pin` (UTF-8) afterwards. The driver keeps a copy only when a key on the token asks for its PIN before
   * every signature, until logout, close, or the first trouble with a PIN.
   */
  login(pin: Uint8Array, insist: boolean): Promise<Result<void>>
  /**
   * One C_SetPIN: the token is logged out before and after. `pin new-refused` without any try when the token would not take
   * a new PIN of this length; `last-try` and `locked` as at the login.
   */
  changePin(old: Uint8Array, fresh: Uint8Array, insist: boolean): Promise<Result<void>>
  /** One C_Login of the security officer and one C_InitPIN. The flags of `PinState.code` rule: `code-last-try`, `code-locked`. */
  unblock(code: Uint8Array, fresh: Uint8Array, insist: boolean): Promise<Result<void>>
  /**
   * Raw signature over a SHA-256 digest (32 bytes): RSASSA-PKCS1-v1_5, or ECDSA as DER. Needs login. `device busy`: another
   * program holds the token; nothing is lost, ask again. A key that asks for its PIN every time gets that of the login, once
   * a signature; on a reader with its own keys the person types each time. Any trouble with it ends the login.
   */
  sign(fingerprint: string, digest: Uint8Array): Promise<Result<Uint8Array>>
  logout(): Promise<void>
  close(): Promise<void>
}
