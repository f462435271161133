// Twelve kinds of paper a citizen brings, each with what the form must find on it. Every name, number and place is invented.
import type { FieldName } from '../../../preload/contract/document.ts'
import { seeded } from '../../bench/scanner/ink.ts'
import { drawSheet, type Pen, type Sheet } from './pen.ts'

export type Expected = Partial<Record<FieldName, string>>
export interface Drawn extends Sheet {
  readonly kind: Kind
  readonly expected: Expected
}

interface Person {
  readonly name: string
  readonly id: string
  readonly born: string
}
interface Setting {
  readonly person: Person
  readonly other: Person
  readonly place: string
  readonly number: number
  readonly day: number
  readonly month: number
  readonly year: number
}

const LEFT = 300
const RIGHT = 2280
const NAMES = ['Nguyễn Thị Mẫu', 'Trần Văn Thử', 'Lê Hoàng Giả Định', 'Phạm Thị Minh Họa', 'Đỗ Văn Ví Dụ', 'Võ Thị Ướm']
const PLACES = ['Mẫu', 'Thử Nghiệm', 'Ví Dụ', 'Đồng Giả', 'Hòa Mẫu']
const two = (value: number): string => String(value).padStart(2, '0')
const written = ({ day, month, year }: Setting): string => `ngày ${two(day)} tháng ${two(month)} năm ${year}`
const slashed = ({ day, month, year }: Setting): string => `${two(day)}/${two(month)}/${year}`
const iso = ({ day, month, year }: Setting): string => `${year}-${two(month)}-${two(day)}`

function head(pen: Pen, issuer: readonly string[], number: string, place?: string): void {
  issuer.forEach((text, at) => {
    pen.line(text, 640, 270 + at * 64, { bold: at === issuer.length - 1, align: 'center', size: 48 })
  })
  pen.line('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 1640, 270, { bold: true, align: 'center', size: 46 })
  pen.line('Độc lập - Tự do - Hạnh phúc', 1640, 334, { bold: true, align: 'center' })
  pen.rule(1380, 356, 520)
  const y = 270 + issuer.length * 64 + 40
  pen.rule(560, y - 88, 160)
  if (number !== '') pen.line(number, 640, y, { align: 'center' })
  if (place !== undefined) pen.line(place, 1640, y, { italic: true, align: 'center' })
}

function sign(pen: Pen, y: number, lines: readonly string[], words: string): void {
  lines.forEach((text, at) => {
    pen.line(text, 1760, y + at * 66, { bold: at > 0, italic: at === 0 && /^\S.*ngày/.test(text), align: 'center' })
  })
  pen.stamp(1560, y + lines.length * 66 + 190, words)
  pen.line('Hoàng Thị Tưởng Tượng', 1840, y + lines.length * 66 + 380, { bold: true, align: 'center' })
}

function prose(pen: Pen, lines: readonly string[], y: number): number {
  lines.forEach((text, at) => {
    pen.line(text, LEFT, y + at * 78)
  })
  return y + lines.length * 78
}

const title = (pen: Pen, text: string, y: number): number =>
  pen.line(text, 1240, y, { bold: true, align: 'center', size: 70 })

const PAPERS = {
  birth: (pen: Pen, s: Setting): Expected => {
    head(pen, ['ỦY BAN NHÂN DÂN', `PHƯỜNG ${s.place.toUpperCase()}`], `Số: ${s.number}/${s.year}`)
    title(pen, 'GIẤY KHAI SINH', 640)
    const name = s.person.name.toUpperCase()
    pen.field('Họ, chữ đệm, tên', name, LEFT, 780, RIGHT)
    pen.field('Ngày, tháng, năm sinh', s.person.born, LEFT, 870, RIGHT)
    pen.field('Giới tính', 'Nữ', LEFT, 960, 1100)
    pen.field('Dân tộc', 'Kinh', 1160, 960, RIGHT)
    pen.field('Số định danh cá nhân', s.person.id, LEFT, 1050, RIGHT)
    pen.field('Họ, chữ đệm, tên người mẹ', s.other.name.toUpperCase(), LEFT, 1140, RIGHT)
    pen.field('Họ, chữ đệm, tên người cha', 'TRẦN VĂN CHA', LEFT, 1230, RIGHT)
    pen.field('Nơi đăng ký khai sinh', `Ủy ban nhân dân phường ${s.place}`, LEFT, 1320, RIGHT)
    pen.field('Ngày, tháng, năm đăng ký', slashed(s), LEFT, 1410, RIGHT)
    sign(pen, 1600, ['NGƯỜI KÝ GIẤY KHAI SINH', 'CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN PHƯỜNG')
    const issuer = `ỦY BAN NHÂN DÂN PHƯỜNG ${s.place.toUpperCase()}`
    return {
      title: 'GIẤY KHAI SINH',
      number: `${s.number}/${s.year}`,
      issuedOn: iso(s),
      issuer,
      owner: name,
      ownerId: s.person.id,
    }
  },
  decision: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/QĐ-UBND`
    head(pen, ['ỦY BAN NHÂN DÂN', `THÀNH PHỐ ${s.place.toUpperCase()}`], `Số: ${number}`, `${s.place}, ${written(s)}`)
    title(pen, 'QUYẾT ĐỊNH', 660)
    const summary = 'Về việc cho phép chuyển mục đích sử dụng đất'
    pen.line(summary, 1240, 740, { bold: true, align: 'center' })
    pen.line(`CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ ${s.place.toUpperCase()}`, 1240, 860, { bold: true, align: 'center' })
    const y = prose(
      pen,
      [
        'Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;',
        'Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;',
        `Xét đơn của bà ${s.person.name} và đề nghị của cơ quan chuyên môn;`,
      ],
      980,
    )
    pen.line('QUYẾT ĐỊNH:', 1240, y + 60, { bold: true, align: 'center' })
    prose(
      pen,
      [
        `Điều 1. Cho phép bà ${s.person.name}, số định danh cá nhân ${s.person.id},`,
        'được chuyển mục đích sử dụng 120 m2 đất trồng cây lâu năm sang đất ở.',
        'Điều 2. Quyết định này có hiệu lực kể từ ngày ký.',
      ],
      y + 180,
    )
    sign(pen, y + 560, ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN THÀNH PHỐ')
    const issuer = `ỦY BAN NHÂN DÂN THÀNH PHỐ ${s.place.toUpperCase()}`
    const owner = s.person.name
    return { title: 'QUYẾT ĐỊNH', number, issuedOn: iso(s), issuer, summary, owner, ownerId: s.person.id }
  },
  letter: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/STP-HCTP`
    head(pen, [`UBND TỈNH ${s.place.toUpperCase()}`, 'SỞ TƯ PHÁP'], `Số: ${number}`, `${s.place}, ${written(s)}`)
    pen.line('V/v cung cấp thông tin', 640, 500, { size: 46, align: 'center' })
    pen.line('lý lịch tư pháp', 640, 556, { size: 46, align: 'center' })
    pen.line(`Kính gửi: Ủy ban nhân dân phường ${s.place}`, 1240, 740, { align: 'center' })
    prose(
      pen,
      [
        'Phúc đáp Công văn số 12/UBND-TP ngày 02 tháng 01 năm 2024 của quý cơ quan,',
        'Sở Tư pháp cung cấp thông tin theo danh sách kèm theo. Đề nghị quý cơ quan',
        'thực hiện theo quy định của pháp luật và thông báo kết quả.',
      ],
      900,
    )
    sign(pen, 1300, ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC'], 'SỞ TƯ PHÁP')
    const issuer = `UBND TỈNH ${s.place.toUpperCase()} - SỞ TƯ PHÁP`
    return { number, issuedOn: iso(s), issuer, summary: 'V/v cung cấp thông tin lý lịch tư pháp' }
  },
  diploma: (pen: Pen, s: Setting): Expected => {
    pen.line('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 1240, 280, { bold: true, align: 'center' })
    pen.line('Độc lập - Tự do - Hạnh phúc', 1240, 350, { bold: true, align: 'center' })
    pen.line('HIỆU TRƯỞNG', 1240, 500, { align: 'center' })
    pen.line(`TRƯỜNG ĐẠI HỌC ${s.place.toUpperCase()}`, 1240, 580, { bold: true, align: 'center' })
    pen.line('cấp', 1240, 660, { align: 'center' })
    pen.line('BẰNG TỐT NGHIỆP ĐẠI HỌC', 1240, 800, { bold: true, align: 'center', size: 84, colour: '#b3151f' })
    pen.field('Cho', s.person.name, LEFT, 960, RIGHT)
    pen.field('Ngày sinh', s.person.born, LEFT, 1050, 1200)
    pen.field('Xếp loại', 'Khá', 1240, 1050, RIGHT)
    sign(pen, 1250, [`${s.place}, ${written(s)}`, 'HIỆU TRƯỞNG'], 'TRƯỜNG ĐẠI HỌC')
    pen.line('Số hiệu: DH 0012345', LEFT, 1560)
    const number = `${s.number}/${s.year}`
    pen.line(`Số vào sổ cấp bằng: ${number}`, LEFT, 1640)
    const issuer = `TRƯỜNG ĐẠI HỌC ${s.place.toUpperCase()}`
    return { title: 'BẰNG TỐT NGHIỆP ĐẠI HỌC', number, issuedOn: iso(s), issuer, owner: s.person.name }
  },
  marriage: (pen: Pen, s: Setting): Expected => {
    head(pen, ['ỦY BAN NHÂN DÂN', `XÃ ${s.place.toUpperCase()}`], `Số: ${s.number}/${s.year}`)
    pen.line('GIẤY CHỨNG NHẬN KẾT HÔN', 1240, 640, { bold: true, align: 'center', size: 70, colour: '#b3151f' })
    pen.field('Họ, chữ đệm, tên vợ', s.person.name.toUpperCase(), LEFT, 780, RIGHT)
    pen.field('Ngày, tháng, năm sinh', s.person.born, LEFT, 870, RIGHT)
    pen.field('Giấy tờ tùy thân', `Căn cước số ${s.person.id}`, LEFT, 960, RIGHT)
    pen.field('Họ, chữ đệm, tên chồng', s.other.name.toUpperCase(), LEFT, 1100, RIGHT)
    pen.field('Ngày, tháng, năm sinh', s.other.born, LEFT, 1190, RIGHT)
    pen.field('Giấy tờ tùy thân', `Căn cước số ${s.other.id}`, LEFT, 1280, RIGHT)
    pen.field('Nơi đăng ký kết hôn', `Ủy ban nhân dân xã ${s.place}`, LEFT, 1370, RIGHT)
    pen.field('Ngày, tháng, năm đăng ký', slashed(s), LEFT, 1460, RIGHT)
    sign(pen, 1650, ['NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN', 'CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN XÃ')
    const issuer = `ỦY BAN NHÂN DÂN XÃ ${s.place.toUpperCase()}`
    const owner = s.person.name.toUpperCase()
    const number = `${s.number}/${s.year}`
    return { title: 'GIẤY CHỨNG NHẬN KẾT HÔN', number, issuedOn: iso(s), issuer, owner, ownerId: s.person.id }
  },
  single: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/UBND-XNTTHN`
    head(pen, ['ỦY BAN NHÂN DÂN', `XÃ ${s.place.toUpperCase()}`], `Số: ${number}`, `${s.place}, ${written(s)}`)
    title(pen, 'GIẤY XÁC NHẬN', 620)
    title(pen, 'TÌNH TRẠNG HÔN NHÂN', 710)
    pen.line('XÁC NHẬN:', 1240, 840, { bold: true, align: 'center' })
    pen.field('Họ, chữ đệm, tên', s.person.name, LEFT, 960, RIGHT)
    pen.field('Ngày, tháng, năm sinh', s.person.born, LEFT, 1050, RIGHT)
    pen.field('Giấy tờ tùy thân', `Căn cước công dân số ${s.person.id}`, LEFT, 1140, RIGHT)
    pen.field('Tình trạng hôn nhân', 'Chưa đăng ký kết hôn với ai', LEFT, 1230, RIGHT)
    pen.line('Giấy này có giá trị 6 tháng, kể từ ngày cấp.', LEFT, 1340)
    sign(pen, 1500, ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN XÃ')
    const issuer = `ỦY BAN NHÂN DÂN XÃ ${s.place.toUpperCase()}`
    const { name: owner, id: ownerId } = s.person
    const validity = '6 tháng, kể từ ngày cấp'
    return { title: 'GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN', number, issuedOn: iso(s), issuer, owner, ownerId, validity }
  },
  business: (pen: Pen, s: Setting): Expected => {
    head(pen, [`UBND PHƯỜNG ${s.place.toUpperCase()}`, 'PHÒNG KINH TẾ'], '')
    title(pen, 'GIẤY CHỨNG NHẬN', 600)
    title(pen, 'ĐĂNG KÝ HỘ KINH DOANH', 690)
    const number = `41A80${10000 + s.number}`
    pen.line(`Số: ${number}`, 1240, 780, { bold: true, align: 'center' })
    pen.line(`Đăng ký lần đầu, ${written(s)}`, 1240, 850, { italic: true, align: 'center' })
    pen.field('1. Tên hộ kinh doanh', 'TẠP HÓA VÍ DỤ', LEFT, 980, RIGHT)
    pen.field('2. Địa chỉ trụ sở', `Số 1, đường Mẫu, phường ${s.place}`, LEFT, 1070, RIGHT)
    pen.field('3. Họ và tên chủ hộ', s.person.name.toUpperCase(), LEFT, 1160, RIGHT)
    pen.field('Số định danh cá nhân', s.person.id, LEFT, 1250, RIGHT)
    sign(pen, 1450, ['TRƯỞNG PHÒNG', '(Ký, đóng dấu)'], 'PHÒNG KINH TẾ')
    const issuer = `UBND PHƯỜNG ${s.place.toUpperCase()} - PHÒNG KINH TẾ`
    const owner = s.person.name.toUpperCase()
    return {
      title: 'GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH',
      number,
      issuedOn: iso(s),
      issuer,
      owner,
      ownerId: s.person.id,
    }
  },
  permit: (pen: Pen, s: Setting): Expected => {
    head(pen, ['ỦY BAN NHÂN DÂN', `PHƯỜNG ${s.place.toUpperCase()}`], '')
    title(pen, 'GIẤY PHÉP XÂY DỰNG', 620)
    const number = `${s.number}/GPXD`
    pen.line(`Số: ${number}`, 1240, 700, { align: 'center' })
    const y = prose(
      pen,
      [
        `1. Cấp cho: Ông ${s.person.name}, số CCCD: ${s.person.id}.`,
        `Địa chỉ: số 1 đường Mẫu, phường ${s.place}.`,
        '2. Được phép xây dựng nhà ở riêng lẻ, diện tích xây dựng 80,5 m2, 03 tầng.',
        '3. Giấy phép này có hiệu lực khởi công trong thời hạn 12 tháng kể từ ngày cấp.',
      ],
      860,
    )
    sign(pen, y + 80, [`${s.place}, ${written(s)}`, 'CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN')
    const issuer = `ỦY BAN NHÂN DÂN PHƯỜNG ${s.place.toUpperCase()}`
    const { name: owner, id: ownerId } = s.person
    const validity = '12 tháng kể từ ngày cấp'
    return { title: 'GIẤY PHÉP XÂY DỰNG', number, issuedOn: iso(s), issuer, owner, ownerId, validity }
  },
  record: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/PLLTP1`
    head(pen, ['CÔNG AN TỈNH', s.place.toUpperCase()], `Số: ${number}`, `${s.place}, ${written(s)}`)
    title(pen, 'PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1', 640)
    pen.field('1. Họ và tên', s.person.name.toUpperCase(), LEFT, 780, RIGHT)
    pen.field('2. Giới tính', 'Nam', LEFT, 870, RIGHT)
    pen.field('3. Ngày, tháng, năm sinh', s.person.born, LEFT, 960, RIGHT)
    pen.field('4. Nơi cư trú', `Phường ${s.place}`, LEFT, 1050, RIGHT)
    pen.field('5. Số CMND', '012345678', LEFT, 1140, RIGHT)
    pen.field('6. Tình trạng án tích', 'Không có án tích', LEFT, 1230, RIGHT)
    sign(pen, 1450, ['TL. GIÁM ĐỐC', 'TRƯỞNG PHÒNG HỒ SƠ'], 'CÔNG AN TỈNH')
    const issuer = `CÔNG AN TỈNH ${s.place.toUpperCase()}`
    const owner = s.person.name.toUpperCase()
    return { title: 'PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1', number, issuedOn: iso(s), issuer, owner, ownerId: '012345678' }
  },
  health: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/GKSK-BVM`
    head(pen, ['SỞ Y TẾ VÍ DỤ', `BỆNH VIỆN ${s.place.toUpperCase()}`], `Số: ${number}`)
    title(pen, 'GIẤY KHÁM SỨC KHỎE', 640)
    pen.field('Họ và tên', s.person.name, LEFT, 780, RIGHT)
    pen.field('Số CMND/CCCD/Hộ chiếu', s.person.id, LEFT, 870, RIGHT)
    pen.field('Lý do khám sức khỏe', 'Xin việc làm', LEFT, 960, RIGHT)
    prose(
      pen,
      ['Kết luận: Đủ sức khỏe để học tập, công tác.', `Có giá trị đến ngày ${s.day}/${s.month}/${s.year + 1}.`],
      1080,
    )
    sign(pen, 1350, [`${s.place}, ${written(s)}`, 'NGƯỜI KẾT LUẬN'], 'BỆNH VIỆN')
    const issuer = `SỞ Y TẾ VÍ DỤ - BỆNH VIỆN ${s.place.toUpperCase()}`
    const { name: owner, id: ownerId } = s.person
    const validity = `${s.year + 1}-${two(s.month)}-${two(s.day)}`
    return { title: 'GIẤY KHÁM SỨC KHỎE', number, issuedOn: iso(s), issuer, owner, ownerId, validity }
  },
  death: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/TLKH-BS`
    head(pen, ['ỦY BAN NHÂN DÂN', `PHƯỜNG ${s.place.toUpperCase()}`], `Số: ${number}`, `${s.place}, ${written(s)}`)
    title(pen, 'TRÍCH LỤC KHAI TỬ', 640)
    pen.line('(BẢN SAO)', 1240, 710, { align: 'center' })
    pen.field('Họ, chữ đệm, tên người chết', s.person.name.toUpperCase(), LEFT, 840, RIGHT)
    pen.field('Ngày, tháng, năm sinh', s.person.born, LEFT, 930, RIGHT)
    pen.field('Số định danh cá nhân', s.person.id, LEFT, 1020, RIGHT)
    pen.line('Đăng ký khai tử tại Ủy ban nhân dân xã Cũ, số 12, ngày 03 tháng 02 năm 2019', LEFT, 1110)
    sign(pen, 1300, ['NGƯỜI KÝ TRÍCH LỤC', 'PHÓ CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN')
    const issuer = `ỦY BAN NHÂN DÂN PHƯỜNG ${s.place.toUpperCase()}`
    const owner = s.person.name.toUpperCase()
    return { title: 'TRÍCH LỤC KHAI TỬ', number, issuedOn: iso(s), issuer, owner, ownerId: s.person.id }
  },
  poor: (pen: Pen, s: Setting): Expected => {
    const number = `${s.number}/GXN-HN`
    head(pen, ['ỦY BAN NHÂN DÂN', `XÃ ${s.place.toUpperCase()}`], `Số: ${number}`, `${s.place}, ${written(s)}`)
    title(pen, 'GIẤY XÁC NHẬN HỘ NGHÈO', 640)
    prose(
      pen,
      [
        `Ủy ban nhân dân xã ${s.place} xác nhận hộ ông/bà: ${s.person.name}`,
        `Số định danh cá nhân: ${s.person.id}`,
        'là hộ nghèo theo chuẩn nghèo đa chiều.',
        `Giấy xác nhận này có giá trị đến ngày 31/12/${s.year}.`,
      ],
      800,
    )
    sign(pen, 1250, ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'], 'ỦY BAN NHÂN DÂN XÃ')
    const issuer = `ỦY BAN NHÂN DÂN XÃ ${s.place.toUpperCase()}`
    const { name: owner, id: ownerId } = s.person
    const validity = `${s.year}-12-31`
    return { title: 'GIẤY XÁC NHẬN HỘ NGHÈO', number, issuedOn: iso(s), issuer, owner, ownerId, validity }
  },
} as const satisfies Record<string, (pen: Pen, setting: Setting) => Expected>

export type Kind = keyof typeof PAPERS
export const KINDS = Object.keys(PAPERS) as readonly Kind[]

/** One sheet of this kind: face, size, grain, skew, resolution, names and dates follow from the seed. */
export async function drawKind(kind: Kind, seed: number, dpi?: number): Promise<Drawn> {
  const random = seeded(seed * 7919 + KINDS.indexOf(kind))
  const upTo = (count: number): number => Math.floor(random() * count)
  const person = (name: string, century: string): Person => ({
    name,
    id: `0${two(1 + upTo(95))}${century}${two(60 + upTo(39))}${String(100000 + upTo(899999))}`,
    born: `${two(1 + upTo(28))}/${two(1 + upTo(12))}/19${60 + upTo(39)}`,
  })
  const first = upTo(NAMES.length)
  const setting: Setting = {
    person: person(NAMES[first] ?? '', '1'),
    other: person(NAMES[(first + 1) % NAMES.length] ?? '', '0'),
    place: PLACES[upTo(PLACES.length)] ?? '',
    number: 1 + upTo(2000),
    day: 1 + upTo(28),
    month: 1 + upTo(12),
    year: 2015 + upTo(11),
  }
  let expected: Expected = {}
  const sheet = await drawSheet(
    {
      face: upTo(3) === 0 ? 'Sans' : 'Serif',
      size: 46 + upTo(9),
      seed,
      skew: (random() - 0.5) * 0.5,
      blur: 0.5 + random() * 0.7,
      grain: 2 + random() * 5,
      ...(dpi === undefined ? {} : { dpi }),
    },
    (pen) => {
      expected = PAPERS[kind](pen, setting)
    },
  )
  return { ...sheet, kind, expected }
}
