// Shows a PDF of the vault page by page: PgUp/PgDn, + − 0, R. What is seen is counted, so that a screen can say it.
import { useCallback, useEffect, useRef, useState } from 'react'
import { useKeys } from './keys.ts'
import { useWords } from './language.tsx'
import { openPdf, type Pdf, pageSize, paintPage } from './pdf-file.ts'
import { useSize } from './use-size.ts'
import { ViewerTools, zoomStep } from './viewer.tsx'

/** A place on a page (from 1): fractions of the upright page, from the top left. */
export interface Mark {
  readonly page: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** How large the page is shown at least while a place is marked, so that it can be read. */
const READABLE = 1.5

interface PdfViewProps {
  readonly file: string
  readonly label: string
  readonly inDialog?: boolean
  readonly startAt?: 'first' | 'last'
  /** `page`: the one that was just painted. */
  readonly onSeen?: (seen: number, pages: number, page: number) => void
  readonly onOpened?: (pdf: Pdf) => void
  /** The page turns to it, and it is outlined and brought into sight. */
  readonly mark?: Mark | null
  /** Each new object turns to its page. */
  readonly turnTo?: { readonly page: number } | null
}

export function PdfView({
  file,
  label,
  inDialog = false,
  startAt = 'first',
  onSeen,
  onOpened,
  mark = null,
  turnTo = null,
}: PdfViewProps) {
  const w = useWords()
  const plane = useRef<HTMLDivElement>(null)
  const holder = useRef<HTMLDivElement>(null)
  const space = useSize(plane)
  const [pdf, setPdf] = useState<{ readonly file: string; readonly doc: Pdf } | null>(null)
  const [broken, setBroken] = useState(false)
  const [page, setPage] = useState(1)
  const [zoom, setZoom] = useState(1)
  const [turned, setTurned] = useState(0)
  const [painted, setPainted] = useState<string | null>(null)
  const seen = useRef(new Set<number>())
  const tell = useRef({ onSeen, onOpened })
  useEffect(() => {
    tell.current = { onSeen, onOpened }
  })

  useEffect(() => {
    let wanted = true
    let opened: Pdf | null = null
    setBroken(false)
    setTurned(0)
    setZoom(1)
    setPainted(null)
    seen.current = new Set()
    openPdf(file).then(
      (doc) => {
        opened = doc
        if (!wanted) return void doc.destroy()
        setPage(startAt === 'last' ? doc.numPages : 1)
        setPdf({ file, doc })
        tell.current.onOpened?.(doc)
      },
      () => wanted && setBroken(true),
    )
    return () => {
      wanted = false
      setPdf(null)
      opened?.destroy()
    }
  }, [file, startAt])

  useEffect(() => {
    if (pdf === null || pdf.file !== file || space.width < 40 || space.height < 40) return
    let wanted = true
    const paint = async () => {
      const size = await pageSize(pdf.doc, page, turned)
      const fit = Math.min((space.width - 4) / size.width, (space.height - 4) / size.height)
      const made = await paintPage(pdf.doc, page, fit * zoom, turned, Math.max(1, window.devicePixelRatio))
      if (!wanted) return
      made.canvas.className = 'page'
      made.canvas.style.width = `${made.width}px`
      made.canvas.style.height = `${made.height}px`
      holder.current?.replaceChildren(made.canvas)
      setPainted(`${file}.${page}`)
      seen.current.add(page)
      tell.current.onSeen?.(seen.current.size, pdf.doc.numPages, page)
    }
    paint().catch(() => wanted && setBroken(true))
    return () => {
      wanted = false
    }
  }, [pdf, file, page, zoom, turned, space.width, space.height])

  const pagesThere = pdf?.file === file ? pdf.doc.numPages : 0
  useEffect(() => {
    if (mark === null || mark.page > pagesThere) return
    setPage(mark.page)
    setZoom((old) => Math.max(old, READABLE))
  }, [mark, pagesThere])
  useEffect(() => {
    if (turnTo !== null && turnTo.page >= 1 && turnTo.page <= pagesThere) setPage(turnTo.page)
  }, [turnTo, pagesThere])
  const marked = mark !== null && mark.page === page && turned === 0 ? mark : null
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was just painted shows its mark too
  useEffect(() => {
    const [scroll, sheet] = [plane.current, holder.current]
    if (marked === null || scroll === null || sheet === null) return
    scroll.scrollTo({
      left: sheet.offsetWidth * (marked.left + marked.width / 2) - scroll.clientWidth / 2,
      top: sheet.offsetHeight * (marked.top + marked.height / 2) - scroll.clientHeight / 2,
    })
  }, [marked, painted])

  const pages = pdf?.file === file ? pdf.doc.numPages : 0
  const goPage = useCallback((to: number) => setPage(Math.min(Math.max(1, to), Math.max(1, pages))), [pages])
  const turn = () => setTurned((angle) => (angle + 90) % 360)
  useKeys(
    {
      PageDown: () => goPage(page + 1),
      PageUp: () => goPage(page - 1),
      '+': () => setZoom(zoomStep(zoom, 1)),
      '=': () => setZoom(zoomStep(zoom, 1)),
      '-': () => setZoom(zoomStep(zoom, -1)),
      '0': () => setZoom(1),
      R: turn,
    },
    inDialog,
  )
  return (
    <div className="viewer" data-testid="pdf-view" data-file={file} data-painted={painted !== null}>
      <ViewerTools
        zoom={zoom}
        setZoom={setZoom}
        page={Math.min(page, Math.max(1, pages))}
        pages={Math.max(1, pages)}
        goPage={goPage}
        turn={turn}
      >
        {label}
      </ViewerTools>
      <div className="plane" ref={plane} tabIndex={zoom > 1 ? 0 : -1}>
        <div className="painted" style={{ visibility: painted === null ? 'hidden' : 'visible' }}>
          <div ref={holder} role="img" aria-label={`${label}. ${w.look.page(page, Math.max(1, pages))}`} />
          {marked !== null && (
            <span
              className="field-mark"
              data-testid="field-mark"
              style={{
                left: `${marked.left * 100}%`,
                top: `${marked.top * 100}%`,
                width: `${marked.width * 100}%`,
                height: `${marked.height * 100}%`,
              }}
            />
          )}
        </div>
      </div>
      {painted === null && (
        <div className="waiting" role="status">
          {broken ? w.look.cannotOpen : w.look.opening}
        </div>
      )}
    </div>
  )
}
