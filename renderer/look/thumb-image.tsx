// A page as a small picture. It is fetched and decoded only when it comes into sight, away from the keys.
import { memo, useEffect, useRef, useState } from 'react'
import { askThumb, knownThumb, type Wanted } from './thumbs-store.ts'

/** Fills the box it is given; shows white paper until the picture is there. */
export const ThumbImage = memo(function ThumbImage({ picture, rotation }: Wanted) {
  const box = useRef<HTMLDivElement>(null)
  const [url, setUrl] = useState<string | null>(() => knownThumb({ picture, rotation }))
  useEffect(() => {
    const wanted: Wanted = { picture, rotation }
    const known = knownThumb(wanted)
    if (known !== null) {
      setUrl(known)
      return
    }
    if (box.current === null) return
    let takeBack: (() => void) | null = null
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) takeBack ??= askThumb(wanted, (made) => made !== null && setUrl(made))
        else {
          takeBack?.()
          takeBack = null
        }
      },
      { rootMargin: '200px' },
    )
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      takeBack?.()
    }
  }, [picture, rotation])
  return (
    <div ref={box} className="thumb-image">
      {url === null ? <span className="page bare" /> : <img className="page" src={url} alt="" draggable={false} />}
    </div>
  )
})
