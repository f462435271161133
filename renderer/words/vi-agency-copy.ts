// Vietnamese words of the agency's own copy (sao y): what the clerk asks for, and why it is refused.
import type { FailureWords } from './failure.ts'

export const agencyCopy = {
  what: 'Sao y: cơ quan ký số lên bản quét này. Không số chứng thực, không phí.',
  ask: 'Làm bản sao y',
  takeBack: 'Thôi sao y',
  open: 'Xem bản sao y',
  asked: (name: string, at: string) => `${name} yêu cầu sao y lúc ${at}`,
  waitsForScanner: 'Chờ người quét ký trước, rồi cơ quan ký.',
  waitsForAgency: 'Chờ văn thư ký bằng chứng thư của cơ quan (bước 6).',
  signed: (agency: string, at: string) => `${agency} đã ký sao y lúc ${at}`,
}

/** Why a paper cannot become a sao y, or no longer be anything else. */
export const agencyCopyFailures: Pick<
  FailureWords['refused'],
  'copy-not-colour' | 'copy-too-coarse' | 'copy-signed-already'
> = {
  'copy-not-colour': (page) => ({
    happened: `Trang ${page} không quét màu nên không sao y được.`.replace('  ', ' '),
    safe: 'Tài liệu đã lập được giữ nguyên.',
    next: 'Quét lại giấy này ở chế độ màu (Alt+3), lập tài liệu mới rồi nhấn F2.',
  }),
  'copy-too-coarse': (detail) => ({
    happened: `Có trang độ phân giải thấp hơn mức sao y cần (trang ${detail}).`,
    safe: 'Tài liệu đã lập được giữ nguyên.',
    next: 'Quét lại giấy này ở độ phân giải cao hơn, tỷ lệ 100 % (Alt+3), lập tài liệu mới rồi nhấn F2.',
  }),
  'copy-signed-already': () => ({
    happened: 'Cơ quan đã ký bản sao y này, không thôi được nữa.',
    safe: 'Bản đã ký được giữ và đã vào Chờ gửi.',
    next: 'Nhấn F2 để xem bản đã ký; nếu sai, báo văn thư để xử lý theo quy định của cơ quan.',
  }),
}
