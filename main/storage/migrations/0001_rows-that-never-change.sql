-- What is written here is never taken back: the audit, the numbers of the register, the promises of the outbox.
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit rows stay'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entry_is_fixed BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_row_stays BEFORE DELETE ON certification_row BEGIN SELECT RAISE(ABORT, 'a number of the register stays'); END;
--> statement-breakpoint
CREATE TRIGGER certification_row_number_is_fixed BEFORE UPDATE OF seq, series, book, year, number, taken_at, taken_day, hash ON certification_row
BEGIN SELECT RAISE(ABORT, 'a number of the register does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_row_done_is_fixed BEFORE UPDATE OF document_id, form, requester, original_title, signer, signer_title, copies, fee, template ON certification_row
WHEN OLD.state IN ('certified', 'cancelled') BEGIN SELECT RAISE(ABORT, 'a finished row of the register does not change'); END;
--> statement-breakpoint
CREATE TRIGGER outbox_parcel_stays BEFORE DELETE ON outbox_parcel BEGIN SELECT RAISE(ABORT, 'a parcel stays'); END;
--> statement-breakpoint
CREATE TRIGGER outbox_parcel_is_fixed BEFORE UPDATE OF id, lane, kind, body, body_hash, files, created_at ON outbox_parcel
BEGIN SELECT RAISE(ABORT, 'a promise does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_stretch_stays BEFORE DELETE ON certification_stretch BEGIN SELECT RAISE(ABORT, 'a block of numbers stays'); END;
--> statement-breakpoint
CREATE TRIGGER certification_stretch_is_fixed BEFORE UPDATE OF seq, id, series, year, book, kind, first, "grant", granted_at, granted_day, granted_by ON certification_stretch
BEGIN SELECT RAISE(ABORT, 'a block of numbers does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_stretch_goes_on BEFORE UPDATE OF next ON certification_stretch
WHEN NEW.next < OLD.next BEGIN SELECT RAISE(ABORT, 'numbers are not given out twice'); END;
--> statement-breakpoint
CREATE TRIGGER certification_annulment_stays BEFORE DELETE ON certification_annulment BEGIN SELECT RAISE(ABORT, 'an annulment stays'); END;
--> statement-breakpoint
CREATE TRIGGER certification_annulment_is_fixed BEFORE UPDATE ON certification_annulment BEGIN SELECT RAISE(ABORT, 'an annulment does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_closing_stays BEFORE DELETE ON certification_closing BEGIN SELECT RAISE(ABORT, 'a closed year stays'); END;
--> statement-breakpoint
CREATE TRIGGER certification_closing_is_fixed BEFORE UPDATE ON certification_closing BEGIN SELECT RAISE(ABORT, 'a closed year does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_refusal_stays BEFORE DELETE ON certification_refusal BEGIN SELECT RAISE(ABORT, 'a refusal stays'); END;
--> statement-breakpoint
CREATE TRIGGER certification_refusal_is_fixed BEFORE UPDATE OF seq, document_id, kind, reason, source, note, "by", by_name, by_title, at ON certification_refusal
BEGIN SELECT RAISE(ABORT, 'a refusal does not change'); END;
--> statement-breakpoint
CREATE TRIGGER certification_authority_stays BEFORE DELETE ON certification_authority BEGIN SELECT RAISE(ABORT, 'an authority stays'); END;
