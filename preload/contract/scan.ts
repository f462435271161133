// Station 3, scan: the paper, page by page. A page that is shown is already durable; what the program does to it can be undone.
import { z } from 'zod'
import { call, news, nothing } from './border.ts'
import { Failure } from './result.ts'
import { Id, Instant, line, Sha256 } from './terms.ts'

/** Feeder one side, feeder both sides, glass. */
export const ScanSource = z.enum(['feeder', 'duplex', 'flatbed'])
export type ScanSource = z.infer<typeof ScanSource>
export const ScanMode = z.enum(['colour', 'grey', 'bitonal'])
export type ScanMode = z.infer<typeof ScanMode>

export const ScanProfile = z
  .object({ source: ScanSource, mode: ScanMode, dpi: z.number().int().min(200).max(600) })
  .strict()
export type ScanProfile = z.infer<typeof ScanProfile>

/** A profile (cấu hình quét) belongs to its key, not to its place in a list. */
export const PROFILE_KEYS = ['F2', 'F3', 'F4', 'F5'] as const
export const KeyedProfile = ScanProfile.extend({ key: z.enum(PROFILE_KEYS), name: line(40).min(1) }).strict()
export type KeyedProfile = z.infer<typeof KeyedProfile>
/** `locked`: only IT may change them. */
export const Profiles = z.object({ profiles: z.array(KeyedProfile), locked: z.boolean() })
export type Profiles = z.infer<typeof Profiles>

export const Rotation = z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
export type Rotation = z.infer<typeof Rotation>

/** 0 (a guess) to 1 (certain). */
const Confidence = z.number().min(0).max(1)

/** A bar code, QR or patch code found on a page. Patch codes have format `Patch` and text `2`, `3` or `T`. */
export const FoundCode = z.object({ format: z.string().max(40), text: z.string().max(2000) })
export type FoundCode = z.infer<typeof FoundCode>

/** What was seen on a page, each with how sure it is. Angles in degrees clockwise, lengths in pixels of the original. */
export const Findings = z.object({
  /** By how much the picture must be turned to stand upright. */
  upright: z.object({ turn: Rotation, confidence: Confidence }),
  /** Skew of the original; `straightened`: the made picture has it taken out. */
  skew: z.object({ degrees: z.number(), confidence: Confidence, straightened: z.boolean() }),
  /** Where the paper lies in the original; `cropped`: the made picture is cut to it. */
  paper: z.object({
    left: z.number().int(),
    top: z.number().int(),
    width: z.number().int(),
    height: z.number().int(),
    size: z.enum(['A3', 'A4', 'A5', 'A6', 'ID-1', 'other']),
    confidence: Confidence,
    cropped: z.boolean(),
  }),
  /** `ink`: share of the page that is written on, 0 to 1. */
  blank: z.object({ is: z.boolean(), ink: z.number(), confidence: Confidence }),
  /** There is colour on it: a stamp, a signature, a photo. */
  colour: z.boolean(),
  codes: z.array(FoundCode).max(20),
})
export type Findings = z.infer<typeof Findings>

/** Why a person should look at a page. Every word has a sentence. */
export const REASONS = [
  /** The program is not sure which way is up. */
  'upright',
  /** Turned by much, or not sure by how much. */
  'skew',
  /** Perhaps blank, perhaps not. */
  'blank',
  /** The paper's edge was not clear. */
  'edge',
  /** It is not known which dossier it belongs to. */
  'no-dossier',
  /** A separator sheet of a dossier that is not here. */
  'separator-unknown',
  /** Two sheets may have gone through at once before this page. */
  'double-fed',
  /** The picture could not be worked on; it is shown as scanned. */
  'not-worked-on',
  /** From a file of fewer than 200 dpi: TT 01/2023 wants at least that of a digitised copy. */
  'low-resolution',
] as const
export const Reason = z.enum(REASONS)
export type Reason = z.infer<typeof Reason>

export const Page = z.object({
  id: Id,
  /** Null: not known yet (a mixed stack before its first separator sheet). */
  dossierId: Id.nullable(),
  /** Position in what is shown, from 1. */
  number: z.number().int(),
  /** The page as scanned; never changes, kept until the dossier is purged. */
  file: Sha256,
  /** What is shown and filed: the picture made right, or the page as scanned. Turned by `rotation` for display. */
  picture: Sha256,
  /** Pixels of `picture`, before rotation. */
  width: z.number().int(),
  height: z.number().int(),
  dpi: z.number().int(),
  /** Clockwise, degrees: by which the picture is turned to stand upright. */
  rotation: Rotation,
  /** A new paper begins with this page. */
  startsPaper: z.boolean(),
  /** Separator sheets (phiếu ngăn) are never part of a paper. */
  separator: z.boolean(),
  /** Seen as blank: greyed, left out of the paper, one key brings it in. */
  blank: z.boolean(),
  /** Taken out by the clerk; kept until the dossier is purged, so it can come back. */
  removed: z.boolean(),
  /** Already part of a document; such a page no longer changes. */
  filed: z.boolean(),
  /** Of a secret paper: its images and words are removed, only this row is left. */
  purged: z.boolean(),
  /** `waiting`: safe, not worked on yet. */
  work: z.enum(['waiting', 'done', 'failed']),
  /** The clerk wants the page as it was scanned. */
  asScanned: z.boolean(),
  /** Null until worked on. */
  findings: Findings.nullable(),
  /** Why somebody should look; empty once looked at. */
  reasons: z.array(Reason),
  /** On the first page of a paper: what it is, from a separator sheet or the clerk (tên giấy tờ). Else null. */
  title: z.string().nullable(),
})
export type Page = z.infer<typeof Page>

/** The pages of a dossier, or of the mixed stack (xấp nhiều hồ sơ) when `dossierId` is null. */
export const Pages = z.object({
  dossierId: Id.nullable(),
  pages: z.array(Page),
  /** Pages not worked on yet. */
  waiting: z.number().int(),
  /** Pages of papers whose words are still to be read; 0 where this PC reads none. */
  unread: z.number().int(),
  canUndo: z.boolean(),
  /** Dossiers that pages here belong to, for headings. */
  dossiers: z.array(z.object({ id: Id, code: z.string(), citizenName: z.string() })),
})
export type Pages = z.infer<typeof Pages>

/** How a run ended: `trouble` is null at the normal end. Pages are safe in both cases. */
export const ScanRun = z.object({
  dossierId: Id.nullable(),
  received: z.number().int(),
  /** The sheet to put back first, counted from 1 in this run; null when none. */
  putBack: z.number().int().nullable(),
  trouble: Failure.nullable(),
})
export type ScanRun = z.infer<typeof ScanRun>

/** Work that was begun and not finished. */
export const Unfinished = z.object({
  dossierId: Id.nullable(),
  code: z.string(),
  citizenName: z.string(),
  pages: z.number().int(),
  toCheck: z.number().int(),
  lastAt: Instant,
})
export type Unfinished = z.infer<typeof Unfinished>

/** The watched folder: what it took, what it set aside and why. */
export const HotFolder = z.object({
  state: z.enum(['off', 'watching', 'unreachable']),
  folder: z.string(),
  /** Files seen that are not whole yet. */
  settling: z.number().int(),
  refused: z.array(z.object({ name: z.string(), at: Instant, failure: Failure })).max(100),
})
export type HotFolder = z.infer<typeof HotFolder>

const staff = ['clerk', 'officer', 'supervisor'] as const
const InPage = z.object({ pageId: Id })
const InStack = z.object({ dossierId: Id.nullable() })
/** Largest file taken in at the window. */
export const LARGEST_IMPORT = 256 * 1024 * 1024

export const scan = {
  abilities: call(
    staff,
    nothing,
    z.object({
      name: z.string(),
      sources: z.array(ScanSource),
      modes: z.array(ScanMode),
      dpi: z.array(z.number().int()),
    }),
  ),
  profiles: call('signed-in', nothing, Profiles),
  saveProfile: call([...staff, 'it'], KeyedProfile, Profiles),
  lockProfiles: call(['it'], z.object({ locked: z.boolean() }).strict(), Profiles),
  /** Answers when the run has ended; pages arrive meanwhile as news. `place` puts them after a page, or in its stead. */
  start: call(
    staff,
    InStack.extend({
      profile: ScanProfile,
      place: z
        .object({ is: z.enum(['after', 'instead']), pageId: Id })
        .strict()
        .nullable(),
    }).strict(),
    ScanRun,
  ),
  stop: call(staff, nothing, nothing),
  /** A file as a person has it: PDF, JPEG, PNG or TIFF, one or many pages. */
  importFile: call(
    staff,
    InStack.extend({
      name: line(255),
      bytes: z.custom<Uint8Array>((file) => file instanceof Uint8Array && file.length <= LARGEST_IMPORT),
    }).strict(),
    ScanRun,
  ),
  pages: call('signed-in', InStack.strict(), Pages),
  unfinished: call('signed-in', nothing, z.array(Unfinished)),
  rotate: call(staff, InPage.extend({ by: z.union([z.literal(90), z.literal(-90), z.literal(180)]) }).strict(), Pages),
  /** `to` counts from 1. */
  move: call(staff, InPage.extend({ to: z.number().int().min(1) }).strict(), Pages),
  remove: call(staff, InPage.extend({ removed: z.boolean() }).strict(), Pages),
  startPaper: call(staff, InPage.extend({ starts: z.boolean() }).strict(), Pages),
  /** The clerk has looked: it is right as it is. */
  check: call(staff, InPage.strict(), Pages),
  /** True: the page as scanned, with nothing done to it; false: made right again. */
  asScanned: call(staff, InPage.extend({ asScanned: z.boolean() }).strict(), Pages),
  blank: call(staff, InPage.extend({ blank: z.boolean() }).strict(), Pages),
  /** The paper that this page belongs to goes to another dossier. */
  send: call(staff, InPage.extend({ dossierId: Id }).strict(), Pages),
  /** What the paper is that begins with this page; an empty title takes it back. */
  name: call(staff, InPage.extend({ title: line(200) }).strict(), Pages),
  /** Typed page counts: 3, 2, 4 make papers of so many pages from the first page not filed. */
  counts: call(
    staff,
    InStack.extend({ counts: z.array(z.number().int().min(1).max(999)).min(1).max(200) }).strict(),
    Pages,
  ),
  undo: call(staff, InStack.strict(), Pages),
  /** The paper of this page bears a secret stamp (NĐ 23/2015 Đ.22.3): no image of it is kept. Cannot be undone. */
  secret: call(staff, InPage.strict(), Pages),
  /** Separator sheets to print: one A4 page a paper, with the QR of dossier and kind of paper. */
  separators: call(
    staff,
    z.object({ dossierId: Id, titles: z.array(line(200).min(2)).min(1).max(50) }).strict(),
    z.object({ file: Sha256 }),
  ),
  hotFolder: call('signed-in', nothing, HotFolder),
  changed: news(Pages),
  hotFolderChanged: news(HotFolder),
}
