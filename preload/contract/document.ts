// Station 4, document: the PDF/A-2b made of one paper, with its title, copies wanted, and the comparison with the original.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Failure } from './result.ts'
import { LARGEST_IMPORT } from './scan.ts'
import { Dong, Id, Instant, line, Sha256 } from './terms.ts'

/** Why a brought file had to be written anew, page by page the same. */
export const MENDED = [
  'encrypted',
  'broken-xref',
  'broken-object',
  'broken-pages',
  'bytes-after-end',
  'loose-references',
  'no-catalog',
] as const
/** Why a PDF cannot be certified as a file: the detail of `refused pdf-unsupported`. Every word has a sentence. */
export const NOT_KEPT = [
  'no-header',
  'unreadable',
  'incomplete',
  'no-pages',
  'page-too-small',
  'broken-pages',
  'broken-form',
  'password',
  'signed-and-encrypted',
  'signed-and-broken',
  'docmdp-p1',
  'usage-rights',
  'xfa',
  'field-name-taken',
  'fields-locked',
  'viewer-draws-fields',
  'javascript',
  'launch',
  'portfolio',
  'outside-content',
  'appearances-missing',
  'page-unreadable',
  'earlier-signature-broken',
  'changed-after-signature',
  /** Somebody signed it, so no page can be added, and the attestation finds no room on the last one. */
  'signed-and-no-room',
  /** Viewers do not agree how many pages it has. */
  'pages-differ',
] as const
export type NotKept = (typeof NOT_KEPT)[number]

/** What a brought file carries along that is not seen on the printed page, or possibly not. */
export const CARRIED = ['attachments', 'layers', 'form', 'actions', 'multimedia', 'hidden-annotations'] as const

/** A signature that stood in a brought file before ours. */
export const EarlierSignature = z.object({
  /** Common name in the certificate; empty when it cannot be read. */
  signer: z.string(),
  /** Claimed time. */
  at: Instant.nullable(),
  /**
   * What it signed is unchanged in all of them. `trusted`: by a certificate valid then, of a root this unit trusts; `not-valid-then`:
   * of such a root, outside its time; `unknown-issuer`: of none; `unread`: of a kind that is not judged here.
   */
  state: z.enum(['trusted', 'not-valid-then', 'unknown-issuer', 'unread']),
})
export type EarlierSignature = z.infer<typeof EarlierSignature>

/** A PDF that a person brought and that is certified as a file (giữ nguyên tệp). */
export const BroughtFacts = z.object({
  /** The file as brought; the document's own `file` is another one when it was mended or a page was added. */
  file: Sha256,
  mended: z.enum(MENDED).nullable(),
  /** A page behind the last, for an attestation that found no room. */
  addedPage: z.boolean(),
  carried: z.array(z.enum(CARRIED)),
  earlier: z.array(EarlierSignature),
})
export type BroughtFacts = z.infer<typeof BroughtFacts>

export const Document = z.object({
  id: Id,
  dossierId: Id,
  dossierCode: z.string(),
  citizenName: z.string(),
  /** Name of the original paper (tên giấy tờ), as it goes into the register, column 4. */
  title: z.string(),
  pages: z.number().int(),
  file: Sha256,
  bytes: z.number().int(),
  /** Electronic certified copies asked for (column 6). */
  copies: z.number().int(),
  fee: Dong,
  feeSource: z.string(),
  /** The receiver has compared the copy with the original (TT 01/2020 Đ.11.1). */
  compared: z.object({ by: z.string(), at: Instant }).nullable(),
  state: z.enum(['made', 'compared', 'reviewed', 'held', 'signing', 'certified', 'delivered', 'annulled']),
  /** A certified copy is made of it; else it is a paper of the dossier (thành phần hồ sơ), signed by who scanned it. */
  certifiedCopy: z.boolean(),
  /** Name of the file when it leaves the counter (quy tắc đặt tên tệp). */
  fileName: z.string(),
  /** PDF/A level: with a text layer `2u`, else `2b`; `none`: a brought file that is no PDF/A-2. */
  level: z.enum(['2b', '2u', 'none']),
  /** Null: made here of scanned pages. */
  brought: BroughtFacts.nullable(),
  /** Who scanned it, and the file with that person's signature (TT 01/2023 Đ.8) once signed; the unsigned capture stays. */
  scannedBy: z.string(),
  scanSigned: z.object({ at: Instant, file: Sha256 }).nullable(),
  /**
   * Sao y (NĐ 30/2020 Đ.25.1c): the electronic copy that the agency signs over the signature of who scanned. Null: not asked for.
   * `signed`: the agency as it stands on the copy, when, and the file; until then the wish can be taken back.
   */
  agencyCopy: z
    .object({
      by: z.string(),
      at: Instant,
      signed: z.object({ by: z.string(), at: Instant, file: Sha256 }).nullable(),
    })
    .nullable(),
  /** Extraction (bóc tách dữ liệu): nothing read yet, suggestions wait, the clerk confirmed. */
  fields: z.enum(['none', 'suggested', 'confirmed']),
  heldFor: z.string().nullable(),
  /** Shown with the number of the register once taken. */
  number: z.string().nullable(),
  /** The certified copy, once filed. */
  copyFile: Sha256.nullable(),
  /** A secret paper: its images, file and words are removed, only this row is left. */
  purged: z.boolean(),
  /** Null: no book. A book (passport, household book, school report): all its pages with information belong to a copy. */
  book: z
    .object({
      /** The cover counts too (passport). */
      cover: z.boolean(),
      /** Pages of the original with information, as the clerk counted them; null until then. */
      counted: z.number().int().nullable(),
      /** The sentence of the law, verbatim, and where it stands. */
      rule: z.string(),
      source: z.string(),
    })
    .nullable(),
})
export type Document = z.infer<typeof Document>

/** TT 01/2023 Đ.9: what is known of a paper. Order is the order of the form. */
export const FIELDS = [
  'title',
  'number',
  'issuedOn',
  'issuer',
  'owner',
  'ownerId',
  'summary',
  'validity',
  'scope',
] as const
export const FieldName = z.enum(FIELDS)
export type FieldName = z.infer<typeof FieldName>

export const Field = z.object({
  name: FieldName,
  value: z.string().max(500),
  /** Where it comes from: read on the page, the card, a separator sheet, typed; `none` while empty. */
  source: z.enum(['none', 'page', 'card', 'separator', 'typed']),
  /** 0 to 1; 1 for what was typed or came from the card. */
  confidence: z.number().min(0).max(1),
  /** Where on which page (from 1) of the file it stands: fractions of the upright page, from the top left. */
  place: z
    .object({ page: z.number().int(), left: z.number(), top: z.number(), width: z.number(), height: z.number() })
    .nullable(),
})
export type Field = z.infer<typeof Field>

export const Fields = z.object({
  documentId: Id,
  file: Sha256,
  /** Pages still being read in the background; suggestions may still come. */
  reading: z.boolean(),
  fields: z.array(Field),
  confirmed: z.object({ by: z.string(), at: Instant }).nullable(),
})
export type Fields = z.infer<typeof Fields>

/** A paper that waits to become a document. */
export const OpenPaper = z.object({
  dossierId: Id,
  dossierCode: z.string(),
  citizenName: z.string(),
  certifiedCopy: z.boolean(),
  /** Ids of its pages, in order; blank and removed ones are not among them. */
  pages: z.array(Id),
  /** From the separator sheet, the clerk, or read on the page; empty when unknown. */
  title: z.string(),
  titleFrom: z.enum(['none', 'separator', 'typed', 'page']),
})
export type OpenPaper = z.infer<typeof OpenPaper>

const staff = ['clerk', 'officer', 'supervisor'] as const

export const document = {
  /** Titles the clerk picks from, most used first. */
  titles: call('signed-in', z.object({ query: z.string().max(100) }).strict(), z.array(z.string())),
  /** The papers of a dossier, or of the mixed stack when `dossierId` is null, that are not documents yet. */
  papers: call('signed-in', z.object({ dossierId: Id.nullable() }).strict(), z.array(OpenPaper)),
  /** One PDF per paper, in the order of `papers`; waits until every page is worked on. `papers[i]` names the i-th paper. */
  make: call(
    staff,
    z
      .object({
        dossierId: Id.nullable(),
        papers: z
          .array(z.object({ title: line(200).min(2), copies: z.number().int().min(1).max(99) }).strict())
          .min(1)
          .max(200),
      })
      .strict(),
    z.array(Document),
  ),
  list: call('signed-in', z.object({ dossierId: Id }).strict(), z.array(Document)),
  /** Of a book: how many pages of the original carry information; null takes the number back (TT 01/2020 Đ.10). */
  countPages: call(
    staff,
    z.object({ documentId: Id, pages: z.number().int().min(1).max(999).nullable() }).strict(),
    Document,
  ),
  /** Pages are missing: the file that nobody compared yet is given up, its pages are open in the stack again. */
  takeApart: call(staff, z.object({ documentId: Id }).strict(), nothing),
  /** The clerk has the original in hand and confirms page by page that the copy equals it. A book has its pages counted first. */
  confirmCompared: call(staff, z.object({ documentId: Id, seen: Sha256 }).strict(), Document),
  /**
   * This paper of a dossier shall become a sao y, or no longer (until it is signed). Refused where the unit's dated entry is not
   * adopted, or a page is not as that entry wants it (colour, resolution).
   */
  askAgencyCopy: call(staff, z.object({ documentId: Id, wanted: z.boolean() }).strict(), Document),
  /** May a PDF be kept as it is in this dossier? `offered`: only for certified copies; `why` not, when it may not be. */
  mayKeepFile: call(
    staff,
    z.object({ dossierId: Id }).strict(),
    z.object({ offered: z.boolean(), why: Failure.nullable(), source: z.string() }),
  ),
  /** A PDF that a person brings becomes a document as it is, its signatures kept. What is refused is refused before anything is kept. */
  keepFile: call(
    staff,
    z
      .object({
        dossierId: Id,
        bytes: z.custom<Uint8Array>((file) => file instanceof Uint8Array && file.length <= LARGEST_IMPORT),
        title: line(200).min(2),
        copies: z.number().int().min(1).max(99),
      })
      .strict(),
    Document,
  ),
  /** Pages of a brought file that this person has ticked as equal to the original, in order. */
  pagesCompared: call(staff, z.object({ documentId: Id }).strict(), z.array(z.number().int())),
  /** One page, from 1, equals the original; answers as `pagesCompared`. */
  comparePage: call(
    staff,
    z.object({ documentId: Id, seen: Sha256, page: z.number().int().min(1) }).strict(),
    z.array(z.number().int()),
  ),
  fields: call('signed-in', z.object({ documentId: Id }).strict(), Fields),
  /** The clerk confirms the form; follows the signature of who scanned (TT 01/2023 Đ.8), unless a certified copy is made of it. */
  confirmFields: call(
    staff,
    z
      .object({ documentId: Id, values: z.array(z.object({ name: FieldName, value: line(500) }).strict()).max(20) })
      .strict(),
    Fields,
  ),
  fieldsChanged: news(Fields),
  changed: news(Document),
}
