// The packets of generation 2 as the sandbox accepts them: field names, numbers and limits checked one by one.
// It is written from the interface description, not from our adapter, so that a wrong field is noticed.
import { z } from 'zod'

const DATE = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d$/
const Moment = z.string().regex(DATE)
const Code = z.string().regex(/^[0-9A-Z]+(\.[0-9A-Z]+)*-\d{6}(\d{2})?-\d{4,7}$/)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Flag = z.union([z.literal(0), z.literal(1)])

export const Token = z.strictObject({ client_id: z.string(), client_secret: z.string() })
export const GetNextValue = z.strictObject({ MaDonVi: z.string().max(35) })

const GiayToDinhKem = z.strictObject({
  IdGiayTo: z.string().optional(),
  MaKetQua: z.string().optional(),
  TenGiayTo: z.string().min(1),
  HashTepTin: Hash,
  DuocSoHoa: Flag.optional(),
  DuocTaiSuDung: Flag.optional(),
  DuocLayTuKhoDMQG: Flag,
  MaKetQuaThayThe: z.string().optional(),
})
const ThanhPhanHoSo = z.strictObject({
  MaThanhPhanHoSo: z.string().min(1),
  TenThanhPhanHoSo: z.string().min(1),
  SoLuong: z.number().int().positive(),
  LoaiBan: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  GiayToDinhKem: z.array(GiayToDinhKem),
})
export const NopHoSo = z.strictObject({
  MaHoSo: Code,
  MaTTHC: z.string(),
  MaDichVuCong: z.string().optional(),
  KenhThucHien: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  ChuHoSo: z.string().min(1),
  SoGiayToChuHoSo: z.string().optional(),
  DinhDanhCHS: z
    .array(
      z.union([
        z.strictObject({ LoaiDinhDanh: z.literal(1), SoDinhDanh: z.string().regex(/^\d{12}$/) }),
        z.strictObject({ LoaiDinhDanh: z.literal(2), SoDinhDanh: z.string().regex(/^\d{9}$/) }),
      ]),
    )
    .optional(),
  LoaiDoiTuong: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  MaDonViTiepNhan: z.string().max(35),
  TrichYeuHoSo: z.string().max(1000).optional(),
  NgayNop: Moment,
  NgayTiepNhan: Moment.optional(),
  NgayHenTra: Moment.optional(),
  ThanhPhanHoSo: z.array(ThanhPhanHoSo),
  EformThongTinChiTiet: z.record(z.string(), z.unknown()).optional(),
  ThongTinNguoiNop: z.strictObject({
    HoTen: z.string().min(1),
    SoDinhDanh: z.string().optional(),
    SoDienThoai: z.string().optional(),
    Email: z.string().optional(),
    DiaChi: z.string().optional(),
  }),
})
export type NopHoSo = z.infer<typeof NopHoSo>

const TrangThai = z.number().int().min(1).max(10)
export const CapNhatTienTrinh = z
  .array(
    z.strictObject({
      MaHoSo: Code,
      NguoiXuLy: z.string().min(1).max(50),
      ChucDanh: z.string().optional(),
      ThoiDiemXuLy: Moment,
      PhongBanXuLy: z.string().optional(),
      NoiDungXuLy: z.string().min(1),
      TrangThai,
      NgayBatDau: Moment.optional(),
      NgayKetThucTheoQuyDinh: Moment.optional(),
    }),
  )
  .min(1)
  .max(10)
export type CapNhatTienTrinh = z.infer<typeof CapNhatTienTrinh>

export const CapNhatTrangThai = z
  .array(
    z.strictObject({
      MaHoSo: Code,
      TrangThai,
      ThoiDiemXuLy: Moment,
      NguoiXuLy: z.string().max(50).optional(),
      GhiChu: z.string().optional(),
      NgayHenTra: Moment.optional(),
      DanhSachLePhi: z
        .array(
          z.strictObject({
            MaPhiLePhi: z.string().optional(),
            TenPhiLePhi: z.string().min(1),
            Gia: z.number().int().nonnegative(),
            HinhThucThu: z.union([z.literal(1), z.literal(2), z.literal(4)]),
            TrangThaiThanhToan: Flag,
          }),
        )
        .optional(),
      DanhSachGiayToKetQua: z
        .array(
          z.strictObject({
            TenGiayTo: z.string().min(1),
            MaThanhPhanHoSo: z.string().optional(),
            GiayToId: z.string().min(1),
            HashTepTin: Hash,
            MaGiayToKetQua: z.string().optional(),
          }),
        )
        .optional(),
    }),
  )
  .min(1)
  .max(10)
export type CapNhatTrangThai = z.infer<typeof CapNhatTrangThai>
/** The only statuses that may carry fees and result papers. */
export const WITH_PAPERS = [5, 6, 9]
