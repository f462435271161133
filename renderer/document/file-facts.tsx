// The file of a document in one small line: its name when it leaves the counter, its PDF/A level, its size.
import type { Document } from '../../preload/contract/document.ts'
import { size } from '../look/formats.ts'
import { useWords } from '../look/language.tsx'

export function FileFacts({ document }: { readonly document: Document }) {
  const w = useWords()
  return (
    <div className="small sub file-facts" data-testid="file-facts" data-level={document.level}>
      {w.document.level[document.level]} · {size(document.bytes)}
      <br />
      {document.fileName}
    </div>
  )
}
