// How Vietnamese is typed: from a text to the keys a clerk presses (Telex, VNI), the words as they grow on the screen, and the events
// that the input methods in use make of them. Small on purpose: it types what the corpus holds, it is no input method.
import type { CDPSession } from 'playwright/test'

export type Keys = 'telex' | 'vni'
/** Unikey and EVKey take letters back and send others; the Windows input method composes. EVKey sends a dummy sign first. */
export type Method = 'unikey' | 'evkey' | 'windows'

const MARKS = { '\u0302': 'circumflex', '\u0306': 'breve', '\u031b': 'horn' } as const
const TONES = ['\u0301', '\u0300', '\u0309', '\u0303', '\u0323'] as const
const TONE_KEYS: Readonly<Record<Keys, readonly string[]>> = {
  telex: ['s', 'f', 'r', 'x', 'j'],
  vni: ['1', '2', '3', '4', '5'],
}
const MARK_KEY: Readonly<Record<Keys, (letter: string, mark: string) => string>> = {
  telex: (letter, mark) => (mark === 'circumflex' ? letter.toLowerCase() : 'w'),
  vni: (_letter, mark) => ({ circumflex: '6', horn: '7', breve: '8' })[mark] ?? '',
}

interface Letter {
  readonly base: string
  readonly marks: string
  readonly tone: string
}
function lettersOf(word: string): readonly Letter[] {
  const letters: Letter[] = []
  for (const sign of word.normalize('NFC')) {
    if (sign === 'đ' || sign === 'Đ') {
      letters.push({ base: sign === 'đ' ? 'd' : 'D', marks: 'stroke', tone: '' })
      continue
    }
    const [base = '', ...rest] = [...sign.normalize('NFD')]
    letters.push({
      base,
      marks: rest.filter((one) => one in MARKS).join(''),
      tone: rest.find((one) => (TONES as readonly string[]).includes(one)) ?? '',
    })
  }
  return letters
}
const drawn = ({ base, marks, tone }: Letter): string =>
  marks === 'stroke' ? (base === 'd' ? 'đ' : 'Đ') : (base + marks + tone).normalize('NFC')

export interface Stroke {
  readonly key: string
  /** The word as it stands on the screen after this key. */
  readonly word: string
}

/** The keys of one word: each letter, its mark right after it, the tone at the end. */
export function strokesOf(word: string, keys: Keys): readonly Stroke[] {
  const strokes: Stroke[] = []
  const letters = lettersOf(word)
  const done: Letter[] = []
  const screen = (): string => done.map(drawn).join('')
  for (const letter of letters) {
    done.push({ base: letter.base, marks: '', tone: '' })
    strokes.push({ key: letter.base, word: screen() })
    if (letter.marks === '') continue
    done[done.length - 1] = { ...letter, tone: '' }
    const key =
      letter.marks === 'stroke'
        ? keys === 'telex'
          ? 'd'
          : '9'
        : MARK_KEY[keys](letter.base, MARKS[letter.marks as keyof typeof MARKS])
    strokes.push({ key, word: screen() })
  }
  const at = letters.findIndex((letter) => letter.tone !== '')
  const toned = letters[at]
  if (toned !== undefined) {
    done[at] = toned
    strokes.push({ key: TONE_KEYS[keys][TONES.indexOf(toned.tone as (typeof TONES)[number])] ?? '', word: screen() })
  }
  return strokes
}

const EMPTY_SIGN = '\u202f'

/** Types the text into whatever has the focus, as the method's own events. */
export async function typeText(cdp: CDPSession, text: string, keys: Keys, method: Method): Promise<void> {
  const backspace = async (): Promise<void> => {
    const key = { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8, nativeVirtualKeyCode: 8 }
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  }
  /** A sign sent as VK_PACKET: the program sees key code 231 and the sign. */
  const packet = async (sign: string): Promise<void> => {
    const key = { key: sign, windowsVirtualKeyCode: 231, nativeVirtualKeyCode: 231 }
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', text: sign, unmodifiedText: sign, ...key })
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  }
  const composing = async (key: string): Promise<void> => {
    const process = { key: 'Process', code: '', windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 }
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...process })
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...process, key })
  }
  for (const [index, word] of text.split(' ').entries()) {
    if (index > 0) await packet(' ')
    let before = ''
    for (const { key, word: after } of strokesOf(word, keys)) {
      if (method === 'windows') {
        await composing(key)
        await cdp.send('Input.imeSetComposition', {
          text: after,
          selectionStart: after.length,
          selectionEnd: after.length,
        })
        before = after
        continue
      }
      let same = 0
      while (same < before.length && before[same] === after[same]) same += 1
      const back = before.length - same
      if (back > 0 && method === 'evkey') {
        await packet(EMPTY_SIGN)
        await backspace()
      }
      for (let count = 0; count < back; count += 1) await backspace()
      for (const sign of after.slice(same)) await packet(sign)
      before = after
    }
    if (method === 'windows') await cdp.send('Input.insertText', { text: before })
  }
}

/** Names, places and words with every vowel, every mark and every tone, and capitals. */
export const CORPUS: readonly string[] = [
  'Nguyễn Thị Mẫu',
  'Trần Đức Thưởng',
  'Phạm Hoàng Bảo Trân',
  'Lê Quỳnh Như Ý',
  'Đặng Thị Ngọc Ánh',
  'Huỳnh Văn Lượm',
  'Võ Nguyễn Hoài Thương',
  'Ủy ban nhân dân phường Mẫu',
  'Giấy chứng nhận quyền sử dụng đất',
  'Trích lục khai sinh và bằng tốt nghiệp',
  'Căn cước ngày hết hạn đã được đối chiếu',
  'khuya khoắt nghiêng ngả huyền ngã nặng hỏi',
  'Ấp Ẩn Ẫm Ậm Ắt Ẳng Ẵm Ặt Ếch Ểnh Ễnh Ệch Ốc Ổi Ỗi Ộc Ớt Ởn Ỡm Ợt Ứng Ửng Ững Ựng Ỳ Ỷ Ỹ Ỵ',
]
