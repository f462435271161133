// What is known of a digitised paper (TT 01/2023/TT-VPCP Art. 9), and how it is written into the file: an XMP extension
// schema of its own, described inside the file as ISO 19005-2 §6.6.2.3 asks, so that any reader can understand it.
// Never invents a value: what is not known is left out. No code of a digitised result is ever made up here.
import { escapeXml, plainText } from '../workshop/paper-facts.ts'

export interface DocumentMetadata {
  /** UUID of the document. */
  readonly id: string
  /** Moment of making, an argument so that the same pages give the same bytes. */
  readonly now: Date
  /** Tên giấy tờ. */
  readonly title: string
  /** Who made the electronic copy (người sao chụp), or the unit. */
  readonly creator: string
  /** Mã loại giấy tờ. */
  readonly paperType?: string
  /** Mã định danh (or tax number) of the owner. */
  readonly ownerId?: string
  /** Số, ký hiệu. */
  readonly number?: string
  /** Ngày tháng năm cấp, as printed on the paper. */
  readonly issuedOn?: string
  /** Cơ quan cấp. */
  readonly issuer?: string
  /** Trích yếu nội dung chính. */
  readonly summary?: string
  /** Thời hạn có hiệu lực. */
  readonly validity?: string
  /** Phạm vi có hiệu lực. */
  readonly scope?: string
  /** Mã kết quả số hóa (Art. 10); given by the server, never by this program. */
  readonly resultCode?: string
}

export const DIGITISED_NAMESPACE = 'urn:x-quay:so-hoa:1#'
const PREFIX = 'sohoa'

interface Property {
  readonly name: string
  readonly of: (metadata: DocumentMetadata) => string | undefined
  readonly description: string
}

const PROPERTIES: readonly Property[] = [
  { name: 'MaLoaiGiayTo', of: (m) => m.paperType, description: 'Mã loại giấy tờ' },
  { name: 'MaDinhDanh', of: (m) => m.ownerId, description: 'Mã định danh hoặc mã số thuế của tổ chức, cá nhân' },
  { name: 'TenGiayTo', of: (m) => m.title, description: 'Tên giấy tờ' },
  { name: 'SoKyHieu', of: (m) => m.number, description: 'Số, ký hiệu của giấy tờ' },
  { name: 'NgayCap', of: (m) => m.issuedOn, description: 'Ngày, tháng, năm cấp' },
  { name: 'CoQuanCap', of: (m) => m.issuer, description: 'Cơ quan cấp' },
  { name: 'TrichYeu', of: (m) => m.summary, description: 'Trích yếu nội dung chính' },
  { name: 'ThoiHanHieuLuc', of: (m) => m.validity, description: 'Thời hạn có hiệu lực' },
  { name: 'PhamViHieuLuc', of: (m) => m.scope, description: 'Phạm vi có hiệu lực' },
  { name: 'MaKetQuaSoHoa', of: (m) => m.resultCode, description: 'Mã kết quả số hóa' },
]

/** The schema description (all properties, always) and the values (only those known), as two `rdf:Description`. */
export function describeMetadata(metadata: DocumentMetadata): string {
  const described = PROPERTIES.map(
    ({ name, description }) => `<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>${name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>${escapeXml(description)}</pdfaProperty:description>
</rdf:li>`,
  ).join('\n')
  const values = PROPERTIES.flatMap(({ name, of }) => {
    const value = plainText(of(metadata) ?? '')
    return value === '' ? [] : [`<${PREFIX}:${name}>${escapeXml(value)}</${PREFIX}:${name}>`]
  }).join('\n')
  return `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Giấy tờ số hóa (TT 01/2023/TT-VPCP, Điều 9)</pdfaSchema:schema>
<pdfaSchema:namespaceURI>${DIGITISED_NAMESPACE}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>${PREFIX}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
${described}
</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:${PREFIX}="${DIGITISED_NAMESPACE}">
${values}
</rdf:Description>`
}
