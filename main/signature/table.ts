import { blob, index, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * The journal of signing: where each document rests (architecture: waiting → prepared → digested/signed → closed → filed).
 * Every change of state is one transaction; a killed program goes on from the row.
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
        'agency-prepared',
        'agency-signed',
        'scanner-prepared',
        'scanner-signed',
        'filed',
        'set-aside',
      ],
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
    /** v8-serialised Prepared, until it is closed. */
    prepared: blob('prepared', { mode: 'buffer' }),
    /** v8-serialised Signer (certificates) of the signature being made. */
    signer: blob('signer', { mode: 'buffer' }),
    value: blob('value', { mode: 'buffer' }),
    officerFile: text('officer_file'),
    agencyFile: text('agency_file'),
    failure: text('failure'),
  },
  (table) => [index('signature_state').on(table.state)],
)
