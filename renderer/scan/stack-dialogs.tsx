// The questions a stack may ask over the job: the name of a paper, its dossier, separator sheets, a profile.
import type { Result } from '../../preload/contract/result.ts'
import type { Page, Pages, Profiles } from '../../preload/contract/scan.ts'
import { SecretDialog } from '../document/secret-dialog.tsx'
import type { Snapshot } from '../look/calls.ts'
import { useWords } from '../look/language.tsx'
import { DossierDialog } from './dossier-dialog.tsx'
import { KeepFileDialog, type MayKeep } from './keep-file-dialog.tsx'
import type { Paper } from './papers.ts'
import type { Abilities, ProfileKey } from './profile-bar.tsx'
import { ProfileDialog } from './profile-dialog.tsx'
import { SeparatorsDialog } from './separators-dialog.tsx'
import { TitleDialog } from './title-dialog.tsx'

export type Asking =
  | { readonly for: 'name'; readonly paper: Paper }
  | { readonly for: 'send'; readonly page: Page; readonly paper: Paper | undefined }
  | { readonly for: 'separators'; readonly dossierId: string }
  | { readonly for: 'secret'; readonly page: Page; readonly paper: Paper | undefined }
  | { readonly for: 'separators-of' }
  | { readonly for: 'profile' }
  | { readonly for: 'keep-file'; readonly dossierId: string; readonly may: MayKeep }

interface DialogsProps {
  readonly asking: Asking
  readonly ask: (asking: Asking | null) => void
  readonly changed: (asked: Promise<Result<Pages>>) => Promise<void>
  readonly profiles: Snapshot<Profiles>
  readonly profileKey: ProfileKey
  readonly abilities: Abilities | null
  /** A brought file was kept as it is. */
  readonly kept: () => void
}

export function StackDialogs({ asking, ask, changed, profiles, profileKey, abilities, kept }: DialogsProps) {
  const w = useWords()
  const { scan } = window.counter
  const close = () => ask(null)
  switch (asking.for) {
    case 'name':
      return (
        <TitleDialog
          paper={asking.paper}
          onTitle={(title) => {
            close()
            const first = asking.paper.pages[0]
            if (first !== undefined) void changed(scan.name({ pageId: first.id, title }))
          }}
          onClose={close}
        />
      )
    case 'send':
      return (
        <DossierDialog
          title={asking.paper === undefined ? w.scan.page(asking.page.number) : w.scan.sendTitle(asking.paper.number)}
          except={asking.page.dossierId}
          onDossier={(dossierId) => {
            close()
            void changed(scan.send({ pageId: asking.page.id, dossierId }))
          }}
          onClose={close}
        />
      )
    case 'secret': {
      const { page, paper } = asking
      return (
        <SecretDialog
          about={paper?.title ?? (paper === undefined ? w.scan.page(page.number) : w.scan.paper(paper.number))}
          busy={false}
          onConfirm={() => {
            close()
            void changed(scan.secret({ pageId: page.id }))
          }}
          onClose={close}
        />
      )
    }
    case 'separators-of':
      return (
        <DossierDialog
          title={w.scan.separators.pick}
          except={null}
          onDossier={(dossierId) => ask({ for: 'separators', dossierId })}
          onClose={close}
        />
      )
    case 'separators':
      return <SeparatorsDialog dossierId={asking.dossierId} onClose={close} />
    case 'keep-file':
      return (
        <KeepFileDialog
          dossierId={asking.dossierId}
          may={asking.may}
          onKept={() => {
            close()
            kept()
          }}
          onClose={close}
        />
      )
    case 'profile':
      return (
        <ProfileDialog
          profiles={profiles.value}
          chosen={profileKey}
          abilities={abilities}
          trouble={profiles.failure}
          onSaved={profiles.set}
          onClose={close}
        />
      )
  }
}
