// Máy chủ cấp số: what is the matter with the server that gives certification numbers, in Vietnamese.
import type { Advice } from './failure.ts'

const SAFE = 'Chưa lấy số nào, chưa hỏi mã PIN; danh sách giữ nguyên.'
const WRONG: Readonly<Record<string, string>> = {
  form: 'không đúng dạng đã thỏa thuận',
  key: 'cho câu hỏi khác',
  year: 'số của năm khác',
  symbol: 'số của sổ khác',
  book: 'tên quyển sổ không đúng dạng',
  range: 'dãy số không hợp lệ',
  count: 'nhiều số hơn đã xin',
  overlap: 'trùng số đã có trong sổ',
}

export const numbersUnreachable: Advice = {
  happened: 'Chưa lấy được số từ máy chủ cấp số.',
  safe: SAFE,
  next: 'Chờ một lát rồi nhấn F9 để xin lại; số máy chủ đã cấp mà chưa về tới quầy không mất. Kéo dài thì báo bộ phận CNTT.',
}

export const numbersFailures = {
  'numbers-not-set': (series: string): Advice => ({
    happened: `Sổ ${series} lấy số từ máy chủ, nhưng chưa khai báo máy chủ nào.`.replace('  ', ' '),
    safe: SAFE,
    next: 'Báo bộ phận CNTT khai báo máy chủ cấp số (mục numbers trong unit.json).',
  }),
  'numbers-refused': (code: string): Advice => ({
    happened: `Máy chủ cấp số từ chối${code === '' ? '' : ` (${code})`}.`,
    safe: SAFE,
    next:
      code === 'HTTP-401' || code === 'HTTP-403'
        ? 'Báo bộ phận CNTT kiểm tra mã truy cập (token) của quầy tại máy chủ cấp số, rồi nhấn F9.'
        : 'Báo bộ phận CNTT xem máy chủ cấp số, rồi nhấn F9.',
  }),
  'numbers-wrong': (word: string): Advice => ({
    happened: `Máy chủ cấp số trả lời không dùng được${WRONG[word] === undefined ? '' : `: ${WRONG[word]}`}.`,
    safe: SAFE,
    next: 'Báo bộ phận CNTT: sửa ở máy chủ cấp số, rồi nhấn F9; Quầy hỏi lại đúng câu đã hỏi.',
  }),
}
