CREATE TABLE `audit_entry` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`actor` text NOT NULL,
	`event` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`seal` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `card_reading` (
	`id` text PRIMARY KEY NOT NULL,
	`dossier_id` text NOT NULL,
	`at` text NOT NULL,
	`identity` text NOT NULL,
	`evidence` text
);
--> statement-breakpoint
CREATE TABLE `certification_annulment` (
	`row_seq` integer PRIMARY KEY NOT NULL,
	`decision` text NOT NULL,
	`decided_on` text NOT NULL,
	`reason` text NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`at` text NOT NULL,
	`seal` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `certification_ask` (
	`key` text PRIMARY KEY NOT NULL,
	`series` text NOT NULL,
	`year` integer NOT NULL,
	`symbol` text NOT NULL,
	`count` integer NOT NULL,
	`asked_at` text NOT NULL,
	`answered_at` text
);
--> statement-breakpoint
CREATE TABLE `certification_authority` (
	`id` text PRIMARY KEY NOT NULL,
	`person_name` text NOT NULL,
	`person_number` text NOT NULL,
	`operator_id` text,
	`title_line` text NOT NULL,
	`acting_form` text NOT NULL,
	`decision` text NOT NULL,
	`decided_on` text,
	`valid_from` text NOT NULL,
	`valid_to` text NOT NULL,
	`kinds` text NOT NULL,
	`ended_at` text,
	`ended_by` text,
	`ended_why` text
);
--> statement-breakpoint
CREATE TABLE `certification_closing` (
	`series` text PRIMARY KEY NOT NULL,
	`year` integer NOT NULL,
	`rows` integer NOT NULL,
	`cancelled` integer NOT NULL,
	`annulled` integer NOT NULL,
	`copies` integer NOT NULL,
	`fee` integer NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`at` text NOT NULL,
	`seal` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `certification_print` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`book` text NOT NULL,
	`year` integer NOT NULL,
	`month` integer,
	`first_page` integer NOT NULL,
	`pages` integer NOT NULL,
	`rows` integer NOT NULL,
	`file` text NOT NULL,
	`template` text NOT NULL,
	`at` text NOT NULL,
	`by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `certification_refusal` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`document_id` text NOT NULL,
	`kind` text NOT NULL,
	`reason` text NOT NULL,
	`source` text NOT NULL,
	`note` text NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`by_title` text NOT NULL,
	`at` text NOT NULL,
	`withdrawn_at` text,
	`withdrawn_by` text,
	`withdrawn_why` text
);
--> statement-breakpoint
CREATE INDEX `certification_refusal_document` ON `certification_refusal` (`document_id`);--> statement-breakpoint
CREATE TABLE `certification_row` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`series` text DEFAULT '' NOT NULL,
	`book` text NOT NULL,
	`year` integer NOT NULL,
	`number` integer NOT NULL,
	`taken_at` text NOT NULL,
	`taken_day` text NOT NULL,
	`form` text DEFAULT 'electronic' NOT NULL,
	`document_id` text NOT NULL,
	`requester` text NOT NULL,
	`original_title` text NOT NULL,
	`signer` text NOT NULL,
	`signer_title` text NOT NULL,
	`copies` integer NOT NULL,
	`fee` integer NOT NULL,
	`template` text DEFAULT '' NOT NULL,
	`state` text NOT NULL,
	`certified_at` text,
	`note` text NOT NULL,
	`hash` text NOT NULL,
	`seal` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certification_series_number` ON `certification_row` (`series`,`number`);--> statement-breakpoint
CREATE INDEX `certification_row_document` ON `certification_row` (`document_id`);--> statement-breakpoint
CREATE INDEX `certification_row_state` ON `certification_row` (`state`);--> statement-breakpoint
CREATE INDEX `certification_row_year` ON `certification_row` (`year`);--> statement-breakpoint
CREATE TABLE `certification_stretch` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`series` text NOT NULL,
	`year` integer NOT NULL,
	`book` text NOT NULL,
	`kind` text NOT NULL,
	`first` integer NOT NULL,
	`last` integer,
	`next` integer NOT NULL,
	`grant` text NOT NULL,
	`granted_at` text NOT NULL,
	`granted_day` text NOT NULL,
	`granted_by` text NOT NULL,
	`closed_at` text,
	`closed_why` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certification_stretch_id_unique` ON `certification_stretch` (`id`);--> statement-breakpoint
CREATE INDEX `certification_stretch_series` ON `certification_stretch` (`series`);--> statement-breakpoint
CREATE TABLE `document_document` (
	`id` text PRIMARY KEY NOT NULL,
	`dossier_id` text NOT NULL,
	`position` integer NOT NULL,
	`title` text NOT NULL,
	`original_pages` integer NOT NULL,
	`file_pages` integer NOT NULL,
	`file` text NOT NULL,
	`bytes` integer NOT NULL,
	`copies` integer NOT NULL,
	`fee` integer NOT NULL,
	`fee_source` text NOT NULL,
	`state` text NOT NULL,
	`held_for` text,
	`compared_by` text,
	`compared_by_name` text,
	`compared_at` text,
	`reviewed_by` text,
	`reviewed_at` text,
	`review_mode` text,
	`certified_copy` integer NOT NULL,
	`file_name` text NOT NULL,
	`level` text NOT NULL,
	`origin` text DEFAULT 'scan' NOT NULL,
	`brought_file` text,
	`mended` text,
	`carried` text,
	`earlier_signatures` text,
	`scanned_by` text NOT NULL,
	`scanned_by_name` text NOT NULL,
	`scanned_at` text NOT NULL,
	`scan_signed_at` text,
	`scan_file` text,
	`agency_copy_asked_by` text,
	`agency_copy_asked_at` text,
	`agency_copy_signer` text,
	`agency_copy_signed_at` text,
	`agency_copy_file` text,
	`fields` text NOT NULL,
	`fields_by` text,
	`fields_by_name` text,
	`fields_at` text,
	`number` text,
	`copy_file` text,
	`counted_pages` integer,
	`purged_at` text,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `document_dossier` ON `document_document` (`dossier_id`);--> statement-breakpoint
CREATE INDEX `document_state` ON `document_document` (`state`);--> statement-breakpoint
CREATE INDEX `document_purged` ON `document_document` (`purged_at`);--> statement-breakpoint
CREATE INDEX `document_agency_copy` ON `document_document` (`agency_copy_asked_at`,`agency_copy_file`);--> statement-breakpoint
CREATE TABLE `document_field` (
	`document_id` text NOT NULL,
	`name` text NOT NULL,
	`value` text NOT NULL,
	`source` text NOT NULL,
	`confidence` real NOT NULL,
	`place` text,
	PRIMARY KEY(`document_id`, `name`),
	FOREIGN KEY (`document_id`) REFERENCES `document_document`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `document_page_compared` (
	`document_id` text NOT NULL,
	`page` integer NOT NULL,
	`by` text NOT NULL,
	`file` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`document_id`, `page`, `by`),
	FOREIGN KEY (`document_id`) REFERENCES `document_document`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `dossier_adoption` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`valid_from` text NOT NULL,
	`entry_hash` text NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`on` text NOT NULL,
	`source` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `dossier_component` (
	`id` text PRIMARY KEY NOT NULL,
	`dossier_id` text NOT NULL,
	`position` integer NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	FOREIGN KEY (`dossier_id`) REFERENCES `dossier_dossier`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `dossier_dossier` (
	`id` text PRIMARY KEY NOT NULL,
	`provisional_code` text NOT NULL,
	`day` text NOT NULL,
	`ordinal` integer NOT NULL,
	`code` text,
	`province_id` text,
	`procedure_code` text NOT NULL,
	`citizen_name` text NOT NULL,
	`citizen_number` text NOT NULL,
	`citizen_address` text NOT NULL,
	`phone` text NOT NULL,
	`email` text NOT NULL,
	`folded` text NOT NULL,
	`status` text NOT NULL,
	`received_at` text NOT NULL,
	`received_by` text NOT NULL,
	`due_at` text NOT NULL,
	`due_same_day` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `dossier_dossier_provisional_code_unique` ON `dossier_dossier` (`provisional_code`);--> statement-breakpoint
CREATE UNIQUE INDEX `dossier_day_ordinal` ON `dossier_dossier` (`day`,`ordinal`);--> statement-breakpoint
CREATE TABLE `operator_account` (
	`id` text PRIMARY KEY NOT NULL,
	`login` text NOT NULL,
	`name` text NOT NULL,
	`roles` text NOT NULL,
	`password` text NOT NULL,
	`enabled` integer NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `operator_account_login_unique` ON `operator_account` (`login`);--> statement-breakpoint
CREATE TABLE `operator_setting` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outbox_parcel` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`lane` text NOT NULL,
	`lane_name` text NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	`body_hash` text NOT NULL,
	`files` text NOT NULL,
	`bytes` integer NOT NULL,
	`created_at` text NOT NULL,
	`state` text NOT NULL,
	`tries` integer NOT NULL,
	`not_before` text,
	`failure` text,
	`uploads` text NOT NULL,
	`province_id` text,
	`delivered_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_parcel_id_unique` ON `outbox_parcel` (`id`);--> statement-breakpoint
CREATE TABLE `province_dossier` (
	`dossier_id` text PRIMARY KEY NOT NULL,
	`province_id` text NOT NULL,
	`code` text NOT NULL,
	`status` text NOT NULL,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `province_file` (
	`document_id` text NOT NULL,
	`dossier_id` text NOT NULL,
	`file` text NOT NULL,
	`file_id` text NOT NULL,
	`title` text NOT NULL,
	`delivered_at` text NOT NULL,
	PRIMARY KEY(`document_id`, `file`)
);
--> statement-breakpoint
CREATE TABLE `scan_page` (
	`id` text PRIMARY KEY NOT NULL,
	`dossier_id` text,
	`fed_into` text,
	`position` integer NOT NULL,
	`run` text NOT NULL,
	`sheet` integer NOT NULL,
	`origin` text,
	`file` text NOT NULL,
	`bytes` integer NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`dpi` integer NOT NULL,
	`low_resolution` integer NOT NULL,
	`mode` text NOT NULL,
	`work` text NOT NULL,
	`findings` text,
	`picture` text,
	`picture_width` integer NOT NULL,
	`picture_height` integer NOT NULL,
	`rotation` integer NOT NULL,
	`turned` integer NOT NULL,
	`as_scanned` integer NOT NULL,
	`starts_paper` integer NOT NULL,
	`title` text,
	`title_from` text NOT NULL,
	`separator` integer NOT NULL,
	`blank` integer NOT NULL,
	`removed` integer NOT NULL,
	`doubtful` integer NOT NULL,
	`checked` integer NOT NULL,
	`placed` integer NOT NULL,
	`words` text,
	`words_of` text,
	`unread` integer NOT NULL,
	`document_id` text,
	`closed` integer NOT NULL,
	`purged_at` text,
	`scanned_at` text NOT NULL,
	`scanned_by` text NOT NULL,
	`scanned_by_name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `scan_page_origin_unique` ON `scan_page` (`origin`);--> statement-breakpoint
CREATE INDEX `scan_page_dossier` ON `scan_page` (`dossier_id`);--> statement-breakpoint
CREATE INDEX `scan_page_fed` ON `scan_page` (`fed_into`,`closed`);--> statement-breakpoint
CREATE INDEX `scan_page_run` ON `scan_page` (`run`);--> statement-breakpoint
CREATE INDEX `scan_page_work` ON `scan_page` (`work`);--> statement-breakpoint
CREATE INDEX `scan_page_document` ON `scan_page` (`document_id`);--> statement-breakpoint
CREATE INDEX `scan_page_unread` ON `scan_page` (`unread`);--> statement-breakpoint
CREATE INDEX `scan_page_purged` ON `scan_page` (`purged_at`);--> statement-breakpoint
CREATE TABLE `scan_profile` (
	`key` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`source` text NOT NULL,
	`mode` text NOT NULL,
	`dpi` integer NOT NULL,
	`locked` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `scan_run` (
	`run` text PRIMARY KEY NOT NULL,
	`fed_into` text,
	`duplex` integer NOT NULL,
	`sheets` integer NOT NULL,
	`is` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `signature_batch` (
	`id` text PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`list_code` text NOT NULL,
	`by` text NOT NULL,
	`signer` text NOT NULL,
	`signer_title` text NOT NULL,
	`authority` text NOT NULL,
	`certificate` text NOT NULL,
	`began_at` text NOT NULL,
	`ended_at` text,
	`state` text NOT NULL,
	`list` text NOT NULL,
	`report_file` text,
	`report_signed` integer NOT NULL,
	`report_at` text
);
--> statement-breakpoint
CREATE TABLE `signature_certificate` (
	`fingerprint` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`person_number` text NOT NULL,
	`organisation` text NOT NULL,
	`organisation_identifier` text NOT NULL,
	`issuer` text NOT NULL,
	`valid_from` text NOT NULL,
	`valid_to` text NOT NULL,
	`token_id` text NOT NULL,
	`every_signature` integer,
	`last_seen` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `signature_evidence` (
	`document_id` text PRIMARY KEY NOT NULL,
	`parent_file` text NOT NULL,
	`state` text NOT NULL,
	`filed_at` text NOT NULL,
	`tries` integer NOT NULL,
	`not_before` text,
	`trouble` text,
	`trouble_at` text,
	`valid_to` text,
	`level` text,
	`file` text,
	`service` text,
	`stamped_at` text,
	`asked_at` text
);
--> statement-breakpoint
CREATE INDEX `evidence_state` ON `signature_evidence` (`state`,`filed_at`);--> statement-breakpoint
CREATE TABLE `signature_item` (
	`document_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`shown_file` text NOT NULL,
	`lines` text NOT NULL,
	`place` text NOT NULL,
	`officer_fingerprint` text NOT NULL,
	`agency_fingerprint` text,
	`attested_at` text NOT NULL,
	`signing_at` text NOT NULL,
	`prepared` blob,
	`signer` blob,
	`value` blob,
	`officer_tail` blob,
	`file` text,
	`failure` text
);
--> statement-breakpoint
CREATE INDEX `signature_state` ON `signature_item` (`state`);--> statement-breakpoint
CREATE TABLE `signature_timestamp_service` (
	`name` text PRIMARY KEY NOT NULL,
	`tries` integer NOT NULL,
	`trouble` text NOT NULL,
	`since` text NOT NULL,
	`not_before` text NOT NULL
);
