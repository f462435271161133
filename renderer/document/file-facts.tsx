// The file of a document in two small lines: its PDF/A level and size, its name when it leaves the counter.
import type { Document } from '../../preload/contract/document.ts'
import { size } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'

export function FileFacts({ document }: { readonly document: Document }) {
  const w = useWords()
  return (
    <div className="small sub file-facts" data-testid="file-facts" data-level={document.level}>
      {w.document.level[document.level]} · {size(document.bytes)}
      <div className="one-line" title={document.fileName}>
        {document.fileName}
      </div>
    </div>
  )
}
