"""A report is certified in one package only, and only as a version that belongs there."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

RULES = """
-- What is certified are versions of reports that still belong to the package, and that count in no
-- other: the same report in two certified packages would be summed twice.
CREATE FUNCTION reporting_package_certified() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    PERFORM o.id FROM reporting_obligation o WHERE o.package_id = NEW.id ORDER BY o.id FOR UPDATE;
    SELECT count(*) INTO wrong
    FROM reporting_packageentry e
    LEFT JOIN reporting_obligation o ON o.package_id = e.package_id AND o.factory_id = e.factory_id
        AND o.form_id = NEW.form_id AND o.period = NEW.period
    LEFT JOIN reporting_submission s ON s.id = e.submission_id AND s.factory_id = e.factory_id
        AND s.form_id = NEW.form_id AND s.period = NEW.period AND NOT s.withdrawn
    WHERE e.package_id = NEW.id AND e.round = NEW.certified_round
      AND (o.id IS NULL OR s.id IS NULL OR EXISTS (
          SELECT FROM reporting_packageentry x
          JOIN reporting_officepackage p ON p.id = x.package_id AND p.certified_round = x.round
          WHERE x.factory_id = e.factory_id AND p.form_id = NEW.form_id AND p.period = NEW.period
            AND p.id <> NEW.id
      ));
    IF wrong > 0 THEN
        RAISE EXCEPTION 'package %: % entries are not reports of this package', NEW.uuid, wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'package_certifies_its_reports';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER package_certifies_its_reports AFTER INSERT OR UPDATE OF certified_round ON reporting_officepackage
    FOR EACH ROW WHEN (NEW.certified_round > 0) EXECUTE FUNCTION reporting_package_certified();
"""

UNDO_RULES = """
DROP TRIGGER package_certifies_its_reports ON reporting_officepackage;
DROP FUNCTION reporting_package_certified();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('factories', '0004_numbers'),
        ('offices', '0003_case_and_place_rules'),
        ('reporting', '0002_keys'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='packageentry',
            trigger=pgtrigger.compiler.Trigger(name='packageentry_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c66e4c734c9a9df6780f294263deb619197a2df', operation='UPDATE OR DELETE', pgid='pgtrigger_packageentry_append_only_473da', table='reporting_packageentry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='officepackage',
            constraint=models.UniqueConstraint(condition=models.Q(('certified_round', 0)), fields=('form', 'period', 'office'), name='package_one_uncertified'),
        ),
        migrations.AddConstraint(
            model_name='packageentry',
            constraint=models.CheckConstraint(condition=models.Q(('round__gte', 1)), name='packageentry_round'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]
