// Our words to the packet fields of the national portal, generation 2; the only file that knows these field names.
// The numbers are those of generation 2 alone (LoaiDoiTuong differs from generation 1) and are never shared.
import type { DossierPacket, PacketFile, ProgressRow, StatusChange } from './packet.ts'
import { STATUS_CODES } from './statuses.ts'

const LOAI_DOI_TUONG = { citizen: 0, enterprise: 1, 'household-business': 2 } as const
const KENH_THUC_HIEN = { 'in-person': 1, online: 2, post: 3 } as const
const LOAI_BAN = { original: 0, copy: 1, electronic: 2 } as const
/** 1 at intake, 2 with a supplement, 4 with the result. */
const HINH_THUC_THU = { 'at-intake': 1, 'with-supplement': 2, 'with-result': 4 } as const

const TWO = (value: number): string => String(value).padStart(2, '0')

/** `yyyyMMddHHmmss` of a moment, in Vietnamese time (+07:00, no summer time), on a 24-hour clock. */
export function dateField(instant: string): string {
  const shifted = new Date(Date.parse(instant) + 7 * 3_600_000)
  const day = `${shifted.getUTCFullYear()}${TWO(shifted.getUTCMonth() + 1)}${TWO(shifted.getUTCDate())}`
  return `${day}${TWO(shifted.getUTCHours())}${TWO(shifted.getUTCMinutes())}${TWO(shifted.getUTCSeconds())}`
}

const optionalDate = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : dateField(instant)

/** Kinds of personal number the portal tells apart: 1 for twelve digits, 2 for nine. */
function identities(number: string | undefined) {
  if (number === undefined) return undefined
  if (/^\d{12}$/.test(number)) return [{ LoaiDinhDanh: 1, SoDinhDanh: number }]
  if (/^\d{9}$/.test(number)) return [{ LoaiDinhDanh: 2, SoDinhDanh: number }]
  return undefined
}

const fileFields = (file: PacketFileFields) => ({
  IdGiayTo: file.fileId,
  MaKetQua: file.resultCode,
  TenGiayTo: file.name,
  HashTepTin: file.sha256,
  DuocSoHoa: file.digitised === true ? 1 : undefined,
  DuocTaiSuDung: file.reused === true ? 1 : undefined,
  DuocLayTuKhoDMQG: file.fromNationalStore === true ? 1 : 0,
  MaKetQuaThayThe: file.replacesResult,
})
type PacketFileFields = (typeof PacketFile)['_output']

/** NopHoSo. Fields that are undefined are left out of the JSON. */
export function dossierFields(dossier: DossierPacket, unitCode: string) {
  const submitter = dossier.submitter ?? dossier.applicant
  return {
    MaHoSo: dossier.code,
    MaTTHC: dossier.procedure,
    MaDichVuCong: dossier.onlineService,
    KenhThucHien: KENH_THUC_HIEN[dossier.channel],
    ChuHoSo: dossier.applicant.name,
    SoGiayToChuHoSo: dossier.applicant.number,
    DinhDanhCHS: identities(dossier.applicant.number),
    LoaiDoiTuong: LOAI_DOI_TUONG[dossier.applicant.kind],
    MaDonViTiepNhan: dossier.unit ?? unitCode,
    TrichYeuHoSo: dossier.summary,
    NgayNop: dateField(dossier.submittedAt),
    NgayTiepNhan: optionalDate(dossier.receivedAt),
    NgayHenTra: optionalDate(dossier.dueAt),
    ThanhPhanHoSo: dossier.components.map((component) => ({
      MaThanhPhanHoSo: component.code,
      TenThanhPhanHoSo: component.name,
      SoLuong: component.copies,
      LoaiBan: LOAI_BAN[component.form],
      GiayToDinhKem: component.files.map(fileFields),
    })),
    EformThongTinChiTiet: dossier.details,
    ThongTinNguoiNop: {
      HoTen: submitter.name,
      SoDinhDanh: submitter.number,
      SoDienThoai: submitter.phone,
      Email: submitter.email,
      DiaChi: submitter.address,
    },
  }
}

/** One row of CapNhatTienTrinh. */
export const progressFields = (row: ProgressRow) => ({
  MaHoSo: row.code,
  NguoiXuLy: row.person,
  ChucDanh: row.title,
  ThoiDiemXuLy: dateField(row.at),
  PhongBanXuLy: row.department,
  NoiDungXuLy: row.what,
  TrangThai: STATUS_CODES[row.status],
  NgayBatDau: optionalDate(row.startedAt),
  NgayKetThucTheoQuyDinh: optionalDate(row.dueAt),
})

/** One row of CapNhatTrangThai; DanhSachLePhi and DanhSachGiayToKetQua exist only for statuses 5, 6 and 9. */
export function statusFields(change: StatusChange) {
  const papers = 'results' in change || 'fees' in change ? change : undefined
  return {
    MaHoSo: change.code,
    TrangThai: STATUS_CODES[change.status],
    ThoiDiemXuLy: dateField(change.at),
    NguoiXuLy: change.person,
    GhiChu: change.note,
    NgayHenTra: optionalDate(change.dueAt),
    DanhSachLePhi: papers?.fees?.map((fee) => ({
      MaPhiLePhi: fee.code,
      TenPhiLePhi: fee.name,
      Gia: fee.amount,
      HinhThucThu: HINH_THUC_THU[fee.when],
      TrangThaiThanhToan: fee.paid ? 1 : 0,
    })),
    DanhSachGiayToKetQua: papers?.results?.map((result) => ({
      TenGiayTo: result.name,
      MaThanhPhanHoSo: result.component,
      GiayToId: result.fileId,
      HashTepTin: result.sha256,
      MaGiayToKetQua: result.paperCode,
    })),
  }
}
