// Reads the chip of an identity card in named steps: application, access, EF.COM, DG1, DG13 (ICAO 9303-10 §3, 9303-11 §4.3).
// Promises an end: every file and every number of commands is bounded, whatever the chip answers.
// Never selects the master file (these chips answer 6D00) and never judges what it read.
import { ok, type Result, refuse } from '../../preload/contract/result.ts'
import type { AccessKey, CardEvidence, CardStep } from '../contract.ts'
import { DONE, fromHex, join } from './apdu.ts'
import { openAccess, type Random } from './bac.ts'
import { openSecureChannel, type SecureChannel } from './secure-messaging.ts'
import { sendPlain, type Transceive, UNREADABLE, UNSUPPORTED } from './transceive.ts'

/** The eMRTD application (ICAO 9303-10 §3.6.1). */
export const APPLICATION = fromHex('A0000002471001')
/** Bytes asked for at a time: with secure messaging the answer stays below 256 bytes. */
export const CHUNK = 0xdf

interface ElementaryFile {
  readonly name: 'COM' | 'DG1' | 'DG13'
  /** Short file identifier (ICAO 9303-10 table 38). */
  readonly short: number
  readonly tag: number
  /** Largest length believed, in bytes, header included. */
  readonly limit: number
}

const COM: ElementaryFile = { name: 'COM', short: 0x1e, tag: 0x60, limit: 512 }
const DG1: ElementaryFile = { name: 'DG1', short: 0x01, tag: 0x61, limit: 512 }
const DG13: ElementaryFile = { name: 'DG13', short: 0x0d, tag: 0x6d, limit: 8192 }

/** How long the whole file is, from its first bytes: tag, length (one byte, 81 or 82 form). Null when not believable. */
export function fileLength(head: Uint8Array, file: Pick<ElementaryFile, 'tag' | 'limit'>): number | null {
  const [tag, first = 0xff, second = 0, third = 0] = head
  if (tag !== file.tag || head.length < 4) return null
  const whole =
    first < 0x80 ? 2 + first : first === 0x81 ? 3 + second : first === 0x82 ? 4 + second * 256 + third : Infinity
  return whole >= head.length && whole <= file.limit ? whole : null
}

/** Data group tags listed in EF.COM (object 5C inside 60); null when EF.COM is not readable. */
export function listedGroups(com: Uint8Array): readonly number[] | null {
  let at = (com[1] ?? 0) < 0x80 ? 2 : (com[1] ?? 0) === 0x81 ? 3 : 4
  while (at < com.length) {
    const wide = ((com[at] ?? 0) & 0x1f) === 0x1f ? 2 : 1
    const tag = wide === 2 ? ((com[at] ?? 0) << 8) | (com[at + 1] ?? 0) : (com[at] ?? 0)
    const length = com[at + wide]
    const start = at + wide + 1
    if (length === undefined || length >= 0x80 || start + length > com.length) return null
    if (tag === 0x5c) return [...com.slice(start, start + length)]
    at = start + length
  }
  return null
}

type Readable = { readonly found: true; readonly bytes: Uint8Array } | { readonly found: false }

/** Reads one file by its short identifier. `found: false` when the chip refuses it; garbage is `device card unreadable`. */
async function readFile(
  send: SecureChannel,
  file: ElementaryFile,
  progress: (part: number) => void,
): Promise<Result<Readable>> {
  const head = await send({ cla: 0, ins: 0xb0, p1: 0x80 | file.short, p2: 0, expected: 4 })
  if (!head.ok) return head
  if (head.value.status !== DONE) return ok({ found: false })
  const whole = fileLength(head.value.content, file)
  if (whole === null || head.value.content.length !== 4) return UNREADABLE

  let bytes = head.value.content
  // A chip may answer less than asked, but not for ever: twice the commands a full-length reading needs, and a few.
  let left = 2 * Math.ceil(whole / CHUNK) + 4
  while (bytes.length < whole) {
    if (left === 0) return UNREADABLE
    left -= 1
    const expected = Math.min(CHUNK, whole - bytes.length)
    const part = await send({ cla: 0, ins: 0xb0, p1: bytes.length >> 8, p2: bytes.length & 0xff, expected })
    if (!part.ok) return part
    const { content, status } = part.value
    if ((status !== DONE && status !== 0x6282) || content.length === 0 || content.length > expected) return UNREADABLE
    bytes = join(bytes, content)
    progress(bytes.length / whole)
  }
  return ok({ found: true, bytes })
}

export interface ChipReading {
  readonly transceive: Transceive
  readonly atr: string
  readonly key: AccessKey
  readonly random: Random
  readonly now: () => Date
  readonly progress: (step: CardStep, percent: number) => void
}

/** Status words of SELECT that mean "there is such an application, but not for Basic Access Control". */
const ACCESS_CONDITION: readonly number[] = [0x6982, 0x6985]

/**
 * Selects, opens access and reads. EF.COM and DG1 must be readable; DG13 is read only when EF.COM lists it, and left out
 * when the chip refuses it (cards from July 2024 may). Failures: `refused card-unknown`, `refused card-key-wrong`,
 * `device card unsupported | unreadable | removed`.
 */
export async function readChip(reading: ChipReading): Promise<Result<CardEvidence>> {
  const { transceive, progress } = reading
  progress('select', 5)
  const selected = await sendPlain(transceive, { cla: 0, ins: 0xa4, p1: 0x04, p2: 0x0c, content: APPLICATION })
  if (!selected.ok) return selected
  if (ACCESS_CONDITION.includes(selected.value.status)) return UNSUPPORTED
  if (selected.value.status !== DONE) return refuse('card-unknown')

  progress('access', 15)
  const session = await openAccess(transceive, reading.key, reading.random)
  if (!session.ok) return session
  const send = openSecureChannel(transceive, session.value)

  progress('COM', 25)
  const com = await readFile(send, COM, () => {})
  if (!com.ok) return com
  const listed = com.value.found ? listedGroups(com.value.bytes) : null
  if (!com.value.found || !listed) return UNREADABLE

  progress('DG1', 35)
  const dg1 = await readFile(send, DG1, (part) => progress('DG1', 35 + 15 * part))
  if (!dg1.ok) return dg1
  if (!dg1.value.found) return UNREADABLE

  progress('DG13', 50)
  const dg13 = listed.includes(DG13.tag)
    ? await readFile(send, DG13, (part) => progress('DG13', 50 + 45 * part))
    : ok<Readable>({ found: false })
  if (!dg13.ok) return dg13

  progress('done', 100)
  const files = { COM: com.value.bytes, DG1: dg1.value.bytes }
  return ok({
    atr: reading.atr,
    access: 'bac',
    files: dg13.value.found ? { ...files, DG13: dg13.value.bytes } : files,
    readAt: reading.now().toISOString(),
  })
}
