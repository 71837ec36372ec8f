"""Nothing outlives its group: posts and placements end before it does, as assignments do."""

from django.db import migrations, models
from django.db.models import Q

RULES = """
CREATE FUNCTION offices_outlives_no_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    existing daterange;
BEGIN
    IF NEW.group_id IS NOT NULL THEN
        -- the group's row is locked, so that it cannot end meanwhile
        SELECT valid INTO existing FROM offices_group WHERE id = NEW.group_id FOR SHARE;
        IF NOT NEW.valid <@ daterange(NULL, upper(existing)) THEN
            RAISE EXCEPTION 'a row of % outlives its group', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inside_its_group';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER post_inside_its_group AFTER INSERT OR UPDATE OF valid, group_id ON offices_post
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_outlives_no_group();
CREATE CONSTRAINT TRIGGER placement_inside_its_group
    AFTER INSERT OR UPDATE OF valid, group_id ON offices_placement
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_outlives_no_group();

CREATE FUNCTION offices_group_keeps_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM offices_post p
               WHERE p.group_id = NEW.id AND NOT p.valid <@ daterange(NULL, upper(NEW.valid)))
        OR EXISTS (SELECT FROM offices_placement p
                   WHERE p.group_id = NEW.id AND NOT p.valid <@ daterange(NULL, upper(NEW.valid))) THEN
        RAISE EXCEPTION 'group % ends before what is in it', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inside_its_group';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER group_keeps_its_own AFTER UPDATE OF valid ON offices_group
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_group_keeps_its_own();
"""

UNDO = """
DROP TRIGGER group_keeps_its_own ON offices_group;
DROP TRIGGER placement_inside_its_group ON offices_placement;
DROP TRIGGER post_inside_its_group ON offices_post;
DROP FUNCTION offices_group_keeps_its_own();
DROP FUNCTION offices_outlives_no_group();
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0021_answers_forgotten")]

    operations = [
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=~Q(name_th="") & Q(valid__isempty=False),
                name="group_has_name_and_days",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
