// The specimen papers a citizen of nowhere brings to the counter, one function a page.
// Every name, number and place is invented; nothing reproduces a security print.
import {
  A4,
  field,
  type Ink,
  MARGIN,
  markAsSpecimen,
  motto,
  paragraph,
  rule,
  signature,
  stamp,
  star,
  table,
  text,
} from './ink.ts'

export type PaperKind = 'birth' | 'diploma' | 'land' | 'residence'
type DrawPage = (ink: Ink, random: () => number) => void

export interface Specimen {
  readonly title: string
  readonly pages: readonly DrawPage[]
  /** Paper tint as red, green, blue. */
  readonly tint: readonly [number, number, number]
}

const RIGHT = A4.width - MARGIN
const MIDDLE = A4.width / 2

/** Place, office, signature, stamp and name of the one who signs, centred on x = 1760. Needs 620 px below `y`. */
function closeWith(ink: Ink, random: () => number, y: number, lines: readonly string[], name: string, seal: string) {
  const x = 1760
  lines.forEach((line, index) => {
    text(ink, line, x, y + index * 58, { size: 42, weight: index === 0 ? 'regular' : 'bold', align: 'center' })
  })
  const below = y + lines.length * 58
  signature(ink, x + 40, below + 165, random)
  stamp(ink, x - 190, below + 175, seal)
  text(ink, name, x, below + 400, { size: 44, weight: 'bold', align: 'center' })
}

function office(ink: Ink, first: string, second: string, number: string): void {
  text(ink, first, 560, 220, { size: 36, align: 'center' })
  text(ink, second, 560, 274, { size: 36, weight: 'bold', align: 'center' })
  rule(ink, 440, 296, 240)
  text(ink, number, 560, 370, { size: 36, align: 'center' })
}

/** Trích lục khai sinh: one page, the lower quarter stays white. */
function birth(ink: Ink, random: () => number): void {
  office(ink, 'ỦY BAN NHÂN DÂN', 'PHƯỜNG MẪU', 'Số: 0123/TLKS-BS')
  motto(ink, 1640, 220, 38)
  text(ink, 'TRÍCH LỤC KHAI SINH', MIDDLE, 540, { size: 74, weight: 'bold', align: 'center' })
  text(ink, '(BẢN SAO)', MIDDLE, 615, { size: 44, weight: 'semibold', align: 'center' })
  const rows: readonly (readonly [string, string, number, number])[] = [
    ['Họ, chữ đệm, tên người được khai sinh', 'NGUYỄN THỊ MẪU', MARGIN, RIGHT],
    ['Ngày, tháng, năm sinh', '15/03/1990', MARGIN, 1240],
    ['Ghi bằng chữ', 'Ngày mười lăm tháng ba năm một nghìn chín trăm chín mươi', MARGIN, RIGHT],
    ['Giới tính', 'Nữ', MARGIN, 820],
    ['Nơi sinh', 'Trạm y tế phường Mẫu, thành phố Ví Dụ', MARGIN, RIGHT],
    ['Quê quán', 'Xã Thử Nghiệm, thành phố Ví Dụ', MARGIN, RIGHT],
    ['Số định danh cá nhân', '001190123456', MARGIN, RIGHT],
    ['Họ, chữ đệm, tên người cha', 'NGUYỄN VĂN THỬ', MARGIN, RIGHT],
    ['Họ, chữ đệm, tên người mẹ', 'TRẦN THỊ VÍ DỤ', MARGIN, RIGHT],
  ]
  let y = 730
  for (const [label, value, x, right] of rows) {
    if (label === 'Giới tính') {
      field(ink, label, value, x, y, right)
      field(ink, 'Dân tộc', 'Kinh', 860, y, 1440)
      field(ink, 'Quốc tịch', 'Việt Nam', 1480, y, RIGHT)
    } else field(ink, label, value, x, y, right)
    y += 92
  }
  y = paragraph(
    ink,
    'Đã đăng ký khai sinh tại Ủy ban nhân dân phường Mẫu, thành phố Ví Dụ, số 45/1990, quyển số 01, ngày 20 tháng 3 năm 1990. Trích lục được cấp từ cơ sở dữ liệu hộ tịch điện tử.',
    MARGIN,
    y + 10,
    RIGHT - MARGIN,
  )
  const lines = ['Phường Mẫu, ngày 02 tháng 6 năm 2026', 'TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH']
  closeWith(ink, random, y + 90, lines, 'Lê Văn Giả Định', 'ỦY BAN NHÂN DÂN PHƯỜNG MẪU')
  markAsSpecimen(ink, 2600)
}

/** Bằng tốt nghiệp THPT: an A5 sheet lying crosswise on the glass, so more than half of the page is white. */
function diploma(ink: Ink, random: () => number): void {
  const bottom = 1740
  ink.strokeStyle = '#a8791c'
  ink.lineWidth = 10
  ink.strokeRect(120, 130, A4.width - 240, bottom - 130)
  ink.lineWidth = 3
  ink.strokeRect(146, 156, A4.width - 292, bottom - 182)
  for (let x = 190; x < A4.width - 180; x += 60) {
    star(ink, x, 186, 13, 'rgba(168, 121, 28, 0.7)')
    star(ink, x, bottom - 56, 13, 'rgba(168, 121, 28, 0.7)')
  }
  motto(ink, MIDDLE, 300, 40)
  text(ink, 'GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO VÍ DỤ', MIDDLE, 465, { size: 42, weight: 'semibold', align: 'center' })
  text(ink, 'cấp', MIDDLE, 525, { size: 38, align: 'center' })
  text(ink, 'BẰNG TỐT NGHIỆP', MIDDLE, 630, { size: 84, weight: 'bold', colour: '#b3151f', align: 'center' })
  text(ink, 'TRUNG HỌC PHỔ THÔNG', MIDDLE, 725, { size: 64, weight: 'bold', colour: '#b3151f', align: 'center' })
  field(ink, 'Cho', 'NGUYỄN THỊ MẪU', 260, 850, 1420)
  field(ink, 'Giới tính', 'Nữ', 1460, 850, 2220)
  field(ink, 'Ngày sinh', '15/03/1990', 260, 936, 1120)
  field(ink, 'Nơi sinh', 'Thành phố Ví Dụ', 1160, 936, 2220)
  field(ink, 'Học sinh trường', 'THPT Mẫu Số Một', 260, 1022, 1420)
  field(ink, 'Khóa thi', '02/6/2008', 1460, 1022, 2220)
  field(ink, 'Hội đồng thi', 'Trường THPT Thử Nghiệm', 260, 1108, 1420)
  field(ink, 'Xếp loại', 'Khá', 1460, 1108, 2220)
  text(ink, 'Số hiệu: A 0000123', 260, 1600, { size: 36 })
  text(ink, 'Số vào sổ cấp bằng: 45/2008', 260, 1654, { size: 36 })
  text(ink, 'Ví Dụ, ngày 30 tháng 7 năm 2008', 1700, 1200, { size: 38, align: 'center' })
  text(ink, 'GIÁM ĐỐC', 1700, 1256, { size: 42, weight: 'bold', align: 'center' })
  signature(ink, 1740, 1400, random)
  stamp(ink, 1530, 1420, 'SỞ GIÁO DỤC VÀ ĐÀO TẠO VÍ DỤ', 200)
  text(ink, 'Phạm Thị Minh Họa', 1700, 1640, { size: 42, weight: 'bold', align: 'center' })
  markAsSpecimen(ink, bottom)
}

/** Giấy chứng nhận quyền sử dụng đất, page 1: who holds the right. */
function landOwner(ink: Ink, random: () => number): void {
  ink.strokeStyle = '#b8394a'
  ink.lineWidth = 8
  ink.strokeRect(120, 130, A4.width - 240, A4.height - 260)
  ink.lineWidth = 3
  ink.strokeRect(142, 152, A4.width - 284, A4.height - 304)
  motto(ink, MIDDLE, 290, 46)
  ink.fillStyle = '#c8202c'
  ink.beginPath()
  ink.arc(MIDDLE, 620, 170, 0, Math.PI * 2)
  ink.fill()
  star(ink, MIDDLE, 620, 120, '#f3cf4a')
  const red = { weight: 'bold', colour: '#b3151f', align: 'center' } as const
  text(ink, 'GIẤY CHỨNG NHẬN', MIDDLE, 960, { size: 100, ...red })
  text(ink, 'QUYỀN SỬ DỤNG ĐẤT', MIDDLE, 1090, { size: 66, ...red })
  text(ink, 'QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT', MIDDLE, 1190, { size: 56, ...red })
  text(ink, 'I. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất', MARGIN, 1380, { size: 46, weight: 'bold' })
  field(ink, 'Bà', 'NGUYỄN THỊ MẪU', MARGIN, 1480, 1500, 46)
  field(ink, 'Năm sinh', '1990', 1540, 1480, RIGHT, 46)
  field(ink, 'Số định danh cá nhân', '001190123456', MARGIN, 1576, RIGHT, 46)
  field(ink, 'Địa chỉ thường trú', 'Số 1, đường Mẫu, phường Mẫu, thành phố Ví Dụ', MARGIN, 1672, RIGHT, 46)
  field(ink, 'Cùng với ông', 'TRẦN VĂN MINH HỌA', MARGIN, 1768, 1500, 46)
  field(ink, 'Năm sinh', '1988', 1540, 1768, RIGHT, 46)
  field(ink, 'Số định danh cá nhân', '001088654321', MARGIN, 1864, RIGHT, 46)
  const lines = ['Ví Dụ, ngày 10 tháng 01 năm 2026', 'SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG', 'GIÁM ĐỐC']
  closeWith(ink, random, 2140, lines, 'Hoàng Thị Tưởng Tượng', 'SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG VÍ DỤ')
  text(ink, 'AA 00000123', RIGHT, 3260, { size: 62, weight: 'bold', colour: '#b3151f', align: 'right' })
  text(ink, 'Số vào sổ cấp giấy chứng nhận: CS 00045', MARGIN, 3260, { size: 38 })
  markAsSpecimen(ink, A4.height)
}

/** Page 2: the plot and every change since, down to the last line; there is no room for an attestation. */
function landPlot(ink: Ink, random: () => number): void {
  text(ink, 'II. Thửa đất, nhà ở và tài sản khác gắn liền với đất', MARGIN, 220, { size: 46, weight: 'bold' })
  const plot: readonly (readonly [string, string])[] = [
    ['1. Thửa đất số', '123; tờ bản đồ số: 45'],
    ['2. Địa chỉ', 'Tổ 7, phường Mẫu, thành phố Ví Dụ'],
    ['3. Diện tích', '120,5 m² (một trăm hai mươi phẩy năm mét vuông)'],
    ['4. Mục đích, hình thức, thời hạn sử dụng', 'Đất ở tại đô thị; sử dụng riêng; lâu dài'],
    ['5. Nguồn gốc sử dụng', 'Nhận chuyển nhượng đất được công nhận quyền sử dụng'],
    ['6. Nhà ở', 'Nhà riêng lẻ, 2 tầng, diện tích sàn 160,0 m²'],
  ]
  plot.forEach(([label, value], index) => {
    field(ink, label, value, MARGIN, 320 + index * 84, RIGHT, 40)
  })
  text(ink, 'III. Sơ đồ thửa đất', MARGIN, 900, { size: 46, weight: 'bold' })
  const corners: readonly (readonly [number, number])[] = [
    [800, 1010],
    [1640, 1070],
    [1600, 1700],
    [760, 1640],
  ]
  ink.strokeStyle = '#1d1b1a'
  ink.lineWidth = 5
  ink.beginPath()
  for (const [x, y] of corners) ink.lineTo(x, y)
  ink.closePath()
  ink.stroke()
  corners.forEach(([x, y], index) => {
    text(ink, String(index + 1), x + (x < 1200 ? -50 : 20), y, { size: 38, weight: 'bold' })
  })
  text(ink, '123', 1200, 1340, { size: 54, weight: 'bold', align: 'center' })
  text(ink, '120,5', 1200, 1410, { size: 40, align: 'center' })
  text(ink, '15,06 m', 1230, 1020, { size: 34, align: 'center' })
  text(ink, '8,00 m', 1650, 1400, { size: 34 })
  text(ink, 'Đường Mẫu (lộ giới 8 m)', 1200, 1780, { size: 38, align: 'center' })
  text(ink, 'Tỷ lệ 1:200', 2000, 1780, { size: 36 })
  text(ink, 'IV. Những thay đổi sau khi cấp giấy chứng nhận', MARGIN, 1900, { size: 46, weight: 'bold' })
  const changes = [
    'Thế chấp tại Ngân hàng Ví Dụ, hồ sơ 000123.CN.001',
    'Xóa đăng ký thế chấp, hồ sơ 000123.XC.002',
    'Đính chính số nhà theo quyết định 12/QĐ-MẪU',
  ]
  const rows = [['Nội dung thay đổi và cơ sở pháp lý', 'Xác nhận của cơ quan có thẩm quyền']]
  for (let row = 0; row < 14; row++) {
    rows.push([changes[row % changes.length] ?? '', `Ngày ${String(1 + row).padStart(2, '0')}/5/2026, đã ký (mẫu)`])
  }
  const { bottom } = table(ink, MARGIN, 1950, [1180, 880], rows)
  signature(ink, 1900, 2180, random)
  stamp(ink, 2050, 2900, 'VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI VÍ DỤ', 190)
  const notes =
    'Người được cấp giấy chứng nhận không được sửa chữa, tẩy xóa hoặc bổ sung bất kỳ nội dung nào; khi bị mất hoặc hư hỏng phải khai báo ngay với cơ quan cấp giấy. Mọi nội dung trên trang này là tưởng tượng, dùng để thử máy quét và phần mềm.'
  paragraph(ink, notes, MARGIN, bottom + 80, RIGHT - MARGIN, { size: 36 })
  text(ink, 'Trang 2 – hết', MIDDLE, 3400, { size: 34, align: 'center' })
  markAsSpecimen(ink, A4.height)
}

/** Xác nhận thông tin về cư trú: one page of prose and a table, a white lower part. */
function residence(ink: Ink, random: () => number): void {
  office(ink, 'CÔNG AN THÀNH PHỐ VÍ DỤ', 'CÔNG AN PHƯỜNG MẪU', 'Số: 77/XN')
  motto(ink, 1640, 220, 38)
  text(ink, 'XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ', MIDDLE, 540, { size: 66, weight: 'bold', align: 'center' })
  field(ink, 'Họ, chữ đệm và tên', 'NGUYỄN THỊ MẪU', MARGIN, 680, RIGHT)
  field(ink, 'Ngày sinh', '15/03/1990', MARGIN, 770, 1240)
  field(ink, 'Số định danh', '001190123456', 1280, 770, RIGHT)
  field(ink, 'Nơi thường trú', 'Số 1, đường Mẫu, phường Mẫu, thành phố Ví Dụ', MARGIN, 860, RIGHT)
  text(ink, 'Thành viên trong hộ gia đình:', MARGIN, 970)
  const { bottom } = table(
    ink,
    MARGIN,
    1010,
    [120, 900, 480, 560],
    [
      ['TT', 'Họ, chữ đệm và tên', 'Ngày sinh', 'Quan hệ với chủ hộ'],
      ['1', 'NGUYỄN VĂN THỬ', '01/01/1960', 'Chủ hộ'],
      ['2', 'TRẦN THỊ VÍ DỤ', '02/02/1962', 'Vợ'],
      ['3', 'NGUYỄN THỊ MẪU', '15/03/1990', 'Con'],
    ],
  )
  const prose = 'Xác nhận này có giá trị trong thời hạn một năm kể từ ngày cấp; khi thông tin thay đổi thì hết giá trị.'
  const y = paragraph(ink, prose, MARGIN, bottom + 90, RIGHT - MARGIN)
  const lines = ['Phường Mẫu, ngày 05 tháng 6 năm 2026', 'TRƯỞNG CÔNG AN PHƯỜNG']
  closeWith(ink, random, y + 110, lines, 'Đỗ Văn Giả Tưởng', 'CÔNG AN PHƯỜNG MẪU – VÍ DỤ')
  markAsSpecimen(ink, 2400)
}

export const SPECIMENS: Readonly<Record<PaperKind, Specimen>> = {
  birth: { title: 'Trích lục khai sinh', pages: [birth], tint: [250, 249, 243] },
  diploma: { title: 'Bằng tốt nghiệp trung học phổ thông', pages: [diploma], tint: [252, 250, 240] },
  land: { title: 'Giấy chứng nhận quyền sử dụng đất', pages: [landOwner, landPlot], tint: [252, 245, 244] },
  residence: { title: 'Xác nhận thông tin về cư trú', pages: [residence], tint: [249, 249, 247] },
}
