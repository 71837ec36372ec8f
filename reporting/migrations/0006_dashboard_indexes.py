"""The dashboard of the nation: sums of figures out of an index, and the newest compilation at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_fact_line_by_set")]

    operations = [
        migrations.AddIndex(
            "compilerun", models.Index(fields=["form", "finished_at"], name="compilerun_newest")
        ),
        migrations.AddIndex(
            "figure",
            models.Index(
                fields=["form", "measure", "period", "province"],
                include=["product", "provisional", "certified"],
                name="figure_measure",
            ),
        ),
    ]
