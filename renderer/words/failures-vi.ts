// Every failure in Vietnamese: what happened, what is safe, what to do now with which key.
import type { Device, FailureWords } from './failure.ts'
import { notKept } from './not-kept-vi.ts'
import { numbersFailures, numbersUnreachable } from './numbers-failures-vi.ts'
import { agencyCopyFailures } from './vi-agency-copy.ts'
import { paperFailures } from './vi-document.ts'
import { pinFailures } from './vi-signature.ts'

const NAME: Readonly<Record<Device, string>> = { card: 'đầu đọc thẻ', scan: 'máy quét', signature: 'token ký' }
const KEY: Readonly<Record<Device, string>> = { card: 'F8', scan: 'F9', signature: 'F9' }
const again = (device: Device) => `rồi nhấn ${KEY[device]}.`
const cap = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export const vietnamese: FailureWords = {
  device: {
    absent: (d) => ({
      happened: `Không thấy ${NAME[d]}.`,
      next: `Cắm ${NAME[d]} vào máy, chờ đèn ở góc dưới báo sẵn sàng, ${again(d)}`,
    }),
    removed: (d) =>
      d === 'card'
        ? { happened: 'Thẻ đã bị nhấc ra khi đang đọc.', next: 'Đặt lại thẻ, giữ yên, rồi nhấn F8.' }
        : d === 'scan'
          ? { happened: 'Máy quét bị rút khi đang quét.', next: 'Cắm lại máy quét, đặt các tờ còn lại, rồi nhấn F9.' }
          : {
              happened: 'Token bị rút khi đang ký.',
              next: 'Cắm lại đúng token đó rồi nhập mã PIN; nếu cửa sổ mã PIN không tự mở thì nhấn F9.',
            },
    busy: (d) => ({
      happened: `${cap(NAME[d])} đang được phần mềm khác dùng.`,
      next: `Đóng phần mềm kia, chờ vài giây, ${again(d)}`,
    }),
    jammed: (d) => ({
      happened: `${cap(NAME[d])} bị kẹt giấy.`,
      next: `Mở nắp, lấy tờ bị kẹt ra, đặt lại từ tờ đó, ${again(d)}`,
    }),
    'double-fed': (d) => ({
      happened: `${cap(NAME[d])} kéo hai tờ một lúc.`,
      next: `Lấy cả hai tờ ra, tách rời, đặt lại, ${again(d)}`,
    }),
    'feeder-empty': (d) => ({
      happened: `Khay nạp của ${NAME[d]} không có giấy.`,
      next: `Đặt giấy vào khay, ${again(d)} Muốn quét mặt kính: chọn cấu hình mặt kính (F2–F5).`,
    }),
    'cover-open': (d) => ({ happened: `Nắp ${NAME[d]} đang mở.`, next: `Đóng nắp lại cho khít, ${again(d)}` }),
    unsupported: (d) => ({
      happened: `${cap(NAME[d])} không làm được việc này.`,
      next: `Chọn chế độ hoặc thiết bị khác, ${again(d)} Nhấn F1 để xem cách xử lý.`,
    }),
    timeout: (d) => ({
      happened: `${cap(NAME[d])} không trả lời kịp.`,
      next: `Kiểm tra dây và nguồn của ${NAME[d]}, ${again(d)}`,
    }),
    unreadable: (d) =>
      d === 'card'
        ? {
            happened: 'Không đọc được thẻ.',
            next: 'Đặt lại thẻ cho ngay ngắn rồi nhấn F8, hoặc quét mã QR, hoặc nhấn F6 để nhập tay.',
          }
        : { happened: `Không đọc được dữ liệu từ ${NAME[d]}.`, next: `Đặt lại, ${again(d)}` },
    failed: (d) => ({
      happened: `${cap(NAME[d])} báo lỗi.`,
      next: `Tắt rồi bật lại ${NAME[d]}, chờ báo sẵn sàng, ${again(d)}`,
    }),
  },
  kept: (d, kept) => {
    if (d === 'card') return 'Chưa có gì bị ghi sai.'
    if (kept === undefined) return 'Không mất gì đã có.'
    return d === 'scan' ? `Đã giữ đủ ${kept} trang.` : `${kept} văn bản đã ký được giữ nguyên, không ký lại lần hai.`
  },
  pin: pinFailures,
  refused: {
    ...paperFailures,
    ...agencyCopyFailures,
    'not-signed-in': () => ({
      happened: 'Phiên làm việc đã kết thúc.',
      safe: 'Việc đã làm được giữ.',
      next: 'Đăng nhập lại để tiếp tục.',
    }),
    'wrong-role': () => ({
      happened: 'Vai trò của bạn không được làm việc này.',
      safe: 'Không có gì thay đổi.',
      next: 'Mời người có vai trò phù hợp đăng nhập (Ctrl+L để khóa máy trước).',
    }),
    'wrong-password': () => ({
      happened: 'Tên đăng nhập hoặc mật khẩu không đúng.',
      safe: 'Không có gì thay đổi.',
      next: 'Kiểm tra bộ gõ và phím Caps Lock, nhập lại rồi nhấn Enter.',
    }),
    'password-needed': () => ({
      happened: 'Cần xác nhận lại mật khẩu trước khi ký.',
      safe: 'Chưa có văn bản nào bị ký.',
      next: 'Nhấn F9 và nhập mật khẩu của bạn.',
    }),
    'weak-password': () => ({
      happened: 'Mật khẩu quá ngắn hoặc dễ đoán.',
      safe: 'Chưa lưu gì.',
      next: 'Chọn mật khẩu từ 8 ký tự trở lên rồi nhấn Enter.',
    }),
    'login-taken': () => ({
      happened: 'Tên đăng nhập này đã có người dùng.',
      safe: 'Chưa tạo tài khoản.',
      next: 'Chọn tên khác rồi nhấn Enter.',
    }),
    'card-unknown': () => ({
      happened: 'Đây không phải thẻ căn cước.',
      safe: 'Chưa ghi gì từ thẻ này.',
      next: 'Đặt đúng thẻ căn cước rồi nhấn F8, hoặc nhấn F6 để nhập tay.',
    }),
    'card-key-wrong': () => ({
      happened: 'Chip không mở: số thẻ, ngày sinh hoặc ngày hết hạn chưa đúng với mặt thẻ.',
      safe: 'Thẻ không bị khóa, Quầy không tự thử lại.',
      next: 'So lại ba ô với mặt thẻ rồi nhấn F8.',
    }),
    'qr-unknown': () => ({
      happened: 'Mã vừa quét không phải mã QR của thẻ căn cước.',
      safe: 'Chưa ghi gì.',
      next: 'Quét lại mã QR ở góc thẻ, hoặc nhấn F6 để nhập tay.',
    }),
    'no-reading': () => ({
      happened: 'Chưa biết người nộp là ai.',
      safe: 'Chưa mở hồ sơ.',
      next: 'Nhấn Alt+1 để đọc thẻ của người nộp trước.',
    }),
    'procedure-unknown': (code) => ({
      happened: `Không có thủ tục ${code} trong danh mục của đơn vị.`.replace('  ', ' '),
      safe: 'Chưa mở hồ sơ.',
      next: 'Chọn một thủ tục khác trong danh sách.',
    }),
    'no-pages': () => ({
      happened: 'Chưa có trang nào để lập tài liệu.',
      safe: 'Hồ sơ được giữ nguyên.',
      next: 'Nhấn Alt+3 để quét giấy tờ trước.',
    }),
    'no-title': () => ({
      happened: 'Còn giấy tờ chưa có tên, hoặc số tên chưa khớp số giấy tờ.',
      safe: 'Các trang vẫn nguyên vẹn.',
      next: 'Ghi tên cho từng giấy tờ rồi nhấn F9.',
    }),
    'not-compared': () => ({
      happened: 'Tài liệu chưa được đối chiếu với bản chính.',
      safe: 'Chưa chứng thực gì.',
      next: 'Nhấn Alt+4, so từng trang với bản chính, rồi nhấn phím cách.',
    }),
    'not-an-image': () => ({
      happened: 'Có một trang không phải là ảnh đọc được.',
      safe: 'Các trang khác được giữ.',
      next: 'Bỏ trang đó bằng phím Delete rồi quét lại bằng F9.',
    }),
    'file-unknown': () => ({
      happened: 'Tệp này không phải PDF, JPEG, PNG hoặc TIFF.',
      safe: 'Chưa nhận gì từ tệp; các trang khác được giữ.',
      next: 'Lưu lại thành PDF hoặc JPEG rồi nhấn O, hoặc quét bản giấy bằng F9.',
    }),
    'file-too-large': (limit) => ({
      happened: `Tệp quá lớn, quá nhiều trang hoặc ảnh quá rộng${limit === '' ? '' : ` (${limit})`}.`,
      safe: 'Chưa nhận gì từ tệp; các trang khác được giữ.',
      next: 'Nhiều trang thì chia nhỏ tệp rồi nhấn O; ảnh quá rộng thì xuất lại nhỏ hơn (300 dpi), hoặc quét bản giấy bằng F9.',
    }),
    'file-locked': () => ({
      happened: 'Tệp PDF này có mật khẩu.',
      safe: 'Chưa nhận gì từ tệp; các trang khác được giữ.',
      next: 'Xin người nộp tệp không có mật khẩu rồi nhấn O, hoặc quét bản giấy bằng F9.',
    }),
    'file-damaged': () => ({
      happened: 'Tệp này bị hỏng hoặc chưa chép xong.',
      safe: 'Tệp được để riêng; các trang khác được giữ.',
      next: 'Chép lại tệp rồi nhấn O, hoặc quét bản giấy bằng F9.',
    }),
    'file-unsafe': () => ({
      happened: 'Tệp này chứa thứ có thể gây hại cho máy.',
      safe: 'Quầy không mở nội dung đó và không nhận tệp.',
      next: 'Quét bản giấy bằng F9 và báo bộ phận CNTT về tệp này.',
    }),
    'file-resolution-low': (dpi) => ({
      happened: `Ảnh trong tệp quá mờ${dpi === '' ? '' : ` (${dpi})`}, quy định từ 200 dpi.`,
      safe: 'Chưa nhận gì từ tệp; các trang khác được giữ.',
      next: 'Quét bản giấy bằng F9, hoặc xin tệp rõ hơn rồi nhấn O.',
    }),
    'pages-undecided': () => ({
      happened: 'Còn trang chưa biết thuộc hồ sơ nào.',
      safe: 'Mọi trang được giữ, chưa lập tài liệu nào.',
      next: 'Nhấn Alt+3, nhấn X tới trang đó, rồi nhấn M để chuyển vào hồ sơ.',
    }),
    'profile-locked': () => ({
      happened: 'Các cấu hình quét đã được khóa.',
      safe: 'Cấu hình cũ được giữ nguyên.',
      next: 'Chọn cấu hình có sẵn bằng F2–F5, hoặc nhờ bộ phận CNTT mở khóa.',
    }),
    'scan-signature-missing': () => ({
      happened: 'Người quét chưa ký bản quét này: phải ký trước khi bóc tách dữ liệu.',
      safe: 'Dữ liệu gợi ý và những gì bạn gõ được giữ.',
      next: 'Nhấn Alt+6 để ký bản quét, rồi quay lại xác nhận bằng Ctrl+Enter.',
    }),
    'separator-title-unknown': (title) => ({
      happened: `Chưa in được phiếu ngăn: tên giấy tờ ${title} không dùng được.`.replace('  ', ' '),
      safe: 'Không có gì thay đổi.',
      next: 'Chọn tên khác trong danh sách rồi nhấn Enter.',
    }),
    'pdf-not-archival': () => ({
      happened: 'Tệp vừa lập không đạt chuẩn lưu trữ PDF/A.',
      safe: 'Các trang quét được giữ nguyên.',
      next: 'Nhấn F9 để lập lại; nếu vẫn lỗi, báo bộ phận CNTT.',
    }),
    'document-changed': () => ({
      happened: 'Tài liệu đã đổi sau khi bạn xem.',
      safe: 'Chưa ghi nhận gì trên bản cũ.',
      next: 'Xem lại bản mới rồi nhấn Enter.',
    }),
    'not-reviewed': () => ({
      happened: 'Có văn bản chưa được người thực hiện chứng thực xem.',
      safe: 'Chưa ký gì.',
      next: 'Nhấn Alt+5 để xem và đồng ý từng bản.',
    }),
    'rule-missing': (key) => ({
      happened: `Thiếu quy định ${key} nên chưa chứng thực được.`.replace('  ', ' '),
      safe: 'Hàng chờ được giữ nguyên.',
      next: 'Báo giám sát bổ sung ở mục Quy định (Alt+Q).',
    }),
    'rule-expired': (key) => ({
      happened: `Quy định ${key} đã hết hiệu lực.`.replace('  ', ' '),
      safe: 'Hàng chờ được giữ nguyên.',
      next: 'Báo giám sát cập nhật ở mục Quy định (Alt+Q).',
    }),
    'rule-not-adopted': (key) => ({
      happened: `Quy định ${key} chưa được đơn vị áp dụng.`.replace('  ', ' '),
      safe: 'Hàng chờ được giữ nguyên.',
      next: 'Giám sát mở mục Quy định (Alt+Q), kiểm tra nguồn rồi áp dụng.',
    }),
    'no-authority': () => ({
      happened: 'Chưa có quyết định cho phép bạn ký loại việc này hôm nay.',
      safe: 'Chưa ký gì.',
      next: 'Giám sát ghi thẩm quyền ký ở mục Quy định (Alt+Q), rồi nhấn F9.',
    }),
    'no-number-left': (series) => ({
      happened: `Sổ ${series} không còn số chứng thực cho danh sách này.`.replace('  ', ' '),
      safe: 'Chưa lấy số nào, chưa hỏi mã PIN.',
      next: 'Giám sát nhận khối số mới hoặc mở quyển mới ở mục Sổ (Alt+9, F2).',
    }),
    ...numbersFailures,
    'review-mode': () => ({
      happened: 'Đơn vị không cho duyệt theo cách này.',
      safe: 'Chưa duyệt bản nào.',
      next: 'Xem và đồng ý từng bản (Enter).',
    }),
    'sample-held': () => ({
      happened: 'Có bản trong mẫu bị giữ lại, nên không duyệt cả danh sách được.',
      safe: 'Các bản còn lại vẫn chờ.',
      next: 'Xem và đồng ý từng bản (Enter), hoặc chọn mẫu khác (M).',
    }),
    'sample-not-seen': () => ({
      happened: 'Chưa xem hết các bản trong mẫu.',
      safe: 'Các bản còn lại vẫn chờ.',
      next: 'Xem từng bản trong mẫu (Enter), rồi nhấn A.',
    }),
    'numbers-in-work': (count) => ({
      happened: `Còn ${count} số đang ký, chưa khóa sổ được.`.replace('  ', ' '),
      safe: 'Sổ giữ nguyên.',
      next: 'Ký xong hoặc trả lại các số đó (Alt+5, Alt+6), rồi khóa sổ.',
    }),
    'block-overlaps': (range) => ({
      happened: `Khối số ${range} trùng với số đã có trong sổ.`.replace('  ', ' '),
      safe: 'Chưa ghi gì.',
      next: 'Xem lại biên bản giao số và gõ lại từ số, đến số.',
    }),
    'paper-locked': () => ({
      happened: 'Giấy tờ này đang bị giữ vì nghi giả mạo.',
      safe: 'Bản chụp và biên bản được giữ nguyên.',
      next: 'Chỉ giám sát được mở khóa, khi đã có kết quả xử lý.',
    }),
    'certificate-expired': () => ({
      happened: 'Chứng thư số đã hết hạn.',
      safe: 'Danh sách chờ ký được giữ nguyên.',
      next: 'Cắm token có chứng thư còn hạn, hoặc đề nghị gia hạn; nhấn F1 để xem cách làm.',
    }),
    'certificate-not-yet-valid': () => ({
      happened: 'Chứng thư số chưa đến ngày có hiệu lực.',
      safe: 'Danh sách chờ ký được giữ nguyên.',
      next: 'Kiểm tra ngày giờ của máy, hoặc cắm token khác, rồi nhấn F9.',
    }),
    'certificate-not-the-signers': () => ({
      happened: 'Chứng thư trong token không phải của người ký này.',
      safe: 'Chưa hỏi mã PIN, chưa ký gì.',
      next: 'Cắm đúng token của người ký rồi nhấn F9.',
    }),
    'certificate-missing': () => ({
      happened: 'Chưa thấy chứng thư số phù hợp.',
      safe: 'Danh sách chờ ký được giữ nguyên.',
      next: 'Cắm token của người ký, chờ đèn ở góc dưới báo sẵn sàng, rồi nhấn F9.',
    }),
    'officer-signature-missing': () => ({
      happened: 'Văn bản chưa có chữ ký của người thực hiện chứng thực.',
      safe: 'Chưa đóng dấu cơ quan.',
      next: 'Mời người thực hiện chứng thực ký trước (Alt+6).',
    }),
    'pdf-unsupported': (reason) =>
      notKept(reason) ?? {
        happened: 'Tệp PDF này có cấu trúc không ký được.',
        safe: 'Các văn bản khác vẫn ký bình thường.',
        next: 'Lập lại tài liệu từ trang quét ở bước 4 (Alt+4).',
      },
    'signature-invalid': () => ({
      happened: 'Chữ ký vừa tạo không qua được kiểm tra.',
      safe: 'Văn bản này được để riêng, chưa gửi đi.',
      next: 'Nhấn F9 để ký tiếp các bản khác và báo bộ phận CNTT.',
    }),
    'batch-empty': () => ({
      happened: 'Không có văn bản nào chờ ký.',
      safe: 'Không có gì thay đổi.',
      next: 'Nhấn Alt+5 để xem hàng chờ chứng thực.',
    }),
    'batch-running': () => ({
      happened: 'Đang có một đợt ký khác.',
      safe: 'Đợt đó vẫn tiếp tục.',
      next: 'Chờ đợt ký xong rồi thử lại.',
    }),
    'province-refused': (detail) => ({
      happened: `Hệ thống tỉnh không nhận gói này${detail === '' ? '' : ` (${detail})`}.`,
      safe: 'Gói vẫn nằm trong Chờ gửi.',
      next: 'Xem lý do, sửa hồ sơ hoặc báo tỉnh, rồi nhấn T để gửi lại.',
    }),
    'province-conflict': (detail) => ({
      happened: `Hệ thống tỉnh đã có nội dung khác cho hồ sơ này${detail === '' ? '' : ` (${detail})`}.`,
      safe: 'Bản của quầy được giữ nguyên.',
      next: 'So hai bản, báo tỉnh nếu cần, rồi nhấn T để gửi lại.',
    }),
  },
  stale: {
    happened: 'Nội dung vừa được thay đổi ở nơi khác.',
    safe: 'Chưa ghi đè gì.',
    next: 'Màn hình đã lấy bản mới; xem lại rồi làm lại thao tác.',
  },
  unreachable: {
    province: {
      happened: 'Chưa kết nối được hệ thống tỉnh.',
      safe: 'Mọi gói nằm an toàn trong Chờ gửi, quầy vẫn làm việc bình thường.',
      next: 'Không cần làm gì: sẽ tự gửi khi có mạng; muốn thử ngay thì nhấn T.',
    },
    numbers: numbersUnreachable,
  },
  malformed: {
    argument: {
      happened: 'Thông tin nhập chưa đúng dạng.',
      safe: 'Chưa lưu gì.',
      next: 'Kiểm tra lại các ô vừa nhập rồi làm lại.',
    },
    answer: {
      happened: 'Nhận được câu trả lời không hiểu được.',
      safe: 'Không có gì bị thay đổi.',
      next: 'Thử lại; nếu vẫn vậy, báo bộ phận CNTT.',
    },
    file: {
      happened: 'Tệp bị hỏng hoặc không đúng dạng.',
      safe: 'Tệp gốc được giữ để kiểm tra.',
      next: 'Quét lại giấy tờ đó bằng F9.',
    },
    card: {
      happened: 'Dữ liệu trong thẻ không đúng dạng.',
      safe: 'Chưa ghi gì từ thẻ.',
      next: 'Đặt lại thẻ và nhấn F8, hoặc quét mã QR, hoặc nhấn F6 để nhập tay.',
    },
  },
  storage: {
    full: {
      happened: 'Ổ đĩa đã đầy.',
      safe: 'Mọi thứ đã lưu trước đó còn nguyên.',
      next: 'Giải phóng dung lượng đĩa rồi làm lại thao tác; nhấn F1 để xem cách làm.',
    },
    damaged: {
      happened: 'Kho dữ liệu bị hỏng nên chỉ mở để đọc.',
      safe: 'Không có gì bị xóa.',
      next: 'Dừng nhận hồ sơ trên máy này và báo bộ phận CNTT.',
    },
    newer: {
      happened: 'Kho dữ liệu do phiên bản mới hơn tạo ra nên chỉ mở để đọc.',
      safe: 'Không có gì bị xóa.',
      next: 'Cài bản Quầy mới hơn rồi mở lại.',
    },
    locked: {
      happened: 'Kho dữ liệu đang khóa.',
      safe: 'Dữ liệu vẫn được mã hóa.',
      next: 'Nhập cụm mật khẩu của kho rồi nhấn Enter.',
    },
    'wrong-passphrase': {
      happened: 'Cụm mật khẩu của kho không đúng.',
      safe: 'Kho vẫn khóa, không mất gì.',
      next: 'Kiểm tra bộ gõ và phím Caps Lock, nhập lại rồi nhấn Enter.',
    },
  },
  bug: (ref) => ({
    happened: `Quầy gặp lỗi bất ngờ (mã ${ref}).`,
    safe: 'Những gì đã lưu còn nguyên.',
    next: 'Làm lại thao tác; nếu vẫn lỗi, đọc mã này cho bộ phận CNTT.',
  }),
}
