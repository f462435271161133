// The page a person looks at during a demonstration: what has arrived, in words, newest first, refreshed by itself.
// Everything shown is escaped, and of a personal number only the ends are shown.
import type { Query } from './database.ts'

const STATUS_WORDS = [
  '',
  'Mới đăng ký',
  'Được tiếp nhận',
  'Không được tiếp nhận',
  'Đang xử lý',
  'Yêu cầu bổ sung giấy tờ',
  'Yêu cầu thực hiện nghĩa vụ tài chính',
  'Công dân yêu cầu rút hồ sơ',
  'Dừng xử lý',
  'Đã xử lý xong',
  'Đã trả kết quả',
]
const ENDED = [3, 7, 8]

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** First three and last three digits: `001••••••456`. */
export const masked = (number: string | null): string =>
  number === null || number.length < 7 ? '' : `${number.slice(0, 3)}${'•'.repeat(number.length - 6)}${number.slice(-3)}`

const bytes = (size: number): string =>
  size < 1024
    ? `${size} B`
    : size < 1 << 20
      ? `${(size / 1024).toFixed(1).replace('.', ',')} KB`
      : `${(size / (1 << 20)).toFixed(1).replace('.', ',')} MB`

interface Row {
  readonly code: string
  readonly owner_name: string
  readonly owner_number: string | null
  readonly status: number
  readonly procedure_code: string
  readonly procedure_name: string
  readonly arrived: string
  readonly papers: readonly Paper[]
  readonly results: readonly Result[]
  readonly steps: number
}
interface Paper {
  readonly name: string
  readonly sha256: string
  readonly size: number | null
  readonly file: string | null
}
interface Result {
  readonly paper: string
  readonly name: string
  readonly sha256: string
  readonly size: number
  readonly file: string
}

const SQL = `
select d.code, d.owner_name, d.owner_number, d.status, d.procedure_code, p.name as procedure_name,
  to_char(d.arrived_at at time zone 'Asia/Ho_Chi_Minh', 'HH24:MI:SS DD/MM/YYYY') as arrived,
  (select count(*)::int from steps s where s.dossier_id = d.id) as steps,
  coalesce((select jsonb_agg(jsonb_build_object('name', c.name, 'sha256', c.sha256, 'size', f.size, 'file', f.id) order by c.position)
    from components c left join files f on f.id = c.file_id where c.dossier_id = d.id), '[]') as papers,
  coalesce((select jsonb_agg(jsonb_build_object('paper', r.paper_code, 'name', r.name, 'sha256', f.sha256, 'size', f.size, 'file', f.id) order by r.paper_code)
    from results r join files f on f.id = r.file_id where r.dossier_id = d.id), '[]') as results
from dossiers d join procedures p on p.code = d.procedure_code
order by d.arrived_at desc, d.code desc limit 100`

const fileLine = (file: string | null, name: string, sha256: string, size: number | null, mark: string): string =>
  file === null
    ? `<li class="waiting">${escaped(name)} <small>đang chờ nội dung · ${sha256.slice(0, 12)}…</small></li>`
    : `<li><a href="/files/${encodeURIComponent(file)}" target="_blank" rel="noopener">${escaped(name)}</a> <small>${mark}${bytes(size ?? 0)} · SHA-256 <code title="${sha256}">${sha256.slice(0, 12)}…</code></small></li>`

function article(row: Row): string {
  const tone = ENDED.includes(row.status) ? 'ended' : row.status >= 9 ? 'done' : 'open'
  const papers = row.papers.map((paper) => fileLine(paper.file, paper.name, paper.sha256, paper.size, '')).join('')
  const results = row.results
    .map((result) => fileLine(result.file, result.name, result.sha256, result.size, `${escaped(result.paper)} · `))
    .join('')
  return `<article>
<header><strong>${escaped(row.code)}</strong><span class="status ${tone}">${row.status} · ${STATUS_WORDS[row.status] ?? ''}</span></header>
<p class="who">${escaped(row.owner_name)} <span class="number">${escaped(masked(row.owner_number))}</span></p>
<p>${escaped(row.procedure_code)} – ${escaped(row.procedure_name)}</p>
<p class="when">Đến lúc ${escaped(row.arrived)}${row.steps > 0 ? ` · ${row.steps} bước xử lý` : ''}</p>
<h2>Thành phần hồ sơ</h2><ul>${papers || '<li class="waiting">Không có tệp</li>'}</ul>
${results ? `<h2>Kết quả</h2><ul>${results}</ul>` : ''}
</article>`
}

/** The changing part of the page. */
export async function arrivalsRows(query: Query): Promise<string> {
  const rows = await query<Row>(SQL)
  if (rows.length === 0) return '<p class="empty">Chưa có hồ sơ nào đến.</p>'
  return rows.map(article).join('\n')
}

export const arrivalsPage = (rows: string): string => `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hồ sơ đến – hệ thống tỉnh thử nghiệm</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dfe7; --sheet: #fff; --ground: #f3f5f8; --link: #0b57b7 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a3adba; --line: #333c48; --sheet: #1d242d; --ground: #12171d; --link: #8ab8ff } }
body { margin: 0; font: 16px/1.5 'Be Vietnam Pro', system-ui, sans-serif; color: var(--ink); background: var(--ground) }
body > header { padding: 20px 32px; background: #9b1c1c; color: #fff }
h1 { margin: 0; font-size: 22px } body > header p { margin: 2px 0 0; opacity: .9 }
main { display: grid; gap: 16px; padding: 24px 32px; grid-template-columns: repeat(auto-fill, minmax(min(460px, 100%), 1fr)) }
article { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px }
article header { display: flex; flex-wrap: wrap; gap: 8px 16px; justify-content: space-between }
p { margin: 4px 0 } .who { font-weight: 600 } .number, .when, small { color: var(--soft); font-weight: 400 }
h2 { font-size: 14px; margin: 12px 0 2px; color: var(--soft) } ul { margin: 0; padding-left: 20px }
.status { border-radius: 999px; padding: 0 12px; font-size: 14px; background: #dbe8fb; color: #0b3f85 }
.done { background: #d9f2e0; color: #14532d } .ended { background: #fde2e2; color: #7f1d1d }
a { color: var(--link) } .waiting { color: var(--soft) } .empty { font-size: 20px; color: var(--soft) }
</style></head><body>
<header><h1>Hồ sơ đến</h1><p>Hệ thống tỉnh thử nghiệm – dữ liệu mẫu, không có giá trị pháp lý</p></header>
<main aria-live="polite">${rows}</main>
<script>
let shown = ''
setInterval(async () => {
  try {
    const text = await (await fetch('/arrivals')).text()
    if (text !== shown) { shown = text; document.querySelector('main').innerHTML = text }
  } catch {}
}, 2000)
</script>
</body></html>`
