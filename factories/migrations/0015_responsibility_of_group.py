"""A rule of responsibility lives no longer than its group, from whichever side that is asked."""

from django.db import migrations

INSIDE = """
UPDATE factories_responsibilityrule r SET valid = r.valid * g.valid
FROM offices_group g WHERE g.id = r.group_id AND r.valid && g.valid AND NOT r.valid <@ g.valid;
DELETE FROM factories_responsibilityrule r USING offices_group g WHERE g.id = r.group_id AND NOT r.valid && g.valid;

CREATE FUNCTION factories_responsibility_inside_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    existing daterange;
BEGIN
    SELECT valid INTO existing FROM offices_group WHERE id = NEW.group_id FOR SHARE;
    IF NOT NEW.valid <@ existing THEN
        RAISE EXCEPTION 'rule % is not inside the life of its group', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'responsibility_inside_group';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER responsibility_inside_group AFTER INSERT OR UPDATE ON factories_responsibilityrule
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION factories_responsibility_inside_group();

CREATE FUNCTION factories_group_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM factories_responsibilityrule r WHERE r.group_id = NEW.id AND NOT r.valid <@ NEW.valid) THEN
        RAISE EXCEPTION 'group % has rules of responsibility outside its life', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'responsibility_inside_group';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER group_keeps_its_responsibility AFTER UPDATE OF valid ON offices_group
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION factories_group_changed();
"""

UNDO_INSIDE = """
DROP TRIGGER group_keeps_its_responsibility ON offices_group;
DROP FUNCTION factories_group_changed();
DROP TRIGGER responsibility_inside_group ON factories_responsibilityrule;
DROP FUNCTION factories_responsibility_inside_group();
"""


class Migration(migrations.Migration):
    dependencies = [("factories", "0014_feed_of_the_nation")]

    operations = [migrations.RunSQL(INSIDE, UNDO_INSIDE)]
