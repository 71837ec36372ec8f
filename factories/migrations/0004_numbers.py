"""How the database reads factory numbers, and one open state a factory."""

from django.db import migrations

from factories import numbers_sql


class Migration(migrations.Migration):
    dependencies = [("factories", "0003_keys")]

    operations = [
        migrations.RunSQL(numbers_sql.OLD_NUMBER_KEY_SQL, "DROP FUNCTION factories_old_number_key(text)"),
        migrations.RunSQL(numbers_sql.CLASS_OF_KEY_SQL, "DROP FUNCTION factories_class_of_key(text)"),
        # The open state is looked up by every feed; a second one could not be (exclusion constraint),
        # but its index is a range index and slow for this question.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX factorystate_open ON factories_factorystate (factory_id) "
            "WHERE upper_inf(valid)",
            "DROP INDEX factorystate_open",
        ),
    ]
