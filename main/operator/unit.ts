// The unit and station this program stands in: one small file that IT rolls out (`unit.json`), checked at start.
// What is secret in it is moved into the encrypted store at the first opening and wiped from the file.
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { BookRule, ReviewMode } from '../../preload/contract/certification.ts'
import type { Storage } from '../storage/index.ts'
import { operatorSetting } from './table.ts'

/** A transparent PNG beside unit.json and its width on paper. */
const StampImage = z.object({ file: z.string().regex(/^[^/\\]+\.png$/i), widthMm: z.number().min(10).max(90) })

/** Nobody on the way reads or changes what is said, and the address itself holds no secret. */
function isGuarded(address: string): boolean {
  try {
    const { protocol, hostname, username, password, hash } = new URL(address)
    const here = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    return (protocol === 'https:' || here) && username === '' && password === '' && hash === ''
  } catch {
    return false
  }
}

export const Unit = z.object({
  /** Tên đơn vị, as it stands on forms. */
  name: z.string().min(1),
  /** Mã định danh tổ chức (QĐ 20/2020): up to 35 of 0–9 A–Z and dot. */
  code: z
    .string()
    .regex(/^[0-9A-Z]+(\.[0-9A-Z]+)*$/)
    .max(35),
  place: z.string(),
  address: z.string(),
  phone: z.string(),
  /** Name of this counter, e.g. `03`. */
  station: z.string().regex(/^[0-9A-Z]{1,6}$/),
  /** A specimen unit prints "MẪU – KHÔNG CÓ GIÁ TRỊ" on everything. */
  specimen: z.boolean(),
  /** End of the working day, legal time. */
  closesAt: z.object({ hour: z.number().int().min(0).max(23), minute: z.number().int().min(0).max(59) }),
  agency: z.object({
    /** As in the subject of the agency's certificate (CN). */
    name: z.string(),
    /** organizationIdentifier (2.5.4.97) of that certificate; empty when the CA writes none. */
    identifier: z.string(),
  }),
  /** Certificate authorities to trust, as PEM files beside unit.json. */
  trust: z.array(z.string()),
  /** PKCS#11 modules, one host process each. */
  tokenModules: z.array(z.string()),
  /** Folder to take scanned files from (multifunction devices that scan to a share); absent: none. */
  hotFolder: z.string().optional(),
  /** False: this PC does not read the text of pages (OCR), e.g. because it is too old. */
  reading: z.boolean().optional(),
  /** Network scanners (eSCL) at fixed addresses, for networks without DNS-SD. */
  scanners: z.array(z.url()).optional(),
  /** Ways in which an officer may go through the list here; absent: each paper, a sample, the whole list. */
  reviewModes: z.array(ReviewMode).optional(),
  /** Where numbers of the register come from, from which day on; absent: one book a station, for paper and electronic copies. */
  books: z.array(BookRule).optional(),
  /**
   * The server that gives numbers to `books` of mode `server` (resources/interfaces/numbers.md): its whole address, and the
   * token it wants, which goes into the store. Needs https, but for a server on this very machine.
   */
  numbers: z
    .object({
      url: z
        .url({ protocol: /^https?$/ })
        .max(300)
        .refine(isGuarded),
      token: z
        .string()
        .regex(/^[\x21-\x7e]{8,512}$/)
        .optional(),
    })
    .optional(),
  /** Red picture of the seal in its real width (NĐ 30/2020, phụ lục I); absent: the agency's name and the time in words. */
  sealImage: StampImage.optional(),
  /** Blue pictures of handwritten signatures, by the personal number of the signer. */
  signatureImages: z.array(StampImage.extend({ personNumber: z.string().regex(/^\d{12}$/) })).optional(),
  /** What the QR on an attestation says: an address with {number}, {book}, {day}, {digest}; empty: the bare facts; absent: no QR. */
  verifyUrl: z.string().max(120).optional(),
  /**
   * Time-stamping authorities (RFC 3161), the preferred one first; absent: copies stay without a timestamp. `perMinute`: questions
   * it allows. `policy`: dotted, when it must be a certain one. Their roots belong to `trust`.
   */
  timestamps: z
    .array(
      z.object({
        name: z.string().min(1).max(80),
        url: z.url({ protocol: /^https?$/ }),
        perMinute: z.number().int().min(1).max(6000).optional(),
        policy: z
          .string()
          .regex(/^[0-2](\.\d{1,12}){1,20}$/)
          .optional(),
      }),
    )
    .max(8)
    .optional(),
  province: z
    .object({ name: z.string(), baseUrl: z.url(), clientId: z.string(), clientSecret: z.string().optional() })
    .nullable(),
})
export type Unit = z.infer<typeof Unit>

/** Null when the file is missing or wrong; the program then says so at start. */
export function readUnit(file: string): Unit | null {
  try {
    return Unit.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** DER of every certificate in the PEM files that unit.json names in `trust`. */
export function readTrust(unit: Unit, unitFile: string): readonly Uint8Array[] {
  return unit.trust.flatMap((name) => {
    const text = readFileSync(isAbsolute(name) ? name : join(dirname(unitFile), name), 'utf8')
    return [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
      ([pem]) => new Uint8Array(new X509Certificate(pem).raw),
    )
  })
}

const SECRETS = { province: 'province.clientSecret', numbers: 'numbers.token' } as const
/** Empty where there is none. */
export type Secrets = Readonly<Record<keyof typeof SECRETS, string>>

/** Moves what the file gives into the store, wipes it from the file, and answers what the store has. */
export function keepSecrets(storage: Storage, unit: Unit, file: string): Secrets {
  const given = { province: unit.province?.clientSecret, numbers: unit.numbers?.token }
  const known = (name: keyof Secrets): string | undefined => {
    const key = SECRETS[name]
    return storage.read((r) => r.select().from(operatorSetting).where(eq(operatorSetting.key, key)).get())?.value
  }
  if ((given.province ?? given.numbers) !== undefined && storage.state === 'fine') {
    storage.write((w) => {
      for (const name of ['province', 'numbers'] as const) {
        const row = { key: SECRETS[name], value: given[name] ?? '' }
        if (given[name] === undefined) continue
        w.insert(operatorSetting).values(row).onConflictDoUpdate({ target: operatorSetting.key, set: row }).run()
      }
    })
    try {
      writeFileSync(file, `${JSON.stringify(withoutSecrets(unit), null, 2)}\n`)
    } catch {
      // A read-only rollout folder keeps its file; the store has the secrets all the same.
    }
  }
  return { province: known('province') ?? given.province ?? '', numbers: known('numbers') ?? given.numbers ?? '' }
}

function withoutSecrets(unit: Unit): Unit {
  const province = unit.province === null ? null : { ...unit.province, clientSecret: undefined }
  return {
    ...unit,
    province,
    ...(unit.numbers === undefined ? {} : { numbers: { ...unit.numbers, token: undefined } }),
  }
}
