"""The nation's list in Thai order without sorting every factory."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("factories", "0004_numbers")]

    operations = [
        migrations.AddIndex("factory", models.Index(fields=["sort_key", "id"], name="factory_list_of_nation"))
    ]
