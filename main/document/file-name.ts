// The name under which a paper leaves the counter (quy tắc đặt tên tệp): `TAM-03-1121-014_01_giay-khai-sinh_20261121.pdf`.
// Promises ASCII, at most 120 characters, a name that Windows takes, and nothing personal: of a title only the kind of paper
// is written, in words from a closed list, since clerks type names and numbers into titles. Pure.

export interface FileNameInput {
  /** Provisional or national code of the dossier. */
  readonly dossierCode: string
  /** Of the paper in its dossier, from 1. */
  readonly position: number
  readonly title: string
  /** `2026-11-21`, by the legal calendar. */
  readonly day: string
  /** Kinds of paper known besides the list below, such as the unit's catalogue. */
  readonly titles?: readonly string[]
}

/** Kinds of paper as they begin a title; the longest that fits is written. */
const KINDS = [
  'Bản án',
  'Bản cam kết',
  'Bản sao',
  'Bằng',
  'Bằng tốt nghiệp',
  'Bằng tốt nghiệp cao đẳng',
  'Bằng tốt nghiệp đại học',
  'Bằng tốt nghiệp trung cấp',
  'Bằng tốt nghiệp trung học cơ sở',
  'Bằng tốt nghiệp trung học phổ thông',
  'Bảng điểm',
  'Biên bản',
  'Căn cước công dân',
  'Chứng chỉ',
  'Chứng chỉ hành nghề',
  'Chứng chỉ ngoại ngữ',
  'Chứng chỉ tin học',
  'Chứng minh nhân dân',
  'Công văn',
  'Di chúc',
  'Đơn',
  'Đơn đề nghị',
  'Giấy báo tử',
  'Giấy chứng nhận',
  'Giấy chứng nhận đăng ký doanh nghiệp',
  'Giấy chứng nhận đăng ký hộ kinh doanh',
  'Giấy chứng nhận đăng ký xe',
  'Giấy chứng nhận kết hôn',
  'Giấy chứng nhận quyền sử dụng đất',
  'Giấy chứng sinh',
  'Giấy chứng tử',
  'Giấy đăng ký xe',
  'Giấy khai sinh',
  'Giấy khám sức khỏe',
  'Giấy khen',
  'Giấy mời',
  'Giấy phép',
  'Giấy phép kinh doanh',
  'Giấy phép lái xe',
  'Giấy phép xây dựng',
  'Giấy ra viện',
  'Giấy ủy quyền',
  'Giấy xác nhận',
  'Giấy xác nhận tình trạng hôn nhân',
  'Hộ chiếu',
  'Hóa đơn',
  'Học bạ',
  'Học bạ tiểu học',
  'Học bạ trung học cơ sở',
  'Học bạ trung học phổ thông',
  'Hợp đồng',
  'Hợp đồng lao động',
  'Lý lịch tư pháp',
  'Phiếu lý lịch tư pháp',
  'Quyết định',
  'Sổ bảo hiểm xã hội',
  'Sổ hộ khẩu',
  'Sơ yếu lý lịch',
  'Thẻ bảo hiểm y tế',
  'Thẻ căn cước',
  'Thông báo',
  'Tờ khai',
  'Tờ trình',
  'Trích lục',
  'Trích lục bản đồ địa chính',
  'Trích lục kết hôn',
  'Trích lục khai sinh',
  'Trích lục khai tử',
  'Văn bản',
] as const

/** A paper of a kind that is not known. */
const OTHER = 'giay-to'
const LONGEST_CODE = 40
const LONGEST_KIND = 50

export function fileNameFor({ dossierCode, position, title, day, titles = [] }: FileNameInput): string {
  const code = cut(dossierCode.replace(/[^A-Za-z0-9]+/g, '-'), LONGEST_CODE) || 'ho-so'
  const place = String(Math.min(9999, Math.max(0, Math.trunc(position) || 0))).padStart(2, '0')
  const date = day
    .replace(/[^0-9]/g, '')
    .slice(0, 8)
    .padEnd(8, '0')
  return `${code}_${place}_${kindOf(title, titles)}_${date}.pdf`
}

/** The longest known kind that the title begins with, as words joined by hyphens. */
function kindOf(title: string, titles: readonly string[]): string {
  const asked = `${slugOf(title)}-`
  const known = [...KINDS, ...titles].map(slugOf).filter((kind) => kind !== '' && asked.startsWith(`${kind}-`))
  const longest = known.reduce((best, kind) => (kind.length > best.length ? kind : best), '')
  return cut(longest, LONGEST_KIND) || OTHER
}

/** Latin letters without their marks, digits, hyphens between words. */
const slugOf = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** At most so many characters, ending with a whole word where there is one, without hyphens at the ends. */
function cut(text: string, longest: number): string {
  const trimmed = text.replace(/^-+|-+$/g, '')
  if (trimmed.length <= longest) return trimmed
  const head = trimmed.slice(0, longest + 1)
  const end = head.lastIndexOf('-')
  return (end > 0 ? head.slice(0, end) : head.slice(0, longest)).replace(/-+$/, '')
}
