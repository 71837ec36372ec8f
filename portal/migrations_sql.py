"""SQL that Django's migrations cannot say: composite foreign keys."""

from django.db import migrations


def composite_key(
    name: str, table: str, columns: tuple[str, ...], target: str, target_columns: tuple[str, ...]
) -> migrations.RunSQL:
    """A foreign key over several columns, so that a link across offices or provinces cannot exist."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({', '.join(columns)}) "
        f"REFERENCES {target} ({', '.join(target_columns)}) DEFERRABLE INITIALLY IMMEDIATE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
