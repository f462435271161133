// Small decisions of the scan screen: typed counts, the nearest profile, the pedal, what trouble says, what a code may show.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ASIDE } from '../../main/scan/import/aside.ts'
import { LARGEST_IMPORT, PROFILE_KEYS, REASONS, type ScanRun } from '../../preload/contract/scan.ts'
import { enterCount, sumOf } from '../../renderer/scan/counts.ts'
import { codeWords, degrees, isHomeless } from '../../renderer/scan/page-facts.tsx'
import { mayBePedal } from '../../renderer/scan/pedal.ts'
import { PROFILE_KEYS as KEYS, within } from '../../renderer/scan/profile-bar.tsx'
import { ASIDE as ASIDE_SHOWN } from '../../renderer/scan/start-page.tsx'
import { troubleAdvice } from '../../renderer/scan/trouble.tsx'
import { LARGEST_FILE } from '../../renderer/scan/use-run.ts'
import { words } from '../../renderer/words/index.ts'
import { pageOf } from './pages.ts'

test('the window knows the limits and keys of the contract without carrying its schemas', () => {
  expect(LARGEST_FILE).toBe(LARGEST_IMPORT)
  expect(KEYS).toEqual([...PROFILE_KEYS])
  expect(ASIDE_SHOWN).toBe(ASIDE)
  for (const language of ['vi', 'en'] as const)
    expect(Object.keys(words[language].scan.reasons).sort()).toEqual([...REASONS].sort())
})

describe('typed page counts', () => {
  test('3 Enter 2 Enter Enter makes papers of three and two pages', () => {
    const first = enterCount([], '3')
    expect(first).toEqual({ is: 'more', counts: [3] })
    const second = enterCount([3], ' 2 ')
    expect(second).toEqual({ is: 'more', counts: [3, 2] })
    expect(enterCount([3, 2], '')).toEqual({ is: 'end', counts: [3, 2] })
    expect(sumOf([3, 2])).toBe(5)
  })

  test('one line may hold them all', () => {
    expect(enterCount([], '3+2, 14')).toEqual({ is: 'more', counts: [3, 2, 14] })
  })

  test('nothing, zero, letters and numbers no stack has are refused', () => {
    for (const text of ['', ' ', '0', '1000', '2a', '-1', '3 x']) expect(enterCount([], text)).toEqual({ is: 'no' })
  })

  test('whatever is typed, only counts from 1 to 999 come out, at most 200', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 200 }), fc.string(), (counts, text) => {
        const typed = enterCount(counts, text)
        if (typed.is !== 'no') {
          expect(typed.counts.length).toBeLessThanOrEqual(200)
          expect(typed.counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 999)).toBe(true)
        }
      }),
    )
  })
})

test('a profile is brought to the nearest the scanner can do', () => {
  const small = {
    name: 'Mẫu',
    sources: ['feeder', 'flatbed'],
    modes: ['colour', 'grey'],
    dpi: [75, 150, 200, 300],
  } as const
  const abilities = { ...small, sources: [...small.sources], modes: [...small.modes], dpi: [...small.dpi] }
  expect(within({ source: 'duplex', mode: 'bitonal', dpi: 600 }, abilities)).toEqual({
    source: 'feeder',
    mode: 'grey',
    dpi: 300,
  })
  expect(within({ source: 'flatbed', mode: 'colour', dpi: 200 }, abilities)).toEqual({
    source: 'flatbed',
    mode: 'colour',
    dpi: 200,
  })
  expect(within({ source: 'duplex', mode: 'colour', dpi: 300 }, null)).toEqual({
    source: 'duplex',
    mode: 'colour',
    dpi: 300,
  })
})

test('a pedal may be any key that means nothing else on the screen', () => {
  for (const key of ['F13', 'PageDown', 'MediaPlayPause', 'A', 'Pause']) expect(mayBePedal(key), key).toBe(true)
  for (const key of ['R', 'F2', 'F9', 'Enter', '5', 'Ctrl+P', 'Shift', '', 'Process'])
    expect(mayBePedal(key), key).toBe(false)
})

describe('trouble', () => {
  const run = (part: Partial<ScanRun>): ScanRun => ({
    dossierId: null,
    received: 0,
    putBack: null,
    trouble: null,
    ...part,
  })
  const jam = { kind: 'device', device: 'scan', what: 'jammed', kept: 23 } as const

  test('a jam says after which page, that all are kept, which sheet to put back and which key', () => {
    expect(troubleAdvice(jam, run({ received: 23, putBack: 24 }), 23, 'vi')).toEqual({
      happened: 'Kẹt giấy sau trang 23.',
      safe: 'Đã giữ đủ 23 trang.',
      next: 'Lấy tờ bị kẹt ra. Đặt lại từ tờ số 24, rồi F9.',
    })
  })

  test('sheets count from the beginning of the run, and it says so when pages were there before', () => {
    expect(troubleAdvice(jam, run({ received: 2, putBack: 3 }), 27, 'vi')).toEqual({
      happened: 'Kẹt giấy sau trang 2 của lượt này.',
      safe: 'Đã giữ đủ 2 trang, cả các trang trước đó.',
      next: 'Lấy tờ bị kẹt ra. Đặt lại từ tờ số 3 của lượt này, rồi F9.',
    })
    expect(troubleAdvice(jam, run({ received: 0, putBack: 1 }), 4, 'en')).toEqual({
      happened: 'Paper jam at the first sheet.',
      safe: 'Nothing that was there is lost.',
      next: 'Take the jammed sheet out. Load again from sheet 1 of this run, then F9.',
    })
  })

  test('without a sheet to put back the general sentence is said', () => {
    const empty = { kind: 'device', device: 'scan', what: 'feeder-empty' } as const
    expect(troubleAdvice(empty, run({}), 0, 'vi').happened).toBe('Khay nạp của máy quét không có giấy.')
    expect(troubleAdvice({ kind: 'storage', what: 'full' }, run({ putBack: 3 }), 2, 'vi').happened).toBe(
      'Ổ đĩa đã đầy.',
    )
  })
})

test('a page of which nobody knows whose it is asks for a dossier before it asks whether it is right', () => {
  expect(isHomeless(pageOf(1, { reasons: ['skew', 'no-dossier'] }))).toBe(true)
  expect(isHomeless(pageOf(1, { reasons: ['separator-unknown'] }))).toBe(true)
  expect(isHomeless(pageOf(1, { reasons: ['skew', 'edge'] }))).toBe(false)
})

test('angles are shown to a tenth, and the text of an identity card is never shown', () => {
  expect([degrees(-2.41), degrees(0.04)]).toEqual(['2,4°', '0,0°'])
  const w = words.vi
  expect(codeWords({ format: 'QRCode', text: '001190123456||Nguyễn Thị Mẫu|15011990' }, w)).toBe('QR thẻ căn cước')
  expect(codeWords({ format: 'Code128', text: 'TAM-03' }, w)).toBe('Code128 · TAM-03')
  expect(codeWords({ format: 'QRCode', text: 'x'.repeat(400) }, w)).toHaveLength('QRCode · '.length + 28)
})
