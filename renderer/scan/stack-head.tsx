// The title of the stack: how many pages are worked on, how many somebody should look at; and under it whose they are and how it scans.
import type { Page, Pages, ScanProfile } from '../../preload/contract/scan.ts'
import { useSnapshot } from '../look/calls.ts'
import { useWords } from '../look/language.tsx'
import type { StackCount } from './papers.ts'
import { profileWords } from './profile-bar.tsx'

export function StackHead({ pages, counted }: { readonly pages: readonly Page[]; readonly counted: StackCount }) {
  const w = useWords()
  const { all, worked, toCheck } = counted
  if (all === 0) return <>{pages.some((page) => page.filed) ? w.scan.allFiled : w.scan.start}</>
  return (
    <>
      <span data-testid="scan-count" data-worked={worked} data-all={all}>
        {w.scan.count(worked, all)}
      </span>
      {' · '}
      <span data-testid="to-check" data-count={toCheck}>
        {w.scan.toCheck(toCheck)}
      </span>
    </>
  )
}

interface SaidProps {
  readonly dossierId: string | null
  readonly stack: Pages | null
  readonly scanner: string | null
  readonly profile: ScanProfile
  /** False: the scanner cannot do the chosen profile, this is the nearest. */
  readonly exact: boolean
}

export function StackSaid({ dossierId, stack, scanner, profile, exact }: SaidProps) {
  const w = useWords()
  const dossier = useSnapshot(
    () => window.counter.dossier.show({ id: dossierId ?? '' }),
    dossierId === null ? null : dossierId,
  )
  const one = dossier.value
  const whose =
    dossierId !== null
      ? one === null
        ? []
        : [`${one.code ?? one.provisionalCode} · ${one.citizenName}`]
      : [stack === null || stack.dossiers.length === 0 ? w.scan.mixed : w.scan.dossiersIn(stack.dossiers.length)]
  const how = [scanner === null ? w.scan.noScanner : w.scan.scanner(scanner), profileWords(profile, w)]
  return (
    <>
      {[...whose, ...how].join(' · ')}
      {!exact && (
        <span className="tag warn" title={w.scan.notWhole} data-testid="profile-nearest">
          {w.scan.notWhole}
        </span>
      )}
    </>
  )
}
