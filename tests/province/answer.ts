// What a route gives back, and the one way it says no: a status with a code, in the envelope of the provincial systems.

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON unless it is a string or bytes. */
  readonly body?: unknown
}

/** Thrown inside a route: everything of the transaction is undone and the code is answered. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** One sentence a code, as a provincial system would show it. */
const SENTENCES: Readonly<Record<string, string>> = {
  DA_TON_TAI: 'Hồ sơ hoặc bản ghi đã tồn tại',
  KHOA_DUNG_LAI: 'Khóa đã dùng cho nội dung khác',
  THIEU_KHOA: 'Thiếu Idempotency-Key',
  GOI_TIN_SAI: 'Gói tin không đúng định dạng',
  TOKEN_KHONG_HOP_LE: 'Token không hợp lệ hoặc đã hết hạn',
  CLIENT_KHONG_HOP_LE: 'client_id hoặc client_secret không đúng',
  DON_VI_KHONG_KHOP: 'Đơn vị không thuộc quyền của client',
  TTHC_KHONG_CO: 'Không có thủ tục hành chính này',
  MA_CHUA_CAP: 'Mã hồ sơ chưa được cấp',
  HO_SO_KHONG_CO: 'Không tìm thấy hồ sơ',
  TEP_KHONG_CO: 'Không tìm thấy tệp tin',
  HASH_KHONG_KHOP: 'Nội dung tệp không khớp mã băm',
  CHUYEN_TRANG_THAI: 'Không được chuyển sang trạng thái này',
  GIAY_TO_KHONG_DUNG_LUC: 'Lệ phí và giấy tờ kết quả chỉ gửi với trạng thái 5, 6, 9',
}

export const errorBody = (code: string) => ({ error_code: code, message: SENTENCES[code] ?? 'Lỗi hệ thống' })
