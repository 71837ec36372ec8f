"""A version's form is that of its declaration: one composite key says so where two simple ones did not.
Obligations without a report or a package take no room in the indexes that lead to these.
"""

import django.db.models.deletion
from django.db import migrations, models

from portal.migrations_sql import composite_key


class Migration(migrations.Migration):
    dependencies = [("reporting", "0010_follow_ups")]

    operations = [
        migrations.AddConstraint(
            "formversion",
            models.UniqueConstraint(fields=["id", "form"], name="formversion_with_form"),
        ),
        migrations.AlterField(
            "submission",
            "form_version",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reporting.formversion",
            ),
        ),
        migrations.AlterField(
            "submission",
            "form",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reporting.form",
            ),
        ),
        composite_key(
            "submission_version_of_form", "reporting_submission", ("form_version_id", "form_id"),
            "reporting_formversion", ("id", "form_id"),
        ),
        migrations.AlterField(
            "obligation",
            "current",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reporting.submission",
            ),
        ),
        migrations.AlterField(
            "obligation",
            "package",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="obligations",
                to="reporting.officepackage",
            ),
        ),
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=["current"], condition=models.Q(current__isnull=False), name="obligation_current"
            ),
        ),
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=["package"], condition=models.Q(package__isnull=False), name="obligation_package"
            ),
        ),
    ]
