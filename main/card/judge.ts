// Decides what the sources mean: the chip's files become a statement, and all statements become one identity.
// Pure, so the same evidence can be judged again next year. Precedence chip > QR > typed; every disagreement stays visible.
// Never stops anybody for a doubt, and never claims that a chip is genuine: passive authentication is not in this version.
import type { CardEvidence } from '../../drivers/contract.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { readDg13, saidByDg13 } from './dg13.ts'
import {
  type ChipIdentity,
  type CitizenIdentity,
  type Conflict,
  FIELD_NAMES,
  type Field,
  type FieldName,
  type QrIdentity,
  type SaidFields,
  type Sex,
  type Source,
  type Warning,
} from './identity.ts'
import { readMrz } from './mrz.ts'
import { numberWarnings } from './number.ts'
import { findTlv, readTlv } from './tlv.ts'

/** What the files say. `malformed card` when DG1 holds no MRZ of a Vietnamese identity card. */
export function judgeEvidence(evidence: Pick<CardEvidence, 'files' | 'readAt'>): Result<ChipIdentity> {
  const malformed = fail({ kind: 'malformed', what: 'card' })
  const { DG1, DG13 } = evidence.files
  const outer = DG1 ? readTlv(DG1) : null
  const zone = outer?.tag === 0x61 ? findTlv(outer.value, 0x5f1f) : null
  const mrz = zone ? readMrz(String.fromCharCode(...zone.slice(0, 120)), evidence.readAt.slice(0, 10)) : null
  if (!mrz) return malformed

  const dg13 = DG13 ? readDg13(DG13) : null
  const { number, name, birth, sex, expiry } = mrz
  return ok({
    number,
    name,
    birth,
    ...(sex ? { sex } : {}),
    expiry,
    dg13: dg13 ? saidByDg13(dg13) : DG13 ? 'unreadable' : 'closed',
    checkDigits: mrz.checkDigits,
    extra: dg13?.unknown ?? [],
  })
}

interface Statement {
  readonly source: Source
  readonly said: SaidFields
}

/** Letters only, upper case, without diacritics: how the MRZ writes a name. */
export const plainLetters = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'D')
    .toUpperCase()
    .replace(/[^A-Z]+/g, ' ')
    .trim()

const loosely = (text: string) =>
  text
    .normalize('NFC')
    .toLocaleLowerCase('vi')
    .replace(/[\s,.;]+/g, ' ')
    .trim()

/** The MRZ has 30 places for a name: a longer one is cut, so a long beginning counts as the same. */
const MRZ_NAME = 28

function sameName(one: string, other: string): boolean {
  const [short = '', long = ''] = [plainLetters(one), plainLetters(other)].sort((a, b) => a.length - b.length)
  return short === long || (short.length >= MRZ_NAME && long.startsWith(short))
}

/** Two sources say the same, as far as the coarser of them can say it. */
function agree(field: FieldName, one: Said, other: Said): boolean {
  if (field === 'name') {
    const coarse = one.source === 'chip-dg1' || other.source === 'chip-dg1'
    return coarse ? sameName(one.value, other.value) : loosely(one.value) === loosely(other.value)
  }
  if (field === 'birth') return one.value.startsWith(other.value) || other.value.startsWith(one.value)
  return field === 'address' ? loosely(one.value) === loosely(other.value) : one.value === other.value
}

interface Said {
  readonly value: string
  readonly source: Source
}

/** DG13 writes a name with its diacritics, the MRZ cannot: for the name it speaks first. Else DG1 is the better proved file. */
const NAME_FIRST: readonly Source[] = ['chip-dg13', 'chip-dg1', 'qr', 'typed']
const ORDER: readonly Source[] = ['chip-dg1', 'chip-dg13', 'qr', 'typed']

function settle(field: FieldName, statements: readonly Statement[]): { field?: Field; conflict?: Conflict } {
  const order = field === 'name' ? NAME_FIRST : ORDER
  const values = order.flatMap((source) => {
    const value = statements.find((statement) => statement.source === source)?.said[field]
    return value ? [{ value, source }] : []
  })
  const first = values[0]
  if (!first) return {}
  // A name known only in MRZ letters is shown in the fuller spelling of a source that agrees with it.
  const fuller =
    field === 'name' && first.source === 'chip-dg1'
      ? values.slice(1).find((said) => agree(field, first, said))
      : undefined
  const chosen = fuller ?? first
  const others = values.filter((said) => said !== chosen)
  const alsoIn = others.filter((said) => agree(field, chosen, said)).map(({ source }) => source)
  const disagree = others.some((said) => !agree(field, chosen, said))
  return { field: { ...chosen, alsoIn }, ...(disagree ? { conflict: { field, values } } : {}) }
}

/** At least one of them; a chip and a QR always name a whole person, what is typed may only add to them. */
export interface IdentitySources {
  readonly chip?: ChipIdentity
  readonly qr?: QrIdentity
  readonly typed?: SaidFields
}

/** What the QR says, less the letters that another source says undamaged. */
function saidByQr(qr: QrIdentity, better: readonly Statement[]): SaidFields {
  if (!qr.damaged) return qr
  const { name, address, ...rest } = qr
  const missing = (field: FieldName) => better.every(({ said }) => said[field] === undefined)
  return {
    ...rest,
    ...(missing('name') ? { name } : {}),
    ...(missing('address') && address ? { address } : {}),
  }
}

/**
 * One identity from all that was said. Each field carries its source and those that agree; a field on which sources differ is
 * listed in `conflicts` with every value. `chipTrust` is `unchecked`: the issuer's signature is not looked at in this version.
 * Throws a TypeError when number, name and birth are said by nobody.
 */
export function mergeIdentity({ chip, qr, typed }: IdentitySources): CitizenIdentity {
  const fromChip: Statement[] = []
  if (chip) fromChip.push({ source: 'chip-dg1', said: chip })
  if (chip && typeof chip.dg13 === 'object') fromChip.push({ source: 'chip-dg13', said: chip.dg13 })
  const fromHand: Statement[] = typed ? [{ source: 'typed', said: typed }] : []
  const fromQr: Statement[] = qr ? [{ source: 'qr', said: saidByQr(qr, [...fromChip, ...fromHand]) }] : []
  const statements = [...fromChip, ...fromQr, ...fromHand]

  const settled = new Map(FIELD_NAMES.map((field) => [field, settle(field, statements)]))
  const fieldOf = (field: FieldName) => settled.get(field)?.field
  const [number, name, birth] = [fieldOf('number'), fieldOf('name'), fieldOf('birth')]
  if (!number || !name || !birth) throw new TypeError('an identity needs one whole source')

  const sex = fieldOf('sex')
  const warnings: Warning[] = [...numberWarnings(number.value, birth.value, sex?.value as Sex | undefined)]
  if (chip && !chip.checkDigits) warnings.push('check-digit')
  if (qr?.damaged && [name, fieldOf('address')].some((field) => field?.source === 'qr')) warnings.push('qr-diacritics')

  const optional = (['sex', 'address', 'issued', 'expiry', 'oldNumber'] as const).flatMap((field) => {
    const value = fieldOf(field)
    return value ? [[field, value] as const] : []
  })
  return {
    number,
    name,
    birth,
    ...(Object.fromEntries(optional) as Pick<CitizenIdentity, 'sex' | 'address' | 'issued' | 'expiry' | 'oldNumber'>),
    conflicts: [...settled.values()].flatMap(({ conflict }) => (conflict ? [conflict] : [])),
    warnings,
    chipTrust: 'unchecked',
    extra: [...(chip?.extra ?? []), ...(qr?.extra ?? [])],
  }
}
