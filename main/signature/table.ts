import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * The journal of signing: where each document rests. A row begins when the officer's number is taken (`prepared`), or with the
 * signature of who scanned it. Every change of state is part of one transaction; a killed program goes on from the row.
 */
export const signatureItem = sqliteTable(
  'signature_item',
  {
    documentId: text('document_id').primaryKey(),
    state: text('state', {
      enum: ['prepared', 'officer-signed', 'officer-closed', 'agency-signed', 'scanner-signed', 'filed', 'set-aside'],
    }).notNull(),
    /** The file the officer was shown (SHA-256): what was shown is what is signed. */
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
