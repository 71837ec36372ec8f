"""Numbers follow one another, dates too; what was issued is whole; what ended it may end it."""

from django.db import migrations

from portal.migrations_sql import composite_key

RULES = """
ALTER TABLE offices_document ADD CONSTRAINT document_content_hash
    CHECK (content_sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));

CREATE FUNCTION offices_register_before_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.uuid, NEW.office_id, NEW.kind, NEW.year_be)
        IS DISTINCT FROM (OLD.uuid, OLD.office_id, OLD.kind, OLD.year_be) THEN
        RAISE EXCEPTION 'register % keeps its office, kind and year', OLD.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_keeps_its_name';
    END IF;
    -- The row is locked by now, so that no number can be given meanwhile.
    IF NEW.opening <> OLD.opening AND EXISTS (SELECT FROM offices_document WHERE register_id = OLD.id) THEN
        RAISE EXCEPTION 'register % has given numbers', OLD.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_opening_unused';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_document_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    book offices_register;
    file_office bigint;
    file_hash text;
    last_number integer;
    newest date;
BEGIN
    SELECT office_id, sha256 INTO file_office, file_hash FROM portal_storedfile WHERE id = NEW.file_id;
    IF (file_office, file_hash) IS DISTINCT FROM (NEW.office_id, NEW.file_sha256::text) THEN
        RAISE EXCEPTION 'document % has the file of another office, or another hash', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_file_of_office';
    END IF;
    IF NEW.register_id IS NULL THEN
        RETURN NEW;
    END IF;
    -- One number at a time: whoever comes second waits here and then sees the first one's.
    SELECT * INTO book FROM offices_register WHERE id = NEW.register_id FOR UPDATE;
    IF extract(year FROM NEW.signed_on) + 543 <> book.year_be THEN
        RAISE EXCEPTION 'document % was not signed in the year of its register', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_year_of_register';
    END IF;
    SELECT max(number), max(signed_on) INTO last_number, newest
        FROM offices_document WHERE register_id = book.id;
    IF NEW.number <> coalesce(last_number + 1, book.opening) THEN
        RAISE EXCEPTION 'number % does not follow %', NEW.number, coalesce(last_number, book.opening - 1)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_number_next';
    END IF;
    IF NEW.signed_on < newest AND NEW.back_dated = '' THEN
        RAISE EXCEPTION 'number % is dated before an earlier one', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_dates_in_order';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_documentend_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed date;
    later date;
BEGIN
    -- One end at a time in an office, so that two documents cannot end one another.
    PERFORM pg_advisory_xact_lock(hashtextextended('document-end:' || NEW.office_id, 0));
    SELECT signed_on INTO signed FROM offices_document WHERE id = NEW.document_id;
    SELECT signed_on INTO later FROM offices_document WHERE id = NEW.by_id;
    IF later < signed OR NEW.since < later THEN
        RAISE EXCEPTION 'what ends a document is signed after it, and works from its signing on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'documentend_after_signing';
    END IF;
    IF EXISTS (SELECT FROM offices_documentend WHERE document_id = NEW.by_id) THEN
        RAISE EXCEPTION 'a document that has ended ends no other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'documentend_by_stands';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER register_before_update BEFORE UPDATE ON offices_register
    FOR EACH ROW EXECUTE FUNCTION offices_register_before_update();
CREATE TRIGGER document_before_insert BEFORE INSERT ON offices_document
    FOR EACH ROW EXECUTE FUNCTION offices_document_before_insert();
CREATE TRIGGER documentend_before_insert BEFORE INSERT ON offices_documentend
    FOR EACH ROW EXECUTE FUNCTION offices_documentend_before_insert();
"""

UNDO_RULES = """
DROP TRIGGER documentend_before_insert ON offices_documentend;
DROP TRIGGER document_before_insert ON offices_document;
DROP TRIGGER register_before_update ON offices_register;
DROP FUNCTION offices_documentend_before_insert();
DROP FUNCTION offices_document_before_insert();
DROP FUNCTION offices_register_before_update();
ALTER TABLE offices_document DROP CONSTRAINT document_content_hash;
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0007_documents")]

    operations = [
        composite_key(
            "document_register_of_office", "offices_document", ("register_id", "office_id", "kind"),
            "offices_register", ("id", "office_id", "kind"),
        ),
        composite_key(
            "documentend_document_of_office", "offices_documentend", ("document_id", "office_id"),
            "offices_document", ("id", "office_id"),
        ),
        composite_key(
            "documentend_by_of_office", "offices_documentend", ("by_id", "office_id"),
            "offices_document", ("id", "office_id"),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]
