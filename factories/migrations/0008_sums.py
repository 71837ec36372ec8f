"""Count and sums of the list are read from one small index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("factories", "0007_responsibility_keys")]

    operations = [
        migrations.AddIndex(
            "factory",
            models.Index(
                fields=["province"],
                include=["status", "horsepower", "workers", "capital_baht"],
                name="factory_sums",
            ),
        )
    ]
