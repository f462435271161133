// Promises: the words on a copy that an agency makes itself (sao y, sao lục, trích sao) in electronic form: form of the copy,
// agency, time; ten points, upright, black, no picture of the seal (NĐ 30/2020/NĐ-CP, phụ lục I).
// Never: a wording of its own; the template is an entry of the law with its source.
import type { Appearance, AppearanceLine } from './appearance.ts'

export interface CopyMark {
  /** Hình thức sao, e.g. `Sao y`. */
  readonly form: string
  readonly agency: string
  /** ISO 8601 with +07:00. */
  readonly time: string
}

/** `template`: lines with `{form}`, `{agency}`, `{time}`. To be fitted (fitLines) and placed (placeCopyMark) on page 1. */
export function drawnCopyMark(
  template: readonly { readonly text: string; readonly size: number; readonly weight: 'regular' | 'bold' }[],
  mark: CopyMark,
): Appearance {
  return {
    kind: 'seal',
    lines: template.map(
      ({ text, size, weight }): AppearanceLine => ({
        text: text.replaceAll(/\{(form|agency|time)\}/g, (_, key: keyof CopyMark) => mark[key]),
        size,
        weight,
        align: 'left',
        colour: 'ink',
      }),
    ),
  }
}
