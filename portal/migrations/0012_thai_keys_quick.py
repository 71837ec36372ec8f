"""Thai order and search keys cost half: what few texts need is looked for first."""

from django.db import migrations

from portal import thai


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_rows_by_set")]

    operations = [
        # The parameter has a name now; indexes that use the function stay.
        migrations.RunSQL(thai.SORT_KEY_SQL, migrations.RunSQL.noop),
        migrations.RunSQL(thai.SEARCH_KEY_SQL, migrations.RunSQL.noop),
    ]
