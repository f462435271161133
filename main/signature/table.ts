import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export { signatureBatch } from './report/batch-table.ts'

/**
 * The journal of signing: where each document rests. A row begins when the officer's number is taken (`prepared`), or with the
 * signature of who scanned it; that row goes on when the agency signs its own copy (sao y). Every change of state is part of one transaction; a killed program goes on from the row.
 */
export const signatureItem = sqliteTable(
  'signature_item',
  {
    documentId: text('document_id').primaryKey(),
    state: text('state', {
      enum: [
        'prepared',
        'officer-signed',
        'officer-closed',
        'agency-signed',
        'scanner-signed',
        'copy-signed',
        'filed',
        'set-aside',
      ],
    }).notNull(),
    /** The file that was shown to who signs (SHA-256): what was shown is what is signed. */
    shownFile: text('shown_file').notNull(),
    /** Attestation lines and their place, as signed: JSON. */
    lines: text('lines').notNull(),
    place: text('place').notNull(),
    /** Of the first signature: the officer's, or of who scanned it. */
    officerFingerprint: text('officer_fingerprint').notNull(),
    agencyFingerprint: text('agency_fingerprint'),
    /** The officer's moment, printed in the attestation: the register's date too. */
    attestedAt: text('attested_at').notNull(),
    /** Claimed time of the signature being made. */
    signingAt: text('signing_at').notNull(),
    /** v8-serialised Prepared of a signature that was made and is not closed yet. */
    prepared: blob('prepared', { mode: 'buffer' }),
    /** v8-serialised Signer (certificates) of that signature, and its value. */
    signer: blob('signer', { mode: 'buffer' }),
    value: blob('value', { mode: 'buffer' }),
    /** What the officer's signature appended to the shown file, until the agency's is closed too. */
    officerTail: blob('officer_tail', { mode: 'buffer' }),
    /** The finished file (SHA-256). */
    file: text('file'),
    failure: text('failure'),
  },
  (table) => [index('signature_state').on(table.state)],
)

/** Certificates this counter has seen on tokens, so that the office hears in time who will not be able to sign. */
export const signatureCertificate = sqliteTable('signature_certificate', {
  /** SHA-256 of the DER. */
  fingerprint: text('fingerprint').primaryKey(),
  holder: text('holder').notNull(),
  /** serialNumber of the subject (2.5.4.5): binds it to an authority of certification. */
  personNumber: text('person_number').notNull(),
  organisation: text('organisation').notNull(),
  organisationIdentifier: text('organisation_identifier').notNull(),
  issuer: text('issuer').notNull(),
  validFrom: text('valid_from').notNull(),
  validTo: text('valid_to').notNull(),
  /** The token it lay on, by the name the driver gives it. */
  tokenId: text('token_id').notNull(),
  /** Its key asks for the PIN before every signature; null: not known before its first login. */
  everySignature: integer('every_signature', { mode: 'boolean' }),
  lastSeen: text('last_seen').notNull(),
})

/**
 * Timestamps and proofs of certified copies (ETSI EN 319 142-1 B-T, B-LT). A row begins, `waiting`, in the transaction that files
 * the copy; a killed program goes on from it. The copy's own file never changes: the file with the timestamp is another one.
 */
export const signatureEvidence = sqliteTable(
  'signature_evidence',
  {
    documentId: text('document_id').primaryKey(),
    /** The finished copy (SHA-256) that the timestamp is appended to. */
    parentFile: text('parent_file').notNull(),
    state: text('state', { enum: ['waiting', 'done', 'refused'] }).notNull(),
    filedAt: text('filed_at').notNull(),
    /** Tries that failed because of this copy or its certificates; those of a service are not counted here. */
    tries: integer('tries').notNull(),
    notBefore: text('not_before'),
    /** Word of EVIDENCE_TROUBLES. */
    trouble: text('trouble'),
    troubleAt: text('trouble_at'),
    /** End of the signers' certificate that ends first; null: not looked at yet. */
    validTo: text('valid_to'),
    level: text('level', { enum: ['B-T', 'B-LT'] }),
    /** The file with the timestamp (SHA-256), the service and its time (genTime). */
    file: text('file'),
    service: text('service'),
    stampedAt: text('stamped_at'),
    /** When it was asked for, by our own clock: what the rate limit counts after a restart. */
    askedAt: text('asked_at'),
  },
  (table) => [index('evidence_state').on(table.state, table.filedAt)],
)

/** A time-stamping service that did not answer well the last time; the wait goes on after a restart. */
export const signatureTimestampService = sqliteTable('signature_timestamp_service', {
  name: text('name').primaryKey(),
  tries: integer('tries').notNull(),
  trouble: text('trouble').notNull(),
  since: text('since').notNull(),
  notBefore: text('not_before').notNull(),
})
