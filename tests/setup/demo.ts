// `npm run demo`: the main job on the real window. With a display the window is yours; without one (or with --headless --out DIR)
// the whole story is played and written down: report.json, screens/*.png in two languages, copies/*.pdf.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { verifySignatures } from '../../main/signature/pades/index.ts'
import { MAU, qrOf } from '../bench/card/person.ts'
import { missingStacks } from '../bench/devices/missing.ts'
import { PASSPHRASE, PEOPLE } from '../bench/office.ts'
import { type Stack, startStack } from '../bench/stack.ts'
import * as story from '../journeys/story.ts'
import { bringDisplay, endDisplay, type OpenWindow, openWindow } from '../journeys/window.ts'
import { knownElectron } from './electron.ts'
import { say } from './place.ts'

const flag = { type: 'boolean', default: false } as const
const { values } = parseArgs({ options: { headless: flag, bench: flag, out: { type: 'string' } } })
const STATIONS = ['card', 'dossier', 'scan', 'document', 'certification', 'signature', 'outbox', 'province'] as const
type Station = (typeof STATIONS)[number]

interface Step {
  readonly station: Station | 'operator'
  readonly what: string
  readonly ms: number
  readonly ok: boolean
}

async function play(stack: Stack, out: string): Promise<boolean> {
  const screens = join(out, 'screens')
  const copies = join(out, 'copies')
  for (const folder of [screens, copies]) mkdirSync(folder, { recursive: true })
  const steps: Step[] = []
  let failed: unknown = null
  let open: OpenWindow | null = null
  const step = async (station: Step['station'], what: string, work: () => Promise<void>): Promise<void> => {
    if (failed !== null) return
    const began = Date.now()
    try {
      await work()
      steps.push({ station, what, ms: Date.now() - began, ok: true })
      say(`  ✓ ${station} · ${what} (${Date.now() - began} ms)`)
    } catch (error) {
      failed = error
      steps.push({ station, what, ms: Date.now() - began, ok: false })
      say(`  ✗ ${station} · ${what}`)
      await open?.page.screenshot({ path: join(screens, 'failed.png') }).catch(() => undefined)
    }
  }
  const pin = story.pins(stack)
  const counter: { about: Record<string, unknown>; copies: unknown[]; parcels: { sent: number; delivered: number } } = {
    about: {},
    copies: [],
    parcels: { sent: 0, delivered: 0 },
  }
  await step('operator', 'the window opens', async () => {
    open = await openWindow(stack)
  })
  if (open !== null) {
    const window: OpenWindow = open
    const { page } = window
    await step('operator', 'the store is opened, a clerk signs in', async () => {
      await story.openStore(page)
      await story.signIn(page, 'clerk')
      counter.about = await story.ask(page, (api) => api.support.about({}))
    })
    await step('card', 'QR by handheld scanner', () => story.scanQr(page))
    await step('card', stack.bench ? 'chip on the bench reader' : 'chip by PC/SC', async () => {
      await stack.card?.obey('insert mau')
      await story.readChip(page)
      await story.bothLanguages(page, screens, 'card')
    })
    await step('dossier', 'procedure found without diacritics, dossier opened', async () => {
      await story.openDossier(page)
      await story.bothLanguages(page, screens, 'dossier')
      await story.startScanning(page)
    })
    await step('scan', 'three papers through the feeder', async () => {
      await stack.loadThreePapers()
      await story.feed(page, 4)
      await story.lookAndRepair(page)
      await story.markPapers(page, [1, 2])
      await story.bothLanguages(page, screens, 'scan')
    })
    await step('document', 'PDF/A-2b made, originals compared', async () => {
      await story.makeDocuments(page)
      await story.bothLanguages(page, screens, 'document')
      await story.compareAll(page, 3)
    })
    await step('certification', 'the officer reviews', async () => {
      await story.changeTo(page, 'officer')
      await story.reviewAll(page, () => story.bothLanguages(page, screens, 'certification'))
    })
    await step('signature', 'the officer signs, one PIN', async () => {
      await story.goToSigning(page)
      await story.bothLanguages(page, screens, 'signature')
      await story.sign(window, 'officer', pin.officer)
    })
    await step('signature', 'the seal keeper adds the seal', async () => {
      await story.changeTo(page, 'sealKeeper')
      await story.goToSigning(page)
      await story.sign(window, 'sealKeeper', pin.agency)
    })
    await step('outbox', 'everything is delivered', async () => {
      await story.waitForDelivery(page, 5)
      await story.bothLanguages(page, screens, 'outbox')
      const parcels = await story.ask(page, (api) => api.outbox.list({}))
      counter.parcels = {
        sent: parcels.length,
        delivered: parcels.filter((parcel) => parcel.state === 'delivered').length,
      }
    })
    await step('province', 'the province has it: đã trả kết quả', async () => {
      await page.keyboard.press('Alt+8')
      await story.bothLanguages(page, screens, 'province')
      const [dossier] = await story.ask(page, (api) => api.dossier.list({}))
      if (dossier?.status !== 'returned') throw new Error(`the dossier is ${dossier?.status}`)
      for (const document of await story.ask(page, (api, id) => api.document.list({ dossierId: id }), dossier.id)) {
        const file = `copies/${document.number?.split(' ')[0] ?? 'x'}.pdf`
        writeFileSync(join(out, file), await story.vaultFile(page, document.copyFile ?? ''))
        counter.copies.push({
          file,
          number: document.number,
          title: document.title,
          signatures: await signaturesIn(stack, join(out, file)),
        })
      }
    })
    await step('dossier', 'receipt (Mẫu 01) and register page printed', async () => {
      const year = new Date(Date.now() + 7 * 3_600_000).getUTCFullYear()
      const month = new Date(Date.now() + 7 * 3_600_000).getUTCMonth() + 1
      const register = await story.ask(page, (api, on) => api.certification.printRegister(on), { year, month })
      writeFileSync(join(copies, 'register.pdf'), await story.vaultFile(page, register.file))
      await story.changeTo(page, 'clerk')
      const [dossier] = await story.ask(page, (api) => api.dossier.list({}))
      const receipt = await story.ask(page, (api, id) => api.dossier.printReceipt({ id }), dossier?.id ?? '')
      writeFileSync(join(copies, 'receipt.pdf'), await story.vaultFile(page, receipt.file))
    })
    const sandbox = await story.sandboxOf(window).catch(() => 'unknown')
    await window.close()
    const electron = knownElectron()
    const report = {
      stack: {
        ...stack.facts,
        electron: `${counter.about.electron ?? '?'}${electron?.official === true ? '' : ' (stand-in for 45.4.1, which cannot be fetched here)'}`,
        chrome: counter.about.chrome,
        node: counter.about.node,
        bench: counter.about.bench,
        verifier: hasPdfsig(stack) ? 'pdfsig' : 'our own reader (no pdfsig here)',
        sandbox,
      },
      steps,
      copies: counter.copies,
      parcels: counter.parcels,
    }
    writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  }
  if (failed !== null) process.stderr.write(`${failed instanceof Error ? failed.stack : String(failed)}\n`)
  return failed === null
}

const hasPdfsig = (stack: Stack): boolean => stack.pki.nss !== '' && spawnSync('pdfsig', ['-v']).status === 0

/** How many signatures of a copy are valid: in the words of `pdfsig`, which knows nothing of us, where there is one. */
async function signaturesIn(stack: Stack, file: string): Promise<number> {
  if (hasPdfsig(stack)) {
    const said = spawnSync('pdfsig', ['-nssdir', stack.pki.nss, file], { encoding: 'utf8' }).stdout
    return [...said.matchAll(/Signature is Valid/g)].length
  }
  const reports = await verifySignatures(readFileSync(file), [stack.pki.ca.der])
  return reports.ok ? reports.value.filter((one) => one.integrity && one.chain === 'trusted').length : 0
}

async function show(stack: Stack): Promise<void> {
  await stack.card?.obey('insert mau')
  await stack.loadThreePapers()
  const window = await openWindow(stack)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void window.close())
  say('the window is open; everything below it is a specimen.')
  if (stack.bench)
    say(
      `  card on and off the reader: write a name (mau, thu, tre) or nothing into ${stack.env.QUAY_BENCH_DESK}/reader`,
    )
  say(`  passphrase of the store: ${PASSPHRASE}`)
  for (const [who, person] of Object.entries(PEOPLE)) say(`  ${who}: ${person.login} / ${person.password}`)
  say(`  QR of the card to paste: ${qrOf(MAU)} (expiry on the card: 15012030)`)
  say(`  PIN officer ${stack.pki.officer.pin}, agency ${stack.pki.agency.pin}; arrivals: ${stack.province.url}`)
  await new Promise<void>((resolve) => window.app.once('close', () => resolve()))
}

const hasDisplay = process.platform !== 'linux' || (process.env.DISPLAY ?? '') !== ''
const headless = values.headless || values.out !== undefined || !hasDisplay
const out = resolve(values.out ?? mkdtempSync(join(tmpdir(), 'quay-demo-')))
if (!headless) process.env.QUAY_DISPLAY = process.env.DISPLAY ?? ''
else await bringDisplay()
say(headless ? `playing the story without a display; the result goes to ${out}` : 'opening the window …')
rmSync(join(out, 'screens'), { recursive: true, force: true })
const missing = missingStacks()
const bench = values.bench || missing.length > 0
if (bench)
  say(
    `bench devices: reader, scanner and tokens are simulated, no PC/SC, SANE or PKCS#11 runs (${values.bench ? 'asked for by --bench' : 'missing here'})`,
  )
for (const stackName of missing) say(`  missing: ${stackName}`)
const stack = await startStack({ bench })
let fine = false
try {
  if (headless) fine = await play(stack, out)
  else {
    await show(stack)
    fine = true
  }
} finally {
  await stack.stop()
  endDisplay()
}
if (headless) say(fine ? `done: ${out}/report.json` : `failed: see ${out}`)
process.exit(fine ? 0 : 1)
