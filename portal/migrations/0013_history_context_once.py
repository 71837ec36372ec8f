"""Row history writes its context once a transaction."""

from django.db import migrations

from portal import history_sql


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_thai_keys_quick"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [migrations.RunSQL(history_sql.ATTACH_CONTEXT_SQL, migrations.RunSQL.noop)]
