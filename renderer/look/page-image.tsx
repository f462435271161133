// A scanned page as an image of the vault, large, turned as it stands upright. The file itself is never changed here.
import { type CSSProperties, useRef } from 'react'
import { vaultUrl } from './pdf-file.ts'
import { useSize } from './use-size.ts'

export interface Shown {
  readonly picture: string
  readonly width: number
  readonly height: number
  readonly rotation: 0 | 90 | 180 | 270
}

/** Fills the space it is given; `zoom` 1 shows the whole page. */
export function PageImage({
  page,
  zoom = 1,
  label,
}: {
  readonly page: Shown
  readonly zoom?: number
  readonly label: string
}) {
  const box = useRef<HTMLDivElement>(null)
  const space = useSize(box)
  const sideways = page.rotation % 180 !== 0
  const wide = sideways ? page.height : page.width
  const high = sideways ? page.width : page.height
  const scale = Math.min(space.width / wide, space.height / high) * zoom
  const width = Math.max(1, Math.floor(wide * scale))
  const height = Math.max(1, Math.floor(high * scale))
  const turned: CSSProperties = {
    position: 'absolute',
    left: '50%',
    top: '50%',
    width: sideways ? height : width,
    height: sideways ? width : height,
    transform: `translate(-50%, -50%) rotate(${page.rotation}deg)`,
  }
  return (
    <div ref={box} style={{ width: '100%', height: '100%', display: 'grid', overflow: zoom > 1 ? 'auto' : 'hidden' }}>
      {space.width > 0 && (
        <div className="page" style={{ position: 'relative', width, height, margin: 'auto', overflow: 'hidden' }}>
          <img src={vaultUrl(page.picture)} alt={label} style={turned} draggable={false} decoding="async" />
        </div>
      )}
    </div>
  )
}
