// How each kind of parcel is told to the province: metadata first, then content, then the status. Idempotent by parcel id:
// every step has a key made of it, so a repeated parcel happens once over there.
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { DossierStatus as Statuses } from '../../preload/contract/dossier.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Documents } from '../document/index.ts'
import type { Dossiers, OpenedBody } from '../dossier/index.ts'
import type { Delivered, Outgoing } from '../outbox/index.ts'
import type { Storage, Vault, Writer } from '../storage/index.ts'
import type { ProvinceAdapter } from './adapter.ts'
import { type ArrivedPaper, arrivedPaper, packetOf } from './push-papers.ts'
import { provinceDossier, provinceFile } from './table.ts'

/** A certified copy that is ready to go; put by the filing transaction. */
export interface CopyBody {
  readonly dossierId: string
  readonly documentId: string
  readonly title: string
  readonly number: string
  readonly file: string
  readonly bytes: number
  readonly person: string
  readonly at: string
}
/** The same copy with its timestamp (dấu thời gian) and proofs: another file, which names the one it continues. */
export interface EvidenceBody extends CopyBody {
  /** SHA-256 of the copy as it was certified. */
  readonly parent: string
  readonly level: 'B-T' | 'B-LT'
  /** The time of the timestamp. */
  readonly stampedAt: string
}
/** A paper of the dossier (thành phần hồ sơ), signed by who scanned it, and as a sao y by the agency too. */
export interface PaperBody {
  readonly dossierId: string
  readonly documentId: string
  readonly title: string
  readonly fileName: string
  readonly file: string
  readonly bytes: number
  readonly person: string
  readonly at: string
  /** Of a sao y: the agency, and the SHA-256 of the paper as who scanned signed it. */
  readonly agencyCopyBy?: string
  readonly parent?: string
}
/** A certification that has no value any more (TT 01/2020/TT-BTP Đ.7). */
export interface AnnulledBody {
  readonly dossierId: string
  readonly documentId: string
  readonly title: string
  readonly number: string
  readonly decision: string
  readonly decidedOn: string
  readonly reason: string
  readonly person: string
  readonly at: string
}
/** All copies of a dossier are there: the result is handed over. */
export interface ReturnedBody {
  readonly dossierId: string
  readonly person: string
  readonly at: string
  readonly fee: number
}

type DossierStatus = z.infer<typeof Statuses>

export interface PushParts {
  readonly storage: Storage
  readonly vault: Vault
  readonly adapter: ProvinceAdapter
  readonly dossiers: Dossiers
  readonly documents: Documents
  readonly now: () => Date
}

export function pushWith(parts: PushParts): (parcel: Outgoing) => Promise<Result<Delivered>> {
  const { storage, vault, adapter, dossiers, documents, now } = parts
  const remember = (w: Writer, dossierId: string, provinceId: string, code: string, status: DossierStatus): void => {
    const row = { dossierId, provinceId, code, status, at: now().toISOString() }
    w.insert(provinceDossier).values(row).onConflictDoUpdate({ target: provinceDossier.dossierId, set: row }).run()
  }

  async function pushDossier(parcel: Outgoing, body: OpenedBody): Promise<Result<Delivered>> {
    const given = await adapter.nextCode(`${parcel.id}:code`)
    if (!given.ok) return given
    const { code } = given.value
    const sent = await adapter.submit(`${parcel.id}:dossier`, packetOf(code, body))
    if (!sent.ok) return sent
    return ok({
      provinceId: sent.value.provinceId,
      remember: (w) => {
        dossiers.setCode(w, body.dossierId, sent.value.code, sent.value.provinceId)
        remember(w, body.dossierId, sent.value.provinceId, sent.value.code, 'received')
      },
    })
  }

  const pushCopy = (parcel: Outgoing, body: CopyBody): Promise<Result<Delivered>> =>
    pushFile(
      parcel,
      body,
      `Đã chứng thực: ${body.title}, số ${body.number}, SHA-256 ${body.file}`,
      `${body.documentId}.pdf`,
      (w) => documents.turn(w, body.documentId, ['certified'], { state: 'delivered' }),
    )
  /** The file with the timestamp: beside the copy that the province has, and in place of nothing. */
  const pushEvidence = (parcel: Outgoing, body: EvidenceBody): Promise<Result<Delivered>> =>
    pushFile(
      parcel,
      body,
      `Bổ sung dấu thời gian ${body.stampedAt}: ${body.title}, số ${body.number}, SHA-256 ${body.file}, của bản SHA-256 ${body.parent}`,
      `${body.documentId}.${body.level}.pdf`,
      null,
    )
  const pushPaper = (parcel: Outgoing, body: PaperBody): Promise<Result<Delivered>> =>
    pushFile(
      parcel,
      body,
      body.agencyCopyBy === undefined
        ? `Đã số hóa: ${body.title}, SHA-256 ${body.file}`
        : `Sao y: ${body.title}, ${body.agencyCopyBy} ký, SHA-256 ${body.file}, của bản SHA-256 ${body.parent ?? ''}`,
      body.fileName,
      (w) => documents.turn(w, body.documentId, ['made'], { state: 'delivered' }),
      (code, fileId) => listPapers(parcel, body, code, fileId),
    )

  /** What the dossier was opened with, from its rows. */
  function openedAs(dossierId: string): OpenedBody | null {
    const row = storage.read((r) => dossiers.find(r, dossierId))
    const view = dossiers.view(dossierId)
    if (row === undefined || view === null) return null
    return {
      dossierId,
      provisionalCode: row.provisionalCode,
      procedure: row.procedureCode,
      summary: view.procedure.name.slice(0, 1000),
      applicant: {
        name: row.citizenName,
        number: row.citizenNumber,
        phone: row.phone,
        email: row.email,
        address: row.citizenAddress,
      },
      receivedAt: row.receivedAt,
      dueAt: row.dueAt,
      components: view.components
        .filter((line) => line.state !== 'not-needed')
        .map(({ code, name }) => ({ code, name })),
      person: '',
    }
  }

  /** The content is there: the dossier is submitted again, now with this paper and those before it among its components. */
  async function listPapers(
    parcel: Outgoing,
    body: PaperBody,
    code: string,
    fileId: string,
  ): Promise<Result<{ readonly provinceId: string }>> {
    const papers = storage.read((r): readonly ArrivedPaper[] => {
      const there = r.select().from(provinceFile).where(eq(provinceFile.dossierId, body.dossierId)).all()
      const here = { documentId: body.documentId, file: body.file, fileId }
      return documents
        .of(r, body.dossierId)
        .filter((row) => !row.certifiedCopy)
        .flatMap((row) => {
          const others = there.filter((one) => one.documentId === row.id && one.file !== body.file)
          return [...others, here].filter((one) => one.documentId === row.id).map((one) => arrivedPaper(row, one))
        })
    })
    const opened = openedAs(body.dossierId)
    if (opened === null) return fail({ kind: 'stale' })
    return adapter.submit(`${parcel.id}:listed-${papers.length}`, packetOf(code, opened, papers))
  }

  /** `arrived`: what the first file of a document turns; null: the document stands as it is, and so does its file over there. */
  async function pushFile(
    parcel: Outgoing,
    body: Omit<PaperBody, 'fileName'> & { readonly parent?: string },
    what: string,
    name: string,
    arrived: ((w: Writer) => void) | null,
    list: (code: string, fileId: string) => Promise<Result<unknown>> = async () => ok(null),
  ): Promise<Result<Delivered>> {
    const dossier = storage.read((r) => dossiers.find(r, body.dossierId))
    const code = dossier?.code
    if (code === undefined || code === null) return fail({ kind: 'unreachable', system: 'province' })
    // Metadata first: the province knows what is coming before the content starts.
    const told = await adapter.progress(`${parcel.id}:progress`, [
      {
        code,
        person: body.person.slice(0, 50),
        what,
        status: dossier?.status === 'returned' ? 'handed-over' : 'processing',
        at: body.at,
      },
    ])
    if (!told.ok) return told
    const upload = parcel.upload(body.file)
    const sent = await adapter.upload(`${parcel.id}:file`, {
      name,
      sha256: body.file,
      size: body.bytes,
      ...(body.parent === undefined ? {} : { parent: body.parent }),
      open: async () => {
        const content = vault.get(body.file)
        if (!content.ok) throw new Error('the copy cannot be read from the vault')
        return content.value
      },
      resume: { get: async () => upload.get(), set: async (url) => upload.set(url) },
    })
    if (!sent.ok) return sent
    const listed = await list(code, sent.value.fileId)
    if (!listed.ok) return listed
    return ok({
      provinceId: sent.value.fileId,
      remember: (w) => {
        if (arrived === null) return
        const row = {
          documentId: body.documentId,
          dossierId: body.dossierId,
          file: body.file,
          fileId: sent.value.fileId,
          title: body.title,
          deliveredAt: now().toISOString(),
        }
        w.insert(provinceFile)
          .values(row)
          .onConflictDoUpdate({ target: [provinceFile.documentId, provinceFile.file], set: row })
          .run()
        arrived(w)
      },
    })
  }

  /** A line of the dossier's progress: the interface knows no way to take a result back. */
  async function pushAnnulled(parcel: Outgoing, body: AnnulledBody): Promise<Result<Delivered>> {
    const code = storage.read((r) => dossiers.find(r, body.dossierId))?.code
    if (code === undefined || code === null) return fail({ kind: 'unreachable', system: 'province' })
    const what = `Hủy bỏ chứng thực: ${body.title}, số ${body.number}, theo ${body.decision} ngày ${body.decidedOn}: ${body.reason}`
    const row = { code, person: body.person.slice(0, 50), what, status: 'processing', at: body.at } as const
    const told = await adapter.progress(`${parcel.id}:annulled`, [row])
    return told.ok ? ok({ provinceId: told.value.provinceId }) : told
  }

  async function pushReturned(parcel: Outgoing, body: ReturnedBody): Promise<Result<Delivered>> {
    const dossier = storage.read((r) => dossiers.find(r, body.dossierId))
    const files = storage.read((r) =>
      r.select().from(provinceFile).where(eq(provinceFile.dossierId, body.dossierId)).all(),
    )
    if (dossier?.code === undefined || dossier.code === null) return fail({ kind: 'unreachable', system: 'province' })
    const { code } = dossier
    const common = { code, at: body.at, person: body.person.slice(0, 50) }
    const worked = await adapter.status(`${parcel.id}:processing`, { ...common, status: 'processing' })
    if (!worked.ok) return worked
    const finished = await adapter.status(`${parcel.id}:done`, {
      ...common,
      status: 'done',
      fees:
        body.fee === 0
          ? []
          : [{ name: 'Phí chứng thực bản sao', amount: body.fee, when: 'with-result' as const, paid: true }],
      results: files.map((file) => ({ name: file.title, fileId: file.fileId, sha256: file.file })),
    })
    if (!finished.ok) return finished
    const handed = await adapter.status(`${parcel.id}:handed-over`, { ...common, status: 'handed-over' })
    if (!handed.ok) return handed
    return ok({
      provinceId: handed.value.provinceId,
      remember: (w) => {
        dossiers.setStatus(w, body.dossierId, 'returned')
        remember(w, body.dossierId, dossier.provinceId ?? handed.value.provinceId, code, 'returned')
      },
    })
  }

  return (parcel) => {
    switch (parcel.kind) {
      case 'dossier':
        return pushDossier(parcel, parcel.body as OpenedBody)
      case 'paper':
        return pushPaper(parcel, parcel.body as PaperBody)
      case 'copy':
        return pushCopy(parcel, parcel.body as CopyBody)
      case 'evidence':
        return pushEvidence(parcel, parcel.body as EvidenceBody)
      case 'annulled':
        return pushAnnulled(parcel, parcel.body as AnnulledBody)
      case 'returned':
        return pushReturned(parcel, parcel.body as ReturnedBody)
    }
  }
}
