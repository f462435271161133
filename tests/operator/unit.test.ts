// unit.json, as IT rolls it out: what is refused in it, and what of it is secret and does not stay there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { keepSecrets, readUnit, type Unit } from '../../main/operator/index.ts'
import { SPECIMEN_UNIT } from '../bench/office.ts'
import { storeIn, tempFolders } from '../storage/store.ts'

const folders = tempFolders()
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  folders.clean()
})
const rolledOut = (unit: object): string => {
  const file = join(folders.make(), 'unit.json')
  writeFileSync(file, JSON.stringify(unit))
  return file
}

describe('the server of numbers', () => {
  const withUrl = (url: string) => readUnit(rolledOut({ ...SPECIMEN_UNIT, numbers: { url } }))?.numbers?.url
  test.each([
    'https://so.example.vn/quay/v1/numbers',
    'http://localhost:8080/so',
    'http://127.0.0.1/so',
    'http://[::1]/so',
  ])('%s is taken', (url) => expect(withUrl(url)).toBe(url))
  test.each([
    'http://so.example.vn/so',
    'http://localhost.example.vn/so',
    'http://127.0.0.1.example.vn/so',
    'http://localhost@so.example.vn/so',
    'https://quay:mat-khau@so.example.vn/so',
    'https://so.example.vn/so#token',
    'ftp://localhost/so',
    'file:///so',
    'so.example.vn',
    '',
  ])('%s is refused', (url) => expect(withUrl(url)).toBeUndefined())
  test.each(['ngắn', 'a b c d e f g h', 'x'.repeat(513), 'token\nX-Evil: 1'])(
    'a token that no header can carry is refused',
    (token) => {
      const numbers = { url: 'https://so.example.vn/so', token }
      expect(readUnit(rolledOut({ ...SPECIMEN_UNIT, numbers }))).toBeNull()
    },
  )
})

describe('secrets', () => {
  const province = { name: 'Tỉnh mẫu', baseUrl: 'https://tinh.example.vn', clientId: 'quay' }
  const numbers = { url: 'https://so.example.vn/so' }
  const bare: Unit = { ...SPECIMEN_UNIT, province, numbers }
  const full: Unit = {
    ...bare,
    province: { ...province, clientSecret: 'mat-khau-tinh' },
    numbers: { ...numbers, token: 'ma-truy-cap-so' },
  }
  test('go into the store at the first start and out of the file; a new one replaces the old, the other stays', () => {
    const storage = storeIn(folders.make()).open()
    open.push(storage)
    const file = rolledOut(full)
    expect(keepSecrets(storage, full, file)).toEqual({ province: 'mat-khau-tinh', numbers: 'ma-truy-cap-so' })
    expect(readUnit(file)).toEqual(bare)
    expect(readFileSync(file, 'utf8')).not.toMatch(/mat-khau-tinh|ma-truy-cap-so/)
    expect(keepSecrets(storage, bare, file)).toEqual({ province: 'mat-khau-tinh', numbers: 'ma-truy-cap-so' })
    const again = { ...bare, numbers: { ...numbers, token: 'ma-truy-cap-moi' } }
    expect(keepSecrets(storage, again, file)).toEqual({ province: 'mat-khau-tinh', numbers: 'ma-truy-cap-moi' })
    expect(readUnit(file)).toEqual(bare)
  })

  test('a unit without any has none, and its file is left alone', () => {
    const storage = storeIn(folders.make()).open()
    open.push(storage)
    const nowhere = join(folders.make(), 'unit.json')
    expect(keepSecrets(storage, SPECIMEN_UNIT, nowhere)).toEqual({ province: '', numbers: '' })
    expect(existsSync(nowhere)).toBe(false)
  })
})
