// Station 3: the paper, page by page, of one dossier or of a stack of many. Without either in hand, the start page.
import { usePlace } from '../look/place.tsx'
import { Scanning } from './scanning.tsx'
import { StartPage } from './start-page.tsx'

export function ScanScreen() {
  const { dossierId, mixed } = usePlace()
  if (mixed) return <Scanning key="mixed" dossierId={null} />
  return dossierId === null ? <StartPage /> : <Scanning key={dossierId} dossierId={dossierId} />
}
