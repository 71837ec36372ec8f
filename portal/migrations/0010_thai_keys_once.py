"""The sort key folds its text once."""

from django.db import migrations

from portal import thai


class Migration(migrations.Migration):
    dependencies = [("portal", "0009_audit_search")]

    operations = [migrations.RunSQL(thai.SORT_KEY_SQL, migrations.RunSQL.noop)]
