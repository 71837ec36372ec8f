"""One check for one rule: what a composite key refuses already is not asked again by a simple one, and
lines ask once for a statement whether their version exists. Indexes nobody reads through are gone.

Versions are never deleted (their own trigger), so that one look at insertion is enough.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from portal.together import together

LINE_OF_VERSION = """
CREATE FUNCTION reporting_line_has_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
        WHERE NOT EXISTS (SELECT FROM reporting_submission s WHERE s.id = added.submission_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a line names a version that does not exist',
            CONSTRAINT = 'line_has_version', TABLE = 'reporting_submissionline';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_has_version AFTER INSERT ON reporting_submissionline
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION reporting_line_has_version();
"""
BACK = """
DROP TRIGGER line_has_version ON reporting_submissionline;
DROP FUNCTION reporting_line_has_version();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('factories', '0005_list_of_nation'),
        ('offices', '0003_case_and_place_rules'),
        ('reporting', '0007_side_by_side'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.AlterField(
            model_name='obligation',
            name='current',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.submission'),
        ),
        migrations.AlterField(
            model_name='obligation',
            name='factory',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='factories.factory'),
        ),
        migrations.AlterField(
            model_name='obligation',
            name='form',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='reporting.form'),
        ),
        migrations.AlterField(
            model_name='obligation',
            name='package',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='reporting.officepackage'),
        ),
        migrations.AlterField(
            model_name='obligation',
            name='province',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.province'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='factory',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='factories.factory'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='form',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.form'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='form_version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.formversion'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='province',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.province'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='submitted_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='submissionline',
            name='submission',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='reporting.submission'),
        ),
        migrations.RunSQL(LINE_OF_VERSION, BACK),
    ])
