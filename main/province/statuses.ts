// The ten national dossier statuses (Danh mục trạng thái hồ sơ) and which may follow which, as data.
// It never decides against the province: a change the province reports wins over this table and is only logged.

/** Status words and their national numbers; the same list is seen in both generations of the national portal. */
export const STATUS_CODES = {
  /** Mới đăng ký */
  registered: 1,
  /** Được tiếp nhận */
  received: 2,
  /** Không được tiếp nhận */
  'not-received': 3,
  /** Đang xử lý */
  processing: 4,
  /** Yêu cầu bổ sung giấy tờ */
  'supplement-requested': 5,
  /** Yêu cầu thực hiện nghĩa vụ tài chính */
  'payment-requested': 6,
  /** Công dân yêu cầu rút hồ sơ */
  withdrawn: 7,
  /** Dừng xử lý */
  stopped: 8,
  /** Đã xử lý xong */
  done: 9,
  /** Đã trả kết quả */
  'handed-over': 10,
} as const

export type Status = keyof typeof STATUS_CODES

/** Allowed next statuses; derived from the life cycle, not a published table, therefore configuration. */
export const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  registered: ['received', 'not-received'],
  received: ['processing', 'supplement-requested', 'withdrawn'],
  'not-received': [],
  processing: ['supplement-requested', 'payment-requested', 'withdrawn', 'stopped', 'done'],
  'supplement-requested': ['received', 'processing', 'stopped'],
  'payment-requested': ['processing', 'stopped'],
  withdrawn: [],
  stopped: [],
  done: ['handed-over'],
  'handed-over': [],
}

export const mayFollow = (from: Status, to: Status): boolean => TRANSITIONS[from].includes(to)

/** The status word of a national number, or undefined when the number is not on the list. */
export const statusOfCode = (code: number): Status | undefined =>
  (Object.keys(STATUS_CODES) as Status[]).find((status) => STATUS_CODES[status] === code)
