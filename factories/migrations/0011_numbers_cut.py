"""The same reading of factory numbers, cut by position instead of captured by patterns."""

from django.db import migrations

from factories import numbers_sql


class Migration(migrations.Migration):
    dependencies = [("factories", "0010_contacts")]

    operations = [
        migrations.RunSQL(numbers_sql.OLD_NUMBER_KEY_SQL, migrations.RunSQL.noop),
        migrations.RunSQL(numbers_sql.CLASS_OF_KEY_SQL, migrations.RunSQL.noop),
    ]
