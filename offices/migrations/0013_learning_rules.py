"""Rules of learning that span rows and tables: dates in order, steps of a plan, hours within a session."""

from django.db import migrations

from portal.migrations_sql import composite_key

RULES = """
CREATE FUNCTION offices_fiscal_year(day date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT extract(year FROM day + interval '3 months')::integer + 543
$$;

CREATE FUNCTION offices_subjectlevel_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The person is locked first, so that two transactions cannot each pass on the other's old rows.
    PERFORM FROM offices_person WHERE id = NEW.person_id FOR UPDATE;
    IF EXISTS (SELECT FROM offices_subjectlevel
               WHERE person_id = NEW.person_id AND subject = NEW.subject AND since > NEW.since) THEN
        RAISE EXCEPTION 'level % is dated before an earlier one', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'subjectlevel_dates_in_order';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_developmentplan_before_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.uuid, NEW.person_id, NEW.fiscal_year) IS DISTINCT FROM (OLD.uuid, OLD.person_id, OLD.fiscal_year)
       OR NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
            'draft>proposed', 'proposed>draft', 'proposed>approved', 'approved>under_way', 'approved>draft',
            'under_way>mid_year', 'under_way>draft', 'mid_year>closed', 'mid_year>draft', 'closed>mid_year') THEN
        RAISE EXCEPTION 'plan % does not go from % to %', NEW.uuid, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'developmentplan_steps';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_developmentitem_before_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan offices_developmentplan;
    planned boolean;
BEGIN
    -- The plan is locked, so that it cannot be proposed while it changes.
    SELECT * INTO plan FROM offices_developmentplan
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END FOR UPDATE;
    IF TG_OP <> 'UPDATE' THEN
        planned := true;
    ELSE
        planned := (NEW.plan_id, NEW.subject, NEW.competency_id, NEW.topic, NEW.method, NEW.target_level,
                    NEW.starts_on, NEW.ends_on, NEW.planned_hours)
            IS DISTINCT FROM (OLD.plan_id, OLD.subject, OLD.competency_id, OLD.topic, OLD.method,
                              OLD.target_level, OLD.starts_on, OLD.ends_on, OLD.planned_hours);
        IF (NEW.done_hours, NEW.evidence) IS DISTINCT FROM (OLD.done_hours, OLD.evidence)
           AND plan.state NOT IN ('under_way', 'mid_year') THEN
            RAISE EXCEPTION 'what was done is written while plan % runs', plan.uuid
                USING ERRCODE = 'check_violation', CONSTRAINT = 'developmentitem_done_while_running';
        END IF;
    END IF;
    IF planned AND plan.state <> 'draft' THEN
        RAISE EXCEPTION 'what is planned changes while plan % is a draft', plan.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'developmentitem_planned_in_draft';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF offices_fiscal_year(NEW.starts_on) <> plan.fiscal_year
       OR offices_fiscal_year(NEW.ends_on) <> plan.fiscal_year THEN
        RAISE EXCEPTION 'item % is not inside the year of its plan', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'developmentitem_inside_year';
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE offices_trainingsession ADD CONSTRAINT trainingsession_one_year CHECK (
    fiscal_year = offices_fiscal_year(starts_on) AND fiscal_year = offices_fiscal_year(ends_on));

CREATE FUNCTION offices_attendance_before_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most numeric;
BEGIN
    SELECT hours INTO most FROM offices_trainingsession WHERE id = NEW.session_id FOR SHARE;
    IF NEW.hours > most THEN
        RAISE EXCEPTION 'attendance % is longer than its session', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_hours_of_session';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_trainingsession_before_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM offices_attendance WHERE session_id = NEW.id AND hours > NEW.hours) THEN
        RAISE EXCEPTION 'session % is shorter than somebody was there', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'trainingsession_hours_attended';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_stintday_before_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stint offices_stint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'logged' THEN
        RAISE EXCEPTION 'day % was signed', OLD.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stintday_signed_once';
    END IF;
    SELECT * INTO stint FROM offices_stint WHERE id = NEW.stint_id FOR SHARE;
    IF NOT NEW.day BETWEEN stint.starts_on AND stint.ends_on
       OR TG_OP = 'INSERT' AND stint.state <> 'agreed' THEN
        RAISE EXCEPTION 'day % is not inside an agreed stint', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stintday_inside_stint';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION offices_stint_before_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM offices_stintday
               WHERE stint_id = NEW.id AND NOT day BETWEEN NEW.starts_on AND NEW.ends_on) THEN
        RAISE EXCEPTION 'stint % has days outside', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stint_keeps_its_days';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER subjectlevel_before_insert BEFORE INSERT ON offices_subjectlevel
    FOR EACH ROW EXECUTE FUNCTION offices_subjectlevel_before_insert();
CREATE TRIGGER developmentplan_before_update BEFORE UPDATE ON offices_developmentplan
    FOR EACH ROW EXECUTE FUNCTION offices_developmentplan_before_update();
CREATE TRIGGER developmentitem_before_change BEFORE INSERT OR UPDATE OR DELETE ON offices_developmentitem
    FOR EACH ROW EXECUTE FUNCTION offices_developmentitem_before_change();
CREATE TRIGGER attendance_before_change BEFORE INSERT OR UPDATE ON offices_attendance
    FOR EACH ROW EXECUTE FUNCTION offices_attendance_before_change();
CREATE TRIGGER trainingsession_before_update BEFORE UPDATE OF hours ON offices_trainingsession
    FOR EACH ROW EXECUTE FUNCTION offices_trainingsession_before_update();
CREATE TRIGGER stintday_before_change BEFORE INSERT OR UPDATE ON offices_stintday
    FOR EACH ROW EXECUTE FUNCTION offices_stintday_before_change();
CREATE TRIGGER stint_before_update BEFORE UPDATE OF starts_on, ends_on ON offices_stint
    FOR EACH ROW EXECUTE FUNCTION offices_stint_before_update();
"""

UNDO_RULES = """
DROP TRIGGER stint_before_update ON offices_stint;
DROP TRIGGER stintday_before_change ON offices_stintday;
DROP TRIGGER trainingsession_before_update ON offices_trainingsession;
DROP TRIGGER attendance_before_change ON offices_attendance;
DROP TRIGGER developmentitem_before_change ON offices_developmentitem;
DROP TRIGGER developmentplan_before_update ON offices_developmentplan;
DROP TRIGGER subjectlevel_before_insert ON offices_subjectlevel;
DROP FUNCTION offices_stint_before_update();
DROP FUNCTION offices_stintday_before_change();
DROP FUNCTION offices_trainingsession_before_update();
DROP FUNCTION offices_attendance_before_change();
ALTER TABLE offices_trainingsession DROP CONSTRAINT trainingsession_one_year;
DROP FUNCTION offices_developmentitem_before_change();
DROP FUNCTION offices_developmentplan_before_update();
DROP FUNCTION offices_subjectlevel_before_insert();
DROP FUNCTION offices_fiscal_year(date);
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0012_learning")]

    operations = [
        composite_key(
            "stintday_person_of_stint", "offices_stintday", ("stint_id", "person_id"),
            "offices_stint", ("id", "person_id"),
        ),
        composite_key(
            "recordrequest_document_of_office", "offices_recordrequest", ("document_id", "office_id"),
            "offices_document", ("id", "office_id"),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]
