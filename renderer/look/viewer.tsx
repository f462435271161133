// The bar of tools above a shown page: where, how large, turned. The same keys everywhere.
import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'
import { Kbd } from './button.tsx'
import { useWords } from './language.tsx'

export const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] as const
/** The next zoom up (+1) or down (-1). */
export const zoomStep = (zoom: number, by: 1 | -1): number =>
  (by === 1 ? ZOOMS.find((step) => step > zoom + 0.01) : [...ZOOMS].reverse().find((step) => step < zoom - 0.01)) ??
  zoom

export function ViewerTools({
  zoom,
  setZoom,
  page,
  pages,
  goPage,
  turn,
  fitKey = '0',
  children,
}: {
  readonly zoom: number
  readonly setZoom: (zoom: number) => void
  readonly page?: number
  readonly pages?: number
  readonly goPage?: (page: number) => void
  readonly turn?: () => void
  readonly fitKey?: string
  readonly children?: ReactNode
}) {
  const w = useWords()
  return (
    <div className="tools">
      <span className="what">{children}</span>
      <span className="set">
        {pages !== undefined && page !== undefined && goPage !== undefined && (
          <>
            <Button aria-keyshortcuts="PageUp" isDisabled={page <= 1} onPress={() => goPage(page - 1)}>
              PgUp <span className="unseen">{w.look.previous}</span>
            </Button>
            <span data-testid="pdf-page">{w.look.page(page, pages)}</span>
            <Button aria-keyshortcuts="PageDown" isDisabled={page >= pages} onPress={() => goPage(page + 1)}>
              PgDn <span className="unseen">{w.look.following}</span>
            </Button>
          </>
        )}
        <Button aria-keyshortcuts="-" onPress={() => setZoom(zoomStep(zoom, -1))}>
          − <span className="unseen">{w.look.zoomOut}</span>
        </Button>
        <Button aria-keyshortcuts={fitKey} onPress={() => setZoom(1)}>
          {zoom === 1 ? w.look.fit : w.look.zoom(Math.round(zoom * 100))} <Kbd>{fitKey}</Kbd>
        </Button>
        <Button aria-keyshortcuts="+" onPress={() => setZoom(zoomStep(zoom, 1))}>
          + <span className="unseen">{w.look.zoomIn}</span>
        </Button>
        {turn !== undefined && (
          <Button aria-keyshortcuts="R" onPress={turn}>
            {w.look.turn} <Kbd>R</Kbd>
          </Button>
        )}
      </span>
    </div>
  )
}
