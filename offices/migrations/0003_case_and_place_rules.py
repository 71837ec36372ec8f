"""Status changes only together with their event; assignments only where their kind belongs."""

from django.db import migrations, models

CASES = """
CREATE FUNCTION offices_case_before_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.case_type_id, NEW.office_id) IS DISTINCT FROM (OLD.case_type_id, OLD.office_id) THEN
        RAISE EXCEPTION 'case % keeps its type and office', OLD.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_keeps_type_and_office';
    END IF;
    IF NEW.version <> OLD.version + 1
        AND (NEW.version <> OLD.version OR NEW.state <> OLD.state) THEN
        RAISE EXCEPTION 'case % goes from version % to %', OLD.uuid, OLD.version, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_version_grows_by_one';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_case_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM offices_caseevent e
        WHERE e.case_id = NEW.id AND e.version_after = NEW.version AND e.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'case % came to version % without an event', NEW.uuid, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_change_has_event';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER case_before_update BEFORE UPDATE ON offices_case
    FOR EACH ROW EXECUTE FUNCTION offices_case_before_update();
-- deferred: the event names the case and is therefore written after it
CREATE CONSTRAINT TRIGGER case_change_has_event AFTER INSERT OR UPDATE OF state, version ON offices_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION offices_case_has_event();
"""

UNDO_CASES = """
DROP TRIGGER case_change_has_event ON offices_case;
DROP TRIGGER case_before_update ON offices_case;
DROP FUNCTION offices_case_has_event();
DROP FUNCTION offices_case_before_update();
"""

PLACES = """
CREATE FUNCTION offices_check_assignment_place(a offices_assignment) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place text;
    existing daterange;
BEGIN
    SELECT kind INTO place FROM offices_office WHERE id = a.office_id FOR SHARE;
    IF place <> (CASE WHEN a.kind IN ('INSPECTOR', 'CENTRAL_ADMIN') THEN 'central' ELSE 'provincial' END) THEN
        RAISE EXCEPTION 'assignment % does not belong in such an office', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_office_by_kind';
    END IF;
    IF a.group_id IS NOT NULL THEN
        SELECT valid INTO existing FROM offices_group WHERE id = a.group_id FOR SHARE;
        IF NOT a.valid <@ existing THEN
            RAISE EXCEPTION 'assignment % is not inside the life of its group', a.uuid
                USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_inside_group';
        END IF;
    END IF;
    IF a.inspection_group_id IS NOT NULL THEN
        SELECT valid INTO existing FROM offices_inspectiongroup WHERE id = a.inspection_group_id FOR SHARE;
        IF NOT a.valid <@ existing THEN
            RAISE EXCEPTION 'assignment % is not inside the life of its inspection group', a.uuid
                USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_inside_inspection_group';
        END IF;
    END IF;
END $$;

CREATE FUNCTION offices_assignment_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment_place(NEW);
    RETURN NULL;
END $$;

CREATE FUNCTION offices_office_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment_place(a) FROM offices_assignment a WHERE a.office_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION offices_group_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment_place(a) FROM offices_assignment a WHERE a.group_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION offices_inspectiongroup_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM offices_check_assignment_place(a) FROM offices_assignment a WHERE a.inspection_group_id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assignment_place AFTER INSERT OR UPDATE ON offices_assignment
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_assignment_placed();
CREATE CONSTRAINT TRIGGER assignment_place_office AFTER UPDATE OF kind ON offices_office
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_office_changed();
CREATE CONSTRAINT TRIGGER assignment_place_group AFTER UPDATE OF valid ON offices_group
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_group_changed();
CREATE CONSTRAINT TRIGGER assignment_place_inspectiongroup AFTER UPDATE OF valid ON offices_inspectiongroup
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_inspectiongroup_changed();
"""

UNDO_PLACES = """
DROP TRIGGER assignment_place_inspectiongroup ON offices_inspectiongroup;
DROP TRIGGER assignment_place_group ON offices_group;
DROP TRIGGER assignment_place_office ON offices_office;
DROP TRIGGER assignment_place ON offices_assignment;
DROP FUNCTION offices_inspectiongroup_changed();
DROP FUNCTION offices_group_changed();
DROP FUNCTION offices_office_changed();
DROP FUNCTION offices_assignment_placed();
DROP FUNCTION offices_check_assignment_place(offices_assignment);
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0002_keys_and_rules")]

    operations = [
        # the second lock behind the version: two acts cannot both lead to one version
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.UniqueConstraint(
                fields=["case", "version_after", "role"], name="caseevent_one_act_a_version"
            ),
        ),
        migrations.RunSQL(CASES, UNDO_CASES),
        migrations.RunSQL(PLACES, UNDO_PLACES),
    ]
