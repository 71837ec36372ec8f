"""A fact's line exists: asked once for all facts of a statement instead of once for each.

A month of the nation is 700,000 facts; the row-wise check of the foreign key took as long as
writing them. Lines are never deleted (their own trigger), so that one look at insertion is enough.
"""

import django.db.models.deletion
from django.db import migrations, models

CONSTRAINT = """
DO $$
DECLARE found text;
BEGIN
    SELECT conname INTO STRICT found FROM pg_constraint
    WHERE conrelid = 'reporting_fact'::regclass AND contype = 'f'
      AND confrelid = 'reporting_submissionline'::regclass;
    EXECUTE format('ALTER TABLE reporting_fact DROP CONSTRAINT %I', found);
END $$;
CREATE FUNCTION reporting_fact_has_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
        WHERE NOT EXISTS (SELECT FROM reporting_submissionline l WHERE l.id = added.line_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a fact names a line that does not exist',
            CONSTRAINT = 'fact_has_line', TABLE = 'reporting_fact';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fact_has_line AFTER INSERT ON reporting_fact
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION reporting_fact_has_line();
"""

BACK = """
DROP TRIGGER fact_has_line ON reporting_fact;
DROP FUNCTION reporting_fact_has_line();
ALTER TABLE reporting_fact ADD CONSTRAINT reporting_fact_line_id_fk FOREIGN KEY (line_id)
    REFERENCES reporting_submissionline (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_figure_place")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CONSTRAINT, BACK)],
            state_operations=[
                migrations.AlterField(
                    "fact",
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="reporting.submissionline",
                    ),
                )
            ],
        )
    ]
