"""Keys over several columns: a district and a state lie in the province of their factory."""

from django.db import migrations

from portal.migrations_sql import composite_key


class Migration(migrations.Migration):
    dependencies = [("factories", "0002_initial"), ("offices", "0002_keys_and_rules")]

    operations = [
        composite_key(
            "factory_district_of_province", "factories_factory", ("district_id", "province_id"),
            "offices_district", ("code", "province_id"),
        ),
        composite_key(
            "factorystate_factory_of_province", "factories_factorystate", ("factory_id", "province_id"),
            "factories_factory", ("id", "province_id"),
        ),
    ]
