"""Keys over several columns, and the rules about assignments that span tables."""

from django.db import migrations

from portal.migrations_sql import composite_key

RULES = """
CREATE FUNCTION offices_check_assignment(a offices_assignment) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    employed text;
    ordered daterange;
BEGIN
    -- The person is locked first, so that two transactions cannot each pass on the other's old row.
    SELECT employment INTO employed FROM offices_person WHERE id = a.person_id FOR UPDATE;
    SELECT valid INTO ordered FROM offices_appointmentorder WHERE id = a.order_id FOR SHARE;
    IF NOT a.valid <@ ordered THEN
        RAISE EXCEPTION 'assignment % is not inside the period of its order', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_inside_order';
    END IF;
    IF a.kind IN ('ASSISTANT', 'CHIEF', 'ACTING_CHIEF', 'INSPECTOR') AND employed <> 'civil_servant' THEN
        RAISE EXCEPTION 'assignment % needs a civil servant', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_civil_servant';
    END IF;
END $$;

CREATE FUNCTION offices_assignment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment(NEW);
    RETURN NULL;
END $$;

CREATE FUNCTION offices_person_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment(a) FROM offices_assignment a WHERE a.person_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION offices_order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment(a) FROM offices_assignment a WHERE a.order_id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assignment_rules AFTER INSERT OR UPDATE ON offices_assignment
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_assignment_changed();
CREATE CONSTRAINT TRIGGER assignment_rules_person AFTER UPDATE OF employment ON offices_person
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_person_changed();
CREATE CONSTRAINT TRIGGER assignment_rules_order AFTER UPDATE OF valid ON offices_appointmentorder
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_order_changed();
"""

UNDO_RULES = """
DROP TRIGGER assignment_rules_order ON offices_appointmentorder;
DROP TRIGGER assignment_rules_person ON offices_person;
DROP TRIGGER assignment_rules ON offices_assignment;
DROP FUNCTION offices_order_changed();
DROP FUNCTION offices_person_changed();
DROP FUNCTION offices_assignment_changed();
DROP FUNCTION offices_check_assignment(offices_assignment);
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial"), ("portal", "0002_thai_functions")]

    operations = [
        composite_key(
            "assignment_group_of_office", "offices_assignment", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
        composite_key(
            "case_group_of_office", "offices_case", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
        composite_key(
            "case_state_of_type", "offices_case", ("case_type_id", "state"),
            "offices_casestate", ("case_type_id", "code"),
        ),
        composite_key(
            "caseevent_case_of_office", "offices_caseevent", ("case_id", "office_id"),
            "offices_case", ("id", "office_id"),
        ),
        # the kernel's tables name an office without knowing this app
        composite_key("storedfile_office", "portal_storedfile", ("office_id",), "offices_office", ("id",)),
        composite_key("batch_office", "portal_batch", ("office_id",), "offices_office", ("id",)),
        composite_key("job_office", "portal_job", ("office_id",), "offices_office", ("id",)),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]
