// How many documents a minute of officer and seal keeper brings: the product's own engine from the confirmed list to the filed
// copy, with journal, vault, audit and verification. Beside it, in turn, what the token alone could do.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import pkcs11js from 'pkcs11js'
import type { Driver, ScanSession, TokenSession } from '../../drivers/contract.ts'
import type { SigningSession } from '../../main/devices/index.ts'
import type { Unit } from '../../main/operator/index.ts'
import { ok } from '../../preload/contract/result.ts'
import type { SigningRole } from '../../preload/contract/signature.ts'
import { callerFor, furnish, must, type NodeCounter, openNodeCounter, PEOPLE, SPECIMEN_UNIT } from '../bench/office.ts'
import { drawPaper } from '../bench/scanner/paper.ts'
import { startDriverProcess } from '../bench/token/driver-process.ts'
import { makePki, type Pki } from '../bench/token/pki.ts'
import type { Measurement } from './run.ts'

const WARM_UP = 4
/** Gives two pages of about 500 KB together, the size that earlier figures were taken with. */
const DPI = 120
/** The contract's own limit of papers a dossier. */
const MOST_PAPERS = 100

/** A feeder that already holds the pictures: scanning is not what is measured. */
const feederWith = (pages: () => readonly Uint8Array[]): Driver<ScanSession> => ({
  name: 'pictures in memory',
  present: async () => ok([{ id: 'pictures', kind: 'scan', name: 'Pictures', loaded: true }]),
  open: async () =>
    ok({
      abilities: async () => ok({ sources: ['feeder'], modes: ['colour'], dpi: [DPI] }),
      scan: async (_request, page) => {
        const all = pages()
        for (const [index, jpeg] of all.entries()) await page({ number: index + 1, jpeg })
        return ok({ pages: all.length })
      },
      close: async () => undefined,
    }),
})

interface Desk {
  readonly counter: NodeCounter
  readonly load: (pages: readonly Uint8Array[]) => void
  readonly sheet: readonly Uint8Array[]
}

/** `count` two-page documents, made, compared and reviewed: everything up to the officer's list. */
async function bringDocuments({ counter, load, sheet }: Desk, count: number): Promise<void> {
  const [clerk, officer] = [callerFor(counter, PEOPLE.clerk.login), callerFor(counter, PEOPLE.officer.login)]
  const { card, dossier, scan, document, certification } = counter.handlers
  for (let left = count; left > 0; left -= MOST_PAPERS) {
    const papers = Math.min(left, MOST_PAPERS)
    const typed = { number: '001190123456', name: 'Nguyễn Thị Mẫu', birth: '1990-01-15' }
    const reading = must(await card.type(typed, clerk))
    const request = { readingId: reading.id, procedureCode: '2.000815', phone: '0900 000 001', email: '' }
    const dossierId = must(await dossier.open(request, clerk)).id
    load(Array.from({ length: papers }, () => sheet).flat())
    const run = must(
      await scan.start({ dossierId, profile: { source: 'feeder', mode: 'colour', dpi: DPI }, place: null }, clerk),
    )
    if (run.trouble !== null) throw new Error(`scan: ${JSON.stringify(run.trouble)}`)
    const { pages } = must(await scan.pages({ dossierId }, clerk))
    for (const [index, page] of pages.entries())
      if (index > 0 && index % sheet.length === 0) must(await scan.startPaper({ pageId: page.id, starts: true }, clerk))
    const titles = Array.from({ length: papers }, (_one, at) => ({ title: `Giấy tờ mẫu ${at + 1}`, copies: 1 }))
    const documents = must(await document.make({ dossierId, papers: titles }, clerk))
    for (const { id, file } of documents) {
      must(await document.confirmCompared({ documentId: id, seen: file }, clerk))
      must(await certification.review({ documentId: id, seen: file }, officer))
    }
  }
}

/** Seconds from "sign" to the answer, for everything that waits in this role. */
async function timeBatch(counter: NodeCounter, role: SigningRole, count: number): Promise<number> {
  const who = role === 'officer' ? PEOPLE.officer : PEOPLE.sealKeeper
  const caller = callerFor(counter, who.login)
  must(await counter.operators.signIn(who.login, who.password))
  const batch = must(await counter.handlers.signature.next({ role }, caller))
  if (batch === null || batch.total !== count || batch.state !== 'ready')
    throw new Error(`not ready: ${batch?.total} of ${count}, ${JSON.stringify(batch?.trouble)}`)
  must(await counter.operators.reauthenticate(caller, who.password))
  const began = performance.now()
  const done = must(
    await counter.handlers.signature.start({ batchId: batch.id, listCode: batch.listCode, insist: false }, caller),
  )
  const seconds = (performance.now() - began) / 1000
  if (done.state !== 'finished' || done.done !== count)
    throw new Error(`${done.done} of ${count} signed: ${JSON.stringify(done.trouble)}`)
  return seconds
}

/** Raw C_Sign on the officer's token, one after the other for about a second. Answers signatures a second. */
function openRawToken(pki: Pki): { readonly rate: () => number; readonly close: () => void } {
  Object.assign(process.env, pki.env)
  const module = new pkcs11js.PKCS11()
  module.load(pki.module)
  module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK })
  const slot = module.C_GetSlotList(true).find((one) => module.C_GetTokenInfo(one).label.trim() === pki.officer.token)
  if (slot === undefined) throw new Error('the officer’s token is not there')
  const session = module.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION)
  module.C_Login(session, pkcs11js.CKU_USER, pki.officer.pin)
  module.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }])
  const key = module.C_FindObjects(session, 1)[0]
  module.C_FindObjectsFinal(session)
  if (key === undefined) throw new Error('no key on the token')
  // DigestInfo of SHA-256 (RFC 8017 §9.2), as the driver gives it to CKM_RSA_PKCS.
  const head = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const digest = Buffer.concat([head, createHash('sha256').update('a document').digest()])
  const value = Buffer.alloc(512)
  return {
    rate: () => {
      const began = performance.now()
      let signed = 0
      while (performance.now() - began < 1000) {
        module.C_SignInit(session, { mechanism: pkcs11js.CKM_RSA_PKCS }, key)
        module.C_Sign(session, digest, value)
        signed += 1
      }
      return signed / ((performance.now() - began) / 1000)
    },
    close: () => module.C_Finalize(),
  }
}

export const measureSign: Measurement = async ({ runs, n }) => {
  const count = n ?? 60
  const home = mkdtempSync(join(tmpdir(), 'quay-perf-'))
  const pki = await makePki(join(home, 'pki'))
  const unit: Unit = { ...SPECIMEN_UNIT, trust: [pki.ca.pem], tokenModules: [pki.module] }
  const folder = join(home, 'data')
  await furnish(folder, unit)
  // The token has a process of its own, as in the product.
  const token = startDriverProcess(pki.module, pki.env)
  let waiting: readonly Uint8Array[] = []
  const counter = openNodeCounter({
    folder,
    unit,
    drivers: {
      scan: feederWith(() => waiting),
      signature: token.driver as unknown as Driver<SigningSession>,
    },
    askPin: (question, session, insist) => {
      const { role } = question as { readonly role: SigningRole }
      const { pin } = role === 'officer' ? pki.officer : pki.agency
      return (session as unknown as TokenSession).login(new TextEncoder().encode(pin), insist)
    },
    // As many as the program itself would start.
    workers: Math.max(1, Math.min(3, cpus().length - 1)),
  })
  const raw = openRawToken(pki)
  try {
    const sheet = (await drawPaper('land', { dpi: DPI })).pages
    const desk: Desk = {
      counter,
      sheet,
      load: (pages) => {
        waiting = pages
      },
    }
    const both: number[] = []
    const alone: number[] = []
    const [officer, agency]: [number[], number[]] = [[], []]
    for (let round = 0; round <= (runs ?? 3); round += 1) {
      const size = round === 0 ? Math.min(WARM_UP, count) : count
      await bringDocuments(desk, size)
      const first = await timeBatch(counter, 'officer', size)
      const second = await timeBatch(counter, 'agency', size)
      const rate = raw.rate()
      if (round === 0) continue
      both.push(size / (first + second))
      officer.push((first / size) * 1000)
      agency.push((second / size) * 1000)
      alone.push(rate / 2)
    }
    const peer = { name: 'raw C_Sign on the same token, two a document', samples: alone }
    return [
      { measure: 'sign.docs_per_s', unit: 'documents/s', ours: both, peer },
      { measure: 'sign.officer_ms', unit: 'ms/document', ours: officer, peer: null },
      { measure: 'sign.agency_ms', unit: 'ms/document', ours: agency, peer: null },
    ]
  } finally {
    raw.close()
    await counter.close()
    await token.kill()
    rmSync(home, { recursive: true, force: true })
  }
}
