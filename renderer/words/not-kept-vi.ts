// Why a PDF cannot be certified as it is, in Vietnamese: what is the matter, and what to do instead.
import type { NotKept } from '../../preload/contract/document.ts'
import type { Advice } from './failure.ts'

const NEXT = {
  pages: 'Nhấn O để nhận tệp thành từng trang, hoặc F9 để quét bản giấy.',
  ask: 'Xin tệp khác, hoặc nhấn F9 để quét bản giấy.',
  again: 'Chép lại tệp từ nơi gốc rồi nhấn K, hoặc F9 để quét bản giấy.',
  issuer: 'Xin lại tệp từ nơi đã ký, hoặc nhấn O để nhận tệp thành từng trang.',
  forged: 'Không nhận tệp này. So với bản chính; nghi giả mạo thì báo người thực hiện chứng thực.',
} as const

const WHY: Readonly<Record<NotKept, readonly [happened: string, next: keyof typeof NEXT]>> = {
  'no-header': ['Tệp này không phải là PDF.', 'ask'],
  unreadable: ['Không đọc được cấu trúc của tệp PDF này.', 'pages'],
  incomplete: ['Tệp PDF này thiếu một phần, có thể chưa chép hoặc chưa tải xong.', 'again'],
  'no-pages': ['Tệp PDF này không có trang nào.', 'ask'],
  'page-too-small': ['Trang của tệp này quá nhỏ, lời chứng in lên sẽ không đọc được.', 'pages'],
  'broken-pages': ['Danh sách trang trong tệp PDF này hỏng nặng, không sửa chắc chắn được.', 'pages'],
  'broken-form': ['Biểu mẫu trong tệp PDF này hỏng, thêm chữ ký vào sẽ không an toàn.', 'pages'],
  password: ['Tệp PDF này có mật khẩu.', 'ask'],
  'signed-and-encrypted': ['Tệp PDF này vừa có chữ ký vừa bị mã hóa; bỏ mã hóa thì chữ ký mất giá trị.', 'issuer'],
  'signed-and-broken': ['Tệp PDF này có chữ ký nhưng cấu trúc bị hỏng; sửa tệp thì chữ ký mất giá trị.', 'issuer'],
  'docmdp-p1': ['Người ký trước đã khóa tệp này: không cho phép bất kỳ thay đổi nào, kể cả thêm chữ ký.', 'issuer'],
  'usage-rights': [
    'Tệp này mang quyền sử dụng đặc biệt của phần mềm tạo ra nó; thêm chữ ký sẽ làm mất quyền đó.',
    'pages',
  ],
  xfa: ['Tệp này là biểu mẫu động (XFA): mỗi phần mềm hiện một khác.', 'pages'],
  'field-name-taken': ['Tệp này đã có ô chữ ký trùng tên với ô của Quầy, có thể là bản đã được chứng thực.', 'pages'],
  'fields-locked': ['Người ký trước đã khóa các ô của tệp này, không thêm được chữ ký.', 'issuer'],
  'viewer-draws-fields': [
    'Tệp đã ký này để phần mềm xem tự vẽ lại biểu mẫu; chữ ký của đơn vị có thể không hiện.',
    'issuer',
  ],
  javascript: ['Tệp PDF này có chương trình chạy bên trong.', 'pages'],
  launch: ['Tệp PDF này tự mở tệp hoặc chương trình khác.', 'pages'],
  portfolio: ['Tệp này là một tập nhiều tệp gộp lại, không phải một văn bản.', 'ask'],
  'outside-content': ['Một phần nội dung của tệp này nằm ở nơi khác, không nằm trong tệp.', 'pages'],
  'appearances-missing': ['Biểu mẫu trong tệp này chưa có hình cố định: mỗi phần mềm hiện một khác.', 'pages'],
  'page-unreadable': ['Có trang trong tệp PDF này không đọc được.', 'pages'],
  'earlier-signature-broken': ['Chữ ký có sẵn trong tệp này không đúng với nội dung.', 'forged'],
  'changed-after-signature': ['Nội dung của tệp này đã bị đổi sau khi ký.', 'forged'],
  'signed-and-no-room': ['Trang cuối không còn chỗ cho lời chứng, mà tệp đã ký thì không thêm trang được.', 'pages'],
  'pages-differ': ['Các phần mềm không thống nhất tệp này có bao nhiêu trang.', 'pages'],
}

/** Null: none of the closed list. */
export function notKept(reason: string): Advice | null {
  const known = Object.entries(WHY).find(([word]) => word === reason)?.[1]
  return known === undefined
    ? null
    : { happened: known[0], safe: 'Chưa giữ gì của tệp, chưa lấy số nào.', next: NEXT[known[1]] }
}
