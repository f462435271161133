// Which way is up, told by reading: a small part of the page is read turned each way, and the way that makes words wins.
// The deciding is pure; nothing here loads the engine. For pages whose pixels alone did not tell.
import type { Rotation } from '../../../preload/contract/scan.ts'
import type { GreyPage } from './engine.ts'
import { countLevels, findMarks, partInkFromPaper } from './marks.ts'
import type { Words } from './words.ts'

export interface Upright {
  /** Degrees clockwise by which the picture must be turned. */
  readonly turn: Rotation
  readonly confidence: number
}

/** Dots per inch at which the part is read, and its side in inches: about nine lines of thirty letters. */
export const GLANCE_DPI = 170
const SIDE = 3

/** Syllables that stand on nearly every Vietnamese paper; no other way up spells them. */
const FREQUENT = new Set(
  (
    'ban bằng biên bình bộ các căn cấp chí chính chỉ cho chủ chức chứng có con công cộng cơ của cư cứ danh dân diện do ' +
    'dụng đã đăng đất đề để địa điều định độc được đường đến giá giấy giới hành hạnh hạn hiện hiệu hoặc họ hòa học hội ' +
    'hợp hộ hồ không khai kể khi kinh kiện ký lập là lý luật minh một năm nam này nghĩa nghị ngày người nhà nhân nhận ' +
    'nơi nội nước ông pháp phép phố phòng phúc phường quan quận quản quốc quy quyền quyết sau sinh số sở sử tại tên theo ' +
    'thành tháng thẩm thị thông thời thủ thuộc thực tịch tỉnh tình tính tổ tờ trách trên trị trong trú trường tư tự và ' +
    'văn vào về việc viên việt với xã xác xét yêu'
  ).split(' '),
)

/** How much was read: letters of sure words, twice for syllables every paper has. */
export function weighReading(words: Words): number {
  let weight = 0
  for (const { text, confidence } of words.words) {
    const letters = text.replace(/[^\p{L}\p{N}]/gu, '')
    if (letters.length < 2 || confidence < 0.6) continue
    const known = letters.length > 1 && FREQUENT.has(letters.toLowerCase())
    weight += letters.length * (confidence - 0.5) * 2 * (known ? 2 : 1)
  }
  return weight
}

/** Forty letters surely read are enough to go by. */
const ENOUGH = 40

/** From the weight of each way that was tried. Nothing read: the guess, with confidence 0. */
export function decideUpright(tried: ReadonlyMap<Rotation, number>, guess: Rotation): Upright {
  const [best, second] = [...tried].sort((a, b) => b[1] - a[1])
  if (best === undefined || best[1] <= 0) return { turn: guess, confidence: 0 }
  const margin = (best[1] - (second?.[1] ?? 0)) / best[1]
  const confidence = Math.min(1, best[1] / ENOUGH) * Math.max(0, Math.min(1, margin * 1.25))
  return { turn: best[0], confidence: Math.round(confidence * 100) / 100 }
}

/** Whether so much was read this way up that the others need not be tried. */
export const isPlain = (weight: number): boolean => weight >= 2.5 * ENOUGH

/** The ways to try, likeliest first. */
export function waysFrom(guess: Rotation): readonly Rotation[] {
  return [0, 180, 90, 270].map((more) => ((guess + more) % 360) as Rotation)
}

/** The square part of the page with the most marks of the size of letters, or the whole of a small page. */
export function chooseGlance(page: GreyPage): GreyPage {
  const { data, width, height, dpi } = page
  const unit = dpi / 300
  const cell = Math.max(8, Math.round((SIDE * dpi) / 6))
  const across = Math.ceil(width / cell)
  const down = Math.ceil(height / cell)
  const counts = new Uint32Array(across * down)
  const level = partInkFromPaper(countLevels(data))
  for (const mark of findMarks(data, width, height, level)) {
    const wide = mark.right - mark.left + 1
    const high = mark.bottom - mark.top + 1
    if (Math.max(wide, high) < 16 * unit || Math.max(wide, high) > 90 * unit) continue
    const at =
      Math.floor((mark.top + mark.bottom) / 2 / cell) * across + Math.floor((mark.left + mark.right) / 2 / cell)
    counts[at] = (counts[at] ?? 0) + 1
  }
  let best = { x: 0, y: 0, marks: -1 }
  for (let y = 0; y <= Math.max(0, down - 6); y++)
    for (let x = 0; x <= Math.max(0, across - 6); x++) {
      let marks = 0
      for (let row = y; row < Math.min(down, y + 6); row++)
        for (let column = x; column < Math.min(across, x + 6); column++) marks += counts[row * across + column] ?? 0
      if (marks > best.marks) best = { x, y, marks }
    }
  return cut(page, best.x * cell, best.y * cell, 6 * cell)
}

function cut({ data, width, height, dpi }: GreyPage, left: number, top: number, side: number): GreyPage {
  const wide = Math.min(side, width - left)
  const high = Math.min(side, height - top)
  const part = new Uint8Array(wide * high)
  for (let y = 0; y < high; y++)
    part.set(data.subarray((top + y) * width + left, (top + y) * width + left + wide), y * wide)
  return { data: part, width: wide, height: high, dpi }
}

/** The samples turned clockwise by quarters. */
export function turnGrey(page: GreyPage, turn: Rotation): GreyPage {
  const { data, width, height, dpi } = page
  if (turn === 0) return page
  const sideways = turn !== 180
  const wide = sideways ? height : width
  const high = sideways ? width : height
  const turned = new Uint8Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [to, row] =
        turn === 90 ? [height - 1 - y, x] : turn === 180 ? [width - 1 - x, height - 1 - y] : [y, width - 1 - x]
      turned[row * wide + to] = data[y * width + x] ?? 255
    }
  return { data: turned, width: wide, height: high, dpi }
}
