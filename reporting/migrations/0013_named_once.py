"""Form, version, batch and user of submissions are asked once for a statement and not once for each row: a
file brings tens of thousands. What a submission names cannot be deleted. One index fewer leads to them:
that of the versions begins with the factory.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
ALTER TABLE reporting_submission DROP CONSTRAINT submission_version_of_form;
CREATE FUNCTION reporting_submission_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- As a foreign key does: what is named cannot go before this transaction ends.
    PERFORM FROM reporting_formversion WHERE id IN (SELECT form_version_id FROM added) FOR KEY SHARE;
    PERFORM FROM portal_batch WHERE id IN (SELECT batch_id FROM added) FOR KEY SHARE;
    PERFORM FROM portal_user WHERE id IN (SELECT submitted_by_id FROM added) FOR KEY SHARE;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT form_version_id, form_id, batch_id, submitted_by_id FROM added) a
        WHERE NOT EXISTS (SELECT FROM reporting_formversion v
                          WHERE v.id = a.form_version_id AND v.form_id = a.form_id)
           OR a.batch_id IS NOT NULL AND NOT EXISTS (SELECT FROM portal_batch b WHERE b.id = a.batch_id)
           OR a.submitted_by_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM portal_user u WHERE u.id = a.submitted_by_id)
    ) THEN
        RAISE foreign_key_violation USING CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            MESSAGE = 'a submission names a form, version, batch or user that does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER submission_names AFTER INSERT ON reporting_submission
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION reporting_submission_names();
CREATE FUNCTION reporting_named_by_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM reporting_submission WHERE %I = $1)', TG_ARGV[0])
        INTO named USING OLD.id;
    IF named THEN
        RAISE foreign_key_violation USING CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            MESSAGE = 'submissions name this row';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER formversion_named_by_submission BEFORE DELETE OR UPDATE OF id, form_id ON reporting_formversion
FOR EACH ROW EXECUTE FUNCTION reporting_named_by_submission('form_version_id');
CREATE TRIGGER batch_named_by_submission BEFORE DELETE ON portal_batch
FOR EACH ROW EXECUTE FUNCTION reporting_named_by_submission('batch_id');
CREATE TRIGGER user_named_by_submission BEFORE DELETE ON portal_user
FOR EACH ROW EXECUTE FUNCTION reporting_named_by_submission('submitted_by_id');
"""
BACK = """
DROP TRIGGER user_named_by_submission ON portal_user;
DROP TRIGGER batch_named_by_submission ON portal_batch;
DROP TRIGGER formversion_named_by_submission ON reporting_formversion;
DROP FUNCTION reporting_named_by_submission();
DROP TRIGGER submission_names ON reporting_submission;
DROP FUNCTION reporting_submission_names();
ALTER TABLE reporting_submission ADD CONSTRAINT submission_version_of_form
    FOREIGN KEY (form_version_id, form_id) REFERENCES reporting_formversion (id, form_id)
    DEFERRABLE INITIALLY IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0012_late"), ("portal", "0013_history_context_once")]

    operations = [
        migrations.AlterField(
            "submission",
            "batch",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.batch",
            ),
        ),
        migrations.AlterField(
            "submission",
            "submitted_by",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RemoveConstraint("submission", "submission_version"),
        migrations.AddConstraint(
            "submission",
            models.UniqueConstraint(
                fields=["factory", "form", "period", "version"], name="submission_version"
            ),
        ),
        migrations.AlterField(
            "submission",
            "factory",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="factories.factory",
            ),
        ),
        migrations.RunSQL(TRIGGERS, BACK),
    ]
