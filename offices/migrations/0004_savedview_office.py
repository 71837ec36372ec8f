"""A shared view belongs to an office that exists."""

from django.db import migrations

from portal.migrations_sql import composite_key


class Migration(migrations.Migration):
    dependencies = [("offices", "0003_case_and_place_rules"), ("portal", "0007_saved_views")]

    operations = [
        composite_key("savedview_office", "portal_savedview", ("office_id",), "offices_office", ("id",)),
    ]
