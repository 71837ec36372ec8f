"""The database's own Thai order and search keys, the same as ``portal.thai`` computes."""

from django.db import migrations

from portal import thai


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.RunSQL(thai.SORT_KEY_SQL, "DROP FUNCTION portal_thai_sort_key(text)"),
        migrations.RunSQL(thai.SEARCH_KEY_SQL, "DROP FUNCTION portal_thai_search_key(text)"),
    ]
