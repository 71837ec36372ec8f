"""A chief delegates nothing to himself, and what begins before it was signed has a reason.

``offices_check_assignment`` is that of 0015 with one rule more.
"""

from django.db import migrations, models
from django.db.models import F, Q

RULE = """
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
    IF EXISTS (
        SELECT FROM offices_assignment mine JOIN offices_assignment his
            ON his.person_id = mine.person_id AND his.valid && mine.valid AND his.office_id = mine.office_id
            AND mine.kind = 'DELEGATED' AND his.kind = 'CHIEF'
        WHERE mine.person_id = a.person_id AND a.id IN (mine.id, his.id)
    ) THEN
        RAISE EXCEPTION 'assignment % delegates to somebody what is his own', a.uuid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_not_delegated_to_himself';
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
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0023_inspection_changes")]

    operations = [
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
        *(
            migrations.AlterField(
                model_name=name,
                name="reason",
                field=models.CharField(blank=True, max_length=300, verbose_name="เหตุผล"),
            )
            for name in ("orderproposal", "orderproposalevent")
        ),
        migrations.AddConstraint(
            model_name="orderproposal",
            constraint=models.CheckConstraint(
                condition=Q(order__isnull=True)
                | Q(signed_on__isnull=True)
                | Q(starts_on__gte=F("signed_on"))
                | ~Q(reason=""),
                name="proposal_back_dated_has_reason",
            ),
        ),
    ]
