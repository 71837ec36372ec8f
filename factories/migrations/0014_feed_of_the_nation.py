"""A feed of the whole register: numbers that are written as their key are known at a glance, and no key or
index says what another says already."""

import django.db.models.deletion
from django.db import migrations, models

from factories import numbers_sql

# In C order the pattern index of a text key is the key's own index once more. The province leads other
# indexes; nobody asks history by type or place, and its rows refer to nothing.
_INDEXES = {
    "factories_factory_district_id_3214cb8a_like": "factories_factory (district_id varchar_pattern_ops)",
    "factories_factory_main_type_id_779c1033_like": "factories_factory (main_type_id varchar_pattern_ops)",
    "factories_factory_province_id_3ab1f40c": "factories_factory (province_id)",
    "factories_factory_province_id_3ab1f40c_like": "factories_factory (province_id varchar_pattern_ops)",
    "factories_factorystate_main_type_id_c3dbd9fa_like": "factories_factorystate (main_type_id varchar_pattern_ops)",
    "factories_factorystate_province_id_3638effa": "factories_factorystate (province_id)",
    "factories_factorystate_province_id_3638effa_like": "factories_factorystate (province_id varchar_pattern_ops)",
    "factories_factoryevent_district_id_a30ec1e0": "factories_factoryevent (district_id)",
    "factories_factoryevent_district_id_a30ec1e0_like": "factories_factoryevent (district_id varchar_pattern_ops)",
    "factories_factoryevent_main_type_id_80cee726": "factories_factoryevent (main_type_id)",
    "factories_factoryevent_main_type_id_80cee726_like": "factories_factoryevent (main_type_id varchar_pattern_ops)",
    "factories_factoryevent_province_id_3cafd3c5_like": "factories_factoryevent (province_id varchar_pattern_ops)",
}
# The keys over two columns (migration 0003) say all that these say.
_KEYS = {
    "factories_factory_district_id_3214cb8a_fk_offices_district_code": (
        "factories_factory", "(district_id) REFERENCES offices_district (code)",
    ),
    "factories_factorysta_factory_id_fb3a4b34_fk_factories": (
        "factories_factorystate", "(factory_id) REFERENCES factories_factory (id)",
    ),
    "factories_factorysta_province_id_3638effa_fk_offices_p": (
        "factories_factorystate", "(province_id) REFERENCES offices_province (code)",
    ),
}  # fmt: skip

_DROPPED = [migrations.RunSQL(f"DROP INDEX {name}", f"CREATE INDEX {name} ON {on}") for name, on in _INDEXES.items()] + [
    migrations.RunSQL(
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {key} DEFERRABLE INITIALLY DEFERRED",
    )
    for name, (table, key) in _KEYS.items()
]


def _key(to, **options):
    return models.ForeignKey(to=to, on_delete=django.db.models.deletion.PROTECT, **options)


class Migration(migrations.Migration):
    dependencies = [("factories", "0013_counts")]

    operations = [
        migrations.RunSQL(numbers_sql.OLD_NUMBER_KEY_SQL, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=_DROPPED,
            state_operations=[
                migrations.AlterField(
                    "factory", "province",
                    _key("offices.province", db_index=False, related_name="+", verbose_name="จังหวัด"),
                ),
                migrations.AlterField(
                    "factory", "district",
                    _key("offices.district", db_constraint=False, null=True, related_name="+", verbose_name="อำเภอ"),
                ),
                migrations.AlterField(
                    "factorystate", "factory",
                    _key("factories.factory", db_constraint=False, related_name="states"),
                ),
                migrations.AlterField(
                    "factorystate", "province",
                    _key("offices.province", db_constraint=False, db_index=False, related_name="+"),
                ),
            ],
        ),
    ]  # fmt: skip
