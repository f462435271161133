// The program is killed (SIGKILL) again and again while it signs, at moments nobody chose. After the last start every paper
// is filed exactly once: one number, one parcel, two good signatures, the original untouched, both chains whole.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../preload/contract/document.ts'
import type { SigningRole } from '../../preload/contract/signature.ts'
import { must } from '../bench/office.ts'
import { seeded } from '../bench/scanner/ink.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { missingTools } from '../bench/token/pki.ts'
import { hasAirscan } from '../scan/bench.ts'
import type { ChildWord } from './batch-child.ts'
import { strangersAreHere, verdictOfStrangers } from './strangers.ts'
import {
  makeHome,
  makeTokens,
  openDossier,
  openWorkplace,
  reviewed,
  signAll,
  type Tokens,
  type Workplace,
} from './workplace.ts'

const PAPERS = 6
const KILLS = { officer: 3, agency: 3 } as const
const SEED = 20_261_121

describe.skipIf(!hasAirscan || missingTools().length > 0)('killed while signing', () => {
  let home: string
  let tokens: Tokens
  let at: Workplace
  beforeAll(async () => {
    home = makeHome()
    tokens = await makeTokens(home)
    Object.assign(process.env, tokens.env)
    at = await openWorkplace({ scanner: true, tokens })
  })
  afterAll(async () => {
    await at.close()
    rmSync(home, { recursive: true, force: true })
  })

  /** Starts the program and kills it that many moves and milliseconds after the PIN. */
  async function run(role: SigningRole, after: { readonly moves: number; readonly milliseconds: number }) {
    const child = fork(new URL('./batch-child.ts', import.meta.url), [at.folder, role], { execArgv: [] })
    const exit = once(child, 'exit')
    let moves = -1
    child.on('message', (word: ChildWord) => {
      if (word.at === 'pin') moves = 0
      if (word.at === 'moved' && moves >= 0) moves += 1
      if ((word.at === 'pin' || word.at === 'moved') && moves === after.moves)
        void wait(after.milliseconds).then(() => child.kill('SIGKILL'))
    })
    const [, signal] = (await exit) as [number | null, string | null]
    return signal === 'SIGKILL'
  }

  test(`${KILLS.officer + KILLS.agency} kills, and ${PAPERS} papers are filed once each`, {
    timeout: 90_000,
  }, async () => {
    const page = (await drawPaper('birth')).pages[0] ?? Buffer.alloc(0)
    const dossierId = (await openDossier(at)).id
    const wanted = Array.from({ length: PAPERS }, (_, index) => ({
      title: `Giấy tờ ${index + 1}`,
      copies: 1,
      pages: [page],
    }))
    const documents = await reviewed(at, dossierId, wanted)
    const originals = new Map(documents.map((one) => [one.id, must(at.counter.vault.get(one.file))]))
    await at.counter.close()

    await tokens.faults.say('sign-delay OFFICER 150', 'sign-delay SEAL 150')
    const random = seeded(SEED)
    let kills = 0
    for (const role of ['officer', 'agency'] as const) {
      for (let number = 0; number < KILLS[role]; number += 1) {
        const after = { moves: Math.floor(random() * 5), milliseconds: Math.floor(random() * 90) }
        if (await run(role, after)) kills += 1
      }
      // The last start: recovers, signs what is left, and nobody kills it.
      await at.reopen()
      await at.counter.start()
      const caller = role === 'officer' ? at.officer : at.sealKeeper
      if (must(await at.counter.handlers.signature.next({ role }, caller)) !== null)
        expect(await signAll(at, role)).toMatchObject({ state: 'finished', trouble: null })
      if (role === 'officer') await at.counter.close()
    }
    expect(kills).toBe(KILLS.officer + KILLS.agency)

    const filed = must(await at.counter.handlers.document.list({ dossierId }, at.clerk)) as readonly Document[]
    expect(filed.map((one) => one.state)).toEqual(documents.map(() => 'certified'))
    for (const one of filed) {
      const original = originals.get(one.id) ?? Buffer.alloc(0)
      expect(must(at.counter.vault.get(one.file)).equals(original)).toBe(true)
      expect(
        must(at.counter.vault.get(one.copyFile ?? ''))
          .subarray(0, original.length)
          .equals(original),
      ).toBe(true)
    }
    expect(new Set(filed.map((one) => one.copyFile)).size).toBe(PAPERS)

    // The register: as many rows as papers, without a hole, each certified, each for another paper.
    const rows = at.raw((database) =>
      database.prepare('select number, document_id as document, state from certification_row order by number').all(),
    ) as { number: number; document: string; state: string }[]
    expect(rows.map(({ number, state }) => ({ number, state }))).toEqual(
      documents.map((_, index) => ({ number: index + 1, state: 'certified' })),
    )
    expect(rows.map((row) => row.document).sort()).toEqual(documents.map((one) => one.id).sort())

    // One parcel a copy, and one that hands the result over.
    const parcels = at.raw((database) =>
      database.prepare('select kind, body from outbox_parcel order by seq').all(),
    ) as { kind: string; body: string }[]
    expect(parcels.map((parcel) => parcel.kind)).toEqual(['dossier', ...documents.map(() => 'copy'), 'returned'])
    const sent = parcels
      .filter((parcel) => parcel.kind === 'copy')
      .map((parcel) => JSON.parse(parcel.body) as { documentId: string; file: string })
    expect(sent.map(({ documentId, file }) => `${documentId} ${file}`).sort()).toEqual(
      filed.map((one) => `${one.id} ${one.copyFile}`).sort(),
    )

    const { storage, audit, certifications } = at.counter
    expect(storage.read((r) => [audit.verify(r), certifications.check(r)])).toEqual([null, null])
    const events = at.raw((database) =>
      database.prepare("select subject from audit_entry where event = 'signature.filed'").pluck().all(),
    )
    expect([...events].sort()).toEqual(documents.map((one) => one.id).sort())

    // Every PIN that reached a token was right, and one a start at most.
    const tries = await tokens.faults.tries()
    expect(tries.every((one) => one.code === 0)).toBe(true)
    expect(tries.length).toBeLessThanOrEqual(kills + 2)

    if (!strangersAreHere) return
    const good = { valid: true, trusted: true }
    for (const one of filed.slice(0, 2)) {
      const path = join(home, 'copy.pdf')
      writeFileSync(path, must(at.counter.vault.get(one.copyFile ?? '')))
      expect(verdictOfStrangers(path, tokens.pki.ca.pem)).toEqual({
        pdfsig: [
          { field: 'NguoiThucHienChungThuc', signer: 'Nguyễn Văn Đức', ...good, whole: false },
          { field: 'CoQuanChungThuc', signer: 'UBND Phường Mẫu', ...good, whole: true },
        ],
        qpdf: 'ok',
        openssl: ['ok', 'ok'],
      })
    }
  })
})
