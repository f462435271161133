// All stations of one open store, built by hand. Plain Node: app.ts gives it a window, tests give it none.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CardSession, Driver, ScanSession } from '../drivers/contract.ts'
import type { Handlers, Tell } from '../preload/contract/index.ts'
import type { Result } from '../preload/contract/result.ts'
import type { PinQuestion } from '../preload/contract/signature.ts'
import { type Audit, openAudit } from './audit/index.ts'
import { type Cards, openCards } from './card/index.ts'
import { type Certifications, openCertifications } from './certification/index.ts'
import { type DeviceWatch, type SigningSession, withLease } from './devices/index.ts'
import { type Documents, openDocuments } from './document/index.ts'
import { type Dossiers, openDossiers, openLaw, readCatalogue } from './dossier/index.ts'
import type { Log } from './log.ts'
import { keepSecrets, type Operators, openOperators, readTrust, type Unit } from './operator/index.ts'
import { type Outbox, openOutbox } from './outbox/index.ts'
import {
  type NumberServerConfig,
  openGeneration2,
  openNumberServer,
  openPromises,
  openProvince,
  type Provinces,
} from './province/index.ts'
import { openScans, PaperTitles, type Scans } from './scan/index.ts'
import { type EvidenceParts, type Evidences, openEvidence } from './signature/evidence/index.ts'
import { openSignatures, type Signatures } from './signature/index.ts'
import {
  type Keys,
  openClearing,
  openStorage,
  openVault,
  type Storage,
  type Vault,
  type Writer,
} from './storage/index.ts'
import type { WorkshopJobs } from './work.ts'
import type { Workshop, WorkshopOptions } from './workshop/index.ts'

/** How the workshop is run: what nobody waits for, and how long a job may take. */
export const WORK: WorkshopOptions<WorkshopJobs> = {
  background: ['readWords', 'readUpright', 'lookAtSigned', 'prepareEvidence', 'closeEvidence'],
  memory: 2 * 1024 ** 3,
  limits: {
    makeRight: 60_000,
    readWords: 120_000,
    readUpright: 60_000,
    lookIntoFile: 60_000,
    takePages: 120_000,
    closeEvidence: 60_000,
    checkFile: 30_000,
    acceptBrought: 60_000,
  },
}

export interface CounterParts {
  /** Folder of the store: database and vault. */
  readonly folder: string
  readonly keys: Keys
  readonly unit: Unit
  readonly unitFile: string
  /** `resources/` */
  readonly resources: string
  readonly migrations: string
  readonly nativeBinding?: string
  readonly workshop: Pick<Workshop<WorkshopJobs>, 'run'>
  readonly drivers: {
    readonly card: Driver<CardSession>
    readonly scan: Driver<ScanSession>
    readonly signature: Driver<SigningSession>
  }
  readonly devices: DeviceWatch
  readonly now: () => Date
  readonly log: Log
  readonly tell: Tell
  readonly evidence?: Pick<EvidenceParts, 'quiet' | 'within'>
  readonly numberLimits?: NumberServerConfig['limits']
  readonly askPin: (
    question: Omit<PinQuestion, 'language'>,
    session: SigningSession,
    insist: boolean,
  ) => Promise<Result<unknown>>
}

export interface Counter {
  readonly handlers: Omit<Handlers, 'operator' | 'support'>
  readonly storage: Storage
  readonly vault: Vault
  readonly audit: Audit
  readonly operators: Operators
  readonly outbox: Outbox
  readonly cards: Cards
  readonly scans: Scans
  readonly documents: Documents
  readonly dossiers: Dossiers
  readonly certifications: Certifications
  readonly signatures: Signatures
  readonly evidence: Evidences
  readonly province: Provinces
  /** Handlers first, then resume: half-signed documents are closed, the outbox goes on. */
  start(): Promise<void>
  stop(): Promise<void>
}

export function openCounter(parts: CounterParts): Counter {
  const { unit, now, log, tell, resources, workshop } = parts
  const fontFolder = join(resources, 'fonts')
  const storage = openStorage({
    file: join(parts.folder, 'quay.db'),
    key: parts.keys.database,
    migrations: parts.migrations,
    ...(parts.nativeBinding === undefined ? {} : { nativeBinding: parts.nativeBinding }),
  })
  const vault = openVault(join(parts.folder, 'vault'), parts.keys.vault)
  const audit = openAudit(parts.keys.chain, now)
  const operators = openOperators({ storage, audit, now })
  const outbox = openOutbox({ storage, audit, log, now, changed: tell.outbox.changed })
  const trust = readTrust(unit, parts.unitFile)
  const law = openLaw({
    files: [
      join(resources, 'catalogue/law.json'),
      join(resources, 'templates/receipt.json'),
      join(resources, 'templates/register.json'),
      join(resources, 'templates/refusal-letter.json'),
      join(resources, 'templates/forgery-record.json'),
    ],
    storage,
    audit,
    now,
  })

  /** A batch turns many documents of one dossier: the dossier is told once for all of them. */
  const soon = new Map<string, NodeJS.Timeout>()
  const dossierSoon = (id: string): void => {
    if (soon.has(id)) return
    const later = setTimeout(() => {
      soon.delete(id)
      dossiers.tell(id)
    }, 100)
    soon.set(id, later)
  }

  const cards = openCards({
    driver: withLease(parts.drivers.card, 'card'),
    devices: parts.devices,
    now,
    progress: tell.card.progress,
    changed: tell.card.changed,
  })
  const dossiers: Dossiers = openDossiers({
    storage,
    vault,
    audit,
    outbox,
    unit,
    catalogue: readCatalogue(join(resources, 'catalogue/procedures.json')),
    law,
    now,
    takeReading: cards.take,
    counts: (id) =>
      storage.read((r) => {
        const rows = documents.of(r, id)
        const certified = rows.filter((row) => row.state === 'certified' || row.state === 'delivered')
        return {
          pages: rows.reduce(
            (sum, row) => sum + (row.origin === 'file' ? row.originalPages : 0),
            scans.countPages(r, id),
          ),
          documents: rows.length,
          certified: certified.length,
          fee: rows.reduce((sum, row) => sum + row.fee, 0),
        }
      }),
    printReceipt: (template, input) => workshop.run('printReceipt', template, input, fontFolder),
    changed: tell.dossier.changed,
  })
  const titles = PaperTitles.parse(JSON.parse(readFileSync(join(resources, 'catalogue/paper-titles.json'), 'utf8')))
  const clearing = openClearing({
    storage,
    vault,
    log,
    now,
    gone: (r) => [...scans.purgedFiles(r), ...documents.purgedFiles(r)],
    named: (r) => [...scans.files(r), ...documents.files(r)],
    signed: (r) => [...signatures.files(r), ...evidence.files(r)],
  })
  const { erase } = clearing
  const scans: Scans = openScans({
    storage,
    vault,
    audit,
    log,
    driver: withLease(parts.drivers.scan, 'scan'),
    devices: parts.devices,
    work: {
      makeRight: (input) => workshop.run('makeRight', input),
      readWords: (picture, rotation, dpi) => workshop.run('readWords', picture, rotation, dpi),
      readUpright: (picture, guess, dpi) => workshop.run('readUpright', picture, guess, dpi),
      lookIntoFile: (bytes) => workshop.run('lookIntoFile', bytes),
      takePages: (bytes, looked, from) => workshop.run('takePages', bytes, looked, from),
    },
    titles,
    reads: unit.reading !== false,
    hotFolder: unit.hotFolder ?? null,
    printSeparators: (input) => workshop.run('printSeparators', input),
    fontFolder,
    unitName: unit.name,
    now,
    changed: tell.scan.changed,
    hotFolderChanged: tell.scan.hotFolderChanged,
    counted: dossierSoon,
    read: (row) => {
      if (row.documentId !== null) documents.heard(row.documentId)
    },
    erase,
  })
  const documents: Documents = openDocuments({
    storage,
    vault,
    audit,
    law,
    log,
    scans,
    unitName: unit.name,
    titles,
    now,
    make: (input) => workshop.run('makePdf', input),
    accept: (bytes) => workshop.run('acceptBrought', bytes, now(), trust),
    changed: (document) => {
      tell.document.changed(document)
      dossierSoon(document.dossierId)
      if (document.state === 'compared') certifications.tell()
    },
    fieldsChanged: tell.document.fieldsChanged,
    erase,
  })
  const promises = openPromises({ outbox, dossiers, documents, person: unit.name, now })
  /** The last copy of a dossier is there, electronic or on paper: the result is handed over. */
  const settled = (w: Writer, dossierId: string): void => {
    if (!documents.allOver(w, dossierId)) return
    dossiers.setStatus(w, dossierId, 'done')
    promises.returned(w, dossierId)
  }
  const secrets = keepSecrets(storage, unit, parts.unitFile)
  const numberServer =
    unit.numbers === undefined
      ? null
      : openNumberServer({
          url: unit.numbers.url,
          token: secrets.numbers,
          unitCode: unit.code,
          now,
          limits: parts.numberLimits ?? {},
          note: (line) => log('certification.note', { line: line.replaceAll(' ', '_') }),
        })
  const certifications = openCertifications({
    storage,
    vault,
    audit,
    chainKey: parts.keys.chain,
    law,
    documents,
    unit,
    now,
    books: unit.books,
    askNumbers: numberServer?.ask,
    numberHost: numberServer?.host,
    printRegister: (template, input) => workshop.run('printRegister', template, input, fontFolder),
    printAttestation: (input) => workshop.run('printAttestation', input, fontFolder),
    printLetter: (template, input) => workshop.run('printLetter', template, input, fontFolder),
    changed: tell.certification.changed,
    erase,
    certifiedOnPaper: (w, document) => settled(w, document.dossierId),
    annulled: (w, act) => promises.annulled(w, act.document, act),
  })
  const evidence = openEvidence({
    storage,
    vault,
    audit,
    log,
    documents,
    work: workshop,
    trust,
    services: unit.timestamps ?? [],
    now,
    ...parts.evidence,
    added: promises.evidence,
  })
  const signatures = openSignatures({
    storage,
    vault,
    audit,
    log,
    operators,
    unit,
    documents,
    certifications,
    driver: withLease(parts.drivers.signature, 'signature'),
    devices: parts.devices,
    work: workshop,
    fontFolder,
    trust,
    openImages: () => workshop.run('openStampImages', dirname(parts.unitFile), unit),
    now,
    askPin: parts.askPin,
    changed: tell.signature.changed,
    scanFiled: promises.paper,
    agencyCopyFiled: promises.agencyCopy,
    filed: (w, document, copyFile, copyBytes) => {
      promises.copy(w, document, copyFile, copyBytes)
      evidence.put(w, document.id, copyFile)
      settled(w, document.dossierId)
    },
  })
  const province = openProvince({
    storage,
    vault,
    dossiers,
    documents,
    now,
    name: unit.province?.name ?? '',
    adapter:
      unit.province === null
        ? null
        : openGeneration2({
            baseUrl: unit.province.baseUrl,
            clientId: unit.province.clientId,
            clientSecret: secrets.province,
            unitCode: unit.code,
            now,
            note: (line) => log('province.note', { line: line.replaceAll(' ', '_') }),
          }),
    changed: tell.province.changed,
    back: () => {
      outbox.wake()
      evidence.wake()
    },
  })

  return {
    storage,
    vault,
    audit,
    operators,
    outbox,
    cards,
    scans,
    documents,
    dossiers,
    certifications,
    signatures,
    evidence,
    province,
    handlers: {
      card: cards.handlers,
      dossier: dossiers.handlers,
      scan: scans.handlers,
      document: documents.handlers,
      certification: certifications.handlers,
      signature: { ...signatures.handlers, ...evidence.handlers },
      outbox: {
        list: () => ({ ok: true, value: [...storage.read((r) => outbox.list(r))] }),
        state: () => ({ ok: true, value: storage.read((r) => outbox.state(r)) }),
        retry: ({ parcelId }, caller) => {
          outbox.retry(parcelId, caller.operatorId)
          return { ok: true, value: storage.read((r) => outbox.state(r)) }
        },
      },
      province: province.handlers,
    },
    start: async () => {
      if (storage.state !== 'fine') return
      clearing.start()
      await signatures.recover()
      scans.start()
      outbox.start(async (parcel) => {
        const answer = await province.deliver(parcel)
        if (answer.ok) setImmediate(() => dossiers.tell(parcel.lane))
        return answer
      })
      province.start()
      evidence.start()
    },
    stop: async () => {
      for (const later of soon.values()) clearTimeout(later)
      clearing.stop()
      numberServer?.stop()
      signatures.stop()
      province.stop()
      await evidence.stop()
      await scans.stop()
      await outbox.stop()
      storage.close()
    },
  }
}
