// What every archival file of this program says about itself, the same in Info and XMP: title, maker, legal time +07:00, an
// identifier made of the caller's id; and the colour profile it is meant for. Same facts, same bytes. Never reads a clock.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { formatLegal } from '../../preload/contract/legal-time.ts'

export interface PaperFacts {
  /** Identifier of this file (UUID); with `now` it gives the trailer /ID (ISO 32000-1 §14.4). */
  readonly id: string
  readonly now: Date
  readonly title: string
  /** Person or unit that made it. */
  readonly creator: string
}

export const TOOL = 'Quầy'

/** Composed characters (NFC), no control characters, no halves of surrogate pairs: what XML and our font can carry. */
export function plainText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]+/gu, ' ')
    .trim()
}

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** `D:20261121103005+07'00'` (ISO 32000-1 §7.9.4). */
export const pdfDateOf = (moment: Date): string => `D:${formatLegal(moment, 'yyyyMMddHHmmss')}+07'00'`

/** Sixteen bytes for the trailer's /ID. */
export const identifierOf = ({ id, now }: Pick<PaperFacts, 'id' | 'now'>): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`${id}\n${now.toISOString()}`).digest().subarray(0, 16))

/** XMP properties that mirror Info one to one (dc, xmp, pdf, xmpMM: all predefined schemas of ISO 19005-2 §6.6.2.3). */
export function describePaper({ id, now, title, creator }: PaperFacts, producer: string): string {
  const at = formatLegal(now, 'iso')
  return `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(plainText(title))}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${escapeXml(plainText(creator))}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<xmp:MetadataDate>${at}</xmp:MetadataDate>
<xmp:CreatorTool>${escapeXml(TOOL)}</xmp:CreatorTool>
<pdf:Producer>${escapeXml(producer)}</pdf:Producer>
<xmpMM:DocumentID>${escapeXml(`uuid:${plainText(id)}`)}</xmpMM:DocumentID>
</rdf:Description>`
}

/** The sRGB profile (ICC version 2) that lies beside pdfkit: where it is, for pdfkit itself, and its bytes. */
export const PROFILE_FILE = join(
  dirname(createRequire(import.meta.url).resolve('pdfkit')),
  'data/sRGB_IEC61966_2_1.icc',
)
export const readColourProfile = (): Uint8Array => new Uint8Array(readFileSync(PROFILE_FILE))
