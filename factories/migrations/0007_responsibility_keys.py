"""A rule stays inside its office and province, and names people who sit in that office when it begins."""

from django.db import migrations

from portal.migrations_sql import composite_key

SEATED = """
-- a rule speaks of main types; their sub-types belong to them
ALTER TABLE factories_responsibilityrule ADD CONSTRAINT responsibility_main_types_only
    CHECK (main_type_id IS NULL OR main_type_id LIKE '%00');

CREATE FUNCTION factories_responsibility_seated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An officer may leave later: that leaves a gap, which is shown. Nobody is named who is not there.
    IF TG_OP = 'UPDATE' AND (NEW.officer_id, NEW.substitute_id, lower(NEW.valid))
            IS NOT DISTINCT FROM (OLD.officer_id, OLD.substitute_id, lower(OLD.valid)) THEN
        RETURN NULL;
    END IF;
    IF (SELECT count(DISTINCT a.person_id) FROM offices_assignment a
        WHERE a.office_id = NEW.office_id AND a.person_id IN (NEW.officer_id, NEW.substitute_id)
          AND a.valid @> lower(NEW.valid)) < 2 THEN
        RAISE EXCEPTION 'rule % names somebody who holds no assignment in its office', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'responsibility_seated';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER responsibility_seated AFTER INSERT OR UPDATE ON factories_responsibilityrule
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION factories_responsibility_seated();
"""

UNDO_SEATED = """
ALTER TABLE factories_responsibilityrule DROP CONSTRAINT responsibility_main_types_only;
DROP TRIGGER responsibility_seated ON factories_responsibilityrule;
DROP FUNCTION factories_responsibility_seated();
"""


class Migration(migrations.Migration):
    dependencies = [("factories", "0006_responsibility"), ("offices", "0003_case_and_place_rules")]

    operations = [
        composite_key(
            "responsibility_group_of_office", "factories_responsibilityrule", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
        composite_key(
            "responsibility_office_of_province", "factories_responsibilityrule", ("office_id", "province_id"),
            "offices_office", ("id", "province_id"),
        ),
        composite_key(
            "responsibility_district_of_province", "factories_responsibilityrule",
            ("district_id", "province_id"), "offices_district", ("code", "province_id"),
        ),
        composite_key(
            "responsibility_factory_of_province", "factories_responsibilityrule",
            ("factory_id", "province_id"), "factories_factory", ("id", "province_id"),
        ),
        composite_key(
            "responsibilitychange_group_of_office", "factories_responsibilitychange",
            ("group_id", "office_id"), "offices_group", ("id", "office_id"),
        ),
        migrations.RunSQL(SEATED, UNDO_SEATED),
    ]
