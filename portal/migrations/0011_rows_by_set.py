"""Rows and findings ask once for a statement whether their batch exists, and not once for each row: a
file has a hundred thousand. A batch that still has any cannot be deleted.
"""

import django.db.models.deletion
from django.db import migrations, models

TRIGGERS = """
CREATE FUNCTION portal_has_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT batch_id FROM added) a
        WHERE NOT EXISTS (SELECT FROM portal_batch b WHERE b.id = a.batch_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a row names a batch that does not exist',
            CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER batchrow_has_batch AFTER INSERT ON portal_batchrow
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION portal_has_batch();
CREATE TRIGGER batchfinding_has_batch AFTER INSERT ON portal_batchfinding
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION portal_has_batch();
CREATE FUNCTION portal_batch_is_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM portal_batchrow WHERE batch_id = OLD.id)
        OR EXISTS (SELECT FROM portal_batchfinding WHERE batch_id = OLD.id)
    THEN
        RAISE foreign_key_violation USING MESSAGE = 'a batch still has rows or findings',
            CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER batch_is_empty BEFORE DELETE ON portal_batch
FOR EACH ROW EXECUTE FUNCTION portal_batch_is_empty();
"""
BACK = """
DROP TRIGGER batch_is_empty ON portal_batch;
DROP FUNCTION portal_batch_is_empty();
DROP TRIGGER batchrow_has_batch ON portal_batchrow;
DROP TRIGGER batchfinding_has_batch ON portal_batchfinding;
DROP FUNCTION portal_has_batch();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_thai_keys_once")]

    operations = [
        migrations.AlterField(
            "batchrow",
            "batch",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="portal.batch",
            ),
        ),
        migrations.AlterField(
            "batchfinding",
            "batch",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="findings",
                to="portal.batch",
            ),
        ),
        migrations.RunSQL(TRIGGERS, BACK),
    ]
