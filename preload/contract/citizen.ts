// One person as the counter knows them: every field with where it came from, every disagreement kept in sight.
// Warnings tell the clerk to look twice; none of them ever stops the business.
import { z } from 'zod'

/** Where a value was read. Precedence: chip before QR before typed. */
export const Source = z.enum(['chip-dg1', 'chip-dg13', 'qr', 'typed'])
export type Source = z.infer<typeof Source>

/** A value, the source it was taken from, and the other sources that say the same. */
export const Field = z.object({
  value: z.string().min(1).max(1000),
  source: Source,
  alsoIn: z.array(Source).readonly(),
})
export type Field = z.infer<typeof Field>

/** A day `yyyy-mm-dd`; on a few old records only `yyyy-mm` or `yyyy` is known. */
export const KnownDay = z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/)

export const FIELD_NAMES = ['number', 'name', 'birth', 'sex', 'address', 'issued', 'expiry', 'oldNumber'] as const
export const FieldName = z.enum(FIELD_NAMES)
export type FieldName = z.infer<typeof FieldName>

export const Conflict = z.object({
  field: FieldName,
  values: z.array(z.object({ value: z.string(), source: Source })).readonly(),
})
export type Conflict = z.infer<typeof Conflict>

/**
 * `number-sex`, `number-birth`, `number-province`: the 12-digit number does not fit sex, birth or the list of places
 * (lawful corrections exist). `check-digit`: a check digit of the MRZ is wrong. `qr-diacritics`: the scanner's keyboard
 * layout probably damaged the Vietnamese letters that are shown.
 */
export const Warning = z.enum(['number-sex', 'number-birth', 'number-province', 'check-digit', 'qr-diacritics'])
export type Warning = z.infer<typeof Warning>

/** Is the chip's content signed by the issuer (passive authentication)? This version never checks: always `unchecked`. */
export const ChipTrust = z.enum(['valid', 'invalid', 'no-csca', 'unchecked'])
export type ChipTrust = z.infer<typeof ChipTrust>

export const NEVER_EXPIRES = 'Không thời hạn'

export const CitizenIdentity = z.object({
  /** Số định danh cá nhân, 12 digits. */
  number: Field,
  name: Field,
  birth: Field.extend({ value: KnownDay }),
  sex: Field.extend({ value: z.enum(['Nam', 'Nữ']) }).optional(),
  /** Nơi thường trú as the card says it; on cards before July 2025 with the old three-level unit. */
  address: Field.optional(),
  issued: Field.extend({ value: KnownDay }).optional(),
  /** `yyyy-mm-dd` or `Không thời hạn`. */
  expiry: Field.extend({ value: z.union([KnownDay, z.literal(NEVER_EXPIRES)]) }).optional(),
  /** Số CMND cũ. Shown when the card says it; never asked for (NĐ 58/2026, new Điều 12). */
  oldNumber: Field.optional(),
  conflicts: z.array(Conflict).readonly(),
  warnings: z.array(Warning).readonly(),
  chipTrust: ChipTrust,
  /** What the QR or the chip says beyond what we know, raw: unknown QR fields, unknown DG13 entries. */
  extra: z.array(z.string().max(4000)).readonly(),
})
export type CitizenIdentity = z.infer<typeof CitizenIdentity>
