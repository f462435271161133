// Trouble while scanning: after which page it stopped, that all pages are kept, and which sheet to put back before which key.
import type { Failure } from '../../preload/contract/result.ts'
import type { ScanRun } from '../../preload/contract/scan.ts'
import type { Language } from '../../preload/contract/support.ts'
import { Kbd } from '../look/button.tsx'
import { useSpeech } from '../look/language.tsx'
import { type Advice, adviceFor, failureKey, words } from '../words/index.ts'

type Trouble = Extract<Failure, { kind: 'device' }>
const isScanner = (failure: Failure): failure is Trouble => failure.kind === 'device' && failure.device === 'scan'

/** The three parts. `pages`: how many pages the stack shows now; numbers count from the beginning of the run. */
export function troubleAdvice(failure: Failure, run: ScanRun, pages: number, language: Language): Advice {
  const advice = adviceFor(failure, language)
  if (run.putBack === null) return advice
  const w = words[language].scan.trouble
  const later = pages > run.received
  // A full disk: which sheet comes next is not to be counted by hand.
  if (!isScanner(failure)) return { ...advice, next: [advice.next, w.putBack(run.putBack, later)].join(' ') }
  const what = w.what[failure.what]
  return {
    happened: run.received === 0 ? w.atOnce(what) : w.after(what, run.received, later),
    safe: run.received === 0 ? w.nothingLost : w.kept(run.received, later),
    next: [w.first[failure.what], w.putBack(run.putBack, later)].filter(Boolean).join(' '),
  }
}

export function TroubleNotice({ failure, run, pages }: { failure: Failure; run: ScanRun; pages: number }) {
  const { language } = useSpeech()
  const { happened, safe, next } = troubleAdvice(failure, run, pages, language)
  return (
    <div className="note bad" role="alert" data-testid="failure" data-failure={failureKey(failure)}>
      <div>
        <b>{happened}</b> {safe}
        <br />
        <span data-testid="putback" data-sheet={run.putBack ?? ''}>
          {next}
        </span>
      </div>
      <span className="grow" />
      {isScanner(failure) && <Kbd>F9</Kbd>}
    </div>
  )
}
