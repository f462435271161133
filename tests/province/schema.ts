// Tables of the sandbox province, with the constraints that make a double or an orphan impossible to hide.
// Statuses and their transitions are the sandbox's own copy: a test compares them with the product's table.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Database } from './database.ts'

export const TABLES = `
create table if not exists units (
  code text primary key check (length(code) <= 35),
  name text not null
);
create table if not exists operators (
  client_id text primary key,
  client_secret text not null,
  name text not null,
  unit_code text not null references units
);
create table if not exists procedures (
  code text primary key,
  name text not null,
  content jsonb not null
);
create table if not exists transitions (
  from_status int not null check (from_status between 1 and 10),
  to_status int not null check (to_status between 1 and 10),
  primary key (from_status, to_status)
);
create table if not exists numbers (
  unit_code text not null references units,
  day text not null check (day ~ '^\\d{8}$'),
  number int not null check (number > 0),
  code text not null unique,
  key text not null unique,
  primary key (unit_code, day, number)
);
create table if not exists dossiers (
  id text primary key,
  code text not null unique check (code ~ '^[0-9A-Z]+(\\.[0-9A-Z]+)*-\\d{6}(\\d{2})?-\\d{4,7}$'),
  procedure_code text not null references procedures,
  unit_code text not null references units,
  owner_name text not null,
  owner_number text,
  owner_kind int not null check (owner_kind in (0, 1, 2)),
  status int not null check (status between 1 and 10),
  key text not null unique,
  packet jsonb not null,
  arrived_at timestamptz not null
);
create table if not exists files (
  id text primary key,
  upload text not null unique,
  key text not null unique,
  name text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size >= 0),
  arrived_at timestamptz not null,
  parent text check (parent ~ '^[0-9a-f]{64}$')
);
create table if not exists components (
  dossier_id text not null references dossiers,
  position int not null,
  component_code text not null,
  name text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  file_id text references files,
  primary key (dossier_id, position)
);
create table if not exists steps (
  id text primary key,
  dossier_id text not null references dossiers,
  key text not null,
  position int not null,
  row jsonb not null,
  unique (key, position)
);
create table if not exists revisions (
  key text primary key,
  dossier_id text not null references dossiers
);
create table if not exists changes (
  id text primary key,
  dossier_id text not null references dossiers,
  key text not null,
  position int not null,
  from_status int not null,
  to_status int not null,
  at text not null,
  fees jsonb,
  unique (key, position),
  unique (dossier_id, from_status, to_status, at),
  foreign key (from_status, to_status) references transitions
);
create sequence if not exists result_papers;
create table if not exists results (
  paper_code text primary key check (paper_code ~ '^KQ\\.[A-Z]\\d{2}\\.\\d{6}$'),
  dossier_id text not null references dossiers,
  change_id text not null references changes,
  file_id text not null references files,
  name text not null,
  unique (dossier_id, file_id)
);
create table if not exists answers (
  key text primary key,
  route text not null,
  body_sha256 text not null,
  answer jsonb,
  repeats int not null default 0
);
`

/** What arrives and can be emptied; units, operators, procedures and transitions stay. */
export const EMPTY = `
truncate answers, results, changes, steps, revisions, components, files, dossiers, numbers;
alter sequence result_papers restart with 1;
`

/** Next statuses by number; the sandbox refuses everything else with CHUYEN_TRANG_THAI. */
export const NEXT: Readonly<Record<number, readonly number[]>> = {
  1: [2, 3],
  2: [4, 5, 7],
  4: [5, 6, 7, 8, 9],
  5: [2, 4, 8],
  6: [4, 8],
  9: [10],
}

export const UNITS = [
  { code: 'H55.242', name: 'UBND xã Mẫu Bình – đơn vị mẫu' },
  { code: 'H55.243', name: 'UBND xã Mẫu An – đơn vị mẫu' },
]
export const OPERATORS = [
  { clientId: 'quay-h55-242', clientSecret: 'mat-khau-thu-nghiem-242', name: 'Quầy một cửa Mẫu Bình', unit: 'H55.242' },
  { clientId: 'quay-h55-243', clientSecret: 'mat-khau-thu-nghiem-243', name: 'Quầy một cửa Mẫu An', unit: 'H55.243' },
]

const Catalogue = z.object({ procedures: z.array(z.looseObject({ MATTHC: z.string(), TENTTHC: z.string() })) })

export const readCatalogue = () =>
  Catalogue.parse(
    JSON.parse(readFileSync(new URL('../../resources/catalogue/procedures.json', import.meta.url), 'utf8')),
  ).procedures

/** Creates what is missing and fills what is always the same; can be run again on a filled database. */
export async function prepare(database: Database): Promise<void> {
  await database.script(TABLES)
  for (const unit of UNITS) {
    await database.query('insert into units values ($1, $2) on conflict do nothing', [unit.code, unit.name])
  }
  for (const operator of OPERATORS) {
    const row = [operator.clientId, operator.clientSecret, operator.name, operator.unit]
    await database.query('insert into operators values ($1, $2, $3, $4) on conflict do nothing', row)
  }
  for (const [from, next] of Object.entries(NEXT)) {
    for (const to of next) {
      await database.query('insert into transitions values ($1, $2) on conflict do nothing', [Number(from), to])
    }
  }
  const rows = readCatalogue().map((procedure) => ({
    code: procedure.MATTHC,
    name: procedure.TENTTHC,
    content: procedure,
  }))
  await database.query(
    `insert into procedures
     select code, name, content from jsonb_to_recordset($1::jsonb) as row(code text, name text, content jsonb)
     on conflict (code) do update set name = excluded.name, content = excluded.content`,
    [JSON.stringify(rows)],
  )
}
