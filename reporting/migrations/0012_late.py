"""Who owes a report that is overdue, out of one index: the registry's list and map ask for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0011_one_check_for_a_version")]

    operations = [
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=["province", "factory"],
                include=["due_at"],
                condition=models.Q(("current__isnull", True), ("owed", True)),
                name="obligation_late",
            ),
        )
    ]
