-- What is written here is never taken back: the audit, the numbers of the register, the promises of the outbox.
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit rows stay'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entry_is_fixed BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_row_stays BEFORE DELETE ON certification_row BEGIN SELECT RAISE(ABORT, 'a number of the register stays'); END;
--> statement-breakpoint
CREATE TRIGGER certification_row_number_is_fixed BEFORE UPDATE OF seq, book, year, number, taken_at, taken_day, hash ON certification_row
BEGIN SELECT RAISE(ABORT, 'a number of the register does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_row_done_is_fixed BEFORE UPDATE OF document_id, requester, original_title, signer, signer_title, copies, fee ON certification_row
WHEN OLD.state IN ('certified', 'cancelled') BEGIN SELECT RAISE(ABORT, 'a finished row of the register does not change'); END;
--> statement-breakpoint
CREATE TRIGGER outbox_parcel_stays BEFORE DELETE ON outbox_parcel BEGIN SELECT RAISE(ABORT, 'a parcel stays'); END;
--> statement-breakpoint
CREATE TRIGGER outbox_parcel_is_fixed BEFORE UPDATE OF id, lane, kind, body, body_hash, files, created_at ON outbox_parcel
BEGIN SELECT RAISE(ABORT, 'a promise does not change'); END;
