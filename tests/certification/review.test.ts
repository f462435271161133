// How an officer goes through a long list: each paper, a drawn sample, or all at once; what was shown is what is agreed to.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawFrom, sampleSize } from '../../main/certification/review.ts'
import type { Document } from '../../preload/contract/document.ts'
import { sampleSize as shownSize } from '../../renderer/certification/sample-size.ts'
import { must } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { hasAirscan } from '../scan/bench.ts'
import { compared, openDossier, openWorkplace, type Workplace } from '../signature/workplace.ts'

const refused = (rule: string) => ({ ok: false, failure: { kind: 'refused', rule } })

test('a sample is drawn without repeating, in the order of the list, from every place of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.infiniteStream(fc.nat()), (count, numbers) => {
      const list = Array.from({ length: count }, (_, index) => index)
      const drawn = drawFrom(list, sampleSize(count), (below) => Number(numbers.next().value) % below)
      expect(drawn).toHaveLength(sampleSize(count))
      expect([...new Set(drawn)].sort((one, other) => one - other)).toEqual(drawn)
    }),
  )
  expect([0, 3, 5, 49, 51, 400].map(sampleSize)).toEqual([0, 3, 5, 5, 6, 40])
})

test('the button says how many will be drawn', () => {
  const counts = Array.from({ length: 500 }, (_, count) => count)
  expect(counts.map(shownSize)).toEqual(counts.map(sampleSize))
})

describe.skipIf(!hasAirscan)('an officer before a list of seven', () => {
  let at: Workplace
  let page: Buffer
  beforeAll(async () => {
    page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    at = await openWorkplace({ scanner: true })
  })
  afterAll(() => at.close())

  const station = () => at.counter.handlers.certification
  async function seven(): Promise<readonly Document[]> {
    const wanted = Array.from({ length: 7 }, (_, index) => ({
      title: `Giấy tờ ${index + 1}`,
      copies: 1,
      pages: [page],
    }))
    return compared(at, (await openDossier(at)).id, wanted)
  }
  const shown = (documents: readonly Document[]) => documents.map(({ id, file }) => ({ documentId: id, seen: file }))
  const modes = (documents: readonly Document[]) =>
    at.raw((database) =>
      documents.map((one) =>
        database
          .prepare('select state, review_mode as mode, reviewed_by as by from document_document where id = ?')
          .get(one.id),
      ),
    )
  const agreed = (mode: string | null) => ({ state: 'reviewed', mode, by: at.officer.operatorId })
  /** Given back, so that the next story begins with an empty list. */
  const clear = async (documents: readonly Document[]) => {
    for (const one of documents)
      await station().hold({ documentId: one.id, reason: 'wait', note: 'Chuyện tiếp theo' }, at.officer)
  }

  test('agrees to all at once: each paper and the whole list are written down with the way', async () => {
    const list = await seven()
    must(await station().reviewRest({ mode: 'all', list: shown(list) }, at.officer))
    expect(modes(list)).toEqual(list.map(() => agreed('all')))
    const events = at.raw((database) =>
      database.prepare("select event, detail from audit_entry where event like 'certification.%reviewed'").all(),
    ) as { event: string; detail: string }[]
    expect(events.map(({ event }) => event)).toEqual([
      ...list.map(() => 'certification.reviewed'),
      'certification.list-reviewed',
    ])
    expect(JSON.parse(events.at(-1)?.detail ?? '')).toMatchObject({ mode: 'all', count: 7 })
    await clear(list)
  })

  test('sees a sample first; only when all of it was seen the rest follows', async () => {
    const list = await seven()
    expect(await station().reviewRest({ mode: 'sample', list: shown(list) }, at.officer)).toMatchObject(
      refused('sample-not-seen'),
    )
    const { ids } = must(await station().drawSample({}, at.officer))
    expect(ids).toHaveLength(5)
    const inSample = list.filter((one) => ids.includes(one.id))
    const rest = list.filter((one) => !ids.includes(one.id))
    for (const one of inSample.slice(1))
      must(await station().review({ documentId: one.id, seen: one.file }, at.officer))
    expect(await station().reviewRest({ mode: 'sample', list: shown(rest) }, at.officer)).toMatchObject(
      refused('sample-not-seen'),
    )
    for (const one of inSample.slice(0, 1))
      must(await station().review({ documentId: one.id, seen: one.file }, at.officer))
    must(await station().reviewRest({ mode: 'sample', list: shown(rest) }, at.officer))
    expect(modes(list)).toEqual(list.map(() => agreed('sample')))
    await clear(list)
  })

  test('who held one of the sample back has to see the others one by one', async () => {
    const list = await seven()
    const { ids } = must(await station().drawSample({}, at.officer))
    const [bad, ...good] = list.filter((one) => ids.includes(one.id))
    must(await station().hold({ documentId: bad?.id ?? '', reason: 'wait', note: 'Mờ trang hai' }, at.officer))
    for (const one of good) must(await station().review({ documentId: one.id, seen: one.file }, at.officer))
    const rest = list.filter((one) => !ids.includes(one.id))
    expect(await station().reviewRest({ mode: 'sample', list: shown(rest) }, at.officer)).toMatchObject(
      refused('sample-held'),
    )
    await clear(list)
  })

  test('a list with a file that changed, or a paper that was seen meanwhile, is stale as a whole', async () => {
    const list = await seven()
    const [first] = list
    const other = shown(list).map((one, index) => (index === 3 ? { ...one, seen: 'a'.repeat(64) } : one))
    const stale = { ok: false, failure: { kind: 'stale' } }
    expect(await station().reviewRest({ mode: 'all', list: other }, at.officer)).toEqual(stale)
    must(await station().review({ documentId: first?.id ?? '', seen: first?.file ?? '' }, at.officer))
    expect(await station().reviewRest({ mode: 'all', list: shown(list) }, at.officer)).toEqual(stale)
    expect(modes(list.slice(1))).toEqual(list.slice(1).map(() => ({ state: 'compared', mode: null, by: null })))
    await clear(list)
  })
})
