"""Counts of the list and of the map come from one small index, also of those who owe a report."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("factories", "0012_names_of_fields")]

    operations = [
        migrations.AddIndex(
            "factory",
            models.Index(
                fields=["province"],
                include=["id", "status", "horsepower", "workers", "capital_baht", "lat"],
                name="factory_counts",
            ),
        ),
        migrations.RemoveIndex("factory", "factory_sums"),  # all of it stands in the other
    ]
