// Vietnamese words of the PIN window and of the certificates: changing a PIN, unblocking a token, who will not be able to sign.
import type { FailureWords } from './failure.ts'

type Tries = 'ready' | 'countLow' | 'finalTry' | 'locked'

export const pins = {
  titles: { change: 'Đổi mã PIN của token', unblock: 'Mở khóa token' },
  holder: 'Chủ chứng thư',
  token: 'Token',
  everySignature:
    'Token này hỏi mã PIN ở từng chữ ký. Mã được giữ trong tiến trình riêng của token tới hết đợt ký này.',
  maybeEverySignature:
    'Nếu token hỏi mã PIN ở từng chữ ký, mã được giữ trong tiến trình riêng của token tới hết đợt ký này.',
  everySignatureAtReader: 'Token này hỏi mã PIN ở từng chữ ký: gõ trên đầu đọc cho mỗi văn bản.',
  tries: {
    change: {
      ready: '',
      countLow: 'Đã có lần nhập sai mã PIN. Nhập cẩn thận.',
      finalTry: 'CHỈ CÒN MỘT LẦN thử mã PIN. Sai lần này token bị khóa.',
      locked: 'Token đã bị khóa. Không đổi được mã PIN, phải mở khóa.',
    },
    unblock: {
      ready: '',
      countLow: 'Đã có lần nhập sai mã mở khóa. Nhập cẩn thận.',
      finalTry: 'CHỈ CÒN MỘT LẦN thử mã mở khóa. Sai lần này token hỏng hẳn, không mở được nữa.',
      locked: 'Mã mở khóa đã bị khóa. Không mở được tại quầy, gửi đơn vị cấp token.',
    },
  } satisfies Record<'change' | 'unblock', Record<Tries, string>>,
  insist: 'Tôi chắc chắn, dùng lần thử cuối',
  insisted: 'Sẽ dùng lần thử cuối',
  old: 'Mã PIN đang dùng',
  code: 'Mã mở khóa (PUK)',
  fresh: 'Mã PIN mới',
  again: 'Nhập lại mã PIN mới',
  length: (min: number, max: number) => `Từ ${min} đến ${max} ký tự, không dấu`,
  anyLength: 'Chỉ dùng chữ không dấu và chữ số',
  wrongLength: (min: number, max: number) => `Token này chỉ nhận từ ${min} đến ${max} ký tự.`,
  wrongLetters: 'Có chữ có dấu hoặc ký tự lạ: tắt bộ gõ tiếng Việt rồi gõ lại.',
  same: 'Mã mới giống mã đang dùng.',
  differs: 'Hai lần nhập chưa giống nhau.',
  once: { change: 'Mã PIN đang dùng được thử đúng một lần.', unblock: 'Mã mở khóa được thử đúng một lần.' },
  checking: { change: 'Đang đổi mã PIN…', unblock: 'Đang mở khóa token…' },
  pad: {
    sign: 'Nhấn Enter, rồi gõ mã PIN trên bàn phím của đầu đọc.',
    change: 'Nhấn Enter, rồi gõ trên đầu đọc: mã PIN đang dùng, mã PIN mới, mã PIN mới lần nữa.',
    unblock: 'Nhấn Enter, rồi gõ trên đầu đọc: mã mở khóa, mã PIN mới, mã PIN mới lần nữa.',
  },
  typeAtReader: 'Gõ mã PIN trên đầu đọc…',
  submit: { change: 'Đổi mã PIN', unblock: 'Mở khóa' },
  done: { change: 'Đã đổi mã PIN.', unblock: 'Đã mở khóa token.' },
  /** After trouble with the device nobody knows which PIN holds. */
  unsure: 'Chưa biết mã PIN đã đổi hay chưa. Lần tới thử mã PIN mới trước; sai thì dừng lại, dùng mã cũ.',
  notChanged: 'Mã PIN chưa đổi.',
}

export const certificates = {
  title: 'Chứng thư và token',
  sub: (known: number, present: number, ending: number) =>
    `${known} chứng thư đã thấy ở quầy này · ${present} token đang cắm · ${ending === 0 ? 'không có chứng thư sắp hết hạn' : `${ending} cần gia hạn`}`,
  tabs: { list: 'Chứng thư', office: 'Ai chưa ký được' },
  looking: 'Đang xem các token…',
  holder: 'Chủ chứng thư',
  issuer: 'Nơi cấp',
  organisation: 'Tổ chức',
  validTo: 'Có giá trị đến',
  validFrom: 'Có hiệu lực từ',
  state: 'Tình trạng',
  token: 'Token',
  lastSeen: 'Thấy lần cuối',
  notIn: 'không cắm',
  isIn: 'đang cắm',
  expiry: {
    'not-yet': () => 'chưa có hiệu lực',
    fine: (days: number) => `còn ${days} ngày`,
    month: (days: number) => `còn ${days} ngày`,
    week: (days: number) => `chỉ còn ${days} ngày`,
    today: () => 'hết hạn hôm nay',
    expired: () => 'đã hết hạn',
  },
  renew: {
    'not-yet': 'Chứng thư này chưa dùng được. Kiểm tra ngày giờ của máy nếu điều này lạ.',
    fine: '',
    month: 'Làm đề nghị gia hạn trong tuần này: gia hạn thường mất nhiều ngày.',
    week: 'Gia hạn ngay. Hết hạn là không ký được nữa.',
    today: 'Hôm nay là ngày cuối. Ký xong việc đang chờ và gia hạn ngay.',
    expired: 'Chứng thư này không ký được nữa. Đề nghị cấp lại hoặc dùng token khác.',
  },
  big: {
    ready: 'Sẵn sàng',
    countLow: 'Đã nhập sai',
    finalTry: 'Còn một lần thử',
    locked: 'Đã khóa',
    codeLocked: 'Đã khóa hẳn',
    held: 'Đang bận',
    out: 'Chưa cắm',
  },
  bigSub: {
    ready: 'Chưa có lần nhập sai mã PIN.',
    countLow: 'Có người đã nhập sai mã PIN. Nhập cẩn thận.',
    finalTry: 'Sai thêm một lần là token bị khóa.',
    locked: 'Mở khóa bằng mã mở khóa (PUK), nhấn F9.',
    codeLocked: 'Cả mã mở khóa cũng bị khóa. Gửi đơn vị cấp token.',
    held: 'Một phần mềm khác đang giữ token, hoặc đang ký. Đóng phần mềm đó rồi nhấn F5.',
    out: 'Cắm token này vào máy để đổi mã PIN hoặc mở khóa.',
  },
  everySignature: 'Hỏi mã PIN ở từng chữ ký',
  pinPad: 'Mã PIN gõ trên đầu đọc',
  change: 'Đổi mã PIN',
  unblock: 'Mở khóa',
  changed: 'Đã đổi mã PIN. Từ nay dùng mã mới.',
  unblocked: 'Đã mở khóa token. Từ nay dùng mã PIN mới.',
  asking: 'Đang chờ trong cửa sổ mã PIN…',
  look: 'Xem lại',
  empty: 'Chưa thấy chứng thư nào ở quầy này',
  emptySub: 'Cắm token vào máy, chờ đèn ở góc dưới báo sẵn sàng, rồi nhấn F5.',
  noCertificate: 'Token này không có chứng thư nào đọc được.',
  confirm: {
    title: 'Mở khóa token này?',
    what: 'Cần mã mở khóa (PUK) của đúng token này: trong phong bì giao cùng token, hoặc do đơn vị cấp, đầu mối CNTT giữ.',
    danger: 'Mã mở khóa cũng có số lần thử. Hết số lần là token hỏng hẳn, phải cấp lại chứng thư.',
    next: 'Tôi có mã, tiếp tục',
  },
  office: {
    title: 'Có thẩm quyền nhưng chưa có chứng thư còn hạn đã thấy ở quầy này',
    who: 'Người ký, cơ quan',
    what: 'Chưa ký được',
    why: 'Vì sao',
    roles: { officer: 'chứng thực bản sao', agency: 'dấu cơ quan' },
    whys: {
      'not-seen': () => 'chưa thấy chứng thư nào ở quầy này',
      expired: (day: string) => `chứng thư hết hạn ngày ${day}`,
      'not-yet': (day: string) => `chứng thư có hiệu lực từ ${day}`,
    },
    empty: 'Ai có thẩm quyền cũng ký được',
    emptySub: 'Mỗi người có thẩm quyền hôm nay, và cơ quan, đều có chứng thư còn hạn đã thấy ở quầy này.',
    note: 'Chứng thư chỉ dùng ở quầy khác thì quầy này chưa biết: hỏi lại trước khi kết luận.',
  },
}

/** Every trouble with a PIN or an unblocking code. */
export const pinFailures: FailureWords['pin'] = {
  wrong: {
    happened: 'Mã PIN không đúng. Đã mất một lần thử.',
    safe: 'Chưa có văn bản nào bị ký thêm.',
    next: 'Kiểm tra bộ gõ và phím Caps Lock, rồi nhấn F9 để nhập lại.',
  },
  'last-try': {
    happened: 'Token chỉ còn một lần nhập mã PIN.',
    safe: 'Quầy đã dừng lại, chưa dùng lần cuối.',
    next: 'Chắc chắn nhớ mã PIN thì đánh dấu ô "Tôi chắc chắn" rồi nhấn F9; không chắc thì gọi người quản lý token.',
  },
  locked: {
    happened: 'Token đã bị khóa vì nhập sai mã PIN nhiều lần.',
    safe: 'Danh sách chờ ký được giữ nguyên.',
    next: 'Có mã mở khóa (PUK): nhấn Alt+C, chọn token, nhấn F9. Không có: liên hệ đơn vị cấp token.',
  },
  withheld: {
    happened: 'Chưa nhập mã PIN.',
    safe: 'Chưa có văn bản nào bị ký, không mất lần thử nào.',
    next: 'Nhấn F9 khi sẵn sàng ký.',
  },
  expired: {
    happened: 'Token đòi đổi mã PIN trước khi dùng.',
    safe: 'Không mất lần thử nào, chưa ký gì.',
    next: 'Nhấn Alt+C, chọn token, rồi nhấn F9 để đổi mã PIN.',
  },
  'new-refused': {
    happened: 'Token không nhận mã PIN mới: quá ngắn, quá dài, hoặc có ký tự không được dùng.',
    safe: 'Mã PIN cũ vẫn như trước.',
    next: 'Chọn mã PIN khác, đúng độ dài ghi trong cửa sổ, rồi làm lại.',
  },
  'code-wrong': {
    happened: 'Mã mở khóa (PUK) không đúng. Đã mất một lần thử mã mở khóa.',
    safe: 'Mã PIN chưa đổi.',
    next: 'Dừng lại, hỏi đơn vị cấp token cho chắc: hết lần thử mã mở khóa là token hỏng hẳn.',
  },
  'code-last-try': {
    happened: 'Token chỉ còn một lần nhập mã mở khóa (PUK).',
    safe: 'Quầy đã dừng lại, chưa dùng lần cuối.',
    next: 'Gọi đơn vị cấp token. Chỉ khi tuyệt đối chắc chắn mới mở lại cửa sổ và nhấn F8 để dùng lần cuối.',
  },
  'code-locked': {
    happened: 'Mã mở khóa (PUK) của token cũng đã bị khóa.',
    safe: 'Danh sách chờ ký được giữ nguyên.',
    next: 'Không mở được tại quầy nữa: gửi token cho đơn vị cấp để đổi token mới; nhấn F1 để xem cách làm.',
  },
  pad: {
    happened: 'Phần mềm của đầu đọc có bàn phím này không cho nhập mã PIN từ Quầy.',
    safe: 'Không mất lần thử nào.',
    next: 'Dùng đầu đọc không có bàn phím, hoặc nhờ bộ phận CNTT cài phần mềm khác của hãng.',
  },
}
