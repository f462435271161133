// In the place of a page or a file whose images were removed: a secret paper (giấy tờ mật). It asks the vault for nothing.
import { useWords } from '../look/language.tsx'

export function ImagesRemoved({ label }: { readonly label: string }) {
  const w = useWords()
  return (
    <div className="empty" role="img" aria-label={`${label}. ${w.document.secret.gone}`} data-testid="images-removed">
      <b>{w.document.secret.gone}</b>
      <p className="sub">{w.document.secret.goneSub}</p>
    </div>
  )
}
