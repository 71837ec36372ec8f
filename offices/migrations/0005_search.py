"""People and cases are found by any part of a name or title, without tone marks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("offices", "0004_savedview_office"), ("portal", "0002_thai_functions")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX person_search ON offices_person USING gin "
            "(portal_thai_search_key(first_th || ' ' || last_th) gin_trgm_ops)",
            "DROP INDEX person_search",
        ),
        migrations.RunSQL(
            "CREATE INDEX case_search ON offices_case USING gin (portal_thai_search_key(title) gin_trgm_ops)",
            "DROP INDEX case_search",
        ),
    ]
