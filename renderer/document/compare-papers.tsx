// The copy on the screen, the original in hand: tick each paper when they are equal. What was ticked is exactly the file that was shown.
import { type ReactNode, useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import type { Document } from '../../preload/contract/document.ts'
import { Button } from '../look/button.tsx'
import { useCall } from '../look/calls.ts'
import { Field } from '../look/field.tsx'
import { money } from '../look/formats.ts'
import { Job, Sheet } from '../look/job.tsx'
import { useKeys } from '../look/keys.ts'
import { useWords } from '../look/language.tsx'
import { Notice } from '../look/notice.tsx'
import { PdfView } from '../look/pdf-view.tsx'
import { usePlace } from '../look/place.tsx'
import { forgetThumbs } from '../look/thumbs-store.ts'
import { BookPages, missingPages } from './book-pages.tsx'
import { BroughtTag } from './brought-facts.tsx'
import { FileFacts } from './file-facts.tsx'
import { ImagesRemoved } from './images-removed.tsx'
import { BroughtSide, tickHint, usePageTicks } from './page-ticks.tsx'
import { SecretDialog } from './secret-dialog.tsx'

interface CompareProps {
  readonly about: string
  readonly documents: readonly Document[]
  readonly onChanged: () => void
  readonly tabs: ReactNode
  /** Papers of several dossiers: each says whose it is. */
  readonly mixed: boolean
}

const isOpen = (document: Document) => document.state === 'made'
const tone = (document: Document) =>
  document.state === 'made'
    ? 'tag warn'
    : document.state === 'held'
      ? 'tag bad'
      : document.state === 'compared' || document.state === 'certified' || document.state === 'delivered'
        ? 'tag ok'
        : 'tag'

export function ComparePapers({ about, documents, onChanged, tabs, mixed }: CompareProps) {
  const w = useWords()
  const { go, take, drafts } = usePlace()
  const { busy, failure, run } = useCall()
  const [chosenId, choose] = useState<string | null>(null)
  const [seen, setSeen] = useState({ file: '', count: 0, pages: 0, page: 0 })
  const chosen = documents.find((one) => one.id === chosenId) ?? documents.find(isOpen) ?? documents[0]
  const ticks = usePageTicks(chosen, run)
  const [turnTo, turn] = useState<{ readonly page: number } | null>(null)
  const done = documents.filter((one) => !isOpen(one)).length
  const [asksSecret, askSecret] = useState(false)
  const all = documents.length > 0 && done === documents.length
  const book = chosen === undefined || chosen.purged ? null : chosen.book
  const missing = chosen === undefined ? 0 : missingPages(chosen)
  const counted = book === null || (book.counted !== null && missing === 0)
  const ready = chosen !== undefined && isOpen(chosen) && seen.file === chosen.file && counted && !busy
  const confirm = async () => {
    if (!ready) return
    if (ticks.open) {
      const next = await ticks.tick(seen.page)
      return next === null ? undefined : turn({ page: next })
    }
    const answer = await run(window.counter.document.confirmCompared({ documentId: chosen.id, seen: chosen.file }))
    if (answer === undefined) return
    onChanged()
    const at = documents.indexOf(chosen)
    const next = [...documents.slice(at + 1), ...documents.slice(0, at)].find(isOpen)
    choose(next?.id ?? chosen.id)
  }
  const count = async (document: Document, pages: number | null) => {
    await run(window.counter.document.countPages({ documentId: document.id, pages }))
    onChanged()
  }
  const mayScanMore = chosen !== undefined && isOpen(chosen) && missing > 0 && !busy
  const scanMore = async () => {
    if (!mayScanMore) return
    const apart = await run(window.counter.document.takeApart({ documentId: chosen.id }))
    if (apart !== undefined) go('scan')
  }
  const maySecret = chosen !== undefined && !chosen.purged && ['made', 'compared', 'reviewed'].includes(chosen.state)
  const removeImages = async () => {
    if (chosen === undefined) return
    const { id, file } = chosen
    const gone = await run(window.counter.certification.secret({ documentId: id, seen: file }))
    if (gone === undefined) return
    // Nothing of it stays in the window either: small pictures, what was typed of it.
    forgetThumbs()
    drafts.delete(`document.fields.${id}`)
    askSecret(false)
    onChanged()
  }
  const step = (by: 1 | -1) => {
    const at = chosen === undefined ? 0 : documents.indexOf(chosen)
    choose(documents[Math.min(Math.max(0, at + by), documents.length - 1)]?.id ?? null)
  }
  const onward = () => all && go('certification')
  useKeys({
    Space: confirm,
    Enter: confirm,
    F10: onward,
    F6: () => take(null),
    F3: mayScanMore && scanMore,
    D: maySecret && (() => askSecret(true)),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
  })
  const onwardButton = (
    <Button keyName="F10" main={all} disabled={!all} onPress={onward} testId="to-certification">
      {w.document.next}
    </Button>
  )
  return (
    <Job
      testId="screen-compare"
      title={w.document.compareTitle(done, documents.length)}
      sub={about}
      side={tabs}
      columns="minmax(0, 1fr) 400px"
      failure={failure}
      said={
        all ? (
          <Notice tone="ok" testId="all-compared">
            {w.document.allCompared}
          </Notice>
        ) : (
          missing === 0 && (
            <span className="sub">
              {chosen === undefined ? w.document.compareHint : tickHint(chosen, ticks, seen.page, w)}
            </span>
          )
        )
      }
      ends={
        <>
          <Button keyName="F6" onPress={() => take(null)} testId="other-dossier">
            {w.dossier.other}
          </Button>
          {missing > 0 && (
            <Button keyName="F3" disabled={!mayScanMore} onPress={scanMore} testId="scan-more">
              {w.document.book.scanMore}
            </Button>
          )}
          {!all && missing === 0 && onwardButton}
          <Button keyName="Space" main={!all} disabled={!ready} onPress={confirm} testId="confirm-compared">
            {ticks.open && chosen !== undefined && seen.page <= chosen.pages
              ? w.document.brought.tick(seen.page)
              : w.document.compare}
          </Button>
          {all && onwardButton}
        </>
      }
    >
      <Sheet flush>
        {chosen?.purged === true && <ImagesRemoved label={chosen.title} />}
        {chosen !== undefined && !chosen.purged && (
          <PdfView
            file={chosen.file}
            label={chosen.title}
            onSeen={(count, pages, page) => setSeen({ file: chosen.file, count, pages, page })}
            turnTo={turnTo}
          />
        )}
      </Sheet>
      <Sheet title={w.document.papers}>
        <ListBox
          className="list grow"
          style={{ minHeight: 74 }}
          aria-label={w.document.papers}
          items={[...documents]}
          selectionMode="single"
          selectionBehavior="replace"
          disallowEmptySelection
          selectedKeys={chosen === undefined ? [] : [chosen.id]}
          onSelectionChange={(keys) => keys !== 'all' && choose(String([...keys][0] ?? ''))}
          dependencies={[w, documents]}
        >
          {(row) => (
            <ListBoxItem
              className="option"
              id={row.id}
              textValue={row.title}
              data-testid="document-row"
              data-state={row.state}
            >
              <div>
                <b>{row.title}</b> <BroughtTag document={row} />
                {mixed && <div className="small">{`${row.dossierCode} · ${row.citizenName}`}</div>}
                <div className="small sub">
                  {w.document.pages(row.pages)} · {w.document.copiesOf(row.copies)} · {money(row.fee)}
                </div>
              </div>
              <span className={tone(row)}>
                {row.purged
                  ? w.document.secret.gone
                  : row.compared === null
                    ? w.document.notCompared
                    : row.state === 'compared'
                      ? w.document.compared
                      : w.document.states[row.state]}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
        {chosen !== undefined && book !== null && (
          <BookPages key={chosen.id} document={chosen} book={book} onCount={(pages) => void count(chosen, pages)} />
        )}
        {chosen !== undefined && !chosen.purged && (
          <BroughtSide document={chosen} ticks={ticks} page={seen.page} onPage={(page) => turn({ page })} />
        )}
        {chosen !== undefined && !chosen.purged && <FileFacts document={chosen} />}
        {chosen !== undefined && chosen.brought === null && seen.file === chosen.file && seen.pages > 0 && (
          <span
            className={seen.count < seen.pages ? 'tag warn' : 'tag ok'}
            style={{ alignSelf: 'flex-start' }}
            data-testid="pages-seen"
          >
            {w.document.seen(seen.count, seen.pages)}
          </span>
        )}
        {maySecret && (
          <div className="row" style={{ flexShrink: 0 }}>
            <Button tiny keyName="D" onPress={() => askSecret(true)} testId="secret">
              {w.document.secret.button}
            </Button>
          </div>
        )}
        <Field
          name={w.document.total}
          testId="total-fee"
          source={chosen === undefined ? undefined : `${w.document.feeSource} ${chosen.feeSource}`}
        >
          {money(documents.reduce((sum, one) => sum + one.fee, 0))}
        </Field>
      </Sheet>
      {asksSecret && chosen !== undefined && (
        <SecretDialog
          about={chosen.title}
          busy={busy}
          failure={failure}
          onConfirm={() => void removeImages()}
          onClose={() => askSecret(false)}
        />
      )}
    </Job>
  )
}
