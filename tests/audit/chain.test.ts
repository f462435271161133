// The audit of the counter: every changed byte, every dropped, swapped or added row is found, in pure rows and in the real store.
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type AuditEvent, firstBreak, linkAfter, openAudit } from '../../main/audit/index.ts'
import type { Storage } from '../../main/storage/index.ts'
import { storeIn, tempFolders } from '../storage/store.ts'

const folders = tempFolders()
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  folders.clean()
})

const KEY = Buffer.alloc(32, 3)
const EVENTS: readonly AuditEvent[] = [
  {
    actor: 'program',
    event: 'operator.added',
    subject: '3f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
    detail: { roles: 'supervisor it' },
  },
  {
    actor: '3f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
    event: 'operator.signed-in',
    subject: '3f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
  },
  {
    actor: '3f1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
    event: 'dossier.opened',
    subject: 'aa1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
    detail: { procedure: '2.000815', pages: 2 },
  },
  {
    actor: 'program',
    event: 'outbox.delivered',
    subject: 'aa1c2f5e-8a40-4c1e-9b2d-0d7f6a1b2c3d',
    detail: { provinceId: 'H55-1', again: false, note: null },
  },
]
interface Row {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly event: string
  readonly subject: string
  readonly detail: string
  readonly hash: string
}
const TEXTS = ['at', 'actor', 'event', 'subject', 'detail', 'hash'] as const

/** The real store with these events, and a back door in which the triggers are gone. */
function office(events: readonly AuditEvent[] = EVENTS) {
  const store = storeIn(folders.make())
  const storage: Storage = store.open()
  const raw = store.raw()
  open.push(raw, storage)
  let minute = 0
  const audit = openAudit(KEY, () => new Date(Date.UTC(2026, 10, 21, 3, minute++)))
  for (const event of events) storage.write((w) => audit.append(w, event))
  raw.exec('pragma synchronous = off; drop trigger audit_entry_stays; drop trigger audit_entry_is_fixed')
  const rows = (): readonly Row[] => raw.prepare('select * from audit_entry order by seq').all() as Row[]
  const insert = (row: Row): void =>
    void raw.prepare('insert into audit_entry values (@seq, @at, @actor, @event, @subject, @detail, @hash)').run(row)
  const [whole, head] = [rows(), raw.prepare('select * from audit_head').get()]
  return {
    storage,
    audit,
    raw,
    rows,
    insert,
    verify: (): number | null => storage.read((r) => audit.verify(r)),
    /** As it was before anybody tampered. */
    restore: (): void =>
      raw.transaction(() => {
        raw.exec('delete from audit_entry; delete from audit_head')
        whole.forEach(insert)
        raw.prepare('insert into audit_head values (@id, @seq, @hash, @seal)').run(head)
      })(),
  }
}

describe('in the real store', () => {
  test('an untouched audit holds, from the first entry on, also after a restart', () => {
    const { verify, storage, audit } = office([])
    expect(verify()).toBe(null)
    for (const event of EVENTS) {
      storage.write((w) => audit.append(w, event))
      expect(verify()).toBe(null)
    }
    const again = openAudit(KEY, () => new Date('2026-11-22T01:00:00Z'))
    storage.write((w) => again.append(w, { actor: 'program', event: 'operator.locked', subject: 'x' }))
    expect(storage.read((r) => again.verify(r))).toBe(null)
  })

  test('an entry of a transaction that was taken back leaves no trace and no gap', () => {
    const { verify, storage, audit, rows } = office()
    const before = rows()
    expect(() =>
      storage.write((w) => {
        audit.append(w, { actor: 'program', event: 'scan.started', subject: 'x' })
        throw new Error('no')
      }),
    ).toThrow('no')
    expect([verify(), rows()]).toEqual([null, before])
  })

  test('read with another key, nothing holds', () => {
    const { storage } = office()
    expect(storage.read((r) => openAudit(Buffer.alloc(32, 4), () => new Date()).verify(r))).toBe(1)
  })

  /** All outcomes of turning every bit of every byte of every column of every row. */
  function turnEveryBit(): readonly {
    readonly place: string
    readonly row: number
    readonly found: number | 'nothing' | 'threw'
  }[] {
    const { raw, rows, verify } = office()
    const outcome = (): number | 'nothing' | 'threw' => {
      try {
        return verify() ?? 'nothing'
      } catch {
        return 'threw'
      }
    }
    return rows().flatMap((row) =>
      TEXTS.flatMap((column) => {
        const set = raw.prepare(`update audit_entry set ${column} = cast(? as text) where seq = ?`)
        const whole = Buffer.from(row[column])
        const outcomes = Array.from({ length: whole.length * 8 }, (_, place) => {
          const turned = Buffer.from(whole)
          turned[place >> 3] = (turned[place >> 3] ?? 0) ^ (1 << (place & 7))
          set.run(turned, row.seq)
          return {
            place: `${column} of row ${row.seq}, byte ${place >> 3}, bit ${place & 7}`,
            row: row.seq,
            found: outcome(),
          }
        })
        set.run(whole, row.seq)
        return outcomes
      }),
    )
  }
  test('every turned bit of every column is noticed', () => {
    const outcomes = turnEveryBit()
    expect(outcomes.length).toBeGreaterThan(5000)
    expect(outcomes.filter((one) => one.found === 'nothing').map((one) => one.place)).toEqual([])
    expect(outcomes.filter((one) => one.found !== 'threw' && one.found !== one.row).map((one) => one.place)).toEqual([])
  })
  test('and answered with the number of that row, never with a thrown error', () => {
    expect(
      turnEveryBit()
        .filter((one) => one.found === 'threw')
        .map((one) => one.place),
    ).toEqual([])
  })

  test('every other number of a row, every column emptied, and every column as bytes are found', () => {
    const { raw, rows, verify, restore } = office()
    for (const row of rows()) {
      for (let bit = 0; bit < 40; bit += 1) {
        const other = Number(BigInt(row.seq) ^ (1n << BigInt(bit)))
        if (rows().some((one) => one.seq === other)) continue
        raw.prepare('update audit_entry set seq = ? where seq = ?').run(other, row.seq)
        expect(verify(), `row ${row.seq} called ${other}`).not.toBe(null)
        restore()
      }
      for (const column of TEXTS)
        for (const value of ['', 'x', Buffer.from(row[column]), 0]) {
          // A hash kept as bytes is not text any more; how that is found is the next test's matter.
          if (column === 'hash' && Buffer.isBuffer(value)) continue
          raw.prepare(`update audit_entry set ${column} = ? where seq = ?`).run(value, row.seq)
          expect(verify(), `${column} of row ${row.seq}`).toBe(row.seq)
          restore()
        }
    }
    expect(verify()).toBe(null)
  })

  test('every dropped row is found, also the last, and every run of rows', () => {
    const { raw, rows, verify, restore } = office()
    const count = rows().length
    for (let from = 1; from <= count; from += 1)
      for (let to = from; to <= count; to += 1) {
        raw.prepare('delete from audit_entry where seq between ? and ?').run(from, to)
        expect(verify(), `rows ${from} to ${to}`).not.toBe(null)
        restore()
      }
    expect(verify()).toBe(null)
  })

  test('rows dropped and the rest numbered anew are found', () => {
    const { raw, rows, verify, restore } = office()
    for (const { seq } of rows()) {
      raw.prepare('delete from audit_entry where seq = ?').run(seq)
      raw.exec(
        `update audit_entry set seq = -seq where seq > ${seq}; update audit_entry set seq = -seq - 1 where seq < 0`,
      )
      expect(verify(), `row ${seq}`).not.toBe(null)
      restore()
    }
  })

  test('every swap of two rows is found, with and without their numbers', () => {
    const { rows, verify, restore, raw, insert } = office()
    const all = rows()
    for (const one of all)
      for (const other of all.filter((row) => row.seq > one.seq)) {
        for (const whole of [true, false]) {
          raw.prepare('delete from audit_entry where seq in (?, ?)').run(one.seq, other.seq)
          insert({ ...one, seq: other.seq, hash: whole ? one.hash : other.hash })
          insert({ ...other, seq: one.seq, hash: whole ? other.hash : one.hash })
          expect(verify(), `rows ${one.seq} and ${other.seq}`).toBe(one.seq)
          restore()
        }
      }
  })

  test('an added row is found wherever it stands, also a copy of a true one', () => {
    const { rows, verify, restore, insert } = office()
    const all = rows()
    for (const model of all)
      for (const seq of [0, all.length + 1, all.length + 5, -1]) {
        insert({ ...model, seq })
        expect(verify(), `a copy of row ${model.seq} as ${seq}`).not.toBe(null)
        restore()
      }
  })

  test('the end of the chain is sealed: every turned bit of it, its loss, and its being set back are found', () => {
    const { raw, rows, verify, restore } = office()
    const last = rows().at(-1)
    for (const column of ['hash', 'seal']) {
      const whole = Buffer.from(
        (raw.prepare(`select ${column} as text from audit_head`).get() as { text: string }).text,
      )
      for (let place = 0; place < whole.length * 7; place += 1) {
        // Seven bits: what is no UTF-8 any more is counted above.
        const turned = Buffer.from(whole)
        turned[Math.floor(place / 7)] = (turned[Math.floor(place / 7)] ?? 0) ^ (1 << (place % 7))
        raw.prepare(`update audit_head set ${column} = cast(? as text)`).run(turned)
        expect(verify(), `${column} ${place}`).not.toBe(null)
      }
      restore()
    }
    for (const seq of [0, 1, 3, 5, 260]) {
      raw.prepare('update audit_head set seq = ?').run(seq)
      expect(verify()).not.toBe(null)
    }
    restore()
    raw.exec('delete from audit_head')
    expect(verify()).not.toBe(null)
    restore()
    const before = rows().at(-2)
    raw.prepare('delete from audit_entry where seq = ?').run(last?.seq)
    raw.prepare('update audit_head set seq = ?, hash = ?').run(before?.seq, before?.hash)
    expect(verify(), 'the head set back without the key').not.toBe(null)
  })

  test('every table entry of the chain refuses change while its triggers stand', () => {
    const store = storeIn(folders.make())
    const storage = store.open()
    const raw = store.raw()
    open.push(raw, storage)
    const audit = openAudit(KEY, () => new Date('2026-11-21T03:00:00Z'))
    storage.write((w) => audit.append(w, EVENTS[0] ?? { actor: '', event: '', subject: '' }))
    expect(() => raw.exec("update audit_entry set actor = 'x'")).toThrow('audit rows do not change')
    expect(() => raw.exec('delete from audit_entry')).toThrow('audit rows stay')
    expect(storage.read((r) => audit.verify(r))).toBe(null)
  })
})

describe('in pure rows', () => {
  type Pure = { readonly columns: readonly (string | number | null)[]; readonly hash: string }
  const chain = (all: readonly (readonly (string | number | null)[])[]): readonly Pure[] => {
    let before = ''
    return all.map((columns) => {
      before = linkAfter(KEY, before, columns)
      return { columns, hash: before }
    })
  }
  const check = (rows: readonly Pure[]): number | null =>
    firstBreak(
      KEY,
      rows,
      (row) => row.columns,
      (row) => row.hash,
    )
  const column = fc.oneof(fc.string(), fc.integer(), fc.constant(null))
  const table = fc.array(fc.array(column, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 8 })
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

  test('an untouched chain holds, and so does each beginning of it', () => {
    fc.assert(
      fc.property(table, fc.nat(), (all, cut) => {
        const rows = chain(all)
        expect(check(rows)).toBe(null)
        expect(check(rows.slice(0, cut % (rows.length + 1)))).toBe(null)
      }),
    )
  })
  test('a changed column, a dropped, swapped or repeated row breaks it at that place', () => {
    fc.assert(
      fc.property(table, fc.nat(), fc.nat(), column, (all, first, second, value) => {
        const rows = chain(all)
        const at = first % rows.length
        const other = second % rows.length
        const row = rows[at]
        const partner = rows[other]
        if (row === undefined || partner === undefined) return
        const columns = Object.assign([...row.columns], { [second % row.columns.length]: value })
        if (!same(columns, row.columns)) expect(check(Object.assign([...rows], { [at]: { ...row, columns } }))).toBe(at)
        if (at < rows.length - 1) expect(check(rows.filter((_, index) => index !== at))).toBe(at)
        if (at !== other)
          expect(check(Object.assign([...rows], { [at]: partner, [other]: row }))).toBe(Math.min(at, other))
        expect(check([...rows.slice(0, at), row, ...rows.slice(at)])).toBe(at + 1)
      }),
    )
  })
  test('columns cannot be moved into each other: the border between them is part of the link', () => {
    const links = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['a', 'b', 'c'],
      ['a","b', 'c'],
      [1, 'x'],
      ['1', 'x'],
      [null],
      ['null'],
      [''],
    ].map((columns) => linkAfter(KEY, '', columns))
    expect(new Set(links).size).toBe(links.length)
    expect(links.every((link) => /^[0-9a-f]{64}$/.test(link))).toBe(true)
    expect(linkAfter(KEY, '', ['a'])).not.toBe(linkAfter(KEY, linkAfter(KEY, '', ['b']), ['a']))
  })
  test('nobody without the key makes a link', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (key, text) => {
        fc.pre(!KEY.equals(key))
        expect(linkAfter(Buffer.from(key), '', [text])).not.toBe(linkAfter(KEY, '', [text]))
      }),
    )
  })
})
