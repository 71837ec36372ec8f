"""Rules of orders that span tables. The person is locked first, so that two transactions cannot each pass
on the other's old rows.
"""

from django.db import migrations

from portal.migrations_sql import composite_key

# Whoever is assistant already works where he is assistant.
PLACED = """
INSERT INTO offices_placement (uuid, person_id, office_id, group_id, kind, valid, order_id)
SELECT gen_random_uuid(), a.person_id, a.office_id, min(a.group_id), 'home', range_merge(range_agg(a.valid)),
       min(a.order_id)
FROM offices_assignment a WHERE a.kind = 'ASSISTANT' GROUP BY a.person_id, a.office_id
ON CONFLICT DO NOTHING;
"""

RULES = """
CREATE OR REPLACE FUNCTION offices_check_assignment(a offices_assignment) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    employed text;
    ordered daterange;
    revoked date;
    placed datemultirange;
BEGIN
    SELECT employment INTO employed FROM offices_person WHERE id = a.person_id FOR UPDATE;
    SELECT valid, revoked_from INTO ordered, revoked
    FROM offices_appointmentorder WHERE id = a.order_id FOR SHARE;
    IF NOT a.valid <@ ordered THEN
        RAISE EXCEPTION 'assignment % is not inside the period of its order', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_inside_order';
    END IF;
    IF revoked IS NOT NULL AND NOT a.valid <@ daterange(NULL, revoked) THEN
        RAISE EXCEPTION 'assignment % outlives its order, which was revoked', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_of_revoked_order';
    END IF;
    IF a.kind IN ('ASSISTANT', 'CHIEF', 'ACTING_CHIEF', 'DELEGATED', 'INSPECTOR', 'HEAD_INSPECTOR')
        AND employed <> 'civil_servant' THEN
        RAISE EXCEPTION 'assignment % needs a civil servant', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_civil_servant';
    END IF;
    IF EXISTS (
        SELECT FROM offices_assignment mine JOIN offices_assignment his
            ON his.person_id = mine.person_id AND his.valid && mine.valid
            AND (mine.kind = 'ACTING_CHIEF' AND his.kind = 'CHIEF' AND his.office_id = mine.office_id
                 OR mine.kind = 'GROUP_HEAD' AND mine.acting_rank > 0 AND his.kind = 'GROUP_HEAD'
                    AND his.acting_rank = 0 AND his.group_id = mine.group_id)
        WHERE mine.person_id = a.person_id AND a.id IN (mine.id, his.id)
    ) THEN
        RAISE EXCEPTION 'assignment % lets somebody act for himself', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_not_for_himself';
    END IF;
    IF a.kind = 'ASSISTANT' THEN
        SELECT coalesce(range_agg(p.valid) FILTER (WHERE p.office_id = a.office_id), '{}')
            - coalesce(range_agg(p.valid) FILTER (WHERE p.office_id <> a.office_id AND p.kind <> 'home'), '{}')
        INTO placed FROM offices_placement p WHERE p.person_id = a.person_id AND p.kind <> 'shadow';
        IF NOT a.valid <@ placed THEN
            RAISE EXCEPTION 'assignment % needs a person who works in that office every day', a.uuid
                USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_assistant_placed';
        END IF;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION offices_check_assignment_place(a offices_assignment) RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    place text;
    existing daterange;
BEGIN
    SELECT kind INTO place FROM offices_office WHERE id = a.office_id FOR SHARE;
    IF place <> (CASE WHEN a.kind IN ('INSPECTOR', 'INSPECTOR_STAFF', 'HEAD_INSPECTOR', 'CENTRAL_ADMIN',
                                      'READER', 'EXECUTIVE')
                 THEN 'central' ELSE 'provincial' END) THEN
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

-- An assistant whose placement changes: his person is locked, then each of his appointments is asked again.
CREATE FUNCTION offices_placement_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.person_id ELSE NEW.person_id END;
BEGIN
    PERFORM id FROM offices_person WHERE id = who FOR UPDATE;
    PERFORM offices_check_assignment(a) FROM offices_assignment a
    WHERE a.person_id IN (who, CASE TG_OP WHEN 'UPDATE' THEN OLD.person_id ELSE who END)
      AND a.kind = 'ASSISTANT';
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assignment_rules_placement AFTER INSERT OR UPDATE OR DELETE ON offices_placement
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_placement_changed();

DROP TRIGGER assignment_rules_order ON offices_appointmentorder;
CREATE CONSTRAINT TRIGGER assignment_rules_order AFTER UPDATE OF valid, revoked_from
    ON offices_appointmentorder
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_order_changed();

-- What else an order gives lies inside its period, too, and ends when it is revoked.
CREATE FUNCTION offices_given_inside_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ordered daterange;
    revoked date;
BEGIN
    SELECT valid, revoked_from INTO ordered, revoked
    FROM offices_appointmentorder WHERE id = NEW.order_id FOR SHARE;
    IF NOT NEW.valid <@ ordered OR revoked IS NOT NULL AND NOT NEW.valid <@ daterange(NULL, revoked) THEN
        RAISE EXCEPTION 'a % is not inside the period of its order', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'given_inside_order';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER incumbency_inside_order AFTER INSERT OR UPDATE ON offices_incumbency
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_given_inside_order();
CREATE CONSTRAINT TRIGGER placement_inside_order AFTER INSERT OR UPDATE ON offices_placement
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_given_inside_order();
CREATE CONSTRAINT TRIGGER card_inside_order AFTER INSERT OR UPDATE ON offices_statutorycard
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_given_inside_order();

-- A post is held for as long as it exists, and not longer.
CREATE FUNCTION offices_incumbency_inside_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    existing daterange;
BEGIN
    SELECT valid INTO existing FROM offices_post WHERE id = NEW.post_id FOR SHARE;
    IF NOT NEW.valid <@ existing THEN
        RAISE EXCEPTION 'an incumbency is not inside the life of its post'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incumbency_inside_post';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER incumbency_inside_post AFTER INSERT OR UPDATE ON offices_incumbency
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_incumbency_inside_post();
CREATE FUNCTION offices_post_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM offices_incumbency i WHERE i.post_id = NEW.id AND NOT i.valid <@ NEW.valid) THEN
        RAISE EXCEPTION 'post % is held outside its life', NEW.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incumbency_inside_post';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER post_keeps_its_holders AFTER UPDATE OF valid ON offices_post
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION offices_post_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0014_posts_and_orders")]

    operations = [
        migrations.RunSQL(PLACED, migrations.RunSQL.noop),
        composite_key(
            "post_group_of_office", "offices_post", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
        composite_key(
            "placement_group_of_office", "offices_placement", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
        composite_key(
            "orderline_group_of_office", "offices_orderline", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
        composite_key(
            "orderline_of_office", "offices_orderline", ("proposal_id", "issuing_office_id"),
            "offices_orderproposal", ("id", "office_id"),
        ),
        composite_key(
            "proposal_case_of_office", "offices_orderproposal", ("case_id", "office_id"),
            "offices_case", ("id", "office_id"),
        ),
        migrations.RunSQL(RULES),
    ]
