// The work of the province on dossiers: give a code, take a dossier, its progress and its statuses, and look them up.
// Every function works inside the transaction it is given; a refusal undoes all of it.
import { createHash } from 'node:crypto'
import { Refused } from './answer.ts'
import type { Query } from './database.ts'
import { type CapNhatTienTrinh, type CapNhatTrangThai, type NopHoSo, WITH_PAPERS } from './packets.ts'

/** One write: who, with which key, when by the province's clock. */
export interface Write {
  readonly query: Query
  readonly unit: string
  readonly key: string
  readonly now: Date
}

/** Identifiers come from the key: a second run of the same write cannot get another one. */
const identifier = (kind: string, key: string): string =>
  `${kind}-${createHash('sha256').update(`${kind} ${key}`).digest('hex').slice(0, 24)}`

/** Day in Vietnam, yyyyMMdd. */
const dayOf = (now: Date): string =>
  new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')

/** GetNextValue: the next code of the unit today, e.g. `H55.242-20261121-0000001`. */
export async function giveCode(write: Write, unit: string): Promise<{ value: string }> {
  if (unit !== write.unit) throw new Refused(403, 'DON_VI_KHONG_KHOP')
  const given = await write.query<{ code: string }>('select code from numbers where key = $1', [write.key])
  if (given[0] !== undefined) return { value: given[0].code }
  const day = dayOf(write.now)
  await write.query('select 1 from units where code = $1 for update', [unit])
  const rows = await write.query<{ code: string }>(
    `insert into numbers (unit_code, day, number, code, key)
     select $1, $2, n, $1 || '-' || $2 || '-' || lpad(n::text, 7, '0'), $3
     from (select coalesce(max(number), 0) + 1 as n from numbers where unit_code = $1 and day = $2) as next
     returning code`,
    [unit, day, write.key],
  )
  return { value: rows[0]?.code ?? '' }
}

/** NopHoSo: received (2) when the counter names the moment of receipt, otherwise newly registered (1). */
export async function takeDossier(write: Write, packet: NopHoSo): Promise<{ idHoSo: string; maHoSo: string }> {
  const { query, key } = write
  if (packet.MaDonViTiepNhan !== write.unit) throw new Refused(403, 'DON_VI_KHONG_KHOP')
  const known = await query('select 1 from procedures where code = $1', [packet.MaTTHC])
  if (known.length === 0) throw new Refused(400, 'TTHC_KHONG_CO')
  const given = await query('select 1 from numbers where code = $1', [packet.MaHoSo])
  if (given.length === 0) throw new Refused(400, 'MA_CHUA_CAP')
  const older = await supplemented(write, packet)
  if (older !== null) return { idHoSo: older, maHoSo: packet.MaHoSo }
  const id = identifier('HS', key)
  await query(
    `insert into dossiers (id, code, procedure_code, unit_code, owner_name, owner_number, owner_kind, status, key, packet, arrived_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      packet.MaHoSo,
      packet.MaTTHC,
      write.unit,
      packet.ChuHoSo,
      packet.SoGiayToChuHoSo ?? null,
      packet.LoaiDoiTuong,
      packet.NgayTiepNhan === undefined ? 1 : 2,
      key,
      JSON.stringify(packet),
      write.now.toISOString(),
    ],
  )
  await takeComponents(write, id, packet)
  return { idHoSo: id, maHoSo: packet.MaHoSo }
}

async function takeComponents(write: Write, id: string, packet: NopHoSo): Promise<void> {
  const papers = packet.ThanhPhanHoSo.flatMap((part) => part.GiayToDinhKem.map((paper) => ({ part, paper })))
  for (const [position, { part, paper }] of papers.entries()) {
    // Content that came before the dossier is found by its identifier or its hash; what is still to come, by its hash.
    const file = await write.query<{ id: string }>(
      'select id from files where case when $1::text is null then sha256 = $2 else id = $1 and sha256 = $2 end limit 1',
      [paper.IdGiayTo ?? null, paper.HashTepTin],
    )
    if (paper.IdGiayTo !== undefined && file.length === 0) throw new Refused(400, 'TEP_KHONG_CO')
    await write.query(
      'insert into components (dossier_id, position, component_code, name, sha256, file_id) values ($1, $2, $3, $4, $5, $6)',
      [id, position, part.MaThanhPhanHoSo, paper.TenGiayTo, paper.HashTepTin, file[0]?.id ?? null],
    )
  }
}

/**
 * NopHoSo again for a dossier that is still open: the same business with more papers, and none of the old ones missing.
 * Its components are replaced. Anything else under a code already used is a conflict, as before (null here).
 */
async function supplemented(write: Write, packet: NopHoSo): Promise<string | null> {
  const rows = await write.query<{ id: string; status: number; packet: NopHoSo }>(
    'select id, status, packet from dossiers where code = $1 and unit_code = $2 for update',
    [packet.MaHoSo, write.unit],
  )
  const [older] = rows
  if (older === undefined) return null
  const essence = ({ MaTTHC, ChuHoSo, SoGiayToChuHoSo, LoaiDoiTuong, NgayNop }: NopHoSo) =>
    JSON.stringify([MaTTHC, ChuHoSo, SoGiayToChuHoSo, LoaiDoiTuong, NgayNop])
  const hashes = (one: NopHoSo): readonly string[] =>
    one.ThanhPhanHoSo.flatMap((part) => part.GiayToDinhKem.map((paper) => paper.HashTepTin))
  const [before, now] = [hashes(older.packet), hashes(packet)]
  const grows = now.length > before.length && before.every((hash) => now.includes(hash))
  if (essence(older.packet) !== essence(packet) || !grows) return null
  if (![1, 2, 4, 5].includes(older.status)) throw new Refused(400, 'HO_SO_DA_KET_THUC')
  await write.query('update dossiers set packet = $1 where id = $2', [JSON.stringify(packet), older.id])
  await write.query('delete from components where dossier_id = $1', [older.id])
  await takeComponents(write, older.id, packet)
  await write.query('insert into revisions (key, dossier_id) values ($1, $2)', [write.key, older.id])
  return older.id
}

interface Held {
  readonly id: string
  readonly status: number
}

async function holdDossier(write: Write, code: string): Promise<Held> {
  const sql = 'select id, status from dossiers where code = $1 and unit_code = $2 for update'
  const rows = await write.query<Held>(sql, [code, write.unit])
  if (rows[0] === undefined) throw new Refused(404, 'HO_SO_KHONG_CO')
  return rows[0]
}

/** CapNhatTienTrinh. */
export async function takeSteps(write: Write, rows: CapNhatTienTrinh) {
  const taken = []
  for (const [position, row] of rows.entries()) {
    const dossier = await holdDossier(write, row.MaHoSo)
    const id = identifier('TT', `${write.key} ${position}`)
    const values = [id, dossier.id, write.key, position, JSON.stringify(row)]
    await write.query('insert into steps (id, dossier_id, key, position, row) values ($1, $2, $3, $4, $5)', values)
    taken.push({ idHoSo: dossier.id, maHoSo: row.MaHoSo, idTienTrinh: id })
  }
  return { ketQua: taken }
}

/** CapNhatTrangThai: only along the table of transitions; fees and papers only with 5, 6 and 9. */
export async function takeChanges(write: Write, rows: CapNhatTrangThai) {
  const repeated = await write.query('select 1 from changes where key = $1', [write.key])
  if (repeated.length > 0) throw new Refused(409, 'DA_TON_TAI')
  const taken = []
  for (const [position, row] of rows.entries()) {
    const dossier = await holdDossier(write, row.MaHoSo)
    const papers = row.DanhSachGiayToKetQua ?? []
    const carries = row.DanhSachGiayToKetQua !== undefined || row.DanhSachLePhi !== undefined
    if (carries && !WITH_PAPERS.includes(row.TrangThai)) throw new Refused(400, 'GIAY_TO_KHONG_DUNG_LUC')
    const sql = 'select 1 from transitions where from_status = $1 and to_status = $2'
    if ((await write.query(sql, [dossier.status, row.TrangThai])).length === 0) {
      throw new Refused(400, 'CHUYEN_TRANG_THAI')
    }
    const id = identifier('TTHS', `${write.key} ${position}`)
    await write.query(
      'insert into changes (id, dossier_id, key, position, from_status, to_status, at, fees) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [
        id,
        dossier.id,
        write.key,
        position,
        dossier.status,
        row.TrangThai,
        row.ThoiDiemXuLy,
        row.DanhSachLePhi === undefined ? null : JSON.stringify(row.DanhSachLePhi),
      ],
    )
    await write.query('update dossiers set status = $1 where id = $2', [row.TrangThai, dossier.id])
    const results = []
    for (const paper of papers) results.push(await takeResult(write, dossier.id, id, paper))
    taken.push({ idHoSo: dossier.id, maHoSo: row.MaHoSo, trangThai: row.TrangThai, giayToKetQua: results })
  }
  return { ketQua: taken }
}

type Paper = NonNullable<CapNhatTrangThai[number]['DanhSachGiayToKetQua']>[number]

async function takeResult(write: Write, dossier: string, change: string, paper: Paper) {
  const file = await write.query('select 1 from files where id = $1 and sha256 = $2', [
    paper.GiayToId,
    paper.HashTepTin,
  ])
  if (file.length === 0) throw new Refused(400, 'TEP_KHONG_CO')
  const rows = await write.query<{ paper_code: string }>(
    `insert into results (paper_code, dossier_id, change_id, file_id, name)
     values ('KQ.' || left($1, 3) || '.' || lpad(nextval('result_papers')::text, 6, '0'), $2, $3, $4, $5) returning paper_code`,
    [write.unit, dossier, change, paper.GiayToId, paper.TenGiayTo],
  )
  return { GiayToId: paper.GiayToId, MaGiayToKetQua: rows[0]?.paper_code }
}

/** One dossier of the unit, with the keys of every write taken for it. */
export async function lookUp(query: Query, unit: string, code: string) {
  const rows = await query<{ id: string; code: string; status: number; packet: NopHoSo; key: string }>(
    'select id, code, status, packet, key from dossiers where code = $1 and unit_code = $2',
    [code, unit],
  )
  const dossier = rows[0]
  if (dossier === undefined) throw new Refused(404, 'HO_SO_KHONG_CO')
  const keys = await query<{ key: string }>(
    `select key from steps where dossier_id = $1 union select key from changes where dossier_id = $1
     union select key from revisions where dossier_id = $1 order by key`,
    [dossier.id],
  )
  const files = await query<{ component_code: string; name: string; sha256: string; file_id: string | null }>(
    'select component_code, name, sha256, file_id from components where dossier_id = $1 order by position',
    [dossier.id],
  )
  const results = await query<{ name: string; paper_code: string; file_id: string }>(
    'select name, paper_code, file_id from results where dossier_id = $1 order by paper_code',
    [dossier.id],
  )
  return {
    idHoSo: dossier.id,
    maHoSo: dossier.code,
    trangThai: dossier.status,
    goiTin: dossier.packet,
    giayTo: files.map((file) => ({
      MaThanhPhanHoSo: file.component_code,
      TenGiayTo: file.name,
      HashTepTin: file.sha256,
      IdTepTin: file.file_id,
    })),
    giayToKetQua: results.map((result) => ({
      TenGiayTo: result.name,
      MaGiayToKetQua: result.paper_code,
      GiayToId: result.file_id,
    })),
    khoaDaNhan: [dossier.key, ...keys.map((row) => row.key)],
  }
}
