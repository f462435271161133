// A worker of its own: fetches a page of the vault, decodes it and answers a small upright picture, so that two hundred pages
// never hold up the keys. It keeps nothing.

/** `height`: of the small picture in pixels; `rotation` clockwise, degrees. */
export interface PaintOrder {
  readonly id: number
  readonly url: string
  readonly rotation: 0 | 90 | 180 | 270
  readonly height: number
}
export interface PaintAnswer {
  readonly id: number
  /** Null: the page could not be fetched or decoded. */
  readonly picture: Blob | null
}

const port = self as unknown as {
  onmessage: ((event: MessageEvent<PaintOrder>) => void) | null
  postMessage(answer: PaintAnswer): void
}

async function paint({ url, rotation, height }: PaintOrder): Promise<Blob> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`vault answered ${answer.status}`)
  const page = await createImageBitmap(await answer.blob())
  const sideways = rotation % 180 !== 0
  const scale = Math.min(1, height / (sideways ? page.width : page.height))
  const wide = Math.max(1, Math.round(page.width * scale))
  const high = Math.max(1, Math.round(page.height * scale))
  const canvas = new OffscreenCanvas(sideways ? high : wide, sideways ? wide : high)
  const brush = canvas.getContext('2d')
  if (brush === null) throw new Error('no canvas')
  brush.imageSmoothingQuality = 'medium'
  brush.translate(canvas.width / 2, canvas.height / 2)
  brush.rotate((rotation * Math.PI) / 180)
  brush.drawImage(page, -wide / 2, -high / 2, wide, high)
  page.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })
}

port.onmessage = ({ data }) => {
  paint(data).then(
    (picture) => port.postMessage({ id: data.id, picture }),
    () => port.postMessage({ id: data.id, picture: null }),
  )
}
