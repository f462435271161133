// The Vietnamese words of a printed validation report. Whole sentences: who reads the paper has no screen beside it.
import type {
  CheckChange,
  CheckedSignature,
  CheckFault,
  CheckReservation,
  CheckVerdict,
  ValidationReport,
} from '../../../preload/contract/validation.ts'

export const VERDICTS: Readonly<Record<CheckVerdict, string>> = {
  valid: 'CHỮ KÝ SỐ HỢP LỆ',
  reserved: 'HỢP LỆ, CÓ ĐIỀU CẦN LƯU Ý',
  invalid: 'KHÔNG HỢP LỆ',
  unsigned: 'TỆP KHÔNG CÓ CHỮ KÝ SỐ',
  unjudged: 'KHÔNG KẾT LUẬN ĐƯỢC, COI NHƯ KHÔNG HỢP LỆ',
}
export const SIGNATURE_VERDICTS: Readonly<Record<CheckedSignature['verdict'], string>> = {
  valid: 'hợp lệ',
  reserved: 'hợp lệ, có điều cần lưu ý',
  invalid: 'không hợp lệ',
}

/** What the fields that this program writes are for. A file may use any name: the name is quoted beside it. */
export const FIELDS: ReadonlyMap<string, string> = new Map([
  ['NguoiSaoChup', 'người sao chụp ký'],
  ['NguoiThucHienChungThuc', 'người thực hiện chứng thực ký'],
  ['CoQuanChungThuc', 'dấu của cơ quan chứng thực'],
  ['SaoY', 'cơ quan ký bản sao y'],
])

export const FAULTS: Readonly<Record<CheckFault, string>> = {
  unreadable: 'Không đọc được giá trị chữ ký.',
  coverage: 'Chữ ký không bao trùm trọn một phiên bản của tệp.',
  digest: 'Nội dung đã bị sửa: khác với nội dung lúc ký.',
  value: 'Giá trị chữ ký không phải do khóa của chứng thư này tạo ra.',
  'other-certificate': 'Chữ ký không gắn với đúng chứng thư đi kèm.',
  'weak-algorithm': 'Thuật toán băm đã lỗi thời (MD5, SHA-1), có thể bị giả mạo.',
  'weak-key': 'Khóa RSA ngắn hơn 2048 bit.',
  'unknown-algorithm': 'Thuật toán hoặc dạng chữ ký không được hỗ trợ.',
  untrusted: 'Chứng thư không dẫn tới nơi cấp mà đơn vị tin cậy.',
  incomplete: 'Thiếu chứng thư của nơi cấp, không xác định được ai bảo đảm cho người ký.',
  expired: 'Chứng thư đã hết hạn vào thời điểm ký.',
  'not-yet-valid': 'Chứng thư chưa có hiệu lực vào thời điểm ký.',
  revoked: 'Chứng thư đã bị thu hồi.',
  changed: 'Tệp đã bị sửa sau khi ký.',
  'certified-changed': 'Tệp đã bị sửa quá mức mà chữ ký chứng nhận cho phép (DocMDP).',
  'locked-changed': 'Trường đã khóa lúc ký bị sửa (FieldMDP).',
  'same-field': 'Hai chữ ký cùng nhận một trường hoặc một giá trị.',
}

export const RESERVATIONS: Readonly<Record<CheckReservation, string>> = {
  'time-not-proven': 'Chứng thư nay đã hết hạn; thời điểm ký chỉ theo đồng hồ của người ký.',
  'revocation-unknown': 'Chưa biết chứng thư có bị thu hồi hay không: tệp không kèm thông tin thu hồi.',
  'revoked-later': 'Chứng thư bị thu hồi sau thời điểm ký đã được chứng minh.',
  'stamp-unsound': 'Dấu thời gian không có giá trị chứng minh.',
  'form-filled': 'Biểu mẫu được điền thêm sau khi ký, trong phạm vi cho phép.',
  annotated: 'Có ghi chú thêm sau khi ký, trong phạm vi cho phép.',
  'metadata-changed': 'Thông tin mô tả tệp được sửa sau khi ký.',
  'bytes-added': 'Có dữ liệu thừa nối vào cuối tệp sau khi ký.',
}

export const CHANGES: Readonly<Record<CheckChange, string>> = {
  signature: 'thêm chữ ký',
  timestamp: 'thêm dấu thời gian',
  'validation-data': 'thêm dữ liệu kiểm tra chữ ký',
  pages: 'thêm, bớt hoặc đổi thứ tự trang',
  content: 'đổi nội dung trang',
  annotations: 'thêm hoặc sửa ghi chú',
  'form-values': 'sửa biểu mẫu',
  metadata: 'sửa thông tin mô tả',
  document: 'thêm lớp, hành động hoặc thành phần khác',
  'signature-replaced': 'thay chữ ký đã có',
  'hidden-objects': 'chèn đối tượng ẩn',
  'hidden-bytes': 'chèn dữ liệu ẩn',
  'bytes-after-end': 'nối dữ liệu vào cuối tệp',
}

export const NOTES: Readonly<Record<ValidationReport['notes'][number], string>> = {
  ambiguous: 'Cấu trúc tệp có thể được đọc theo nhiều cách khác nhau; không chữ ký nào được coi là có giá trị.',
  damaged: 'Cấu trúc tệp bị hỏng.',
  encrypted: 'Tệp bị khóa mã, không kiểm tra được chữ ký bên trong.',
  'stray-signature': 'Trong tệp có chữ ký không nằm trong biểu mẫu nào.',
  'too-many': 'Quá nhiều chữ ký, chỉ kiểm tra 50 chữ ký đầu.',
}

export const REVOCATION: Readonly<Record<CheckedSignature['revocation'], string>> = {
  good: 'không bị thu hồi (theo thông tin kèm trong tệp)',
  revoked: 'đã bị thu hồi',
  unknown: 'chưa biết',
}
