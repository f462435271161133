// Many papers ready for the officer's list: every file in the vault, every row as the stations write it.
// Scanning and comparing are other measurements; here they are taken as done.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { documentDocument } from '../../main/document/table.ts'
import { callerFor, must, type NodeCounter, PEOPLE } from './office.ts'

/** Of the contract: papers a dossier. */
const MOST_PAPERS = 100

/** What people ask copies of, most often first. */
const TITLES = [
  'Giấy khai sinh',
  'Giấy khai sinh',
  'Bằng tốt nghiệp trung học phổ thông',
  'Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất',
  'Học bạ',
]

/** One document a PDF, reviewed (or only compared), in dossiers of a hundred. Answers the bytes of all. */
export async function bringPapers(
  counter: NodeCounter,
  papers: readonly string[],
  state: 'reviewed' | 'compared' = 'reviewed',
): Promise<number> {
  const [clerk, officer] = [callerFor(counter, PEOPLE.clerk.login), callerFor(counter, PEOPLE.officer.login)]
  const { card, dossier } = counter.handlers
  let bytes = 0
  for (let from = 0; from < papers.length; from += MOST_PAPERS) {
    const typed = { number: '001190123456', name: 'Nguyễn Thị Mẫu', birth: '1990-01-15' }
    const reading = must(await card.type(typed, clerk))
    const request = { readingId: reading.id, procedureCode: '2.000815', phone: '0900 000 001', email: '' }
    const dossierId = must(await dossier.open(request, clerk)).id
    const at = new Date().toISOString()
    const rows = papers.slice(from, from + MOST_PAPERS).map((path, index) => {
      const pdf = readFileSync(path)
      bytes += pdf.length
      const person = { by: clerk.operatorId, name: clerk.name }
      return {
        id: randomUUID(),
        dossierId,
        position: from + index + 1,
        title: TITLES[index % TITLES.length] ?? '',
        originalPages: 2,
        filePages: 2,
        file: must(counter.vault.put(pdf)),
        bytes: pdf.length,
        copies: 1,
        fee: 4000,
        feeSource: 'TT 226/2016/TT-BTC',
        state,
        comparedBy: person.by,
        comparedByName: person.name,
        comparedAt: at,
        reviewedBy: state === 'reviewed' ? officer.operatorId : null,
        reviewedAt: state === 'reviewed' ? at : null,
        certifiedCopy: true,
        fileName: `${from + index + 1}.pdf`,
        level: '2b' as const,
        scannedBy: person.by,
        scannedByName: person.name,
        scannedAt: at,
        fields: 'none' as const,
        createdAt: at,
      }
    })
    counter.storage.write((w) => void w.insert(documentDocument).values(rows).run())
  }
  return bytes
}
