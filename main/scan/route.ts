// Which dossier and paper each page of a run belongs to, from the separator sheets among them. Pure.
// Nothing is decided behind a page that has not been looked at yet: it may be a separator sheet, and a number never leaks.

/** What the codes on a page say. */
export interface Signs {
  /** A separator sheet of ours; `dossierId` null: it names a dossier that is not here. */
  readonly separator: { readonly dossierId: string | null; readonly title: string | null } | null
  /** Kodak patch code: 3 and T begin a paper, 2 begins a dossier that nobody has named yet. */
  readonly patch: '2' | '3' | 'T' | null
  /** A page that carries the code of a dossier that is here, as receipts do: it is kept and begins a paper there. */
  readonly dossierId: string | null
}

export interface RunPage {
  readonly id: string
  readonly sheet: number
  readonly looked: boolean
  readonly blank: boolean
  /** Put where it is by hand. */
  readonly placed: boolean
  readonly signs: Signs
}

export interface Routed {
  readonly id: string
  readonly dossierId: string | null
  readonly startsPaper: boolean
  readonly title: string | null
  readonly separator: boolean
}

const isSheetMark = ({ signs }: RunPage): boolean => signs.separator !== null || signs.patch !== null

/** `pages` in the order they came; `home`: the dossier at whose screen they were fed. Answers only what is decided. */
export function route(pages: readonly RunPage[], home: string | null): readonly Routed[] {
  const marked = new Set(pages.filter(isSheetMark).map((page) => page.sheet))
  const decided: Routed[] = []
  let dossierId = home
  let title: string | null = null
  let begins = true
  for (const [index, page] of pages.entries()) {
    // The other side of this sheet may be the marked one: both sides are looked at before either is decided.
    const other = pages.find((one, at) => at !== index && one.sheet === page.sheet)
    if (!page.looked || other?.looked === false) break
    const { separator, patch } = page.signs
    if (separator !== null || patch !== null) {
      dossierId = separator !== null ? separator.dossierId : patch === '2' ? null : dossierId
      title = separator?.title ?? null
      begins = true
    }
    if (marked.has(page.sheet)) {
      decided.push({ id: page.id, dossierId, startsPaper: false, title: null, separator: true })
      continue
    }
    if (page.signs.dossierId !== null && page.signs.dossierId !== dossierId) {
      dossierId = page.signs.dossierId
      title = null
      begins = true
    }
    if (!page.placed)
      decided.push({
        id: page.id,
        dossierId,
        startsPaper: begins && !page.blank,
        title: begins && !page.blank ? title : null,
        separator: false,
      })
    if (!page.blank) begins = false
  }
  return decided
}
